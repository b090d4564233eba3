using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The published mean index of each theme over the cycles.</summary>
/// <param name="Cycles">Their names, in order.</param>
/// <param name="Bases">Participants of each, as text.</param>
/// <param name="Themes">One line a theme.</param>
internal sealed record TrendChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    IReadOnlyList<string> Cycles, IReadOnlyList<string> Bases, IReadOnlyList<TrendChart.Theme> Themes)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One line.</summary>
    public sealed record Theme(string Name, IReadOnlyList<Point> Points);

    /// <summary>One point of it.</summary>
    /// <param name="Value">Published value, or the bound of an end-coded one; null where it is withheld.</param>
    /// <param name="Half">Half the rounding base: the truth lies within this.</param>
    /// <param name="EndCoded">Whether only a bound is published.</param>
    /// <param name="Joined">Whether a line may be drawn from the point before.</param>
    /// <param name="Label">As text.</param>
    public sealed record Point(decimal? Value, decimal Half, bool EndCoded, bool Joined, string Label);

    public static TrendChart Of(Trend trend, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var themes = trend.Themes.Select(t => new Theme($"{t.Section} {words.Theme(t.Section)}", [.. t.Points.Select(p => PointOf(p, words))])).ToArray();
        var cycles = trend.Releases.Select(r => r.CycleName).ToArray();
        var roundings = trend.Themes.SelectMany(t => t.Points).Select(p => p.Mean switch
        {
            Protected.Published x => x.Base,
            Protected.EndCoded x => x.Base,
            _ => 0,
        }).Where(b => b > 0).Distinct().Order().Select(words.Number);
        var broken = trend.Themes.Any(t => t.Points.Any(p => p.Join is TrendJoin.NotComparable or TrendJoin.CohortChanged));
        return new TrendChart(
            words.Say("trendTitle"),
            words.Say("trendSubtitle"),
            [
                .. roundings.Any() ? [words.Say("trendRounding", string.Join(", ", roundings))] : Array.Empty<string>(),
                .. broken ? [words.Say("trendBroken")] : Array.Empty<string>(),
                words.Say("sources", string.Join(", ", trend.Releases.Select(r => r.Id)), words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable(
                [words.Say("theme"), .. cycles],
                [
                    .. themes.Select(t => (string[])[t.Name, .. t.Points.Select(p => p.Label)]),
                    [words.Say("states"), .. trend.Releases.Select(r => Participants(r, words))],
                ]),
            language,
            words.RightToLeft,
            cycles,
            [.. trend.Releases.Select(r => Participants(r, words))],
            themes);
    }

    private static string Participants(TrendRelease release, ChartWords words) =>
        release.Participation.Participants is { } n ? words.Say("n", words.Number(n)) : words.Say("notPublishedShort");

    private static Point PointOf(TrendPoint point, ChartWords words)
    {
        var joined = point.Join == TrendJoin.Joined;
        return point.Mean switch
        {
            Protected.Published p => new Point(p.Value, p.Base / 2, EndCoded: false, joined, words.Protected(p)),
            Protected.EndCoded e => new Point(e.Bound, 0, EndCoded: true, joined, words.Protected(e)),
            var withheld => new Point(null, 0, EndCoded: false, Joined: false, words.Protected(withheld)),
        };
    }
}
