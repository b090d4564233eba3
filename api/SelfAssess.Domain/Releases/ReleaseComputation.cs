using System.Text.Json;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// Takes contributions one by one and makes the release: the one place that does. Its memory grows with the number of distinct scores, not of
/// contributions; only a panel and a second release need to know who contributed before.
/// </summary>
public sealed class ReleaseComputation
{
    private const string NoGroup = "";

    private readonly ReleaseFrame frame;
    private readonly PreviousCycle? previous;
    private readonly Revision? revision;
    private readonly PanelTally? panel;
    private readonly Dictionary<string, GroupTally> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> themeAt = new(StringComparer.Ordinal);
    private readonly IndicatorTally[] indicators;
    private readonly OptionsTally[] options;
    private readonly DivergenceTally[] divergence;
    private int participants;

    /// <param name="frame">What is counted.</param>
    /// <param name="previous">The cycle before, with all of its contributions; null where there is none with a release.</param>
    /// <param name="first">For a second release: the first one, with all of its contributions.</param>
    public ReleaseComputation(ReleaseFrame frame, PreviousCycle? previous = null, FirstRelease? first = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        this.frame = frame;
        this.previous = previous;
        for (var i = 0; i < frame.Themes.Count; i++)
        {
            themeAt.Add(frame.Themes[i].Key, i);
        }

        indicators = [.. frame.Indicators.Select(i => new IndicatorTally(i))];
        options = [.. frame.Counted.Select(c => new OptionsTally(c))];
        divergence = [.. frame.Themes.Select(_ => new DivergenceTally())];
        panel = previous is null || first is not null ? null : new PanelTally(frame, previous);
        revision = first is null ? null : new Revision(frame, first);
    }

    /// <summary>Counts one State. The order of contributions does not matter.</summary>
    /// <exception cref="ArgumentException">The contribution belongs to another cycle or to other themes.</exception>
    public void Add(Contribution contribution, ContributionDetails details)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        ArgumentNullException.ThrowIfNull(details);
        if (contribution.CycleId != frame.CycleId || contribution.Themes.Count != themeAt.Count)
        {
            throw new ArgumentException($"A contribution does not belong to cycle {frame.CycleId} and its themes.", nameof(contribution));
        }

        // In a second release a State stays in the group in which it was first counted.
        var name = (revision?.FirstOf(contribution.Pseudonym) ?? details).Group ?? NoGroup;
        if (!groups.TryGetValue(name, out var group))
        {
            groups.Add(name, group = new GroupTally(themeAt.Count, frame.Levels.Count));
        }

        foreach (var theme in contribution.Themes)
        {
            if (!themeAt.TryGetValue(theme.Section, out var at))
            {
                throw new ArgumentException($"A contribution has a theme '{theme.Section}' that the release does not report.", nameof(contribution));
            }

            group.Themes[at].Add(theme, details.Blocs);
            divergence[at].Add(details.Diverges.GetValueOrDefault(theme.Section));
            panel?.Add(contribution.Pseudonym, at, theme.Index);
        }

        foreach (var indicator in indicators)
        {
            indicator.Add(details.Indicators.GetValueOrDefault(indicator.Indicator.Question));
        }

        foreach (var counted in options)
        {
            counted.Add(details.Counted.GetValueOrDefault(counted.Question.Question));
        }

