using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Audit;

/// <summary>Looks at nothing but the release itself: a population under ten, a statistic that its size does not allow, a number off its grid.</summary>
internal static class ReleaseForm
{
    /// <summary>How many numbers were looked at, and how many are not as they must be.</summary>
    public static (int Seen, int Wrong) Check(Release release)
    {
        var (seen, wrong) = (0, 0);
        Look(release.Participation.Participants is null or >= SizeTier.SmallestPopulation);
        var cells = release.Themes.Concat(release.Partition.Groups.SelectMany(g => g.Themes)).ToArray();
        foreach (var theme in cells)
        {
            var tier = theme.Base is { } population ? SizeTier.Of(population.From) : null;
            Look(theme.Status == ThemeStatus.NotPublished ? theme.Base is null : tier is not null && theme.Base!.To == tier.To);
            Look(theme.Mean is Protected.NotPublished || (tier is not null && IsOn(theme.Mean, tier.MeanBase, 100)));
            foreach (var quantile in new[] { theme.FirstQuartile, theme.Median, theme.ThirdQuartile })
            {
                Look(quantile is Protected.NotPublished || (tier?.QuantileGrid is { } grid && (quantile == theme.Median || tier.AllQuartiles) && IsOn(quantile, grid, 100)));
            }

            Look(theme.Distribution is null || (tier is { Distribution: true } && AreCounts(theme.Distribution)));
            Look(theme.Status == ThemeStatus.Published || (theme.Distribution is null && theme.Mean is Protected.NotPublished && theme.Median is Protected.NotPublished));
        }

        foreach (var group in release.Partition.Groups)
        {
            Look(SizeTier.Of(group.Base.From) is { } tier && group.Base.From == tier.From && group.Base.To == tier.To);
        }

        // Of groups nothing is told but themes; of indicators and whatever else is counted, nothing of fewer than forty.
        var many = release.Participation.Participants is { } n && SizeTier.Of(n) is { Distribution: true };
        foreach (var indicator in release.Indicators)
        {
            Look(indicator.Base is null || SizeTier.Of(indicator.Base.From) is { Distribution: true });
            Look(indicator.Distribution is null || (many && AreCounts(indicator.Distribution)));
        }

        foreach (var count in release.Counted.SelectMany(c => c.Options.Select(o => o.States).Append(c.NoAnswer)).Concat(release.Divergence.SelectMany(d => new[] { d.Diverging, d.Agreeing, d.NotCompared })))
        {
            Look(count is Protected.NotPublished || (many && IsOn(count, Disclosure.CountBase, int.MaxValue)));
        }

        foreach (var change in release.Panel?.Themes ?? [])
        {
            Look(change.Change is Protected.NotPublished || (change.Base is { } population && SizeTier.Of(population.From) is { } tier && IsOn(change.Change, tier.MeanBase, 100)));
        }

        return (seen, wrong);

        void Look(bool right) => (seen, wrong) = (seen + 1, right ? wrong : wrong + 1);
    }

    /// <summary>Whether a number is a multiple of its own base, and that base no finer than the size allows.</summary>
    private static bool IsOn(Protected number, decimal finest, decimal most) => number switch
    {
        Protected.Published p => p.Base >= finest && p.Value % p.Base == 0 && Math.Abs(p.Value) <= most,
        Protected.EndCoded e => e.Base >= finest && e.Bound == (e.AtLeast ? most - e.Base : e.Base),
        _ => false,
    };

    private static bool AreCounts(Distribution distribution) => distribution.CountBase >= Disclosure.CountBase
        && distribution.Levels.Append(distribution.NotApplicable).Append(distribution.NoAnswer).All(c => c >= 0 && c % distribution.CountBase == 0);
}
