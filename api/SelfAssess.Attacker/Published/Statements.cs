using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Published;

/// <summary>Published numbers as what they say about unknown counts: the pre-image of each rounding, and what the rules of publication tell besides.</summary>
internal static class Statements
{
    private const long TenthOfPoint = Disclosure.Unit / 10;

    /// <summary>The counts that round to a published one.</summary>
    public static (int Lowest, int Highest) Preimage(int rounded, int countBase) => (Math.Max(0, rounded - (countBase / 2)), rounded + (countBase / 2));

    public static LinearFact Between(string what, Group group, IReadOnlyList<long> weights, long lowest, long highest) => new(what, [new Term(group, weights)], lowest, highest);

    /// <summary>A count to its base.</summary>
    public static LinearFact Count(string what, Group group, IReadOnlyList<long> weights, int rounded, int countBase)
    {
        var (lowest, highest) = Preimage(rounded, countBase);
        return Between(what, group, weights, lowest, highest);
    }

    /// <summary>
    /// A mean. Halves are rounded up, so that k·r is published where (2k − 1)·r·n ≤ 2·sum &lt; (2k + 1)·r·n; an end-coded one has one of the two bounds.
    /// The number of States may be unknown: both sides are sums over them.
    /// </summary>
    public static IEnumerable<LinearFact> Mean(string what, Group group, Values values, Protected mean)
    {
        switch (mean)
        {
            case Protected.Published p:
                var (value, half) = (Millionths(p.Value), Millionths(p.Base) / 2);
                yield return Between(what, group, Above(value - half), 0, long.MaxValue);
                yield return Between(what, group, Above(value + half), long.MinValue, -1);
                break;
            case Protected.EndCoded { AtLeast: true } e:
                yield return Between(what, group, Above(Millionths(e.Bound) - (Millionths(e.Base) / 2)), 0, long.MaxValue);
                break;
            case Protected.EndCoded e:
                yield return Between(what, group, Above(Millionths(e.Bound) + (Millionths(e.Base) / 2)), long.MinValue, -1);
                break;
        }

        long[] Above(long bound) => [.. Enumerable.Range(0, values.Count).Select(v => values[v].Index - bound ?? 0)];
    }

    /// <summary>A smoothed quantile, where it is published.</summary>
    public static IEnumerable<Fact> Quantile(string what, Group group, Values values, int quarter, Protected quantile, int fewest, int most)
    {
        if (quantile is Protected.Published p)
        {
            yield return new QuantileFact(what, group, values, quarter, Millionths(p.Value), Millionths(p.Base), fewest, most);
        }
    }

    /// <summary>By value, 1 where it counts.</summary>
    public static long[] Where(Values values, Func<Value, bool> counts) => [.. Enumerable.Range(0, values.Count).Select(v => counts(values[v]) ? 1L : 0L)];

    public static long Millionths(decimal points) => (long)(points * 10) * TenthOfPoint;
}
