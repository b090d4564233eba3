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


    /// <summary>What was planned before the cycle opened.</summary>
    [JsonInclude]
    public ReleasePlan Plan { get; internal init; } = new(PlannedPopulation.AllParticipants, PlannedPartition.None, Strict: false);

    /// <summary>The parameters in force; a method note is generated from them.</summary>
    [JsonInclude]
    public ReleaseMethod Method { get; internal init; } = ReleaseMethod.Of(null, strict: false);

    /// <summary>How many States take part.</summary>
    [JsonInclude]
    public Participation Participation { get; internal init; } = Participation.Withheld;

    /// <summary>How the participants compare with those of the cycle before.</summary>
    [JsonInclude]
    public Composition Composition { get; internal init; } = Composition.Unknown;

    /// <summary>Reported sections in the questionnaire's order, over all participants.</summary>
    [JsonInclude]
    public IReadOnlyList<ThemeStatistics> Themes { get; internal init; } = [];

    /// <summary>The same by group of the one planned partition.</summary>
    [JsonInclude]
    public PartitionStatistics Partition { get; internal init; } = PartitionStatistics.None(PlannedPartition.None);

    /// <summary>Scored questions of the reported sections, over all participants.</summary>
    [JsonInclude]
    public IReadOnlyList<IndicatorStatistics> Indicators { get; internal init; } = [];

    /// <summary>How many participants chose each option of the counted questions (basis, permanence, challenges).</summary>
    [JsonInclude]
    public IReadOnlyList<CountedStatistics> Counted { get; internal init; } = [];

    /// <summary>In how many participating States entities see a theme differently.</summary>
    [JsonInclude]
    public IReadOnlyList<DivergenceStatistics> Divergence { get; internal init; } = [];

    /// <summary>Changes in the States that took part in the cycle before, too; null where there is no such cycle.</summary>
    [JsonInclude]
    public PanelStatistics? Panel { get; internal init; }

    /// <summary>The release of the same cycle that this one follows; null for the first.</summary>
    [JsonInclude]
    public string? Revises { get; internal init; }
}

/// <summary>What was planned before the cycle opened, as far as it names no State.</summary>
/// <param name="Population">Whom the totals count.</param>
/// <param name="Partition">The one partition.</param>
/// <param name="Strict">Whether distributions and counts are left out whatever the number of participants.</param>
public sealed record ReleasePlan(PlannedPopulation Population, PlannedPartition Partition, bool Strict);

/// <summary>The parameters of protection that are in force for the totals of a release. They are public.</summary>
/// <param name="SmallestPopulation">Fewer contributors publish nothing.</param>
/// <param name="OutsideBloc">Contributors outside each declared bloc: none, or at least this many.</param>
/// <param name="OutsideLargest">Contributors outside the largest category of whatever is counted: at least this many.</param>
/// <param name="SmallestPanel">Fewer States in both cycles publish no change.</param>
/// <param name="CountBase">Every count is a multiple of this.</param>
/// <param name="MeanBase">Means are multiples of this; null where none is published.</param>
/// <param name="QuantileGrid">Quantiles are multiples of this; null where none is published.</param>
/// <param name="Quartiles">Whether the quartiles are published beside the median.</param>
/// <param name="Distributions">Whether distributions and counts are published.</param>
public sealed record ReleaseMethod(
    int SmallestPopulation, int OutsideBloc, int OutsideLargest, int SmallestPanel, int CountBase, decimal? MeanBase, int? QuantileGrid, bool Quartiles, bool Distributions)
{
    internal static ReleaseMethod Of(SizeTier? tier, bool strict) => new(
        SizeTier.SmallestPopulation, Disclosure.OutsideBloc, Disclosure.OutsideLargest, Disclosure.SmallestPanel, Disclosure.CountBase,
        tier?.MeanBase, tier?.QuantileGrid, tier?.AllQuartiles ?? false, !strict && (tier?.Distribution ?? false));
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
/// <param name="Base">The band in which the number of States with a score lies; null where nothing is published.</param>
/// <param name="ComparableWith">Earlier questionnaire versions with which this theme's scores may be compared.</param>
/// <param name="Mean">Mean index, 0–100.</param>
/// <param name="FirstQuartile">Smoothed, 0–100.</param>
/// <param name="Median">Smoothed, 0–100.</param>
/// <param name="ThirdQuartile">Smoothed, 0–100.</param>
/// <param name="Distribution">States by level; null where the tier or the homogeneity rule does not allow it.</param>
/// <param name="Concentrated">The level that at least 90 % of the States share, where that is all that is published.</param>
/// <param name="NotRevised">Of a second release: the first one's numbers stand, since too few States changed.</param>
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
    string? Concentrated,
    bool NotRevised = false);

/// <summary>Whether anything of a theme is published.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ThemeStatus>))]
public enum ThemeStatus
{
    Published,

    /// <summary>Nearly all States share one level; only that is said.</summary>
    Concentrated,
    NotPublished,
}

/// <summary>The band in which a number of States lies.</summary>
/// <param name="From">Fewest.</param>
/// <param name="To">Most; null where there is no upper bound.</param>
public sealed record Population(int From, int? To);

