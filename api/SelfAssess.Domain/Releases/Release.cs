using System.Text.Json.Serialization;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// The protected results of one cycle, as everybody may read them.
/// </summary>
/// <remarks>
/// Only this namespace can make one, so that whatever takes a <see cref="Release"/> (charts, tables, papers) cannot be given an
/// unprotected number.
/// </remarks>
public sealed record Release
{
    [JsonConstructor]
    internal Release()
    {
    }

    /// <summary>Cycle and number, for example <c>2026-R1</c>.</summary>
    [JsonInclude]
    public string Id { get; internal init; } = "";


    /// <summary>The cycle.</summary>
    [JsonInclude]
    public string CycleId { get; internal init; } = "";

    /// <summary>The cycle's name as people write it, for example "2026".</summary>
    [JsonInclude]
    public string CycleName { get; internal init; } = "";

    /// <summary>Where the cycle stands in time among the cycles of its questionnaire; trends are drawn in this order.</summary>
    [JsonInclude]
    public DateOnly CycleStartsOn { get; internal init; }

    /// <summary>1 for R1.</summary>
    [JsonInclude]
    public int Number { get; internal init; }


    /// <summary>The version that every participant answered.</summary>
    [JsonInclude]
    public QuestionnaireReference Questionnaire { get; internal init; } = new("", "");

    /// <summary>The day on which the contributions were fixed (UTC).</summary>
    [JsonInclude]
    public DateOnly LockedOn { get; internal init; }

    /// <summary>Scale of the level distribution: level ids, lowest first.</summary>
    [JsonInclude]
    public IReadOnlyList<string> Levels { get; internal init; } = [];


    /// <summary>How many States take part.</summary>
    [JsonInclude]
    public Participation Participation { get; internal init; } = Participation.Withheld;


    /// <summary>How the participants compare with those of the cycle before.</summary>
    [JsonInclude]
    public Composition Composition { get; internal init; } = Composition.Unknown;

    /// <summary>Reported sections in the questionnaire's order.</summary>
    [JsonInclude]
    public IReadOnlyList<ThemeStatistics> Themes { get; internal init; } = [];
}

/// <summary>How many States take part.</summary>
/// <param name="Participants">Exact; null where there are fewer than ten.</param>
/// <param name="Invited">States in the register when the cycle closed; null together with <paramref name="Participants"/>.</param>
public sealed record Participation(int? Participants, int? Invited)
{
    public static Participation Withheld { get; } = new(null, null);
}

/// <summary>How the cohort compares with the one before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Composition>))]
public enum Composition
{
    /// <summary>There is no earlier release with the same questionnaire, or nothing of this one is published.</summary>
    Unknown,

    /// <summary>At most a quarter of all States in either cycle joined or left: the points of a trend may be joined.</summary>
    Similar,

    /// <summary>More than a quarter joined or left: the points of a trend are not joined.</summary>
    Changed,
}

/// <summary>What is published of one theme.</summary>
/// <param name="Section">The reported section's id.</param>
/// <param name="Status">Whether anything is published.</param>
/// <param name="Base">How many States have a score: exact where all participants have one, otherwise the bounds of the size tier; null where nothing is published.</param>
/// <param name="ComparableWith">Earlier questionnaire versions with which this theme's scores may be compared.</param>
/// <param name="Mean">Mean index, 0–100.</param>
/// <param name="FirstQuartile">Smoothed, 0–100.</param>
/// <param name="Median">Smoothed, 0–100.</param>
/// <param name="ThirdQuartile">Smoothed, 0–100.</param>
/// <param name="Distribution">States by level; null where the tier or the homogeneity rule does not allow it.</param>
/// <param name="Concentrated">The level that at least 90 % of the States share, where that is all that is published.</param>
public sealed record ThemeStatistics(
    string Section,
    ThemeStatus Status,
    Population? Base,
    IReadOnlyList<string> ComparableWith,
    Protected Mean,
    Protected FirstQuartile,
    Protected Median,
    Protected ThirdQuartile,
    Distribution? Distribution,
    string? Concentrated);

/// <summary>Whether anything of a theme is published.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ThemeStatus>))]
public enum ThemeStatus
{
    Published,

    /// <summary>Nearly all States share one level; only that is said.</summary>
    Concentrated,
    NotPublished,
}

/// <summary>A number of States: exact where both bounds are equal, otherwise a band.</summary>
/// <param name="From">Fewest.</param>
/// <param name="To">Most; null where there is no upper bound.</param>
public sealed record Population(int From, int? To)
{
    [JsonIgnore]
    public bool Exact => From == To;
}

/// <summary>Rounded counts of States; shares are computed from them and from nothing else.</summary>
/// <param name="Levels">By level, in the order of <see cref="Release.Levels"/>.</param>
/// <param name="NotApplicable">States to which the theme does not apply.</param>
/// <param name="NoAnswer">States whose answers are too few for a level.</param>
/// <param name="CountBase">Every count is a multiple of this.</param>
public sealed record Distribution(IReadOnlyList<int> Levels, int NotApplicable, int NoAnswer, int CountBase);
