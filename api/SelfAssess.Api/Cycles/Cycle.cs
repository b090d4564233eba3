using JasperFx;
using Marten;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Cycles;

/// <summary>How far a cycle has come; it only goes forward.</summary>
public enum CycleStatus
{
    /// <summary>Being prepared; everything can still change.</summary>
    Planned,

    /// <summary>States assess themselves.</summary>
    Open,

    /// <summary>No answer is taken any more; contributions are being collected.</summary>
    Closing,

    /// <summary>The cohort is locked.</summary>
    Closed,
}

/// <summary>One round of self-assessments over all States.</summary>
public sealed record Cycle : IRevisioned
{
    /// <summary>Between the lock of the first release and that of the second.</summary>
    public const int MonthsBetweenLocks = 6;

    public required string Id { get; init; }

    /// <summary>As people write it: "2026".</summary>
    public required string Name { get; init; }
    public required QuestionnaireReference Questionnaire { get; init; }

    /// <summary>Its place among the cycles; trends are drawn in this order.</summary>
    public required DateOnly StartsOn { get; init; }

    /// <summary>The day on which it is meant to be closed; null where none is set. It is told, and closes nothing.</summary>
    public DateOnly? ClosesOn { get; init; }
    public CycleStatus Status { get; init; }

    /// <summary>What its release may show; fixed once it is open. It may name States in declared blocs, so that the aggregation does not read cycles.</summary>
    public PublicationPlan Plan { get; init; } = PublicationPlan.Default;
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the contributions were fixed; after a second lock, when that was.</summary>
    public DateTimeOffset? LockedAt { get; init; }

    /// <summary>When the contributions to the first release were fixed.</summary>
    public DateTimeOffset? FirstLockedAt { get; init; }

    /// <summary>The release for which it is open, closes or closed: 1, or 2 once it was reopened.</summary>
    public int Number { get; init; } = 1;

    /// <summary>States in the register at the lock.</summary>
    public int? Invited { get; init; }

    public int Version { get; set; }
}

internal static class CyclesSetup
{
    public const string IdPattern = "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$";

    public static void RegisterCycles(this StoreOptions options) => options.Schema.For<Cycle>().UseNumericRevisions(true);
}
