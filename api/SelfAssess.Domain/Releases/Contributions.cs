using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Releases;

/// <summary>What an assessment adds to the aggregate.</summary>
public static class Contributions
{
    private const decimal Millionths = 1_000_000;

    /// <summary>The sections that a release reports, in reading order.</summary>
    public static IReadOnlyList<SectionDefinition> ReportedSections(QuestionnaireDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return [.. definition.AllSections().Where(s => s.Reported)];
    }

    /// <summary>The contribution of one State's assessment.</summary>
    /// <exception cref="InvalidOperationException">The questionnaire reports nothing.</exception>
    public static Contribution Of(Questionnaire questionnaire, Assessment assessment, string pseudonym)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(assessment);
        var reporting = questionnaire.Definition.Reporting ?? throw new InvalidOperationException($"Questionnaire {questionnaire.Reference} reports nothing.");
        var scale = questionnaire.Definition.Scales.Single(s => s.Id == reporting.Scale).Levels;
        var sheet = ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers);
        return new Contribution(pseudonym, assessment.CycleId, [.. ReportedSections(questionnaire.Definition).Select(Theme)]);

        ThemeContribution Theme(SectionDefinition section)
        {
            var level = sheet.Find(section.Id, reporting.LevelMeasure)!;
            var index = sheet.Find(section.Id, reporting.IndexMeasure)!;
            return (level, index) switch
            {
                ({ Outcome: ScoreOutcome.Scored }, { Outcome: ScoreOutcome.Scored }) =>
                    new ThemeContribution(section.Id, ThemeOutcome.Scored, Position(level.Value!.Value), (long)decimal.Round(index.Value!.Value * Millionths)),
                _ when level.Outcome == ScoreOutcome.NotApplicable || index.Outcome == ScoreOutcome.NotApplicable =>
                    new ThemeContribution(section.Id, ThemeOutcome.NotApplicable, null, null),
                _ => new ThemeContribution(section.Id, ThemeOutcome.NoAnswer, null, null),
            };
        }

        int Position(decimal value) => Enumerable.Range(0, scale.Count).First(i => scale[i].Value == value);
    }
}
