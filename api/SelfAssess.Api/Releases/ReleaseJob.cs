using System.Diagnostics;
using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Jobs;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Telemetry;

namespace SelfAssess.Api.Releases;

/// <summary>The Hangfire job around <see cref="MakeRelease"/>. Its only argument is a run's id, from which no State can be told.</summary>
internal sealed class ReleaseJob(MakeRelease make, ICommonStore store, TimeProvider clock, IBackgroundJobClient jobs, OneAtATime work, ILogger<ReleaseJob> logger)
{
    public const string SweepId = "resume-releases";

    /// <summary>Makes one release. Where another server works on it already, there is nothing to do; should that one die, its job is taken up.</summary>
    // The run itself tells of its failure, and the sweep comes back to it: rows of attempts that nobody needs do not pile up.
    [AutomaticRetry(Attempts = 5, DelaysInSeconds = [1, 5, 15, 60, 300], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var turn = await work.TryAsync($"release/{runId}", cancellationToken);
        if (turn is null)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        try
        {
            await make.RunAsync(runId, clock, cancellationToken);
            Instruments.Released("succeeded", Stopwatch.GetElapsedTime(began));
        }
        catch (ReleaseRunCancelledException)
        {
            logger.LogInformation("Release run {Run} was cancelled", runId);
            Instruments.Released("cancelled", Stopwatch.GetElapsedTime(began));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Release run {Run} failed", runId);
            Instruments.Released("failed", Stopwatch.GetElapsedTime(began));
            await new RunProgress(store, runId, clock).FailAsync(e.GetType().Name);
            throw;
        }
    }

    /// <summary>Queues every run that is neither done nor being worked on: a server may have died between the cycle's closing and the queue.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var quietSince = clock.GetUtcNow().AddMinutes(-2);
        await using var session = store.QuerySession();
        var waiting = await session.Query<ReleaseRun>()
            .Where(r => r.Status != ReleaseRunStatus.Succeeded && r.Status != ReleaseRunStatus.Cancelled && r.ChangedAt < quietSince).Select(r => r.Id).ToListAsync(cancellationToken);
        foreach (var run in waiting)
        {
            jobs.Enqueue<ReleaseJob>(j => j.RunAsync(run, CancellationToken.None));
        }
    }
}
