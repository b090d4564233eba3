using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Cycles;

[Permits(Role.Administrator)]
internal sealed class ReopenCycleEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<CycleStepRequest, CycleView>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/reopen");
        Summary(s =>
        {
            s.Summary = "Reopen a cycle for its second release";
            s.Description = "States may take their assessment up again, sign off late, amend or withdraw. A cycle has two releases at most, and the second revises only those numbers "
                + "behind which none, or at least ten, States joined, left or amended. It can be closed six months after the first lock at the earliest.";
            s.Responses[200] = "The cycle is open again.";
            s.Responses[409] = "The cycle is not closed (`cycle-not-closed`), was reopened before (`reopened-before`), or has no frozen first release (`no-first-release`).";
        });
    }

    public override Task HandleAsync(CycleStepRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.IfMatch }, clock, session => ChangeAsync(session, request.Cycle, request.IfMatch, ct));

    public static async Task<Outcome<CycleView>> ChangeAsync(IDocumentSession session, string id, string? ifMatch, CancellationToken ct)
    {
        if (await session.LoadAsync<Cycle>(id, ct) is not { } cycle)
        {
            return Refusal.NotFound;
        }

        if (Preconditions.Refuse(cycle.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (cycle.Number != 1)
        {
            return Refusal.Conflict("reopened-before", $"Cycle {id} was reopened before; there is no third release.");
        }

        if (cycle.Status != CycleStatus.Closed)
        {
            return Refusal.Conflict("cycle-not-closed", $"Cycle {id} is not closed yet.");
        }

        if (await session.LoadAsync<StoredRelease>(ReleaseFrame.ReleaseIdOf(id, 1), ct) is not { Status: StoredReleaseStatus.Frozen })
        {
            return Refusal.Conflict("no-first-release", $"Cycle {id} has no frozen release that a second one could revise.");
        }

        var open = cycle with { Status = CycleStatus.Open, Number = 2 };
        return Outcome<CycleView>.Of(CycleView.Of(open), session.Put(open, cycle.Version));
    }
}
