using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Cycles;

public sealed record PlanClosingRequest : CycleRequest
{
    /// <summary>The cycle's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    [FromBody]
    public PlanClosingBody Body { get; init; } = null!;
}

/// <summary>When a cycle is meant to be closed.</summary>
public sealed record PlanClosingBody
{
    /// <summary>The day; null takes it away.</summary>
    public required DateOnly? ClosesOn { get; init; }
}

[Permits(Role.Administrator)]
internal sealed class PlanClosingEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<PlanClosingRequest, CycleView>
{
    public override void Configure()
    {
        Put("cycles/{cycle}/closing-day");
        Summary(s =>
        {
            s.Summary = "Say when a cycle is meant to be closed";
            s.Description = "Coordinators see the day as theirs to be done by. It closes nothing by itself, and can be moved until the cycle is closed.";
            s.Responses[200] = "The day is set.";
            s.Responses[409] = "The cycle is closed already (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(PlanClosingRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Body, request.IfMatch }, clock,
            session => ChangeAsync(session, request.Cycle, request.Body.ClosesOn, request.IfMatch, ct));

    public static async Task<Outcome<CycleView>> ChangeAsync(IDocumentSession session, string id, DateOnly? closesOn, string? ifMatch, CancellationToken ct)
    {
        if (await session.LoadAsync<Cycle>(id, ct) is not { } cycle)
        {
            return Refusal.NotFound;
        }

        if (Preconditions.Refuse(cycle.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (cycle.Status is not (CycleStatus.Planned or CycleStatus.Open))
        {
            return Refusal.Conflict("cycle-closed", $"Cycle {id} is closed.");
        }

        var planned = cycle with { ClosesOn = closesOn };
        return Outcome<CycleView>.Of(CycleView.Of(planned), session.Put(planned, cycle.Version));
    }
}
