using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Cycles;

/// <summary>A step of one cycle.</summary>
public sealed record CycleStepRequest : CycleRequest
{
    /// <summary>The cycle's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }
}

[Permits(Role.Administrator)]
internal sealed class OpenCycleEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<CycleStepRequest, CycleView>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/open");
        Summary(s =>
        {
            s.Summary = "Open a cycle to the States";
            s.Description = "From now on States can assess themselves; name, questionnaire and place stay as they are.";
            s.Responses[200] = "The cycle is open.";
            s.Responses[409] = "The cycle was opened before (`cycle-not-planned`).";
        });
    }

    public override Task HandleAsync(CycleStepRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.IfMatch }, clock,
            session => ChangeAsync(session, request.Cycle, request.IfMatch, clock.GetUtcNow(), ct));

    public static async Task<Outcome<CycleView>> ChangeAsync(IDocumentSession session, string id, string? ifMatch, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<Cycle>(id, ct) is not { } cycle)
        {
            return Refusal.NotFound;
        }

        if (Preconditions.Refuse(cycle.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (cycle.Status != CycleStatus.Planned)
        {
            return Refusal.Conflict("cycle-not-planned", $"Cycle {id} was opened before.");
        }

        var open = cycle with { Status = CycleStatus.Open, OpenedAt = now };
        return Outcome<CycleView>.Of(CycleView.Of(open), session.Put(open, cycle.Version));
    }
}
