using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The levels of each scored question of one theme, drawn as those of the themes are.</summary>
internal static class IndicatorChart
{
    /// <summary>The chart; null where the release has no indicators in that section.</summary>
    public static DistributionChart? Of(Release release, QuestionnaireDefinition questionnaire, string section, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var indicators = release.Indicators.Where(i => i.Section == section)
            .Select(i => (Statistics: i, Scale: ScaleOf(questionnaire.Sections, i.Question) ?? questionnaire.Reporting!.Scale)).ToArray();
        if (indicators.Length == 0)
        {
            return null;
        }

        // Where questions have scales of their own, each scale has its columns, and a row leaves those of the others empty.
        var columns = indicators.SelectMany(i => i.Statistics.Levels.Select(l => (i.Scale, Level: l))).Distinct().ToArray();
        return DistributionChart.Of(release, words, words.Say("indicatorsTitle", words.NumberedTheme(section)), words.Say("indicatorsSubtitle", release.CycleName), [],
            new ChartTable(
                [words.Say("indicator"), words.Say("states"), .. columns.Select(c => words.Level(c.Scale, c.Level)), words.Say("notApplicable"), words.Say("noLevel")],
                [.. indicators.Select(i => Row(i.Statistics, i.Scale))]),
            [.. Runs(indicators).Select(run => DistributionChart.GroupOf(run[0].Statistics.Levels, run[0].Scale, words.Say("noLevel"), words, [.. run.Select(i => Bar(i.Statistics, i.Scale))]))]);

        string[] Row(IndicatorStatistics indicator, string scale)
        {
            string[] cells = [.. DistributionChart.Cells(indicator.Distribution, indicator.Concentrated, indicator.Levels, scale, words)];
            return
            [
                words.Indicator(indicator.Question), words.Base(indicator.Base),
                .. columns.Select(c => c.Scale == scale && indicator.Levels.ToList().IndexOf(c.Level) is >= 0 and var at ? cells[at] : ""),
                .. cells[^2..],
            ];
        }

        DistributionChart.Bar Bar(IndicatorStatistics indicator, string scale)
        {
            var parts = DistributionChart.Parts(indicator.Distribution, words);
            return new DistributionChart.Bar(
                words.Indicator(indicator.Question),
                indicator.Base is null ? "" : words.Base(indicator.Base),
                parts,
                parts.Count > 0 ? null : DistributionChart.InsteadOf(indicator.Concentrated, scale, words) ?? words.Say("notPublished"));
        }
    }

    /// <summary>Indicators of one scale that follow each other.</summary>
    private static IEnumerable<(IndicatorStatistics Statistics, string Scale)[]> Runs((IndicatorStatistics Statistics, string Scale)[] indicators)
    {
        for (var start = 0; start < indicators.Length;)
        {
            var run = indicators.Skip(start).TakeWhile(i => i.Scale == indicators[start].Scale).ToArray();
            yield return run;
            start += run.Length;
        }
    }

    /// <summary>A question's own scale, or that of the nearest section around it which names one.</summary>
    internal static string? ScaleOf(IEnumerable<SectionDefinition> sections, string question, string? around = null) => sections.Select(s =>
        s.Questions.FirstOrDefault(q => q.Id == question) is { } found ? found.Scale ?? s.Scale ?? around : ScaleOf(s.Sections, question, s.Scale ?? around)).FirstOrDefault(s => s is not null);
}
