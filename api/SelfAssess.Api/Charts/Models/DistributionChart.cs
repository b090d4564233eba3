using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The levels of each theme as shares of the participating States, of one release.</summary>
/// <param name="Levels">Names of the levels, lowest first.</param>
/// <param name="Themes">In the questionnaire's order.</param>
/// <param name="NotApplicable">The word for it; null where no theme needs it.</param>
/// <param name="NoAnswer">The word for it; null where no theme needs it.</param>
/// <param name="Axis">What stands at the beginning, the middle and the end of the axis.</param>
internal sealed record DistributionChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    IReadOnlyList<string> Levels, IReadOnlyList<DistributionChart.Theme> Themes, string? NotApplicable, string? NoAnswer, IReadOnlyList<string> Axis)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One bar.</summary>
    /// <param name="Name">The theme.</param>
    /// <param name="Base">Number of States, as text.</param>
    /// <param name="Parts">The parts of the bar; empty where <paramref name="Instead"/> is said.</param>
    /// <param name="Instead">What is said instead of a distribution.</param>
    public sealed record Theme(string Name, string Base, IReadOnlyList<Part> Parts, string? Instead);

    /// <summary>One part of a bar.</summary>
    /// <param name="Kind">Which level it is, or that it is none.</param>
    /// <param name="Level">Position on the scale.</param>
    /// <param name="Share">0 to 100, of the rounded counts.</param>
    /// <param name="Label">The share as text.</param>
    public sealed record Part(PartKind Kind, int Level, decimal Share, string Label);

    public enum PartKind
    {
        Level,
        NotApplicable,
        NoAnswer,
    }

    public static DistributionChart Of(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var scale = questionnaire.Reporting!.Scale;
        var levels = release.Levels.Select(l => words.Level(scale, l)).ToArray();
        var themes = release.Themes.Select(t => Bar(t, words, scale)).ToArray();
        var (notApplicable, noAnswer) = (words.Say("notApplicable"), words.Say("noAnswer"));
        var participation = release.Participation is { Participants: { } participants, Invited: { } invited }
            ? words.Say("participation", words.Number(participants), words.Number(invited)) : words.Say("participationWithheld");
        return new DistributionChart(
            words.Say("distributionTitle"),
            words.Say("distributionSubtitle", release.CycleName),
            [
                participation,
                .. release.Themes.FirstOrDefault(t => t.Distribution is not null)?.Distribution is { } d ? [words.Say("distributionRounding", words.Number(d.CountBase))] : Array.Empty<string>(),
                words.Say("source", release.Id, words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable(
                [words.Say("theme"), words.Say("states"), .. levels, notApplicable, noAnswer],
                [.. release.Themes.Select(t => Row(t, words, scale, levels.Length))]),
            language,
            words.RightToLeft,
            levels,
            themes,
            themes.Any(t => t.Parts.Any(p => p.Kind == PartKind.NotApplicable)) ? notApplicable : null,
            themes.Any(t => t.Parts.Any(p => p.Kind == PartKind.NoAnswer)) ? noAnswer : null,
            [words.Percent(0), words.Percent(50), words.Percent(100)]);
    }

    private static Theme Bar(ThemeStatistics theme, ChartWords words, string scale)
    {
        var name = $"{theme.Section} {words.Theme(theme.Section)}";
        if (theme.Distribution is not { } d)
        {
            var instead = theme is { Status: ThemeStatus.Concentrated, Concentrated: { } level } ? words.Say("concentrated", words.Level(scale, level))
                : theme.Status == ThemeStatus.Published ? words.Say("onlyMean", words.Protected(theme.Mean)) : words.Say("notPublished");
            return new Theme(name, theme.Base is null ? "" : words.Base(theme.Base), [], instead);
        }

        var total = (decimal)(d.Levels.Sum() + d.NotApplicable + d.NoAnswer);
        Part[] parts =
        [
            .. d.Levels.Select((count, level) => Share(PartKind.Level, level, count)),
            Share(PartKind.NotApplicable, 0, d.NotApplicable),
            Share(PartKind.NoAnswer, 0, d.NoAnswer),
        ];
        return new Theme(name, words.Base(theme.Base), [.. parts.Where(p => p.Share > 0)], total == 0 ? words.Say("notPublished") : null);

        Part Share(PartKind kind, int level, int count)
        {
            var share = total == 0 ? 0 : 100 * count / total;
            return new Part(kind, level, share, words.Percent(share));
        }
    }

    private static string[] Row(ThemeStatistics theme, ChartWords words, string scale, int levels)
    {
        string[] start = [$"{theme.Section} {words.Theme(theme.Section)}", words.Base(theme.Base)];
        if (theme.Distribution is { } d)
        {
            return [.. start, .. d.Levels.Append(d.NotApplicable).Append(d.NoAnswer).Select(c => words.Say("about", words.Number(c)))];
        }

        var said = theme is { Status: ThemeStatus.Concentrated, Concentrated: { } level } ? words.Say("concentrated", words.Level(scale, level)) : words.Say("notPublishedShort");
        return [.. start, .. Enumerable.Repeat(said, levels + 2)];
    }
}
