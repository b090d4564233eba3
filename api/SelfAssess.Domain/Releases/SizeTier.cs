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

    /// <summary>The same, in a release that was coarsened.</summary>
    /// <param name="contributors">States behind the numbers.</param>
    /// <param name="step">How far the whole release was coarsened.</param>
    /// <param name="strict">Whether distributions were planned to be left out.</param>
    public static SizeTier? Of(int contributors, CoarseningStep step, bool strict)
    {
        if (step >= CoarseningStep.Nothing || Of(contributors) is not { } tier)
        {
            return null;
        }

        var meanBase = step >= CoarseningStep.NextBase ? Coarser(tier.MeanBaseTimes10) : tier.MeanBaseTimes10;
        return meanBase is not { } mean ? null : new SizeTier(
            tier.From,
            tier.To,
            mean,
            step >= CoarseningStep.NoQuantiles ? null : tier.QuantileGrid,
            step < CoarseningStep.NoQuantiles && tier.AllQuartiles,
            step < CoarseningStep.NoDistributions && !strict && tier.Distribution);
    }

    private static int? Coarser(int meanBaseTimes10) => meanBaseTimes10 switch
    {
        10 => 25,
        25 => 50,
        50 => 100,
        _ => null,
    };

    /// <summary>Every tier, smallest population first.</summary>
    public static IReadOnlyList<SizeTier> All => Tiers;
}