        panel?.Add(contribution.Pseudonym);
        revision?.Add(contribution, details, name);
        group.Add(details.Blocs);
        participants++;
    }

    /// <summary>The release at each step of coarsening in turn, beginning with none; a step that takes nothing away from the one before is left out.</summary>
    public IEnumerable<(CoarseningStep Step, Release Release)> Ladder()
    {
        byte[]? before = null;
        foreach (var step in Enum.GetValues<CoarseningStep>())
        {
            var release = Publish(step);
            var json = JsonSerializer.SerializeToUtf8Bytes(release);
            if (before is null || !json.AsSpan().SequenceEqual(before))
            {
                yield return (step, release);
            }

            before = json;
        }
    }

    /// <summary>Applies the rules of disclosure to what was added. Nothing unrounded leaves this method.</summary>
    /// <param name="step">How far the release is coarsened.</param>
    public Release Publish(CoarseningStep step = CoarseningStep.None)
    {
        var all = GroupTally.Sum([.. groups.Values], themeAt.Count, frame.Levels.Count);
        var tier = all.IsLarge ? SizeTier.Of(participants, step, frame.Plan.Strict) : null;
        var release = new Release
        {
            Id = frame.ReleaseId,
            CycleId = frame.CycleId,
            CycleName = frame.CycleName,
            CycleStartsOn = frame.CycleStartsOn,
            Number = frame.Number,
            Questionnaire = frame.Questionnaire,
            LockedOn = frame.LockedOn,
            Levels = frame.Levels,
            Plan = new ReleasePlan(frame.Plan.Population, frame.Plan.Partition, frame.Plan.Strict),
            Method = ReleaseMethod.Of(tier, frame.Plan.Strict),
            Participation = tier is null ? Participation.Withheld : new Participation(participants, frame.Invited),
            Composition = tier is null || panel is null ? Composition.Unknown : panel.Composition(participants),
            Themes = [.. frame.Themes.Select((t, i) => Statistics(t.Key, t.Value, tier is null ? null : all.Themes[i], step))],
            Partition = tier is null ? PartitionStatistics.None(frame.Plan.Partition) : Groups(step),
            Indicators = [.. indicators.Select(i => Statistics(i, tier, step))],
            Counted = [.. options.Select(o => Statistics(o, tier))],
            Divergence = [.. frame.Themes.Select((t, i) => Statistics(t.Key, divergence[i], tier))],
            Panel = panel?.Publish(tier is null ? CoarseningStep.Nothing : step),
        };
        return revision?.Keep(release) ?? release;
    }

    /// <summary>The first release's groups stay what they are; otherwise they follow from their sizes.</summary>
    private PartitionStatistics Groups(CoarseningStep step)
    {
        var kind = frame.Plan.Partition;
        if (kind == PlannedPartition.None || step >= CoarseningStep.TotalOnly)
        {
            return PartitionStatistics.None(kind);
        }

        var clusters = revision is not null ? revision.Groups : Partitioning.Resolve(
            frame.Plan,
            groups.GetValueOrDefault(NoGroup)?.Participants ?? 0,
            c => Together(c).IsLarge,
            MergedBefore(),
            g => Together([g]).Participants >= Partitioning.ToSplit && previous!.SizeOf(g) >= Partitioning.ToSplit,
            oneMore: step >= CoarseningStep.Merged);
        var tallies = clusters.Select(Together).ToArray();
        if (clusters.Count < 2 || Array.Exists(tallies, t => !t.IsLarge || SizeTier.Of(t.Participants, step, frame.Plan.Strict) is null))
        {
            return PartitionStatistics.None(kind);
        }

        // A theme is published in every group or in none: one that is hidden could be had by subtraction.
        var themes = frame.Themes.Select((t, i) =>
        {
            var cells = tallies.Select(tally => Statistics(t.Key, t.Value, tally.Themes[i], step)).ToArray();
            return Array.TrueForAll(cells, c => c.Status == ThemeStatus.Published) ? cells : [.. cells.Select(c => NotPublished(t.Key, t.Value))];
        }).ToArray();
        return new PartitionStatistics(kind, PartitionStatus.Published,
        [
            .. clusters.Select((cluster, i) => new GroupStatistics(
                string.Join('+', cluster), cluster, cluster.Count > 1 ? GroupStatus.Merged : GroupStatus.Published, Band(tallies[i].Participants), [.. themes.Select(t => t[i])])),
        ]);
    }

    private GroupTally Together(IReadOnlyList<string> planned) =>
        GroupTally.Sum([.. planned.Select(g => groups.GetValueOrDefault(g)).OfType<GroupTally>()], themeAt.Count, frame.Levels.Count);

    /// <summary>What the release before had together: all of them where it published the totals alone.</summary>
    private IReadOnlyList<IReadOnlyList<string>> MergedBefore() => previous?.Release switch
    {
        { Participation.Participants: not null } before when before.Plan.Partition == frame.Plan.Partition => before.Partition.Status == PartitionStatus.Published
            ? [.. before.Partition.Groups.Where(g => g.Groups.Count > 1).Select(g => g.Groups)]
            : [PublicationPlan.GroupsOf(frame.Plan.Partition)],
        _ => [],
    };

    /// <summary>How many States stand behind a number. Even where all do it is not told exactly: that every one of them has a score, is said of each.</summary>
    private static Population Band(int contributors) => SizeTier.Of(contributors) is { } tier ? new Population(tier.From, tier.To) : throw new InvalidOperationException("Too few to tell their number.");

    private static ThemeStatistics NotPublished(string section, IReadOnlyList<string> comparableWith) => new(section, ThemeStatus.NotPublished, null, comparableWith,
        Protected.Withheld, Protected.Withheld, Protected.Withheld, Protected.Withheld, null, null);

    /// <param name="section">The theme.</param>
    /// <param name="comparableWith">Earlier versions with which it may be compared.</param>
    /// <param name="tally">What was counted; null where nothing may be published.</param>
    /// <param name="step">How far the release is coarsened.</param>
    private ThemeStatistics Statistics(string section, IReadOnlyList<string> comparableWith, ThemeTally? tally, CoarseningStep step)
    {
        var nothing = NotPublished(section, comparableWith);
        if (tally is not { IsLarge: true } || SizeTier.Of(tally.Scored, step, frame.Plan.Strict) is not { } tier)
        {
            return nothing;
        }

        var population = Band(tally.Scored);
        var largest = Array.IndexOf(tally.Levels, tally.Levels.Max());
        if (Disclosure.Homogeneous(tally.Scored, tally.Levels[largest]))
        {
            return tier.Distribution
                ? nothing with { Status = ThemeStatus.Concentrated, Base = population, Concentrated = frame.Levels[largest] }
                : nothing;
        }

        var ordered = tally.Indices.OrderBy(i => i.Key).ToArray();
        return nothing with
        {
            Status = ThemeStatus.Published,
            Base = population,
            Mean = Disclosure.Mean(tally.Sum, tally.Scored, tier),
            FirstQuartile = Disclosure.Quantile(ordered, tally.Scored, 1, tier),
            Median = Disclosure.Quantile(ordered, tally.Scored, 2, tier),
            ThirdQuartile = Disclosure.Quantile(ordered, tally.Scored, 3, tier),
            Distribution = tier.Distribution ? Rounded(tally.Levels, tally.NotApplicable, tally.NoAnswer) : null,
        };
    }

    private IndicatorStatistics Statistics(IndicatorTally tally, SizeTier? total, CoarseningStep step)
    {
        var (question, section, levels) = (tally.Indicator.Question, tally.Indicator.Section, tally.Indicator.Levels);
        var nothing = new IndicatorStatistics(question, section, levels, ThemeStatus.NotPublished, null, null, null);
        var scored = tally.Levels.Sum();
        if (total is not { Distribution: true } || SizeTier.Of(scored, step, frame.Plan.Strict) is not { Distribution: true })
        {
            return nothing;
        }

        var population = Band(scored);
        var largest = Array.IndexOf(tally.Levels, tally.Levels.Max());
        return Disclosure.Homogeneous(scored, tally.Levels[largest])
            ? nothing with { Status = ThemeStatus.Concentrated, Base = population, Concentrated = levels[largest] }
            : nothing with { Status = ThemeStatus.Published, Base = population, Distribution = Rounded(tally.Levels, tally.NotApplicable, tally.NoAnswer) };
    }

    private CountedStatistics Statistics(OptionsTally tally, SizeTier? total)
    {
        var question = tally.Question;
        var published = total is { Distribution: true };
        if (question.Exclusive)
        {
            published &= !Disclosure.Homogeneous(participants, Math.Max(tally.NoAnswer, tally.Chosen.DefaultIfEmpty().Max()));
            return Of(_ => published);
        }

        // Each option divides the States into those that chose it and all others.
        return Of(count => published && !Disclosure.Homogeneous(participants, Math.Max(count, participants - count)));

        CountedStatistics Of(Func<int, bool> shown) => new(question.Question, question.Exclusive,
            [.. question.Options.Select((o, i) => new OptionCount(o, shown(tally.Chosen[i]) ? Disclosure.Count(tally.Chosen[i]) : Protected.Withheld))],
            shown(tally.NoAnswer) ? Disclosure.Count(tally.NoAnswer) : Protected.Withheld);
    }

    private DivergenceStatistics Statistics(string section, DivergenceTally tally, SizeTier? total)
    {
        var shown = total is { Distribution: true }
            && !Disclosure.Homogeneous(participants, Math.Max(tally.Diverging, Math.Max(tally.Agreeing, tally.NotCompared)));
        return new DivergenceStatistics(section, Count(tally.Diverging), Count(tally.Agreeing), Count(tally.NotCompared));

        Protected Count(int count) => shown ? Disclosure.Count(count) : Protected.Withheld;
    }

    private static Distribution Rounded(int[] levels, int notApplicable, int noAnswer) =>
        new([.. levels.Select(Disclosure.RoundCount)], Disclosure.RoundCount(notApplicable), Disclosure.RoundCount(noAnswer), Disclosure.CountBase);
}
