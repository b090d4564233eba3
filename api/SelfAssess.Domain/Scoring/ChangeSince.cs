using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Scoring;

/// <summary>One question in two assessments of the same State.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Before">The level then, by id; null where there was none.</param>
/// <param name="Now">The level now, by id; null where there is none.</param>
/// <param name="Comparable">False where the questionnaire's version changed and does not say that the theme measures the same: then the difference means nothing.</param>
public sealed record QuestionChange(string Question, string? Before, string? Now, bool Comparable);

/// <summary>One reported section in two assessments of the same State.</summary>
/// <param name="Section">The section's id.</param>
/// <param name="Before">The level's score then, as it was shown; null where there was none.</param>
/// <param name="Now">The same now.</param>
/// <param name="Comparable">As for questions.</param>
public sealed record SectionChange(string Section, decimal? Before, decimal? Now, bool Comparable);

/// <summary>What is different since an earlier assessment of the same State.</summary>
/// <param name="Sections">Reported sections that are in both, in the questionnaire's order.</param>
/// <param name="Questions">Level questions that are in both and whose level is not the same, in the questionnaire's order.</param>
public sealed record ChangeSince(IReadOnlyList<SectionChange> Sections, IReadOnlyList<QuestionChange> Questions)
{
    /// <summary>Compares two score sheets of one questionnaire, in the same version or different ones.</summary>
    public static ChangeSince Between(ScoreSheet before, ScoreSheet now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        var (definition, earlier) = (now.Questionnaire.Definition, before.Questionnaire.Definition);
        var sections = new List<SectionChange>();
        var questions = new List<QuestionChange>();
        foreach (var section in definition.AllSections().Where(s => s.Reported && earlier.AllSections().Any(e => e.Id == s.Id)))
        {
            var comparable = definition.Version == earlier.Version
                || definition.ComparableWith.Any(c => c.Version == earlier.Version && c.Sections.Contains(section.Id, StringComparer.Ordinal));
            sections.Add(new SectionChange(section.Id, Shown(before, section.Id), Shown(now, section.Id), comparable));
            questions.AddRange(section.AllQuestions().Where(q => q.Kind == QuestionKind.Level && before.Questionnaire.Has(q.Id))
                .Select(q => new QuestionChange(q.Id, before.LevelOf(q.Id), now.LevelOf(q.Id), comparable)).Where(c => c.Before != c.Now));
        }

        return new ChangeSince(sections, questions);
    }

    private static decimal? Shown(ScoreSheet sheet, string section) => sheet.Questionnaire.Definition.Reporting is { } reporting
        && sheet.Find(section, reporting.LevelMeasure) is { Outcome: ScoreOutcome.Scored, Value: { } value } ? value : null;
}
