namespace SelfAssess.Domain.Divergence;

/// <summary>How far answers on an ordered scale agree.</summary>
public static class Agreement
{
    /// <summary>
    /// Van der Eijk's A: the counts are taken apart into layers of zeros and ones, and the agreement of each layer's pattern is weighted by its share
    /// of the answers. A layer's agreement is U·(1 − (S − 1)/(K − 1)), where S is the number of levels in the layer and K that of the scale. U is
    /// ((K − 2)·TU − (K − 1)·TDU) / ((K − 2)·(TU + TDU)), where TU counts the layer's triples 110 and 011, and TDU its triples 101.
    /// </summary>
    /// <param name="counts">Answers by level, lowest first; at least two levels, and no count negative.</param>
    /// <returns>From −1 (half at each end) over 0 (spread evenly) to 1 (all at one level), unrounded; null where nobody answered.</returns>
    /// <remarks>Source: C. van der Eijk, "Measuring Agreement in Ordered Rating Scales", Quality &amp; Quantity 35 (2001), 325–341.</remarks>
    public static decimal? OfCounts(IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count < 2)
        {
            throw new ArgumentException("A scale has at least two levels.", nameof(counts));
        }

        var total = counts.Sum();
        if (total == 0)
        {
            return null;
        }

        var rest = counts.ToArray();
        var agreement = 0m;
        while (rest.Any(c => c > 0))
        {
            var height = rest.Where(c => c > 0).Min();
            var layer = rest.Select(c => c > 0).ToArray();
            agreement += OfLayer(layer) * (height * layer.Count(l => l)) / total;
            for (var i = 0; i < rest.Length; i++)
            {
                rest[i] -= layer[i] ? height : 0;
            }
        }

        return agreement;
    }

    private static decimal OfLayer(bool[] layer)
    {
        var (levels, filled) = (layer.Length, layer.Count(l => l));
        if (filled == levels)
        {
            return 0;
        }

        var unimodality = filled == 1 || levels == 2 ? 1 : Unimodality(layer);
        return unimodality * (1 - ((filled - 1m) / (levels - 1m)));
    }

    /// <summary>1 where the filled levels are neighbours, down to −1 where only both ends are filled.</summary>
    private static decimal Unimodality(bool[] layer)
    {
        var (unimodal, bimodal) = (0, 0);
        for (var i = 0; i < layer.Length; i++)
        {
            for (var j = i + 1; j < layer.Length; j++)
            {
                for (var k = j + 1; k < layer.Length; k++)
                {
                    switch (layer[i], layer[j], layer[k])
                    {
                        case (true, true, false) or (false, true, true):
                            unimodal++;
                            break;
                        case (true, false, true):
                            bimodal++;
                            break;
                    }
                }
            }
        }

        var scale = layer.Length;
        return unimodal + bimodal == 0 ? 1 : (((scale - 2m) * unimodal) - ((scale - 1m) * bimodal)) / ((scale - 2m) * (unimodal + bimodal));
    }
}
