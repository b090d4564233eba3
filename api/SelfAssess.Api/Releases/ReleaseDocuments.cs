using JasperFx;
using Marten;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>State store: a contribution that waits, inside its State's tenant, for the batch in which all of a release are delivered.</summary>
public sealed record PendingContribution
{
    public required string ReleaseId { get; init; }
    public required Contribution Contribution { get; init; }
    public required ContributionDetails Details { get; init; }
}

/// <summary>State store: the key of the pseudonyms. The aggregation never holds it.</summary>
public sealed record PseudonymKey
{
    public const string TheOnly = "pseudonyms";

    public string Id { get; init; } = TheOnly;
    public required byte[] Key { get; init; }
}

/// <summary>Common store: one State's contribution to one release, as the aggregation reads it.</summary>
public sealed record DeliveredContribution
{
    /// <summary><c>release/pseudonym</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The release for which it was fixed; a second release of a cycle has contributions of its own.</summary>
    public required string ReleaseId { get; init; }
    public required Contribution Contribution { get; init; }
    public required ContributionDetails Details { get; init; }
}

/// <summary>What became of a release.</summary>
public enum StoredReleaseStatus
{
    /// <summary>It waits for the presidency, who sees exactly what would be published.</summary>
    Preview,

    /// <summary>Published, for ever.</summary>
    Frozen,

    /// <summary>Never published.</summary>
    Left,
}

/// <summary>Common store: a release, kept as the bytes that everybody gets once it is frozen.</summary>
public sealed record StoredRelease : IRevisioned
{
    public required string Id { get; init; }
    public required string CycleId { get; init; }
    public required string QuestionnaireId { get; init; }
    public required DateOnly CycleStartsOn { get; init; }
    public StoredReleaseStatus Status { get; init; }

    /// <summary>Canonical JSON of the <see cref="Release"/>.</summary>
    public required string Json { get; init; }

    /// <summary>SHA-256 over the UTF-8 bytes of <see cref="Json"/>, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    public int Version { get; set; }
}

/// <summary>How far the making of a release has come.</summary>
public enum ReleaseRunStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,

    /// <summary>Somebody stopped it; it goes on when it is started again.</summary>
    Cancelled,
}

/// <summary>What a run is doing.</summary>
public enum ReleaseRunPhase
{
    Waiting,

    /// <summary>Ending every State's assessment and scoring those that are signed off with consent.</summary>
    Collecting,

    /// <summary>Writing all contributions in one shuffled batch.</summary>
    Delivering,

    /// <summary>Computing the release from the contributions.</summary>
    Aggregating,

    /// <summary>Attacking what would be published, together with all that was published before.</summary>
    Auditing,
    Done,
}

/// <summary>Common store: the making of one release. Its id names neither cycle nor State.</summary>
public sealed record ReleaseRun : IRevisioned
{
    public required Guid Id { get; init; }
    public required string CycleId { get; init; }
    public required string ReleaseId { get; init; }
    public ReleaseRunStatus Status { get; init; }
    public ReleaseRunPhase Phase { get; init; }

    /// <summary>Steps done of <see cref="Total"/> in this phase.</summary>
    public int Done { get; init; }
    public int Total { get; init; }

    /// <summary>Why the last try failed, in words that name no State.</summary>
    public string? Error { get; init; }

    /// <summary>The servers without which it cannot go on, by their names in the settings.</summary>
    public IReadOnlyList<string> WaitingFor { get; init; } = [];
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }

    public int Version { get; set; }
}

internal static class ReleasesSetup
{
    public static void RegisterReleases(this StoreOptions options)
    {
        options.Schema.For<DeliveredContribution>().Duplicate(c => c.ReleaseId);
        options.Schema.For<StoredRelease>().UseNumericRevisions(true).Duplicate(r => r.QuestionnaireId).Duplicate(r => r.CycleId);
        options.Schema.For<ReleaseRun>().UseNumericRevisions(true);
    }

    public static void AddReleases(this IServiceCollection services)
    {
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<ReleaseCatalogue>();
        services.AddSingleton<CollectContributions>();
        services.AddSingleton<AuditRelease>();
        services.AddSingleton<MakeRelease>();
        services.AddScoped<ReleaseJob>();
    }
}
