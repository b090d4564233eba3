using SelfAssess.Api.Charts.Models;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Packs;

/// <summary>Every chart of one release.</summary>
internal static class ReleaseCharts
{
    /// <summary>The charts in reading order, each under the name that its files have; made only when they are asked for.</summary>
    public static IReadOnlyList<(string Name, Func<ChartModel> Chart)> Of(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var parsed = release.Counted.Select(c => (c.Question, CountedQuestions.Parse(questionnaire, c.Question).Dimension)).ToArray();
        return
        [
            ("distribution", () => DistributionChart.Of(release, questionnaire, language)),
            .. release.Partition.Status == PartitionStatus.None ? [] : new (string, Func<ChartModel>)[] { ("groups", () => GroupsChart.Of(release, questionnaire, language)) },
            ("divergence", () => DivergenceChart.Of(release, questionnaire, language)),
            .. release.Themes.Where(t => release.Indicators.Any(i => i.Section == t.Section))
                .Select(t => ($"indicators-{t.Section}", (Func<ChartModel>)(() => IndicatorChart.Of(release, questionnaire, t.Section, language)!))),
            .. parsed.Select(c => c.Dimension).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(d => ($"arrangements-{d}", (Func<ChartModel>)(() => ArrangementsChart.Of(release, questionnaire, d, language)!))),
            .. parsed.Select(c => ($"counts-{c.Question}", (Func<ChartModel>)(() => CountsChart.Of(release, questionnaire, c.Question, language)!))),
        ];
    }
}
