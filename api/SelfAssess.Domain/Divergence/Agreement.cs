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
        while (Array.Exists(rest, c => c > 0))
        {
            var layer = Array.ConvertAll(rest, c => c > 0);
            var (height, filled) = (rest.Where(c => c > 0).Min(), layer.Count(l => l));
            var (numerator, denominator) = OfLayer(layer, filled);
            // One division for each layer, so that full agreement is 1 to the last digit, and a split to both ends -1.
            agreement += (decimal)height * filled * numerator / (denominator * total);
            for (var i = 0; i < rest.Length; i++)
            {
                rest[i] -= layer[i] ? height : 0;
            }
        }

        return agreement;
    }

    private static (decimal Numerator, decimal Denominator) OfLayer(bool[] layer, int filled)
    {
        // Counted by the middle of each triple: with 1 there, 110 and 011; with 0 there, 101.
        var (scale, unimodal, bimodal, before) = (layer.Length, 0m, 0m, 0);
        for (var at = 0; at < scale; at++)
        {
            var after = filled - before - (layer[at] ? 1 : 0);
            if (layer[at])
            {
                unimodal += ((decimal)before * (scale - at - 1 - after)) + ((decimal)(at - before) * after);
                before++;
            }
            else
            {
                bimodal += (decimal)before * after;
            }
        }

        // Without a triple of either kind one level is filled, or all are, and U is 1.
        return unimodal + bimodal == 0 ? (scale - filled, scale - 1)
            : ((((scale - 2) * unimodal) - ((scale - 1) * bimodal)) * (scale - filled), (scale - 2) * (unimodal + bimodal) * (scale - 1));
    }
}
