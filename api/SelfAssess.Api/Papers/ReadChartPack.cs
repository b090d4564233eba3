using FastEndpoints;
using SelfAssess.Api.Papers.Packs;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Papers;

public sealed record ChartPackRequest
{
    /// <summary>The pack's id.</summary>
    [RouteParam]
    public Guid Pack { get; init; }
}

[PermitsReleaseReaders]
internal sealed class GetChartPackEndpoint(ICommonStore store) : Endpoint<ChartPackRequest, ChartPackView>
{
    public override void Configure()
    {
        Get("chart-packs/{pack}");
        Summary(s =>
        {
            s.Summary = "Follow the making of a chart pack";
            s.Description = "Ask again, with If-None-Match, until the status is `succeeded`.";
        });
    }

    public override async Task HandleAsync(ChartPackRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<ChartPackRun>(request.Pack, ct) is not { } run)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
        }
        else if (!Conditional.NotModified(HttpContext, Conditional.ETag(run.Version)))
        {
            await Conditional.SendAsync(HttpContext, ChartPackView.Of(run), run.Version, StatusCodes.Status200OK, ct);
        }
    }
}

[PermitsReleaseReaders]
internal sealed class GetChartPackFileEndpoint(ICommonStore store) : Endpoint<ChartPackRequest>
{
    public override void Configure()
    {
        Get("chart-packs/{pack}/charts.zip");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, ChartPack.ContentType));
        Summary(s =>
        {
            s.Summary = "Read a chart pack";
            s.Description = "Folders `png`, `svg` and `csv`, `captions.csv`, and `manifest.json` with the SHA-256 of each file and of the release.";
            s.Responses[409] = "It is not made yet (`pack-not-ready`).";
        });
    }

    public override async Task HandleAsync(ChartPackRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<ChartPackRun>(request.Pack, ct) is not { } run)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        if (run.Status != ChartPackStatus.Succeeded || await session.LoadAsync<StoredChartPack>(request.Pack, ct) is not { } pack)
        {
            await Refusal.Conflict("pack-not-ready", "The archive is not made yet. Follow its making, and ask again.").WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "private, no-cache";
        await PaperResponses.SendAsync(HttpContext, pack.Content, ChartPack.ContentType, $"charts-{run.ReleaseId}-{run.Language}.zip", run.Language, ct);
    }
}
