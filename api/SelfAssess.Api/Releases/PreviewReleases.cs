using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Practices;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>A release and what the presidency made of it.</summary>
/// <param name="Id">Cycle and number.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Status">Whether it waits, is frozen, or was left.</param>
/// <param name="MadeAt">When it was computed.</param>
/// <param name="DecidedAt">When it was frozen or left; absent while it waits.</param>
public sealed record PreviewSummary(string Id, string Cycle, StoredReleaseStatus Status, DateTimeOffset MadeAt, DateTimeOffset? DecidedAt)
{
    internal static PreviewSummary Of(StoredRelease release) => new(release.Id, release.CycleId, release.Status, release.MadeAt, release.DecidedAt);
}

/// <summary>What would be published, and nothing else.</summary>
/// <param name="Summary">What became of it.</param>
/// <param name="Release">The release, to the last digit as everybody would get it.</param>
public sealed record PreviewView(PreviewSummary Summary, Release Release)
{
    internal static PreviewView Of(StoredRelease release) => new(PreviewSummary.Of(release), ReleaseCatalogue.Read(release));
}

public sealed record ListPreviewsRequest : PagedRequest;

internal sealed class ListPreviewsValidator : PagedValidator<ListPreviewsRequest>;

[Permits(Role.Presidency)]
internal sealed class ListPreviewsEndpoint(ICommonStore store) : Endpoint<ListPreviewsRequest, Page<PreviewSummary>>
{
    public override void Configure()
    {
        Get("release-previews");
        Summary(s =>
        {
            s.Summary = "List what waits to be frozen, was frozen, or was left";
            s.Description = "Ordered by id.";
        });
    }

    public override async Task HandleAsync(ListPreviewsRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<StoredRelease>().OrderBy(r => r.Id).AsQueryable();
        query = request.After is { } after ? query.Where(r => r.Id.CompareTo(after) > 0) : query;
        var found = await query.Take(request.Limit + 1).ToListAsync(ct);
        await Conditional.SendHashedAsync(HttpContext, request.Cut([.. found.Select(PreviewSummary.Of)], r => r.Id), ct);
    }
}

[Permits(Role.Presidency)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetPreviewEndpoint(ICommonStore store) : Endpoint<ReleaseRequest, PreviewView>
{
    public override void Configure()
    {
        Get("release-previews/{release}");
        Summary(s =>
        {
            s.Summary = "Preview a release";
            s.Description = "Shows exactly what would be published. It was fixed when the cohort was locked and is never computed again: it can be frozen or left, not changed. "
                + "Its ETag is what freezing and leaving take as If-Match.";
        });
    }

    public override async Task HandleAsync(ReleaseRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<StoredRelease>(request.Release, ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        if (!Conditional.NotModified(HttpContext, Conditional.ETag(found.Version)))
        {
            await Conditional.SendAsync(HttpContext, PreviewView.Of(found), found.Version, StatusCodes.Status200OK, ct);
        }
    }
}

/// <summary>A decision about one release.</summary>
public sealed record DecideReleaseRequest : ReleaseRequest
{
    /// <summary>The preview's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }
}

[Permits(Role.Presidency)]
internal sealed class FreezeReleaseEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<DecideReleaseRequest, PreviewSummary>
{
    public override void Configure()
    {
        Post("release-previews/{release}/freeze");
        Summary(s =>
        {
            s.Summary = "Freeze a release: publish it for good";
            s.Description = "From now on everybody who may read releases reads these bytes, for ever. The practices that are included of its cycle are published with it.";
            s.Responses[200] = "The release is frozen.";
            s.Responses[409] = "It was frozen or left before (`release-decided`).";
        });
    }

    public override Task HandleAsync(DecideReleaseRequest request, CancellationToken ct) => Deciding.RunAsync(HttpContext, store, clock, request, StoredReleaseStatus.Frozen, ct);
}

[Permits(Role.Presidency)]
internal sealed class LeaveReleaseEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<DecideReleaseRequest, PreviewSummary>
{
    public override void Configure()
    {
        Post("release-previews/{release}/leave");
        Summary(s =>
        {
            s.Summary = "Leave a release: never publish it";
            s.Description = "The cycle has no release then. Since somebody has seen it, it counts as published wherever later releases are examined.";
            s.Responses[200] = "The release is left.";
            s.Responses[409] = "It was frozen or left before (`release-decided`).";
        });
    }

    public override Task HandleAsync(DecideReleaseRequest request, CancellationToken ct) => Deciding.RunAsync(HttpContext, store, clock, request, StoredReleaseStatus.Left, ct);
}

internal static class Deciding
{
    public static Task RunAsync(HttpContext context, ICommonStore store, TimeProvider clock, DecideReleaseRequest request, StoredReleaseStatus decision, CancellationToken cancellationToken) =>
        Writing.RunAsync(context, store, tenant: null, new { request.IfMatch }, clock,
            session => ChangeAsync(session, request.Release, request.IfMatch, decision, clock.GetUtcNow(), cancellationToken));

    /// <summary>Freezes or leaves a release, without saving.</summary>
    public static async Task<Outcome<PreviewSummary>> ChangeAsync(
        IDocumentSession session, string id, string? ifMatch, StoredReleaseStatus decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await session.LoadAsync<StoredRelease>(id, cancellationToken) is not { } found)
        {
            return Refusal.NotFound;
        }

        if (Preconditions.Refuse(found.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (found.Status != StoredReleaseStatus.Preview)
        {
            return Refusal.Conflict("release-decided", $"Release {id} was {(found.Status == StoredReleaseStatus.Frozen ? "frozen" : "left")} before, and stays so.");
        }

        if (decision == StoredReleaseStatus.Frozen)
        {
            await PracticeCatalogue.PublishAsync(session, found.CycleId, found.Id, cancellationToken);
        }

        var decided = found with { Status = decision, DecidedAt = now };
        return Outcome<PreviewSummary>.Of(PreviewSummary.Of(decided), session.Put(decided, found.Version));
    }
}
