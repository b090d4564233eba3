using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>Shares of the participating States as bars of 100 %, one for each theme, or for each of whatever else they are divided by.</summary>
/// <param name="Ends">The shares at the start, in the middle and at the end of a bar, as text.</param>
/// <param name="Groups">Bars under the key that they share, in the questionnaire's order.</param>
internal sealed record DistributionChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    IReadOnlyList<string> Ends, IReadOnlyList<DistributionChart.Group> Groups)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>Bars of one scale.</summary>
    /// <param name="Key">What the parts stand for; what no bar needs is left out, levels excepted.</param>
    /// <param name="Bars">In the questionnaire's order.</param>
    /// <param name="Own">What a State's own level is called; null where none is marked.</param>
    public sealed record Group(IReadOnlyList<Category> Key, IReadOnlyList<Bar> Bars, string? Own = null);

    /// <summary>What a part stands for.</summary>
    public sealed record Category(string Name, Fill Fill);

    /// <summary>One bar.</summary>
    /// <param name="Name">The theme.</param>
    /// <param name="Base">Number of States, as text.</param>
    /// <param name="Parts">The parts of the bar; empty where <paramref name="Instead"/> is said.</param>
    /// <param name="Instead">What is said instead of a distribution.</param>
    /// <param name="Own">Where a State's own level stands; null where none is marked.</param>
    /// <param name="Note">Said below the name; empty where there is nothing to say.</param>
    public sealed record Bar(string Name, string Base, IReadOnlyList<Part> Parts, string? Instead, Mark? Own = null, string Note = "");

    /// <summary>One part of a bar.</summary>
    /// <param name="Fill">Which category it is.</param>
    /// <param name="Share">0 to 100, of the rounded counts.</param>
    /// <param name="Label">The share as text.</param>
    public sealed record Part(Fill Fill, decimal Share, string Label);

    /// <summary>A State's own level.</summary>
    /// <param name="From">Where its part of the bar begins, 0 to 100; null where the bar has no parts, or the State no level.</param>
    /// <param name="Share">How wide that part is; 0 where no State is counted in it.</param>
    /// <param name="Label">The level, or why there is none.</param>
    public sealed record Mark(decimal? From, decimal Share, string Label);

    /// <summary>How a category is told from the others, without colour too.</summary>
    /// <param name="Pattern">Levels are steps of one hue, what is no level is hatched.</param>
    /// <param name="Step">Position on the scale, lowest 0.</param>
    /// <param name="Steps">Levels of the scale.</param>
    public sealed record Fill(Pattern Pattern, int Step = 0, int Steps = 0);

    public enum Pattern
    {
        Step,
        Hatched,
        Crossed,
    }

    private static readonly Fill notApplicable = new(Pattern.Hatched);
    private static readonly Fill noAnswer = new(Pattern.Crossed);

    /// <summary>The levels of each theme, of one release.</summary>
    public static DistributionChart Of(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var scale = questionnaire.Reporting!.Scale;
        return Of(release, words, words.Say("distributionTitle"), words.Say("distributionSubtitle", release.CycleName), [],
            new ChartTable(
                [words.Say("theme"), words.Say("states"), .. release.Levels.Select(l => words.Level(scale, l)), words.Say("notApplicable"), words.Say("noAnswer")],
                [.. release.Themes.Select(t => (string[])[words.NumberedTheme(t.Section), words.Base(t.Base), .. Cells(t.Distribution, t.Concentrated, release.Levels, scale, words)])]),
            [GroupOf(release.Levels, scale, words.Say("noAnswer"), words, [.. release.Themes.Select(t => BarOf(t, scale, words))])]);
    }

    /// <summary>Bars with what every distribution of a release says below them.</summary>
    /// <param name="notes">Said before the source.</param>
    internal static DistributionChart Of(
        Release release, ChartWords words, string title, string subtitle, IReadOnlyList<string> notes, ChartTable table, IReadOnlyList<Group> groups) => new(
            title,
            subtitle,
            [
                words.Participation(release.Participation),
                .. groups.Any(g => g.Bars.Any(b => b.Parts.Count > 0)) ? [words.Say("distributionRounding", words.Number(release.Method.CountBase))] : Array.Empty<string>(),
                .. notes,
                words.Say("source", words.Code(release.Id), words.Questionnaire),
                words.Say("voluntary"),
            ],
            table,
            words.Language,
            words.RightToLeft,
            [words.Percent(0), words.Percent(50), words.Percent(100)],
            groups);

    /// <summary>Bars of levels of one scale.</summary>
    internal static Group GroupOf(IReadOnlyList<string> levels, string scale, string noAnswerSaid, ChartWords words, IReadOnlyList<Bar> bars, string? own = null)
    {
        var needed = bars.SelectMany(b => b.Parts).Select(p => p.Fill).ToHashSet();
        return new Group(
            [
                .. levels.Select((l, step) => new Category(words.Level(scale, l), new Fill(Pattern.Step, step, levels.Count))),
                .. new[] { new Category(words.Say("notApplicable"), notApplicable), new Category(noAnswerSaid, noAnswer) }.Where(c => needed.Contains(c.Fill)),
            ],
            bars,
            own);
    }

    /// <summary>The bar of one theme.</summary>
    internal static Bar BarOf(ThemeStatistics theme, string scale, ChartWords words)
    {
        var parts = Parts(theme.Distribution, words);
        return new Bar(
            words.NumberedTheme(theme.Section),
            theme.Base is null ? "" : words.Base(theme.Base),
            parts,
            parts.Count > 0 ? null : InsteadOf(theme.Concentrated, scale, words) ?? words.Say(theme.Status == ThemeStatus.Published ? "onlyMean" : "notPublished", words.Protected(theme.Mean)));
    }

    /// <summary>That nearly all States share one level; null where that is not what is published.</summary>
    internal static string? InsteadOf(string? concentrated, string scale, ChartWords words) => concentrated is null ? null : words.Say("concentrated", words.Level(scale, concentrated));

    /// <summary>The parts of a bar of levels; none where there is no distribution.</summary>
    internal static IReadOnlyList<Part> Parts(Distribution? distribution, ChartWords words) => distribution is not { } d ? [] : Parts(
        [
            .. d.Levels.Select((count, level) => (new Fill(Pattern.Step, level, d.Levels.Count), (decimal)count)),
            (notApplicable, d.NotApplicable),
            (noAnswer, d.NoAnswer),
        ], words);

    /// <summary>Rounded counts as parts of their sum.</summary>
    internal static IReadOnlyList<Part> Parts(IReadOnlyList<(Fill Fill, decimal Count)> counts, ChartWords words)
    {
        var total = counts.Sum(c => c.Count);
        return total == 0 ? [] : [.. counts.Where(c => c.Count > 0).Select(c => new Part(c.Fill, 100 * c.Count / total, words.Percent(100 * c.Count / total)))];
    }

    /// <summary>The cells of one row of the table: a count for each level, not applicable, and no answer.</summary>
    internal static IEnumerable<string> Cells(Distribution? distribution, string? concentrated, IReadOnlyList<string> levels, string scale, ChartWords words) =>
        distribution is { } d ? d.Levels.Append(d.NotApplicable).Append(d.NoAnswer).Select(c => words.Say("about", words.Number(c)))
        : Enumerable.Repeat(InsteadOf(concentrated, scale, words) ?? words.Say("notPublishedShort"), levels.Count + 2);
}
