using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>What is left for a reader: how much is shown, and how far it is from the truth.</summary>
internal sealed class Usefulness
{
    public Distances Means { get; } = new();

    public Distances Medians { get; } = new();

    /// <summary>Published changes of the panel against the true ones.</summary>
    public Distances Changes { get; } = new();

    /// <summary>Shares of levels, in points of per cent.</summary>
    public Distances Shares { get; } = new();

    /// <summary>Themes whose distribution is shown, of those of forty participants and more.</summary>
    public Tallied Distributions { get; } = new();

    /// <summary>Themes whose change in the panel is shown, of cycles with one before.</summary>
    public Tallied Panels { get; } = new();

    /// <summary>Releases that are shown by group, of those planned so.</summary>
    public Tallied Groups { get; } = new();

    /// <summary>Releases that were coarsened.</summary>
    public Tallied Coarsened { get; } = new();

    public void Add(IReadOnlyList<PublishedCycle> cycles)
    {
        foreach (var (published, before) in cycles.Zip(cycles.Select(c => (PublishedCycle?)c).Prepend(null)))
        {
            var (release, contributors) = (published.Release.Release, published.Release.Contributors);
            Coarsened.Add(published.Step != CoarseningStep.None);
            Groups.Add(release.Partition.Status == PartitionStatus.Published);
            for (var theme = 0; theme < release.Themes.Count; theme++)
            {
                var at = release.Themes[theme];
                long[] indices = [.. contributors.Select(c => c.Contribution.Themes[theme].Index).OfType<long>().Order()];
                Add(Means, at.Mean, indices.Average());
                Add(Medians, at.Median, (indices[(indices.Length - 1) / 2] + indices[indices.Length / 2]) / 2.0);
                if (contributors.Count >= 40)
                {
                    Distributions.Add(at.Distribution is not null);
                }

                if (at.Distribution is { } distribution && distribution.Levels.Sum() is > 0 and var all)
                {
                    for (var level = 0; level < distribution.Levels.Count; level++)
                    {
                        var share = 100.0 * contributors.Count(c => c.Contribution.Themes[theme].Level == level) / indices.Length;
                        Shares.Add(Math.Abs((100.0 * distribution.Levels[level] / all) - share));
                    }
                }

                if (before is not null && release.Panel is not null)
                {
                    var then = before.Release.Contributors.ToDictionary(c => c.Contribution.Pseudonym, c => c.Contribution.Themes[theme].Index, StringComparer.Ordinal);
                    double[] changes = [.. contributors.Select(c => c.Contribution.Themes[theme].Index - then.GetValueOrDefault(c.Contribution.Pseudonym)).OfType<long>().Select(c => (double)c)];
                    Panels.Add(release.Panel.Themes[theme].Change is Protected.Published);
                    Add(Changes, release.Panel.Themes[theme].Change, changes.DefaultIfEmpty().Average());
                }
            }
        }
    }

    private static void Add(Distances distances, Protected published, double truth)
    {
        if (published is Protected.Published p)
        {
            distances.Add(Math.Abs((double)p.Value - (truth / Disclosure.Unit)));
        }
    }
}
