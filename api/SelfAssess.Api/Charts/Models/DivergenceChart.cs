using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using static SelfAssess.Api.Charts.Models.DistributionChart;

namespace SelfAssess.Api.Charts.Models;

/// <summary>In which share of the participating States government entities see a theme differently, drawn as levels are.</summary>
internal static class DivergenceChart
{
    // Two steps that a photocopy keeps apart; neither is better than the other.
    private static readonly Fill diverging = new(Pattern.Step, 3, 5);
    private static readonly Fill agreeing = new(Pattern.Step, 1, 5);
    private static readonly Fill notCompared = new(Pattern.Hatched);

    public static DistributionChart Of(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        string[] names = [words.Say("diverging"), words.Say("agreeing"), words.Say("notCompared")];
        var spread = (questionnaire.Divergence ?? new DivergenceDefinition()).Spread;
        return DistributionChart.Of(release, words, words.Say("divergenceTitle"), words.Say("divergenceSubtitle", release.CycleName),
            [words.Say("divergenceMeaning", words.Number(spread)), words.Say("notComparedMeaning")],
            new ChartTable([words.Say("theme"), .. names],
                [.. release.Divergence.Select(d => (string[])[words.NumberedTheme(d.Section), words.Count(d.Diverging), words.Count(d.Agreeing), words.Count(d.NotCompared)])]),
            [new Group([new(names[0], diverging), new(names[1], agreeing), new(names[2], notCompared)], [.. release.Divergence.Select(d => BarOf(d, words))])]);
    }

    /// <summary>All three counts are published, or none of them.</summary>
    private static Bar BarOf(DivergenceStatistics theme, ChartWords words)
    {
        var parts = (theme.Diverging, theme.Agreeing, theme.NotCompared) is (Protected.Published d, Protected.Published a, Protected.Published n)
            ? Parts([(diverging, d.Value), (agreeing, a.Value), (notCompared, n.Value)], words) : [];
        return new Bar(words.NumberedTheme(theme.Section), "", parts, parts.Count > 0 ? null : words.Say("notPublished"));
    }
}
