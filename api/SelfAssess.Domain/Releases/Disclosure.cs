namespace SelfAssess.Domain.Releases;

/// <summary>
/// The arithmetic of publication, in integers throughout: indices are counted in millionths of a point (0 to 100,000,000),
/// so that no rounding depends on floating point.
/// </summary>
public static class Disclosure
{
    /// <summary>Millionths in one point of the index.</summary>
    public const long Unit = 1_000_000;

    /// <summary>Counts are rounded to this base.</summary>
    public const int CountBase = 5;

    /// <summary>A distribution is shown only if at least this many contributors are outside its largest category: a coalition of three, and one more.</summary>
    public const int OutsideLargest = 4;

    /// <summary><paramref name="numerator"/> / <paramref name="denominator"/> to the nearest multiple of <paramref name="grid"/>, halves up; all at least 0.</summary>
    public static long RoundHalfUp(Int128 numerator, Int128 denominator, long grid)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(denominator, Int128.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid);
        var step = denominator * grid;
        return (long)(((2 * numerator) + step) / (2 * step)) * grid;
    }

    /// <summary>A count to base 5.</summary>
    public static int RoundCount(int count) => (int)RoundHalfUp(count, 1, CountBase);

    /// <summary>
    /// The mean of <paramref name="count"/> indices, rounded to the tier's base; values within one base of an end are end-coded.
    /// </summary>
    /// <param name="sum">Sum in millionths of a point.</param>
    public static Protected Mean(Int128 sum, int count, SizeTier tier)
    {
        var grid = tier.MeanBaseTimes10 * (Unit / 10);
        var rounded = RoundHalfUp(sum, count, grid);
        return rounded <= grid ? new Protected.EndCoded(tier.MeanBase, AtLeast: false, tier.MeanBase)
            : rounded >= (100 * Unit) - grid ? new Protected.EndCoded(100 - tier.MeanBase, AtLeast: true, tier.MeanBase)
            : new Protected.Published(Points(rounded), tier.MeanBase);
    }

    /// <summary>
    /// The smoothed quantile of order <paramref name="quarter"/>/4: with c = ⌈n·p⌉ and w = max(2, round(0.05 n)), the average of the
    /// order statistics c−w … c+w, on the tier's grid. Never one contributor's value.
    /// </summary>
    /// <param name="ordered">How many contributors have each index (millionths), ascending by index.</param>
    public static Protected Quantile(IReadOnlyList<KeyValuePair<long, int>> ordered, int count, int quarter, SizeTier tier)
    {
        if (tier.QuantileGrid is not { } grid || (quarter != 2 && !tier.AllQuartiles))
        {
            return Protected.Withheld;
        }

        var centre = ((count * quarter) + 3) / 4;
        var reach = Math.Max(2, (count + 10) / 20);
        var (first, last) = (centre - reach, centre + reach);
        Int128 sum = 0;
        var rank = 0;
        foreach (var (value, times) in ordered)
        {
            var taken = Math.Min(rank + times, last) - Math.Max(rank, first - 1);
            if (taken > 0)
            {
                sum += (Int128)value * taken;
            }

            rank += times;
        }

        return new Protected.Published(Points(RoundHalfUp(sum, last - first + 1, grid * Unit)), grid);
    }

    /// <summary>An index (0–100) in millionths of a point, halves up. The one place where a State's unrounded score becomes an integer.</summary>
    public static long Millionths(decimal index) => (long)Math.Floor((index * Unit) + 0.5m);

    private static decimal Points(long millionths) => decimal.Divide(millionths, Unit);
}
