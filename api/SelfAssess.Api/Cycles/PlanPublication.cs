using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Cycles;

[PermitsSignedIn]
internal sealed class GetPublicationPlanEndpoint(ICommonStore store) : Endpoint<CycleRequest, PublicationPlan>
{
    public override void Configure()
    {
        Get("cycles/{cycle}/plan");
        Summary(s =>
        {
            s.Summary = "Read what a cycle's release may show";
            s.Description = "Population, partition, merges and declared blocs. Its ETag is the cycle's. Where nobody wrote a plan, the default is answered.";
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
            await Conditional.SendAsync(HttpContext, cycle.Plan, cycle.Version, StatusCodes.Status200OK, ct);
        }
    }
}

public sealed record PutPublicationPlanRequest : CycleRequest
{
    /// <summary>The cycle's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    [FromBody]
    public PublicationPlan Body { get; init; } = null!;
}

[Permits(Role.Administrator)]
internal sealed class PutPublicationPlanEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<PutPublicationPlanRequest, PublicationPlan>
{
    public override void Configure()
    {
        Put("cycles/{cycle}/plan");
        Summary(s =>
        {
            s.Summary = "Plan what a cycle's release may show";
            s.Description = "Possible until the cycle opens: after that nothing about its participants may decide it.";
            s.Responses[200] = "The plan as it is now.";
            s.Responses[400] = "A group, merge or bloc is not valid: `errors` names each. Nothing was changed.";
            s.Responses[409] = "The cycle is no longer planned (`cycle-not-planned`).";
        });
    }

    public override Task HandleAsync(PutPublicationPlanRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Body, request.IfMatch }, clock, session => ChangeAsync(session, request.Cycle, request.Body, request.IfMatch, ct));

    public static async Task<Outcome<PublicationPlan>> ChangeAsync(IDocumentSession session, string id, PublicationPlan plan, string? ifMatch, CancellationToken ct)
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
            return Refusal.Conflict("cycle-not-planned", $"Cycle {id} was opened; its plan is fixed.");
        }

        var states = (await session.Query<RegisteredState>().Select(s => s.Id).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        return plan.Check(states) is { Count: > 0 } problems
            ? Refusal.Invalid("The plan is not valid; nothing was changed.", [.. problems.Select(p => new FieldProblem(p.Field, p.Message, p.Code))])
            : Outcome<PublicationPlan>.Of(plan, session.Put(cycle with { Plan = plan }, cycle.Version));
    }
}
