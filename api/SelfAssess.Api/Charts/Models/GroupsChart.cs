using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The published mean index of each theme by group of the one planned partition, in the plan's order: it ranks nobody.</summary>
/// <param name="Groups">At least two; none where <paramref name="Instead"/> is said.</param>
/// <param name="Themes">In the questionnaire's order.</param>
/// <param name="Instead">What is said where no groups are published.</param>
internal sealed record GroupsChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    IReadOnlyList<Named> Groups, IReadOnlyList<GroupsChart.Theme> Themes, string? Instead)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One row.</summary>
    /// <param name="Name">The theme.</param>
    /// <param name="Means">By group; empty where <paramref name="Instead"/> is said. A theme is published in all groups or in none.</param>
    /// <param name="Instead">What is said where it is not published.</param>
    public sealed record Theme(string Name, IReadOnlyList<Measured> Means, string? Instead);

    public static GroupsChart Of(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var partition = release.Partition;
        var groups = partition.Groups.Select(g => new Named(words.Group(g.Groups), words.Base(g.Base))).ToArray();
        var themes = release.Themes.Select((t, i) => Row(words.NumberedTheme(t.Section), [.. partition.Groups.Select(g => Measured.Index(g.Themes[i].Mean, words))])).ToArray();
        var bases = words.Bases(partition.Groups.SelectMany(g => g.Themes).Select(t => t.Mean));
        return new GroupsChart(
            words.Say("groupsTitle"),
            partition.Status == PartitionStatus.None ? words.Say("groupsSubtitleNone", release.CycleName)
                : words.Say("groupsSubtitle", words.Partition(partition.Kind), release.CycleName),
            [
                words.Participation(release.Participation),
                .. partition.Groups.Count > 0 ? [words.Say("groupsOrder")] : Array.Empty<string>(),
                .. bases is null ? Array.Empty<string>() : [words.Say("groupsRounding", bases)],
                words.Say("source", words.Code(release.Id), words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable(
                [words.Say("theme"), .. groups.Select(g => $"{g.Name} ({g.Base})").DefaultIfEmpty(words.Say("index"))],
                [.. themes.Select(t => (string[])[t.Name, .. t.Means.Count > 0 ? t.Means.Select(m => m.Label) : Enumerable.Repeat(words.Say("notPublishedShort"), Math.Max(1, groups.Length))])]),
            language,
            words.RightToLeft,
            groups,
            themes,
            partition.Status switch
            {
                PartitionStatus.Published => null,
                PartitionStatus.None => words.Say("groupsNone"),
                _ => words.Say("notPublished"),
            });

        Theme Row(string name, Measured[] means) => means.Length > 0 && Array.TrueForAll(means, m => m.Value is not null) ? new Theme(name, means, null) : new Theme(name, [], words.Say("notPublished"));
    }
}
