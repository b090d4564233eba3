using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>A release in a list.</summary>
/// <param name="Id">Cycle and number.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="CycleName">As people write it.</param>
/// <param name="Questionnaire">The version that every participant answered.</param>
/// <param name="LockedOn">The day on which the contributions were fixed (UTC).</param>
/// <param name="Hash">SHA-256 of the release's bytes, lower-case hexadecimal.</param>
public sealed record ReleaseSummary(string Id, string Cycle, string CycleName, QuestionnaireReference Questionnaire, DateOnly LockedOn, string Hash);

public sealed record ListReleasesRequest : PagedRequest;

internal sealed class ListReleasesValidator : PagedValidator<ListReleasesRequest>;

[PermitsReleaseReaders]
internal sealed class ListReleasesEndpoint(ICommonStore store, ReleaseCatalogue releases) : Endpoint<ListReleasesRequest, Page<ReleaseSummary>>
{
    public override void Configure()
    {
        Get("releases");
        Summary(s =>
        {
            s.Summary = "List the frozen releases";
            s.Description = "Ordered by id.";
        });
    }

    public override async Task HandleAsync(ListReleasesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<StoredRelease>().Where(r => r.Status == StoredReleaseStatus.Frozen).OrderBy(r => r.Id).AsQueryable();
        query = request.After is { } after ? query.Where(r => r.Id.CompareTo(after) > 0) : query;
        var summaries = new List<ReleaseSummary>();
        foreach (var id in await query.Take(request.Limit + 1).Select(r => r.Id).ToListAsync(ct))
        {
            var (release, _, hash) = (await releases.FindAsync(id, ct))!;
            summaries.Add(new ReleaseSummary(release.Id, release.CycleId, release.CycleName, release.Questionnaire, release.LockedOn, hash));
        }

        await Conditional.SendHashedAsync(HttpContext, request.Cut(summaries, r => r.Id), ct);
    }
}

/// <summary>Addresses one release.</summary>
public record ReleaseRequest
{
    /// <summary>The release's id: cycle and number, as in "2026-R1".</summary>
    [RouteParam]
    public string Release { get; init; } = "";
}

[PermitsReleaseReaders]
[AnswersHeader("Cache-Control", Frozen.Header)]
internal sealed class GetReleaseEndpoint(ReleaseCatalogue releases, IConfiguration configuration) : Endpoint<ReleaseRequest, Release>
{
    public override void Configure()
    {
        Get("releases/{release}");
        Summary(s =>
        {
            s.Summary = "Read one release";
            s.Description = "The bytes of a release never change.";
            s.Responses[200] = "The release, the same bytes for ever.";
        });
    }

    public override async Task HandleAsync(ReleaseRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        Frozen.MayBeKept(HttpContext, configuration);
        await Conditional.SendBytesAsync(HttpContext, frozen.Json, "application/json; charset=utf-8", ct);
    }
}

public sealed record TrendRequest
{
    /// <summary>The questionnaire's id.</summary>
    [RouteParam]
    public string Questionnaire { get; init; } = "";
}

[PermitsReleaseReaders]
internal sealed class GetTrendEndpoint(ReleaseCatalogue releases) : Endpoint<TrendRequest, Trend>
{
    public override void Configure()
    {
        Get("trends/{questionnaire}");
        Summary(s =>
        {
            s.Summary = "Read what is published of the themes over the cycles";
            s.Description = "For each theme, the published means of all participants, and a chain of the published changes in the States that took part in two consecutive cycles. "
                + "Points are joined only where they may be compared.";
        });
    }

    public override async Task HandleAsync(TrendRequest request, CancellationToken ct)
    {
        var all = await releases.OfQuestionnaireAsync(request.Questionnaire, ct);
        if (all.Count == 0)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Conditional.SendHashedAsync(HttpContext, Trend.Of(request.Questionnaire, all), ct);
    }
}

/// <summary>How caches may treat what never changes.</summary>
internal static class Frozen
{
    /// <summary>Where reading takes a sign-in; where it does not, shared caches may keep it too.</summary>
    public const string Header = "private, max-age=31536000, immutable";

    public static void MayBeKept(HttpContext context, IConfiguration configuration) =>
        context.Response.Headers.CacheControl = configuration.GetValue<bool>(Gate.PublicReleases) ? Header.Replace("private", "public", StringComparison.Ordinal) : Header;
}
