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

    /// <summary>
    /// A distribution is shown only if at least this many contributors are outside its largest category. Where it is not, fewer are: a coalition of three
    /// outside of it cannot tell that from itself, since one more may be, and that may be anybody.
    /// </summary>
    public const int OutsideLargest = 5;

    /// <summary>Contributors outside each declared bloc: none, or at least this many.</summary>
    public const int OutsideBloc = 3;

    /// <summary>The smallest panel of States in two cycles whose change is published.</summary>
    public const int SmallestPanel = 20;

    /// <summary>
    /// Whether a set by which two published populations differ is empty or large enough: nobody is told apart by subtraction.
    /// </summary>
    public static bool MayDiffer(int states) => states is 0 or >= SizeTier.SmallestPopulation;

    /// <summary>Whether what is counted could force an answer on a group of a coalition of three: too few are outside its largest category.</summary>
    public static bool Homogeneous(int total, int largest) => total - largest < OutsideLargest;

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

    /// <summary>A count as a release shows it.</summary>
    public static Protected Count(int count) => new Protected.Published(RoundCount(count), CountBase);

    /// <summary>
    /// The mean of changes, rounded to <paramref name="baseTimes10"/> tenths of a point; halves go away from zero, so that up and down are treated alike.
    /// </summary>
    /// <param name="sum">Sum of the changes in millionths of a point.</param>
    /// <param name="count">How many States.</param>
    /// <param name="baseTimes10">The rounding base, times ten.</param>
    public static Protected Change(Int128 sum, int count, int baseTimes10)
    {
        var rounded = RoundHalfUp(sum < 0 ? -sum : sum, count, baseTimes10 * (Unit / 10));
        return new Protected.Published(Points(sum < 0 ? -rounded : rounded), baseTimes10 / 10m);
    }

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
