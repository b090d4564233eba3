using FastEndpoints;
using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Cycles;

[Permits(Role.Administrator)]
internal sealed class CloseCycleEndpoint(ICommonStore store, IBackgroundJobClient jobs, TimeProvider clock) : Endpoint<CycleStepRequest, ReleaseRunView>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/close");
        Summary(s =>
        {
            s.Summary = "Close a cycle and prepare its release";
            s.Description = "No answer is taken any more. A job locks the cohort of what was signed off with consent, and prepares a release for the presidency to freeze or leave; the answer says where to follow it.";
            s.Response<ReleaseRunView>(202, "The cycle is closing, and this run makes its release. The ETag is the cycle's.");
            s.Responses[409] = "The cycle is not open (`cycle-not-open`), or was reopened and its first release is not six months old (`too-early`).";
        });
    }

    public override async Task HandleAsync(CycleStepRequest request, CancellationToken ct)
    {
        Guid? queued = null;
        await Writing.RunAsync(HttpContext, store, tenant: null, new { request.IfMatch }, clock,
            async session =>
            {
                var outcome = await ChangeAsync(session, request.Cycle, request.IfMatch, clock.GetUtcNow(), ct);
                queued = outcome.Value?.Id;
                return outcome;
            },
            StatusCodes.Status202Accepted, run => $"/api/v1/release-runs/{run.Id}");
        if (HttpContext.Response.StatusCode == StatusCodes.Status202Accepted && queued is { } id)
        {
            // Should the server die right here, the sweep finds the run.
            jobs.Enqueue<ReleaseJob>(j => j.RunAsync(id, CancellationToken.None));
        }
    }

    public static async Task<Outcome<ReleaseRunView>> ChangeAsync(IDocumentSession session, string id, string? ifMatch, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<Cycle>(id, ct) is not { } cycle)
        {
            return Refusal.NotFound;
        }

        if (Preconditions.Refuse(cycle.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (cycle.Status != CycleStatus.Open)
        {
            return Refusal.Conflict("cycle-not-open", $"Cycle {id} is not open.");
        }

        if (cycle.Number == 2 && cycle.FirstLockedAt!.Value.AddMonths(Cycle.MonthsBetweenLocks) is var earliest && now < earliest)
        {
            return Refusal.Conflict("too-early", $"A second release follows the first after six months at the earliest: close the cycle on {earliest:yyyy-MM-dd} or later.");
        }

        var closing = cycle with { Status = CycleStatus.Closing, ClosedAt = now };
        var run = ReleaseRuns.New(closing, now);
        session.Insert(run);
        return Outcome<ReleaseRunView>.Of(ReleaseRunView.Of(run), session.Put(closing, cycle.Version));
    }
}
