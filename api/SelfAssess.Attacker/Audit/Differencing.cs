using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Audit;

/// <summary>
/// Adds and subtracts the populations that a cycle's releases tell of: no two may differ by one to nine States, and no set of one to nine States may be a
/// linear combination of them, whatever the factors.
/// </summary>
internal static class Differencing
{
    // Arithmetic modulo a prime: what depends linearly over the rationals does so here, too. The other way round could only find too much.
    private const long Prime = 2_147_483_647;

    // So many kinds of membership are looked at in every combination; more do not occur with six groups and two releases.
    private const int MostKinds = 20;

    /// <summary>How many sets of States were looked at, and how many of one to nine can be had.</summary>
    public static (int Seen, int Small) Check(History history)
    {
        var cycle = history.Candidate.Release.CycleId;
        return Check([.. history.Publications.Where(p => p.Tells && p.Release.CycleId == cycle).SelectMany(Populations)]);
    }

    /// <param name="populations">Each as the States in it.</param>
    public static (int Seen, int Small) Check(IReadOnlyList<IReadOnlySet<int>> populations)
    {
        var (seen, small) = (0, 0);
        foreach (var one in populations)
        {
            foreach (var other in populations)
            {
                Look(one.Count(s => !other.Contains(s)));
            }
        }

        // States that are in the same populations can only be had together.
        var kinds = populations.SelectMany(p => p).Distinct().GroupBy(s => string.Concat(populations.Select(p => p.Contains(s) ? '1' : '0')), StringComparer.Ordinal).ToArray();
        if (kinds.Length > MostKinds)
        {
            throw new Puzzles.ModelException("Too many kinds of membership to combine them all.");
        }

        var rows = populations.Select(p => kinds.Select(k => p.Contains(k.First()) ? 1L : 0L).ToArray()).ToList();
        var rank = Rank(rows);
        for (var choice = 1; choice < 1 << kinds.Length; choice++)
        {
            var chosen = kinds.Where((_, i) => (choice & (1 << i)) != 0).Sum(k => k.Count());
            if (chosen < SizeTier.SmallestPopulation)
            {
                var row = Enumerable.Range(0, kinds.Length).Select(i => (choice & (1 << i)) != 0 ? 1L : 0L).ToArray();
                Look(Rank([.. rows, row]) == rank ? chosen : 0);
            }
        }

        return (seen, small);

        void Look(int states) => (seen, small) = (seen + 1, states is > 0 and < SizeTier.SmallestPopulation ? small + 1 : small);
    }

    /// <summary>Everybody, and each group, of whom a release tells anything that was made anew.</summary>
    private static IEnumerable<IReadOnlySet<int>> Populations(Publication publication)
    {
        if (publication.Release.Themes.Any(t => !t.NotRevised) || publication.Release.Indicators.Any(i => !i.NotRevised))
        {
            yield return publication.Participants.Select(p => p.State).ToHashSet();
        }

        for (var i = 0; i < publication.Release.Partition.Groups.Count; i++)
        {
            if (!publication.Release.Partition.Groups[i].NotRevised)
            {
                yield return publication.Participants.Where(p => p.Cluster == i).Select(p => p.State).ToHashSet();
            }
        }
    }

    private static int Rank(IReadOnlyList<long[]> matrix)
    {
        var rows = matrix.Select(r => (long[])r.Clone()).ToArray();
        var (rank, columns) = (0, rows.Length == 0 ? 0 : rows[0].Length);
        for (var column = 0; column < columns && rank < rows.Length; column++)
        {
            var pivot = Array.FindIndex(rows, rank, r => r[column] != 0);
            if (pivot < 0)
            {
                continue;
            }

            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            var inverse = Power(rows[rank][column], Prime - 2);
            for (var row = rank + 1; row < rows.Length; row++)
            {
                var factor = rows[row][column] * inverse % Prime;
                for (var at = column; factor != 0 && at < columns; at++)
                {
                    rows[row][at] = (((rows[row][at] - (factor * rows[rank][at] % Prime)) % Prime) + Prime) % Prime;
                }
            }

            rank++;
        }

        return rank;
    }

    private static long Power(long number, long exponent)
    {
        var result = 1L;
        for (var power = number % Prime; exponent > 0; exponent >>= 1, power = power * power % Prime)
        {
            result = (exponent & 1) == 1 ? result * power % Prime : result;
        }

        return result;
    }
}
