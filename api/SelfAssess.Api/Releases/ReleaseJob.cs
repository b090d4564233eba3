using System.Diagnostics;
using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Jobs;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Platform.Telemetry;

namespace SelfAssess.Api.Releases;

/// <summary>The Hangfire job around <see cref="MakeRelease"/>. Its only argument is a run's id, from which no State can be told.</summary>
internal sealed class ReleaseJob(MakeRelease make, ICommonStore store, TimeProvider clock, IBackgroundJobClient jobs, OneAtATime work, ILogger<ReleaseJob> logger)
{
    public const string SweepId = "resume-releases";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

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
        catch (ServersAwayException e)
        {
            logger.LogWarning("Release run {Run} waits for {Servers}", runId, string.Join(", ", e.Servers));
            await WaitForAsync(runId, e.Servers, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Release run {Run} failed", runId);
            Instruments.Released("failed", Stopwatch.GetElapsedTime(began));
            await new RunProgress(store, runId, clock).FailAsync(e.GetType().Name);
            throw;
        }
    }

    /// <summary>It is not the run that failed: it is tried again for as long as it takes, and can be cancelled.</summary>
    private async Task WaitForAsync(Guid runId, IReadOnlyList<string> servers, CancellationToken cancellationToken)
    {
        try
        {
            await new RunProgress(store, runId, clock).WaitForAsync(servers, cancellationToken);
            jobs.Schedule<ReleaseJob>(j => j.RunAsync(runId, CancellationToken.None), Pause);
        }
        catch (ReleaseRunCancelledException)
        {
            logger.LogInformation("Release run {Run} was cancelled", runId);
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
