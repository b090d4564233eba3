using System.Runtime.InteropServices;

namespace SelfAssess.Domain.Releases;

/// <summary>What is counted of one planned group. Several together are counted by adding them; their memory grows with the number of distinct scores only.</summary>
internal sealed class GroupTally(int themes, int levels)
{
    public int Participants { get; private set; }

    /// <summary>Participants by declared bloc.</summary>
    public Dictionary<string, int> Blocs { get; } = new(StringComparer.Ordinal);

    public ThemeTally[] Themes { get; } = [.. Enumerable.Range(0, themes).Select(_ => new ThemeTally(levels))];

    public void Add(IReadOnlyList<string> blocs)
    {
        Participants++;
        Count(Blocs, blocs);
    }

    /// <summary>Several groups together.</summary>
    public static GroupTally Sum(IReadOnlyList<GroupTally> groups, int themes, int levels)
    {
        var sum = new GroupTally(themes, levels);
        foreach (var group in groups)
        {
            sum.Participants += group.Participants;
            AddTo(sum.Blocs, group.Blocs);
            for (var i = 0; i < themes; i++)
            {
                sum.Themes[i].Add(group.Themes[i]);
            }
        }

        return sum;
    }

    /// <summary>Whether so many contributors are too few, or a bloc that pools its answers would know nearly all of the others'.</summary>
    public static bool Large(int contributors, Dictionary<string, int> blocs) => contributors >= SizeTier.SmallestPopulation
        && blocs.Values.All(inside => contributors - inside is 0 or >= Disclosure.OutsideBloc);

    public bool IsLarge => Large(Participants, Blocs);

    internal static void Count(Dictionary<string, int> counts, IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
        }
    }

    internal static void AddTo<T>(Dictionary<T, int> counts, Dictionary<T, int> more)
        where T : notnull
    {
        foreach (var (key, count) in more)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count;
        }
    }
}

/// <summary>What is counted of one theme in one group.</summary>
internal sealed class ThemeTally(int levels)
{
    public int[] Levels { get; } = new int[levels];

    /// <summary>How many States have each index (millionths of a point).</summary>
    public Dictionary<long, int> Indices { get; } = [];

    public Dictionary<string, int> Blocs { get; } = new(StringComparer.Ordinal);

    public Int128 Sum { get; private set; }

    public int Scored { get; private set; }

    public int NotApplicable { get; private set; }

    public int NoAnswer { get; private set; }

    public bool IsLarge => GroupTally.Large(Scored, Blocs);

    public void Add(ThemeContribution theme, IReadOnlyList<string> blocs)
    {
        switch (theme)
        {
            case { Outcome: ThemeOutcome.Scored, Level: { } level, Index: { } index }:
                Levels[level]++;
                CollectionsMarshal.GetValueRefOrAddDefault(Indices, index, out _)++;
                Sum += index;
                Scored++;
                GroupTally.Count(Blocs, blocs);
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

    public void Add(ThemeTally other)
    {
        for (var i = 0; i < Levels.Length; i++)
        {
            Levels[i] += other.Levels[i];
        }

        GroupTally.AddTo(Indices, other.Indices);
        GroupTally.AddTo(Blocs, other.Blocs);
        Sum += other.Sum;
        Scored += other.Scored;
        NotApplicable += other.NotApplicable;
        NoAnswer += other.NoAnswer;
    }
}

/// <summary>What is counted of one scored question over all participants.</summary>
internal sealed class IndicatorTally(FramedIndicator indicator)
{
    private const string NotApplicableState = "notApplicable";

    public FramedIndicator Indicator { get; } = indicator;

    public int[] Levels { get; } = new int[indicator.Levels.Count];

    public int NotApplicable { get; private set; }

    public int NoAnswer { get; private set; }

    /// <summary>Counts a level's id or an answer state; null where a rule says that the question does not apply.</summary>
    public void Add(string? answer)
    {
        if (answer is null or NotApplicableState)
        {
            NotApplicable++;
            return;
        }

        for (var i = 0; i < Levels.Length; i++)
        {
            if (Indicator.Levels[i] == answer)
            {
                Levels[i]++;
                return;
            }
        }

        NoAnswer++;
    }
}

/// <summary>What is counted of one question with options over all participants.</summary>
internal sealed class OptionsTally(FramedOptions question)
{
    public FramedOptions Question { get; } = question;

    public int[] Chosen { get; } = new int[question.Options.Count];

    public int NoAnswer { get; private set; }

    public void Add(IReadOnlyList<string>? chosen)
    {
        if (chosen is not { Count: > 0 })
        {
            NoAnswer++;
            return;
        }

        for (var i = 0; i < Chosen.Length; i++)
        {
            Chosen[i] += chosen.Contains(Question.Options[i], StringComparer.Ordinal) ? 1 : 0;
        }
    }
}

/// <summary>In how many States entities see a theme differently.</summary>
internal sealed class DivergenceTally
{
    public int Diverging { get; private set; }

    public int Agreeing { get; private set; }

    public int NotCompared { get; private set; }

    public void Add(bool? diverges)
    {
        Diverging += diverges is true ? 1 : 0;
        Agreeing += diverges is false ? 1 : 0;
        NotCompared += diverges is null ? 1 : 0;
    }
}
