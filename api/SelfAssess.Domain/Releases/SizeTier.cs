namespace SelfAssess.Domain.Releases;

/// <summary>
/// What the number of contributors allows to be published. The parameters are public; <c>docs/anonymity.md</c> says what each gives.
/// </summary>
public sealed record SizeTier
{
    /// <summary>Smallest population of which anything is published.</summary>
    public const int SmallestPopulation = 10;

    private SizeTier(int from, int? to, int meanBase10, int? quantileGrid, bool allQuartiles, bool distribution)
    {
        (From, To, MeanBaseTimes10, QuantileGrid, AllQuartiles, Distribution) = (from, to, meanBase10, quantileGrid, allQuartiles, distribution);
    }

    /// <summary>Fewest contributors.</summary>
    public int From { get; }

    /// <summary>Most contributors; null where there is no upper end.</summary>
    public int? To { get; }

    /// <summary>
    /// Rounding base r of the mean on 0–100, times ten so that it is an integer (25 stands for 2.5): the smallest of 1, 2.5, 5, 10 with n·r ≥ 100.
    /// </summary>
    public int MeanBaseTimes10 { get; }

    /// <summary>Rounding base of the mean on 0–100.</summary>
    public decimal MeanBase => MeanBaseTimes10 / 10m;

    /// <summary>Grid of the smoothed quantiles on 0–100; null where none is published.</summary>
    public int? QuantileGrid { get; }

    /// <summary>True where the first and third quartile are published beside the median.</summary>
    public bool AllQuartiles { get; }

    /// <summary>True where the level distribution is published, counts to base 5.</summary>
    public bool Distribution { get; }

    private static readonly SizeTier[] Tiers =
    [
        new(10, 19, 100, null, false, false),
        new(20, 39, 50, 10, false, false),
        new(40, 99, 25, 5, true, true),
        new(100, null, 10, 5, true, true),
    ];

    /// <summary>The tier of <paramref name="contributors"/>; null where there are fewer than <see cref="SmallestPopulation"/>.</summary>
    public static SizeTier? Of(int contributors)
    {
        for (var i = Tiers.Length - 1; i >= 0; i--)
        {
            if (contributors >= Tiers[i].From)
            {
                return Tiers[i];
            }
        }

        return null;
    }

    /// <summary>Every tier, smallest population first.</summary>
    public static IReadOnlyList<SizeTier> All => Tiers;
}
