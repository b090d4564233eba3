using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The published mean index of each theme over the cycles, and beside it how the States that stayed from one cycle to the next have changed.</summary>
/// <param name="Cycles">Their names, in order.</param>
/// <param name="Bases">Participants of each, as text.</param>
/// <param name="Everybody">What the line of the means is called.</param>
/// <param name="Stayed">What the chain of the changes is called; null where no change is published.</param>
/// <param name="Themes">One line and one chain a theme.</param>
internal sealed record TrendChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    IReadOnlyList<string> Cycles, IReadOnlyList<string> Bases, string Everybody, Named? Stayed, IReadOnlyList<TrendChart.Theme> Themes)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One theme.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Points">All participants, by cycle.</param>
    /// <param name="Panel">The States in both cycles, by cycle.</param>
    public sealed record Theme(string Name, IReadOnlyList<Point> Points, IReadOnlyList<Link> Panel);

    /// <summary>One point of the line.</summary>
    /// <param name="Mean">Where it stands.</param>
    /// <param name="Joined">Whether a line may be drawn from the point before.</param>
    public sealed record Point(Measured Mean, bool Joined);

    /// <summary>One point of a chain.</summary>
    /// <param name="Value">The mean at which the chain began, and the changes since; null where there is no chain.</param>
    /// <param name="Within">By how much rounding may have moved it, up or down.</param>
    /// <param name="Linked">Whether it is linked to the point before; false where a chain begins.</param>
    /// <param name="Change">The change since the cycle before as text.</param>
    public sealed record Link(decimal? Value, decimal Within, bool Linked, string Change);

    public static TrendChart Of(Trend trend, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var themes = trend.Themes.Select(t => new Theme(
            words.NumberedTheme(t.Section),
            [.. t.Points.Select(p => new Point(Measured.Index(p.Mean, words), p.Join == TrendJoin.Joined))],
            [.. t.Panel.Select((p, cycle) => new Link(p.Chained, p.Within ?? 0, p.Linked, cycle == 0 ? "–" : words.Change(p.Change)))])).ToArray();
        var cycles = trend.Releases.Select(r => r.CycleName).ToArray();
        var bases = words.Bases(trend.Themes.SelectMany(t => t.Points).Select(p => p.Mean));
        var changes = words.Bases(trend.Themes.SelectMany(t => t.Panel).Select(p => p.Change));
        var broken = trend.Themes.Any(t => t.Points.Any(p => p.Join is TrendJoin.NotComparable or TrendJoin.CohortChanged));
        return new TrendChart(
            words.Say("trendTitle"),
            words.Say("trendSubtitle"),
            [
                .. bases is null ? Array.Empty<string>() : [words.Say("trendRounding", bases)],
                .. broken ? [words.Say("trendBroken")] : Array.Empty<string>(),
                .. changes is null ? Array.Empty<string>() : [words.Say("trendChain", changes)],
                words.Say("sources", string.Join(", ", trend.Releases.Select(r => words.Code(r.Id))), words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable(
                [words.Say("theme"), .. cycles],
                [
                    .. themes.Select(t => (string[])[t.Name, .. t.Points.Select(p => p.Mean.Label)]),
                    [words.Say("states"), .. trend.Releases.Select(r => Participants(r, words))],
                    .. themes.Select(t => (string[])[words.Say("trendChange", t.Name), .. t.Panel.Select(p => p.Change)]),
                    [words.Say("trendStayed"), .. trend.Releases.Select((r, cycle) => cycle == 0 ? "–" : words.Base(r.Stayed))],
                ]),
            language,
            words.RightToLeft,
            cycles,
            [.. trend.Releases.Select(r => Participants(r, words))],
            words.Say("everybody"),
            changes is null ? null : new Named(words.Say("trendStayed"), string.Join(", ", trend.Releases.Select(r => r.Stayed).OfType<Population>().Distinct().Select(words.Base))),
            themes);
    }

    private static string Participants(TrendRelease release, ChartWords words) =>
        release.Participation.Participants is { } n ? words.Say("n", words.Number(n)) : words.Say("notPublishedShort");
}
