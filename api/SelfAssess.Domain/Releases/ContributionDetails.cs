using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// What one State adds to the aggregate beside its <see cref="Contribution"/>: still no State code, no entity, no text, no time. It is kept apart, so that the
/// indexes and levels of very many States are read without it.
/// </summary>
/// <param name="Group">The State's group in the cycle's plan; null where it has none.</param>
/// <param name="Blocs">The declared blocs to which it belongs, by name.</param>
/// <param name="Indicators">By scored question of a reported section that applies: the level's id, or the answer state in camel case, or <c>unanswered</c>.</param>
/// <param name="Counted">By counted question, or question and dimension joined with a dot: the chosen options. Free text is never among them.</param>
/// <param name="Diverges">By reported section: whether the State's entities diverge; null where they were not, or could not be, compared.</param>
public sealed record ContributionDetails(
    string? Group,
    IReadOnlyList<string> Blocs,
    IReadOnlyDictionary<string, string> Indicators,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Counted,
    IReadOnlyDictionary<string, bool?> Diverges)
{
    /// <summary>The details of one State's assessment.</summary>
    public static ContributionDetails Of(
        Questionnaire questionnaire, Assessment assessment, string? group, IReadOnlyList<string> blocs, IReadOnlyDictionary<string, bool?> diverges)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(assessment);
        var sheet = ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers);
        var standings = AssessmentProgress.Of(sheet).Sections.SelectMany(s => s.Questions).ToDictionary(q => q.Question, q => q.Standing, StringComparer.Ordinal);
        return new ContributionDetails(
            group,
            blocs,
            Contributions.ReportedSections(questionnaire.Definition).SelectMany(s => s.AllQuestions())
                .Where(q => q.Kind == QuestionKind.Level && questionnaire.IsScored(q.Id) && standings.GetValueOrDefault(q.Id) is not (Standing.Hidden or Standing.NotApplicableByRule))
                .ToDictionary(q => q.Id, q => sheet.LevelOf(q.Id) ?? Word(standings[q.Id]), StringComparer.Ordinal),
            (questionnaire.Definition.Reporting?.Counted ?? []).Where(assessment.Answers.ContainsKey).SelectMany(q => Options(q, assessment.Answers[q].Value))
                .ToDictionary(o => o.Key, o => o.Options, StringComparer.Ordinal),
            diverges);
    }

    private static string Word(Standing standing) => char.ToLowerInvariant(standing.ToString()[0]) + standing.ToString()[1..];

    private static IEnumerable<(string Key, IReadOnlyList<string> Options)> Options(string key, AnswerValue? value) => value switch
    {
        AnswerValue.Choice choice => [(key, [choice.Id])],
        AnswerValue.Choices choices => [(key, [.. choices.Ids.Order(StringComparer.Ordinal)])],
        AnswerValue.Matrix matrix => matrix.Dimensions.OrderBy(d => d.Key, StringComparer.Ordinal).SelectMany(d => Options($"{key}.{d.Key}", d.Value)),
        _ => [],
    };
}
