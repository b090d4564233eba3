using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Releases;

/// <summary>What a release says of its cycle beside the numbers.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="CycleName">As people write it.</param>
/// <param name="CycleStartsOn">Its place in time.</param>
/// <param name="Number">1 for R1.</param>
/// <param name="Questionnaire">The version that every participant answered.</param>
/// <param name="LockedOn">When the contributions were fixed (UTC).</param>
/// <param name="Invited">States in the register at that moment.</param>
/// <param name="Levels">Level ids of the reported scale, lowest first.</param>
/// <param name="Themes">Reported sections in order, each with the earlier versions that it may be compared with.</param>
public sealed record ReleaseFrame(
    string CycleId,
    string CycleName,
    DateOnly CycleStartsOn,
    int Number,
    QuestionnaireReference Questionnaire,
    DateOnly LockedOn,
    int Invited,
    IReadOnlyList<string> Levels,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Themes);

/// <summary>
/// Takes contributions one by one and makes the release. Its memory grows with the number of distinct scores, not of contributions.
/// </summary>
public sealed class ReleaseComputation
{
    private readonly ReleaseFrame frame;
    private readonly Dictionary<string, Tally> tallies;
    private int participants;

    public ReleaseComputation(ReleaseFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        this.frame = frame;
        tallies = frame.Themes.ToDictionary(t => t.Key, _ => new Tally(frame.Levels.Count), StringComparer.Ordinal);
    }

    /// <summary>Counts one State. The order of contributions does not matter.</summary>
    /// <exception cref="ArgumentException">The contribution belongs to another cycle or to other themes.</exception>
    public void Add(Contribution contribution)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        if (contribution.CycleId != frame.CycleId || contribution.Themes.Count != tallies.Count)
        {
            throw new ArgumentException($"A contribution does not belong to cycle {frame.CycleId} and its themes.", nameof(contribution));
        }

        foreach (var theme in contribution.Themes)
        {
            if (!tallies.TryGetValue(theme.Section, out var tally))
            {
                throw new ArgumentException($"A contribution has a theme '{theme.Section}' that the release does not report.", nameof(contribution));
            }

            tally.Add(theme);
        }

        participants++;
    }

    /// <summary>Applies the rules of disclosure to what was added. Nothing unrounded leaves this method.</summary>
    /// <param name="composition">How the cohort compares with the one before.</param>
    public Release Publish(Composition composition)
    {
        var tier = SizeTier.Of(participants);
        return new Release
        {
            Id = $"{frame.CycleId}-R{frame.Number}",
            CycleId = frame.CycleId,
            CycleName = frame.CycleName,
            CycleStartsOn = frame.CycleStartsOn,
            Number = frame.Number,
            Questionnaire = frame.Questionnaire,
            LockedOn = frame.LockedOn,
            Levels = frame.Levels,
            Participation = tier is null ? Participation.Withheld : new Participation(participants, frame.Invited),
            Composition = tier is null ? Composition.Unknown : composition,
            Themes = [.. frame.Themes.Select(t => Statistics(t.Key, t.Value, tier is null ? null : tallies[t.Key]))],
        };
    }

    private ThemeStatistics Statistics(string section, IReadOnlyList<string> comparableWith, Tally? tally)
    {
        var nothing = new ThemeStatistics(section, ThemeStatus.NotPublished, null, comparableWith,
            Protected.Withheld, Protected.Withheld, Protected.Withheld, Protected.Withheld, null, null);
        if (tally is null || SizeTier.Of(tally.Scored) is not { } tier)
        {
            return nothing;
        }

        var population = tally.Scored == participants ? new Population(participants, participants) : new Population(tier.From, tier.To);
        var largest = Array.IndexOf(tally.Levels, tally.Levels.Max());
        if (tally.Scored - tally.Levels[largest] < Disclosure.OutsideLargest)
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
            Distribution = tier.Distribution
                ? new Distribution([.. tally.Levels.Select(Disclosure.RoundCount)], Disclosure.RoundCount(tally.NotApplicable),
                    Disclosure.RoundCount(tally.NoAnswer), Disclosure.CountBase)
                : null,
        };
    }

    private sealed class Tally(int levels)
    {
        public int[] Levels { get; } = new int[levels];

        public Dictionary<long, int> Indices { get; } = [];

        public Int128 Sum { get; private set; }

        public int Scored { get; private set; }

        public int NotApplicable { get; private set; }

        public int NoAnswer { get; private set; }

        public void Add(ThemeContribution theme)
        {
            switch (theme)
            {
                case { Outcome: ThemeOutcome.Scored, Level: { } level, Index: { } index }:
                    Levels[level]++;
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Indices, index, out _)++;
                    Sum += index;
                    Scored++;
                    break;
                case { Outcome: ThemeOutcome.NotApplicable }:
                    NotApplicable++;
                    break;
                case { Outcome: ThemeOutcome.NoAnswer }:
                    NoAnswer++;
                    break;
                default:
                    throw new ArgumentException($"A contribution has no level or index for theme '{theme.Section}' although it is scored.", nameof(theme));
            }
        }
    }
}
