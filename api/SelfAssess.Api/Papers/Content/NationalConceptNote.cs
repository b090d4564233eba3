using SelfAssess.Api.Charts.Models;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Content;

/// <summary>The draft of a concept note to the Voluntary Trust Fund: for each theme a baseline, a target one level up, and what is to hold then.</summary>
internal static class NationalConceptNote
{
    public static IEnumerable<Block> Of(NationalSource source, PaperWords words, ChartWords names)
    {
        var rows = Rows(source, words, names).ToArray();
        yield return new Annex("note", words.Say("national.annex"));
        yield return words.Numbered(words.Sentence("national.note.said"));
        yield return words.Numbered(words.Sentence("national.note.title"));
        yield return words.Numbered(words.Sentence("national.note.applicant", source.State));
        yield return words.Numbered(words.Sentence("national.note.purpose"));
        if (rows.Length == 0)
        {
            yield return words.Numbered(words.Sentence("national.note.nothing"));
            yield break;
        }

        var activities = source.Recommended.Select(r => r.Id).Distinct(StringComparer.Ordinal).ToArray();
        if (activities.Length > 0)
        {
            yield return words.Numbered(words.Sentence("national.note.activities"));
            foreach (var activity in activities)
            {
                yield return new Paragraph(ParagraphKind.Lettered, [new Inline.Plain(names.Texts.Recommendations[activity])]);
            }
        }

        yield return words.Numbered(words.Sentence("national.note.measured"));
        yield return new Table("note", words.Say("national.table.note"),
            [words.Say("column.theme"), words.Say("national.column.baseline"), words.Say("national.column.target"), words.Say("national.column.toTell")], rows, [3, 2, 2, 5]);
    }

    private static IEnumerable<Row> Rows(NationalSource source, PaperWords words, ChartWords names)
    {
        var (questionnaire, sheet) = (source.Questionnaire, source.Sheet);
        var scale = questionnaire.Scales.Single(s => s.Id == questionnaire.Reporting!.Scale);
        foreach (var theme in Contributions.ReportedSections(questionnaire))
        {
            if (sheet.Find(theme.Id, questionnaire.Reporting!.LevelMeasure)?.Value is not { } value || value == scale.Levels[^1].Value)
            {
                continue;
            }

            var (baseline, target) = (scale.Levels.Single(l => l.Value == value), scale.Levels.First(l => l.Value > value));
            // What keeps the theme at its level: the questions on the same scale that are not above it.
            var below = theme.AllQuestions().Where(q => q.Kind == QuestionKind.Level && (IndicatorChart.ScaleOf(questionnaire.Sections, q.Id) ?? scale.Id) == scale.Id
                && sheet.LevelOf(q.Id) is { } level && scale.Levels.Single(l => l.Id == level).Value <= value);
            yield return new Row(
            [
                names.NumberedTheme(theme.Id),
                $"{words.Number(baseline.Value)} {names.Level(scale.Id, baseline.Id)}",
                $"{words.Number(target.Value)} {names.Level(scale.Id, target.Id)}",
                string.Join(' ', below.Select(q => $"{q.Id}: {names.Texts.Questions[q.Id].Levels.GetValueOrDefault(target.Id, PaperSource.Nil)}")),
            ]);
        }
    }
}
