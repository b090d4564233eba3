using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Charts.Models;

/// <summary>One State's own themes, with those of its last cycle where there is one. It never leaves the State.</summary>
/// <param name="ThisCycle">Its name.</param>
/// <param name="LastCycle">Its name; null where there is none.</param>
/// <param name="Themes">In the questionnaire's order.</param>
internal sealed record ProfileChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    string ThisCycle, string? LastCycle, IReadOnlyList<ProfileChart.Theme> Themes)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One theme.</summary>
    /// <param name="Id">The section, as it stands at the spoke.</param>
    /// <param name="Name">With its short title.</param>
    /// <param name="Index">0 to 100; null where there is no score.</param>
    /// <param name="Last">The last cycle's index.</param>
    /// <param name="Said">The level, or why there is none.</param>
    /// <param name="IndexLabel">The index as text.</param>
    /// <param name="Lowest">The questions with the lowest answer, without which no level is shown; empty where there is no level.</param>
    public sealed record Theme(string Id, string Name, decimal? Index, decimal? Last, string Said, string IndexLabel, string Lowest);

    public static ProfileChart Of(ScoreSheet sheet, string cycle, ScoreSheet? last, string? lastCycle, string language)
    {
        var questionnaire = sheet.Questionnaire.Definition;
        var words = new ChartWords(questionnaire, language);
        var reporting = questionnaire.Reporting!;
        var scale = questionnaire.Scales.Single(s => s.Id == reporting.Scale);
        var lowest = LowestAnswers.Of(sheet);
        var themes = Contributions.ReportedSections(questionnaire).Select(section =>
        {
            var index = sheet.Find(section.Id, reporting.IndexMeasure)!;
            var level = sheet.Find(section.Id, reporting.LevelMeasure)!;
            var said = level switch
            {
                { Value: { } value } => words.Level(scale.Id, scale.Levels.Single(l => l.Value == value).Id),
                { Outcome: ScoreOutcome.NotApplicable } => words.Say("notApplicable"),
                _ => words.Say("tooFewAnswers"),
            };
            return new Theme(section.Id, $"{section.Id} {words.Theme(section.Id)}", index.Value, last?.Find(section.Id, reporting.IndexMeasure)?.Value, said,
                index.Value is { } shown ? words.Number(Math.Round(shown, 0, MidpointRounding.AwayFromZero)) : "–",
                level.Value is null ? "" : lowest[section.Id]);
        }).ToArray();
        return new ProfileChart(
            words.Say("profileTitle"),
            words.Say("profileSubtitle", cycle),
            [words.Say("profileNational"), words.Say("profileSource", words.Questionnaire), words.Say("voluntary")],
            new ChartTable(
                [words.Say("theme"), words.Say("level"), words.Say("lowestQuestions"), words.Say("index"), .. lastCycle is null ? Array.Empty<string>() : [lastCycle]],
                [.. themes.Select(t => (string[])[t.Name, t.Said, t.Lowest.Length == 0 ? "–" : t.Lowest, t.IndexLabel,
                    .. lastCycle is null ? Array.Empty<string>() : [t.Last is { } l ? words.Number(Math.Round(l, 0, MidpointRounding.AwayFromZero)) : "–"]])]),
            language,
            words.RightToLeft,
            cycle,
            lastCycle,
            [.. themes.Select(t => t with { Lowest = t.Lowest.Length == 0 ? "" : words.Say("lowest", t.Lowest) })]);
    }
}
