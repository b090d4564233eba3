using System.Globalization;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Tests.Charts;

/// <summary>Releases of the ATT instrument whose themes, counts and groups differ as those of real cohorts may: wide, uniform, withheld.</summary>
internal static class Fictitious
{
    public static Questionnaire Att { get; } = QuestionnaireFolder.ReadAll(Path.Combine(AppContext.BaseDirectory, "questionnaires")).Single(q => q.Folder.StartsWith("att-", StringComparison.Ordinal)).Questionnaire!;

    /// <summary>Three cycles; the index of the States that stay rises by 10 to the second, and most leave after it.</summary>
    public static Release[] Releases()
    {
        var first = Release("2024", 60);
        var second = Release("2025", 50, first, 60, risen: 10);
        return [first, second, Release("2026", 60, second, 50, newcomersFrom: 40)];
    }

    public static ScoreSheet Sheet(int step) => ScoreSheet.Score(Att, new Profile([]), Att.Definition.Sections.SelectMany(s => s.Questions).Where(q => q.Kind == QuestionKind.Level && q.Id[0] != '4')
        .Select((q, i) => (q.Id, Answer: new Answer { Value = new AnswerValue.Choice(Att.Definition.Scales[0].Levels[(i * step) % 5].Id) })).ToDictionary(a => a.Id, a => a.Answer));

    /// <summary>A release whose themes differ: a wide one, a concentrated one, one with States that do not answer.</summary>
    /// <param name="cycle">Its year.</param>
    /// <param name="states">How many take part.</param>
    /// <param name="before">The release of the cycle before.</param>
    /// <param name="statesBefore">How many took part in it.</param>
    /// <param name="newcomersFrom">The first State that takes part: those before it have left.</param>
    /// <param name="risen">By how many points their index has risen.</param>
    /// <param name="plan">What may be published; everybody without groups unless given.</param>
    /// <param name="groups">How many States are in each planned group; the others are in none.</param>
    /// <param name="indicatorLevels">The level of a question in a State, where it is not the usual one.</param>
    /// <param name="levelsOf">The levels of a question, where they are not the usual ones.</param>
    public static Release Release(
        string cycle, int states, Release? before = null, int statesBefore = 0, int newcomersFrom = 0, int risen = 0, PublicationPlan? plan = null, IReadOnlyList<int>? groups = null,
        Func<string, int, string?>? indicatorLevels = null, Func<string, IReadOnlyList<string>?>? levelsOf = null)
    {
        var previous = before is null ? null : new PreviousCycle(before);
        var frame = ReleaseFrame.Of(Att, plan ?? new PublicationPlan(), cycle, cycle, new DateOnly(int.Parse(cycle, CultureInfo.InvariantCulture), 1, 1), 1, new DateOnly(2026, 6, 1), 100);
        frame = frame with { Indicators = [.. frame.Indicators.Select(i => levelsOf?.Invoke(i.Question) is { } own ? i with { Levels = own } : i)] };
        for (var state = 0; state < statesBefore; state++)
        {
            previous!.Add(Contributed(before!.CycleId, state, 0), DetailsOf(frame, state, null, null));
        }

        var computation = new ReleaseComputation(frame, previous);
        for (var state = 0; state < states; state++)
        {
            var number = newcomersFrom + state;
            computation.Add(Contributed(cycle, number, risen), DetailsOf(frame, number, GroupOf(frame.Plan, groups, state), indicatorLevels));
        }

        return computation.Publish();
    }

    private static string? GroupOf(PublicationPlan plan, IReadOnlyList<int>? groups, int state)
    {
        for (var group = 0; group < groups?.Count; group++)
        {
            if (state < groups.Take(group + 1).Sum())
            {
                return PublicationPlan.GroupsOf(plan.Partition)[group];
            }
        }

        return null;
    }

    private static Contribution Contributed(string cycle, int state, int risen) => new($"s{state}", cycle, [.. Contributions.ReportedSections(Att.Definition).Select((s, theme) => theme switch
    {
        1 => new ThemeContribution(s.Id, ThemeOutcome.Scored, 3, 75_000_000),
        2 when state % 3 == 0 => new ThemeContribution(s.Id, ThemeOutcome.NoAnswer, null, null),
        3 when state % 4 == 0 => new ThemeContribution(s.Id, ThemeOutcome.NotApplicable, null, null),
        _ => new ThemeContribution(s.Id, ThemeOutcome.Scored, (state + theme) % 5, ((state + theme) % 5 * 20_000_000L) + (risen * 1_000_000L)),
    })]);

    private static ContributionDetails DetailsOf(ReleaseFrame frame, int state, string? group, Func<string, int, string?>? indicatorLevels) => new(
        group,
        [],
        frame.Indicators.Select((i, at) => (i.Question, Level: indicatorLevels?.Invoke(i.Question, state) ?? (at % 6, state % 7) switch
        {
            (3, _) => i.Levels[^1],
            (_, 0) => "dontKnow",
            _ => i.Levels[(state + at) % i.Levels.Count],
        })).ToDictionary(i => i.Question, i => i.Level, StringComparer.Ordinal),
        frame.Counted.Where((_, at) => (state + at) % 10 != 0).Select(c => (c.Question, Options: (IReadOnlyList<string>)(c.Exclusive
            ? [c.Options[state % c.Options.Count]]
            // The fifth option is chosen by nobody.
            : [.. c.Options.Where((_, at) => at != 4 && (state + at) % (at + 2) == 0)]))).ToDictionary(c => c.Question, c => c.Options, StringComparer.Ordinal),
        frame.Themes.Select((t, at) => (t.Key, Diverges: at == 3 ? (bool?)null : (state % (at + 3)) switch { 0 => true, 1 => null, _ => false })).ToDictionary(t => t.Key, t => t.Diverges, StringComparer.Ordinal));
}