/// <summary>Rounded counts of States; shares are computed from them and from nothing else.</summary>
/// <param name="Levels">By level, in the order of <see cref="Release.Levels"/>.</param>
/// <param name="NotApplicable">States to which the theme does not apply.</param>
/// <param name="NoAnswer">States whose answers are too few for a level.</param>
/// <param name="CountBase">Every count is a multiple of this.</param>
public sealed record Distribution(IReadOnlyList<int> Levels, int NotApplicable, int NoAnswer, int CountBase);

/// <summary>Whether the groups of a partition are published.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PartitionStatus>))]
public enum PartitionStatus
{
    /// <summary>None was planned.</summary>
    None,
    Published,

    /// <summary>Fewer than two groups could be published; the totals stand alone.</summary>
    NotPublished,
}

/// <summary>The one partition of the participants.</summary>
/// <param name="Kind">What divides them.</param>
/// <param name="Status">Whether its groups are published.</param>
/// <param name="Groups">At least two, or none.</param>
public sealed record PartitionStatistics(PlannedPartition Kind, PartitionStatus Status, IReadOnlyList<GroupStatistics> Groups)
{
    internal static PartitionStatistics None(PlannedPartition kind) =>
        new(kind, kind == PlannedPartition.None ? PartitionStatus.None : PartitionStatus.NotPublished, []);
}

/// <summary>Whether a group stands alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GroupStatus>))]
public enum GroupStatus
{
    Published,

    /// <summary>Several planned groups, put together as planned.</summary>
    Merged,
}

/// <summary>One group of the partition.</summary>
/// <param name="Id">Its planned groups, joined with a plus sign.</param>
/// <param name="Groups">The planned groups in it.</param>
/// <param name="Status">Whether it stands alone.</param>
/// <param name="Base">The band in which its number of States lies.</param>
/// <param name="Themes">Reported sections in the questionnaire's order. A theme is published in all groups or in none.</param>
/// <param name="NotRevised">Of a second release: the first one's numbers stand.</param>
public sealed record GroupStatistics(
    string Id, IReadOnlyList<string> Groups, GroupStatus Status, Population Base, IReadOnlyList<ThemeStatistics> Themes, bool NotRevised = false);

/// <summary>The levels of one scored question, over all participants.</summary>
/// <param name="Question">Its id.</param>
/// <param name="Section">The reported section that it stands in.</param>
/// <param name="Levels">The level ids of its scale, lowest first.</param>
/// <param name="Status">Whether anything is published.</param>
/// <param name="Base">The band in which the number of States with a level lies; null where nothing is published.</param>
/// <param name="Distribution">States by level; null where it is not published.</param>
/// <param name="Concentrated">The level that at least 90 % share, where that is all that is published.</param>
/// <param name="NotRevised">Of a second release: the first one's numbers stand.</param>
public sealed record IndicatorStatistics(
    string Question, string Section, IReadOnlyList<string> Levels, ThemeStatus Status, Population? Base, Distribution? Distribution, string? Concentrated, bool NotRevised = false);

/// <summary>How many participants chose each option of one question.</summary>
/// <param name="Question">The question's id, with a matrix's dimension behind a dot.</param>
/// <param name="Exclusive">True where each State chose one option at most, so that all options are published or none.</param>
/// <param name="Options">In the questionnaire's order.</param>
/// <param name="NoAnswer">Participants that chose none.</param>
/// <param name="NotRevised">Of a second release: the first one's numbers stand.</param>
public sealed record CountedStatistics(string Question, bool Exclusive, IReadOnlyList<OptionCount> Options, Protected NoAnswer, bool NotRevised = false);

/// <summary>How many participants chose one option.</summary>
/// <param name="Option">Its id.</param>
/// <param name="States">To base 5, or withheld.</param>
public sealed record OptionCount(string Option, Protected States);

/// <summary>In how many participating States entities see one theme differently.</summary>
/// <param name="Section">The reported section.</param>
/// <param name="Diverging">States where they do.</param>
/// <param name="Agreeing">States where they do not.</param>
/// <param name="NotCompared">States where there was nothing to compare.</param>
/// <param name="NotRevised">Of a second release: the first one's numbers stand.</param>
public sealed record DivergenceStatistics(string Section, Protected Diverging, Protected Agreeing, Protected NotCompared, bool NotRevised = false);

/// <summary>The States that took part in this cycle and in the one before.</summary>
/// <param name="Since">The release of the cycle before.</param>
/// <param name="Base">The band in which their number lies; null where they are too few.</param>
/// <param name="Themes">Reported sections in the questionnaire's order.</param>
public sealed record PanelStatistics(string Since, Population? Base, IReadOnlyList<ThemeChange> Themes);

/// <summary>How one theme changed in the States of the panel.</summary>
/// <param name="Section">The reported section.</param>
/// <param name="Base">The band in which the number of States with a score in both cycles lies; null where nothing is published.</param>
/// <param name="Change">Mean of their changes of the index, −100 to 100; halves are rounded away from zero.</param>
public sealed record ThemeChange(string Section, Population? Base, Protected Change);
