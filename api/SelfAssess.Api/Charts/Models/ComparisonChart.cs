using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;
using static SelfAssess.Api.Charts.Models.DistributionChart;

namespace SelfAssess.Api.Charts.Models;

/// <summary>
/// A State's own level in each theme on what a release publishes of all participants. It is made of published numbers and of the State's own, and never
/// leaves the State.
/// </summary>
internal static class ComparisonChart
{
    public static DistributionChart Of(ScoreSheet sheet, Release release, string language)
    {
        var questionnaire = sheet.Questionnaire.Definition;
        var words = new ChartWords(questionnaire, language);
        var (reporting, scale) = (questionnaire.Reporting!, questionnaire.Reporting!.Scale);
        var own = release.Themes.ToDictionary(t => t.Section, t => OwnLevel(sheet, t.Section, reporting.LevelMeasure, release.Levels, scale), StringComparer.Ordinal);
        var lowest = LowestAnswers.Of(sheet);
        return DistributionChart.Of(release, words, words.Say("comparisonTitle"), words.Say("comparisonSubtitle", release.CycleName),
            [words.Say("comparisonPublished"), words.Say("profileNational")],
            new ChartTable(
                [words.Say("theme"), words.Say("ownLevel"), words.Say("lowestQuestions"), words.Say("states"), .. release.Levels.Select(l => words.Level(scale, l)), words.Say("notApplicable"), words.Say("noAnswer")],
                [
                    .. release.Themes.Select(t => (string[])[words.NumberedTheme(t.Section), Said(own[t.Section]), own[t.Section].Level is null ? "–" : lowest[t.Section], words.Base(t.Base),
                        .. Cells(t.Distribution, t.Concentrated, release.Levels, scale, words)]),
                ]),
            [
                GroupOf(release.Levels, scale, words.Say("noAnswer"), words, [.. release.Themes.Select(BarWith)], words.Say("ownLevel")),
            ]);

        // No level of a State is shown without its lowest questions.
        Bar BarWith(ThemeStatistics theme) => BarOf(theme, scale, words) with
        {
            Own = MarkOf(own[theme.Section], theme.Distribution, words.Say("ownLevelIs", Said(own[theme.Section]))),
            Note = own[theme.Section].Level is null ? "" : words.Say("lowest", lowest[theme.Section]),
        };

        string Said((int? Level, ScoreOutcome? Outcome) level) => level switch
        {
            { Level: { } at } => words.Level(scale, release.Levels[at]),
            { Outcome: ScoreOutcome.NotApplicable } => words.Say("notApplicable"),
            _ => words.Say("tooFewAnswers"),
        };
    }

    private static (int? Level, ScoreOutcome? Outcome) OwnLevel(ScoreSheet sheet, string section, string measure, IReadOnlyList<string> levels, string scale)
    {
        var score = sheet.Find(section, measure);
        if (score?.Value is not { } value)
        {
            return (null, score?.Outcome);
        }

        var level = sheet.Questionnaire.Definition.Scales.Single(s => s.Id == scale).Levels.Single(l => l.Value == value).Id;
        return (levels.ToList().IndexOf(level), score.Outcome);
    }

    /// <summary>Where the own level stands on the bar, also where nobody else is counted in it.</summary>
    private static Mark MarkOf((int? Level, ScoreOutcome? Outcome) own, Distribution? distribution, string label)
    {
        if (own.Level is not { } level || distribution is not { } d || d.Levels.Sum() + d.NotApplicable + d.NoAnswer is not (> 0 and var total))
        {
            return new Mark(null, 0, label);
        }

        return new Mark(100m * d.Levels.Take(level).Sum() / total, 100m * d.Levels[level] / total, label);
    }
}
