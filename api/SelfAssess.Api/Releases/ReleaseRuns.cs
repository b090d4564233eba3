using System.Security.Cryptography;
using System.Text;
using FastEndpoints;
using Hangfire;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>How far the making of a release has come.</summary>
/// <param name="Id">The run.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Release">The release that it makes.</param>
/// <param name="Status">Queued, running, succeeded, failed (it is tried again by itself), or cancelled (it is not).</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Done">Steps done in this phase: States of the register while collecting, per cent in every other phase.</param>
/// <param name="Total">Steps of this phase. How many States take part is told by the release, and by nothing before it.</param>
/// <param name="Error">The kind of the last failure.</param>
/// <param name="WaitingFor">Names of the database servers without which it cannot go on: it does by itself when they answer again. Mostly empty.</param>
public sealed record ReleaseRunView(
    Guid Id, string Cycle, string Release, ReleaseRunStatus Status, ReleaseRunPhase Phase, int Done, int Total, string? Error, IReadOnlyList<string> WaitingFor)
{
    internal static ReleaseRunView Of(ReleaseRun run) => new(run.Id, run.CycleId, run.ReleaseId, run.Status, run.Phase, run.Done, run.Total, run.Error, run.WaitingFor);
}

internal static class ReleaseRuns
{
    /// <summary>One release is made by one run, however often it is asked for.</summary>
    public static Guid IdOf(string releaseId) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"run/{releaseId}")).AsSpan(0, 16));

    /// <summary>The run that makes the release for which a cycle closes, or closed last.</summary>
    public static Guid IdOf(Cycle cycle) => IdOf(ReleaseFrame.ReleaseIdOf(cycle.Id, cycle.Number));

    public static ReleaseRun New(Cycle cycle, DateTimeOffset now)
    {
        var release = ReleaseFrame.ReleaseIdOf(cycle.Id, cycle.Number);
        return new() { Id = IdOf(release), CycleId = cycle.Id, ReleaseId = release, CreatedAt = now, ChangedAt = now };
    }
}

public sealed record ReleaseRunRequest
{
    /// <summary>The run's id.</summary>
    [RouteParam]
    public Guid Run { get; init; }
}

[Permits(Role.Administrator, Role.Presidency)]
internal sealed class GetReleaseRunEndpoint(ICommonStore store) : Endpoint<ReleaseRunRequest, ReleaseRunView>
{
    public override void Configure()
    {
        Get("release-runs/{run}");
        Summary(s =>
        {
            s.Summary = "Follow the making of a release";
            s.Description = "Ask again, with If-None-Match, until the status is `succeeded`, or listen to its events; a run that failed is tried again by itself.";
        });
    }

    public override async Task HandleAsync(ReleaseRunRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<ReleaseRun>(request.Run, ct) is not { } run)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
        }
        else if (!Conditional.NotModified(HttpContext, Conditional.ETag(run.Version)))
        {
            await Conditional.SendAsync(HttpContext, ReleaseRunView.Of(run), run.Version, StatusCodes.Status200OK, ct);
        }
    }
}

/// <summary>The runs of one cycle.</summary>
/// <param name="Items">One for each of its releases, the first release first; none before the cycle is closed.</param>
public sealed record ReleaseRunList(IReadOnlyList<ReleaseRunView> Items);

[Permits(Role.Administrator, Role.Presidency)]
internal sealed class ListReleaseRunsEndpoint(ICommonStore store) : Endpoint<CycleRequest, ReleaseRunList>
{
    public override void Configure()
    {
        Get("cycles/{cycle}/release-runs");
        Summary(s =>
        {
            s.Summary = "List the runs that make, or made, a cycle's releases";
            s.Description = "At most two; none before the cycle is closed.";
        });
    }

    public override async Task HandleAsync(CycleRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (!await session.Query<Cycle>().AnyAsync(c => c.Id == request.Cycle, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var runs = await session.Query<ReleaseRun>().Where(r => r.CycleId == request.Cycle).OrderBy(r => r.ReleaseId).ToListAsync(ct);
        await Conditional.SendHashedAsync(HttpContext, new ReleaseRunList([.. runs.Select(ReleaseRunView.Of)]), ct);
    }
}

[Permits(Role.Administrator, Role.Presidency)]
[AnswersHeader("ETag")]
internal sealed class StartReleaseRunEndpoint(ICommonStore store, IBackgroundJobClient jobs, TimeProvider clock) : Endpoint<CycleRequest, ReleaseRunView>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/release-runs");
        Summary(s =>
        {
            s.Summary = "Make a closed cycle's release, if it is not made yet";
            s.Description = "A release is made once: asked for again, the same run is answered, and a run that failed or was cancelled goes on.";
            s.Response<ReleaseRunView>(202, "The run that makes, or made, the release.");
            s.Responses[409] = "The cycle is not closed yet (`cycle-not-closed`).";
        });
    }

    public override async Task HandleAsync(CycleRequest request, CancellationToken ct)
    {
        Guid? queued = null;
        await Writing.RunAsync(HttpContext, store, tenant: null, null, clock, async session =>
            {
                if (await session.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle)
                {
                    return (Outcome<ReleaseRunView>)Refusal.NotFound;
                }

                if (cycle.Status is not (CycleStatus.Closing or CycleStatus.Closed)
                    || await session.LoadAsync<ReleaseRun>(ReleaseRuns.IdOf(cycle), ct) is not { } run)
                {
                    return Refusal.Conflict("cycle-not-closed", $"Cycle {cycle.Id} is not closed yet.");
                }

                queued = run.Id;
                if (run.Status is not (ReleaseRunStatus.Cancelled or ReleaseRunStatus.Failed))
                {
                    return Outcome<ReleaseRunView>.Of(ReleaseRunView.Of(run), run.Version);
                }

                var again = run with { Status = ReleaseRunStatus.Queued, Error = null, ChangedAt = clock.GetUtcNow() };
                return Outcome<ReleaseRunView>.Of(ReleaseRunView.Of(again), session.Put(again, run.Version));
            },
            StatusCodes.Status202Accepted, run => $"/api/v1/release-runs/{run.Id}");
        if (HttpContext.Response.StatusCode == StatusCodes.Status202Accepted && queued is { } id)
        {
            jobs.Enqueue<ReleaseJob>(j => j.RunAsync(id, CancellationToken.None));
        }
    }
}

[Permits(Role.Administrator, Role.Presidency)]
internal sealed class CancelReleaseRunEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<ReleaseRunRequest, ReleaseRunView>
{
    public override void Configure()
    {
        Post("release-runs/{run}/cancel");
        Summary(s =>
        {
            s.Summary = "Stop the making of a release";
            s.Description = "It stops before its next step. What is done stays; started again (`POST /cycles/{cycle}/release-runs`), it goes on from there.";
            s.Responses[200] = "The run is cancelled.";
            s.Responses[409] = "The run has ended already (`run-ended`).";
        });
    }

    public override Task HandleAsync(ReleaseRunRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, null, clock, async session =>
        {
            if (await session.LoadAsync<ReleaseRun>(request.Run, ct) is not { } run)
            {
                return (Outcome<ReleaseRunView>)Refusal.NotFound;
            }

            if (run.Status == ReleaseRunStatus.Succeeded)
            {
                return Refusal.Conflict("run-ended", "The release is made; it can be frozen or left.");
            }

            var cancelled = run with { Status = ReleaseRunStatus.Cancelled, ChangedAt = clock.GetUtcNow() };
            return Outcome<ReleaseRunView>.Of(ReleaseRunView.Of(cancelled), session.Put(cancelled, run.Version));
        });
}
