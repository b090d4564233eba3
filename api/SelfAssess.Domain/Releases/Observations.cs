namespace SelfAssess.Domain.Releases;

/// <summary>How a number is shown.</summary>
public enum ObservationStatus
{
    Published,
    Merged,
    NotPublished,
    NotRevised,

    /// <summary>A mean near an end: only a bound is told.</summary>
    EndCoded,

    /// <summary>Not a number, but that nearly all States share one category.</summary>
    Concentrated,
}

/// <summary>One number of a release.</summary>
/// <param name="Release">The release.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Population"><c>all</c>, <c>panel</c>, or the group.</param>
/// <param name="Subject">The theme, the question, or empty for the participants themselves.</param>
/// <param name="Statistic">What is told of it: participants, invited, mean, firstQuartile, median, thirdQuartile, states, change.</param>
/// <param name="Category">For <c>states</c>: the level, the option, or another category; otherwise empty.</param>
/// <param name="Value">The number; the bound of an end-coded one; null where it is not published.</param>
/// <param name="Bound"><c>atMost</c> or <c>atLeast</c> for an end-coded number; otherwise empty.</param>
/// <param name="Unit"><c>states</c> or <c>points</c>.</param>
/// <param name="RoundedTo">The rounding base; null where there is no number, or it is exact.</param>
/// <param name="Status">How it is shown.</param>
/// <param name="StatesFrom">Fewest States behind it; null where that is not told.</param>
/// <param name="StatesTo">Most States behind it; null where there is no upper bound, or it is not told.</param>
public sealed record Observation(
    string Release, string Cycle, string Population, string Subject, string Statistic, string Category, decimal? Value, string Bound, string Unit, decimal? RoundedTo,
    ObservationStatus Status, int? StatesFrom, int? StatesTo);

/// <summary>A release as one observation a row.</summary>
public static class Observations
{
    /// <summary>Everybody.</summary>
    public const string All = "all";

    /// <summary>Whoever took part in the cycle before, too.</summary>
    public const string Panel = "panel";

    private const string States = "states";
    private const string Points = "points";

    /// <summary>Every number of a release, in the order of the release.</summary>
    public static IEnumerable<Observation> Of(Release release)
    {
        ArgumentNullException.ThrowIfNull(release);
        var row = new Observation(release.Id, release.CycleId, All, "", "", "", null, "", States, null, ObservationStatus.NotPublished, null, null);
        yield return Exact(row with { Statistic = "participants" }, release.Participation.Participants);
        yield return Exact(row with { Statistic = "invited" }, release.Participation.Invited);
        foreach (var observation in release.Themes.SelectMany(t => Theme(row, t, release.Levels)))
        {
            yield return observation;
        }

        foreach (var group in release.Partition.Groups)
        {
            foreach (var theme in group.Themes)
            {
                foreach (var observation in Theme(row with { Population = group.Id }, theme, release.Levels))
                {
                    yield return observation.Status == ObservationStatus.Published && group.Status == GroupStatus.Merged
                        ? observation with { Status = ObservationStatus.Merged } : observation;
                }
            }
        }

        foreach (var indicator in release.Indicators)
        {
            foreach (var observation in Counts(Base(row with { Subject = indicator.Question }, indicator.Base), indicator.Levels, indicator.Distribution, indicator.Concentrated, indicator.NotRevised))
            {
                yield return observation;
            }
        }

        foreach (var counted in release.Counted)
        {
            foreach (var option in counted.Options)
            {
                yield return Shown(row with { Subject = counted.Question, Statistic = States, Category = option.Option }, option.States, counted.NotRevised);
            }

            yield return Shown(row with { Subject = counted.Question, Statistic = States, Category = "noAnswer" }, counted.NoAnswer, counted.NotRevised);
        }

        foreach (var theme in release.Divergence)
        {
            foreach (var (category, count) in new[] { ("diverging", theme.Diverging), ("agreeing", theme.Agreeing), ("notCompared", theme.NotCompared) })
            {
                yield return Shown(row with { Subject = theme.Section, Statistic = States, Category = category }, count, theme.NotRevised);
            }
        }

        foreach (var change in release.Panel?.Themes ?? [])
        {
            yield return Shown(Base(row with { Population = Panel, Subject = change.Section, Statistic = "change", Unit = Points }, change.Base), change.Change, notRevised: false);
        }
    }

    private static IEnumerable<Observation> Theme(Observation row, ThemeStatistics theme, IReadOnlyList<string> levels)
    {
        row = Base(row with { Subject = theme.Section }, theme.Base);
        var index = row with { Unit = Points };
        yield return Shown(index with { Statistic = "mean" }, theme.Mean, theme.NotRevised);
        yield return Shown(index with { Statistic = "firstQuartile" }, theme.FirstQuartile, theme.NotRevised);
        yield return Shown(index with { Statistic = "median" }, theme.Median, theme.NotRevised);
        yield return Shown(index with { Statistic = "thirdQuartile" }, theme.ThirdQuartile, theme.NotRevised);
        foreach (var observation in Counts(row, levels, theme.Distribution, theme.Concentrated, theme.NotRevised))
        {
            yield return observation;
        }
    }

    private static IEnumerable<Observation> Counts(Observation row, IReadOnlyList<string> levels, Distribution? distribution, string? concentrated, bool notRevised)
    {
        row = row with { Statistic = States };
        for (var i = 0; i < levels.Count; i++)
        {
            yield return concentrated == levels[i]
                ? row with { Category = levels[i], Status = ObservationStatus.Concentrated }
                : Shown(row with { Category = levels[i] }, Count(distribution?.Levels[i], distribution), notRevised);
        }

        yield return Shown(row with { Category = "notApplicable" }, Count(distribution?.NotApplicable, distribution), notRevised);
        yield return Shown(row with { Category = "noAnswer" }, Count(distribution?.NoAnswer, distribution), notRevised);
    }

    private static Protected Count(int? count, Distribution? distribution) =>
        count is { } value ? new Protected.Published(value, distribution!.CountBase) : Protected.Withheld;

    private static Observation Exact(Observation row, int? value) =>
        row with { Value = value, Status = value is null ? ObservationStatus.NotPublished : ObservationStatus.Published };

    private static Observation Base(Observation row, Population? population) => row with { StatesFrom = population?.From, StatesTo = population?.To };

    private static Observation Shown(Observation row, Protected number, bool notRevised) => number switch
    {
        Protected.Published p => row with { Value = p.Value, RoundedTo = p.Base, Status = notRevised ? ObservationStatus.NotRevised : ObservationStatus.Published },
        Protected.EndCoded e => row with { Value = e.Bound, Bound = e.AtLeast ? "atLeast" : "atMost", RoundedTo = e.Base, Status = ObservationStatus.EndCoded },
        _ => row,
    };
}
