namespace SelfAssess.Domain.Releases;

/// <summary>Changes of the States that took part in this cycle and in the one before.</summary>
internal sealed class PanelTally
{
    private readonly ReleaseFrame frame;
    private readonly PreviousCycle previous;

    // By theme of this cycle: its place in the cycle before, where the two may be compared.
    private readonly int?[] before;
    private readonly Int128[] sums;
    private readonly int[] inBoth;
    private readonly int[] scored;
    private int stayed;

    public PanelTally(ReleaseFrame frame, PreviousCycle previous)
    {
        (this.frame, this.previous) = (frame, previous);
        var sections = previous.Release.Themes.Select(t => t.Section).ToList();
        before =
        [
            .. frame.Themes.Select(t => (previous.Release.Questionnaire == frame.Questionnaire || t.Value.Contains(previous.Release.Questionnaire.Version, StringComparer.Ordinal))
                && sections.IndexOf(t.Key) is >= 0 and var at ? at : (int?)null),
        ];
        sums = new Int128[before.Length];
        inBoth = new int[before.Length];
        scored = new int[before.Length];
    }

    /// <summary>Counts one State.</summary>
    public void Add(string pseudonym) => stayed += previous.Contains(pseudonym) ? 1 : 0;

    /// <summary>Counts one State's theme.</summary>
    public void Add(string pseudonym, int theme, long? index)
    {
        if (index is not { } now)
        {
            return;
        }

        scored[theme]++;
        if (before[theme] is { } at && previous.IndexOf(pseudonym, at) is { } then)
        {
            inBoth[theme]++;
            sums[theme] += now - then;
        }
    }

    public Composition Composition(int participants) => Cohorts.Compare(previous.Participants, participants, stayed);

    /// <summary>
    /// Where those who came and those who left are none or many, a change is rounded as a mean is; where they are few, the panel differs
    /// from both totals by few States, and the change is rounded twice as coarsely.
    /// </summary>
    public PanelStatistics Publish(CoarseningStep step)
    {
        var shown = step < CoarseningStep.NoPanel && stayed >= Disclosure.SmallestPanel && previous.Release.Participation.Participants is not null;
        return new PanelStatistics(previous.Release.Id, shown ? Band(stayed) : null,
            [.. frame.Themes.Select((t, i) => shown ? Change(t.Key, i) : new ThemeChange(t.Key, null, Protected.Withheld))]);
    }

    private ThemeChange Change(string section, int theme)
    {
        var states = inBoth[theme];
        if (before[theme] is not { } at || states < Disclosure.SmallestPanel)
        {
            return new ThemeChange(section, null, Protected.Withheld);
        }

        var tier = SizeTier.Of(states)!;
        var fewMoved = !Disclosure.MayDiffer(scored[theme] - states) || !Disclosure.MayDiffer(previous.ScoredIn(at) - states);
        return new ThemeChange(section, Band(states), Disclosure.Change(sums[theme], states, tier.MeanBaseTimes10 * (fewMoved ? 2 : 1)));
    }

    private static Population Band(int states) => SizeTier.Of(states) is { } tier ? new Population(tier.From, tier.To) : throw new InvalidOperationException("Too few to tell their number.");
}
