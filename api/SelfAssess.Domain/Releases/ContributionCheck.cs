using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// Whether a contribution that was computed elsewhere could have come from the questionnaire. It cannot tell whether it is true, as nobody can of answers; but what
/// passes cannot upset a release, and says nothing that a contribution does not say.
/// </summary>
public static class ContributionCheck
{
    private const long HighestIndex = 100_000_000;

    /// <summary>The words that stand for an indicator without a level.</summary>
    private static readonly HashSet<string> states =
        [.. new[] { Standing.NotApplicable, Standing.DontKnow, Standing.NotYetTested, Standing.Declined, Standing.Unanswered, Standing.Answered }.Select(s => char.ToLowerInvariant(s.ToString()[0]) + s.ToString()[1..])];

    /// <summary>Everything that is wrong with it.</summary>
    /// <param name="questionnaire">The cycle's.</param>
    /// <param name="themes">The contribution's themes.</param>
    /// <param name="indicators">By scored question: its level, or the word for why it has none.</param>
    /// <param name="counted">By counted question: the chosen options.</param>
    /// <param name="diverges">By theme: whether entities diverge.</param>
    /// <exception cref="InvalidOperationException">The questionnaire reports nothing.</exception>
    public static IReadOnlyList<AnswerProblem> Of(
        Questionnaire questionnaire,
        IReadOnlyList<ThemeContribution> themes,
        IReadOnlyDictionary<string, string> indicators,
        IReadOnlyDictionary<string, IReadOnlyList<string>> counted,
        IReadOnlyDictionary<string, bool?> diverges)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(themes);
        ArgumentNullException.ThrowIfNull(indicators);
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(diverges);
        var definition = questionnaire.Definition;
        var reporting = definition.Reporting ?? throw new InvalidOperationException($"Questionnaire {questionnaire.Reference} reports nothing.");
        var sections = Contributions.ReportedSections(definition);
        var levels = definition.Scales.Single(s => s.Id == reporting.Scale).Levels.Count;
        var problems = new List<AnswerProblem>();
        if (!themes.Select(t => t.Section).SequenceEqual(sections.Select(s => s.Id), StringComparer.Ordinal))
        {
            problems.Add(new AnswerProblem("themes", "The themes are not those of the questionnaire, in its order.", "unknownTheme"));
        }

        foreach (var theme in themes)
        {
            var fits = theme.Outcome == ThemeOutcome.Scored
                ? theme is { Level: { } level, Index: { } index } && level >= 0 && level < levels && index is >= 0 and <= HighestIndex
                : theme is { Level: null, Index: null } && Enum.IsDefined(theme.Outcome);
            if (!fits)
            {
                problems.Add(new AnswerProblem($"themes.{theme.Section}", "Its level or its index is none that the questionnaire has.", "outOfRange"));
            }
        }

        var scored = sections.SelectMany(s => s.AllQuestions()).Where(q => q.Kind == QuestionKind.Level && questionnaire.IsScored(q.Id)).Select(q => q.Id).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(indicators.Where(i => !scored.Contains(i.Key) || !(states.Contains(i.Value) || questionnaire.LevelsOf(i.Key).Contains(i.Value, StringComparer.Ordinal)))
            .Select(i => new AnswerProblem($"indicators.{i.Key}", "The questionnaire has no such indicator, or the indicator no such level.", "unknownLevel")));
        problems.AddRange(counted.Where(c => !Options(questionnaire, reporting.Counted, c.Key, c.Value))
            .Select(c => new AnswerProblem($"counted.{c.Key}", "The question is not counted, or has no such options.", "unknownOption")));
        if (!diverges.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(sections.Select(s => s.Id)))
        {
            problems.Add(new AnswerProblem("diverges", "It is not told for each theme of the questionnaire, or for others.", "unknownTheme"));
        }

        return problems;
    }

    private static bool Options(Questionnaire questionnaire, IReadOnlyList<string> counted, string key, IReadOnlyList<string> chosen)
    {
        if (chosen.Count == 0 || chosen.Distinct(StringComparer.Ordinal).Count() != chosen.Count)
        {
            return false;
        }

        foreach (var question in questionnaire.Definition.AllQuestions().Where(q => counted.Contains(q.Id, StringComparer.Ordinal)))
        {
            if (key == question.Id)
            {
                return question.Kind != QuestionKind.Matrix && chosen.All(o => questionnaire.OptionsOf(question.Id).Contains(o, StringComparer.Ordinal)) && (question.Kind == QuestionKind.Multiple || chosen.Count == 1);
            }

            if (question.Dimensions.FirstOrDefault(d => key == $"{question.Id}.{d.Id}") is { } dimension)
            {
                return chosen.All(o => dimension.Options.Any(d => d.Id == o)) && (dimension.Multiple || chosen.Count == 1);
            }
        }

        return false;
    }
}
