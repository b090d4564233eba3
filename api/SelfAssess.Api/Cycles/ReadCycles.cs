using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Cycles;

/// <summary>A cycle. How many States take part is not told before its release, and then only by it.</summary>
/// <param name="Id">Its id: small letters, digits and hyphens.</param>
/// <param name="Name">As people write it: "2026".</param>
/// <param name="Questionnaire">The questionnaire that every State answers.</param>
/// <param name="StartsOn">Its place among the cycles.</param>
/// <param name="ClosesOn">The day on which it is meant to be closed; absent where none is set.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="ClosedAt">When it was closed to answers.</param>
/// <param name="LockedAt">When the contributions were fixed.</param>
/// <param name="Number">The release for which it is open, closes or closed: 1, or 2 once it was reopened.</param>
public sealed record CycleView(
    string Id,
    string Name,
    QuestionnaireReference Questionnaire,
    DateOnly StartsOn,
    DateOnly? ClosesOn,
    CycleStatus Status,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? ClosedAt,
    DateTimeOffset? LockedAt,
    int Number)
{
    internal static CycleView Of(Cycle cycle) =>
        new(cycle.Id, cycle.Name, cycle.Questionnaire, cycle.StartsOn, cycle.ClosesOn, cycle.Status, cycle.OpenedAt, cycle.ClosedAt, cycle.LockedAt, cycle.Number);
}

public sealed record ListCyclesRequest : PagedRequest;

internal sealed class ListCyclesValidator : PagedValidator<ListCyclesRequest>;

[PermitsSignedIn]
internal sealed class ListCyclesEndpoint(ICommonStore store) : Endpoint<ListCyclesRequest, Page<CycleView>>
{
    public override void Configure()
    {
        Get("cycles");
        Summary(s =>
        {
            s.Summary = "List the cycles";
            s.Description = "Ordered by id.";
        });
    }

    public override async Task HandleAsync(ListCyclesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<Cycle>().OrderBy(c => c.Id).AsQueryable();
        query = request.After is { } after ? query.Where(c => c.Id.CompareTo(after) > 0) : query;
        var cycles = await query.Take(request.Limit + 1).ToListAsync(ct);
        await Conditional.SendHashedAsync(HttpContext, request.Cut([.. cycles.Select(CycleView.Of)], c => c.Id), ct);
    }
}

/// <summary>Addresses one cycle.</summary>
public record CycleRequest
{
    /// <summary>The cycle's id.</summary>
    [RouteParam]
    public string Cycle { get; init; } = "";
}

[PermitsSignedIn]
internal sealed class GetCycleEndpoint(ICommonStore store) : Endpoint<CycleRequest, CycleView>
{
    public override void Configure()
    {
        Get("cycles/{cycle}");
        Summary(s =>
        {
            s.Summary = "Read one cycle";
            s.Description = "Its ETag is what every change of it takes as If-Match.";
        });
    }

    public override async Task HandleAsync(CycleRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
        }
        else if (!Conditional.NotModified(HttpContext, Conditional.ETag(cycle.Version)))
        {
            await Conditional.SendAsync(HttpContext, CycleView.Of(cycle), cycle.Version, StatusCodes.Status200OK, ct);
        }
    }
}
