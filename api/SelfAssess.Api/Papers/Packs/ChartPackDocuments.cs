using JasperFx;
using Marten;

namespace SelfAssess.Api.Papers.Packs;

/// <summary>How far the making of a chart pack has come.</summary>
public enum ChartPackStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
}

/// <summary>Common store: the making of one chart pack. It is made of a frozen release and holds nothing that is not published.</summary>
public sealed record ChartPackRun : IRevisioned
{
    public required Guid Id { get; init; }
    public required string ReleaseId { get; init; }
    public required string Language { get; init; }
    public ChartPackStatus Status { get; init; }

    /// <summary>Charts done of <see cref="Total"/>.</summary>
    public int Done { get; init; }
    public int Total { get; init; }

    /// <summary>The kind of the last failure.</summary>
    public string? Error { get; init; }

    public int Version { get; set; }
}

/// <summary>Common store: the archive itself, apart from its run, so that asking how far it has come does not read it.</summary>
public sealed record StoredChartPack
{
    /// <summary>The run's.</summary>
    public required Guid Id { get; init; }
    public required byte[] Content { get; init; }
}

internal static class PapersSetup
{
    public static void RegisterChartPacks(this StoreOptions options)
    {
        options.Schema.For<ChartPackRun>().UseNumericRevisions(true).Duplicate(r => r.ReleaseId);
        options.Schema.For<StoredChartPack>();
    }

    public static void AddPapers(this IServiceCollection services)
    {
        services.AddSingleton<DrawnPapers>();
        services.AddScoped<ChartPackJob>();
    }
}
