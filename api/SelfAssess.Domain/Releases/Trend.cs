using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// The published mean indices of each theme over the cycles of one questionnaire: of all participants, and of the States that stayed from one cycle to the
/// next. Of each cycle the latest release counts.
/// </summary>
/// <param name="Questionnaire">Questionnaire id.</param>
/// <param name="Releases">The releases in the order of their cycles.</param>
/// <param name="Themes">One line a theme, in the order of the latest questionnaire.</param>
public sealed record Trend(string Questionnaire, IReadOnlyList<TrendRelease> Releases, IReadOnlyList<ThemeTrend> Themes)
{
    /// <summary>Puts releases of the same questionnaire beside each other, computing nothing but what may be joined to what.</summary>
    /// <exception cref="ArgumentException">The releases are of different questionnaires.</exception>
    public static Trend Of(string questionnaire, IEnumerable<Release> releases)
    {
        ArgumentNullException.ThrowIfNull(releases);
        var ordered = releases.GroupBy(r => r.CycleId, StringComparer.Ordinal).Select(c => c.MaxBy(r => r.Number)!)
            .OrderBy(r => r.CycleStartsOn).ThenBy(r => r.CycleId, StringComparer.Ordinal).ToArray();
        if (ordered.Any(r => r.Questionnaire.Id != questionnaire))
        {
            throw new ArgumentException($"A trend takes releases of '{questionnaire}' only.", nameof(releases));
        }

        var sections = ordered.Reverse().SelectMany(r => r.Themes.Select(t => t.Section)).Distinct(StringComparer.Ordinal);
        return new Trend(
            questionnaire,
            [.. ordered.Select(r => new TrendRelease(r.Id, r.CycleId, r.CycleName, r.Questionnaire, r.Participation, r.Panel?.Base, r.Composition, r.LockedOn))],
            [.. sections.Select(s => new ThemeTrend(s, [.. Points(s, ordered)], [.. Panel(s, ordered)]))]);
    }

    /// <summary>
    /// Links published changes to a chain that begins at a published mean. Where a change is withheld, or leads from a cycle that is not the one before,
    /// the chain ends and the next one begins.
    /// </summary>
    private static IEnumerable<PanelPoint> Panel(string section, Release[] releases)
    {
        (string CycleId, decimal Value, decimal Within)? chain = null;
        foreach (var release in releases)
        {
            var change = release.Panel?.Themes.FirstOrDefault(t => t.Section == section)?.Change ?? Protected.Withheld;
            var linked = chain is { } last && change is Protected.Published && release.Panel!.Since.StartsWith($"{last.CycleId}-R", StringComparison.Ordinal);
            chain = (linked, chain, change, release.Themes.FirstOrDefault(t => t.Section == section)?.Mean) switch
            {
                (true, { } from, Protected.Published by, _) => (release.CycleId, from.Value + by.Value, from.Within + (by.Base / 2)),
                (_, _, _, Protected.Published start) => (release.CycleId, start.Value, start.Base / 2),
                _ => null,
            };
            yield return new PanelPoint(release.Id, change, linked, chain?.Value, chain?.Within);
        }
    }

    private static IEnumerable<TrendPoint> Points(string section, Release[] releases)
    {
        (Release Release, ThemeStatistics Theme)? previous = null;
        foreach (var release in releases)
        {
            var theme = release.Themes.FirstOrDefault(t => t.Section == section);
            yield return new TrendPoint(release.Id, theme?.Mean ?? Protected.Withheld, Join(previous, release, theme));
            previous = theme is null ? null : (release, theme);
        }
    }

    private static TrendJoin Join((Release Release, ThemeStatistics Theme)? previous, Release release, ThemeStatistics? theme) =>
        previous is not { } before || theme is null ? TrendJoin.First
        : before.Theme.Mean is Protected.NotPublished || theme.Mean is Protected.NotPublished ? TrendJoin.NotPublished
        : before.Release.Questionnaire != release.Questionnaire && !theme.ComparableWith.Contains(before.Release.Questionnaire.Version, StringComparer.Ordinal)
            ? TrendJoin.NotComparable
        : release.Composition == Composition.Similar ? TrendJoin.Joined
        : TrendJoin.CohortChanged;
}

/// <summary>One cycle of a trend.</summary>
/// <param name="Id">The release.</param>
/// <param name="CycleId">The cycle.</param>
/// <param name="CycleName">As people write it.</param>
/// <param name="Questionnaire">The version that every participant answered.</param>
/// <param name="Participation">How many States took part.</param>
/// <param name="Stayed">How many of them took part in the cycle before, too, as a band; null where that is not told.</param>
/// <param name="Composition">How the participants compare with those of the cycle before.</param>
/// <param name="LockedOn">The day on which the contributions were fixed (UTC).</param>
public sealed record TrendRelease(string Id, string CycleId, string CycleName, QuestionnaireReference Questionnaire, Participation Participation,
    Population? Stayed, Composition Composition, DateOnly LockedOn);

/// <summary>One theme over the cycles, a point for each release.</summary>
/// <param name="Section">The reported section's id.</param>
/// <param name="Points">All participants, in the order of the releases.</param>
/// <param name="Panel">The States in both of two consecutive cycles, in the order of the releases.</param>
public sealed record ThemeTrend(string Section, IReadOnlyList<TrendPoint> Points, IReadOnlyList<PanelPoint> Panel);

/// <summary>How far a theme has come in the States that stayed.</summary>
/// <param name="ReleaseId">The release.</param>
/// <param name="Change">Mean change since the cycle before in the States that took part in both.</param>
/// <param name="Linked">Whether the change is linked to the chain before; false where a chain begins.</param>
/// <param name="Chained">Where the chain stands: the published mean at which it began, and the published changes since; null where there is none.</param>
/// <param name="Within">By how much rounding may have moved <paramref name="Chained"/>, up or down.</param>
public sealed record PanelPoint(string ReleaseId, Protected Change, bool Linked, decimal? Chained, decimal? Within);

/// <summary>A published mean, and whether a line may be drawn to it from the point before.</summary>
/// <param name="ReleaseId">The release.</param>
/// <param name="Mean">Mean index, 0–100.</param>
/// <param name="Join">Whether the point is joined to the one before.</param>
public sealed record TrendPoint(string ReleaseId, Protected Mean, TrendJoin Join);

/// <summary>Whether a point is joined to the one before, and if not, why.</summary>
public enum TrendJoin
{
    /// <summary>There is no point before.</summary>
    First,
    Joined,

    /// <summary>The questionnaire changed and does not declare this theme comparable.</summary>
    NotComparable,

    /// <summary>More than a quarter of the cohort joined or left.</summary>
    CohortChanged,

    /// <summary>One of the two points is withheld.</summary>
    NotPublished,
}
