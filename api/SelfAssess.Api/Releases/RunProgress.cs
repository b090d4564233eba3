using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Releases;

/// <summary>Somebody cancelled the run. What it has done stays; started again, it goes on from there.</summary>
public sealed class ReleaseRunCancelledException() : Exception("The run was cancelled.");

/// <summary>Writes a run's progress where everybody can read it, and learns there that it was cancelled.</summary>
internal sealed class RunProgress(ICommonStore store, Guid runId, TimeProvider clock)
{
    /// <exception cref="ReleaseRunCancelledException">It was cancelled before it began.</exception>
    public Task<ReleaseRun> BeginAsync(CancellationToken cancellationToken) =>
        ChangeAsync(r => r with { Status = ReleaseRunStatus.Running, Error = null }, cancellationToken);

    /// <exception cref="ReleaseRunCancelledException">It was cancelled.</exception>
    public Task ReportAsync(ReleaseRunPhase phase, int done, int total, CancellationToken cancellationToken) =>
        ChangeAsync(r => r with { Phase = phase, Done = done, Total = total, WaitingFor = phase == r.Phase ? r.WaitingFor : [] }, cancellationToken);

    /// <summary>The same in per cent, where the numbers themselves would tell how many States take part before the release does, or instead of it.</summary>
    /// <exception cref="ReleaseRunCancelledException">It was cancelled.</exception>
    public Task ReportShareAsync(ReleaseRunPhase phase, int done, int total, CancellationToken cancellationToken) =>
        ReportAsync(phase, total == 0 ? 0 : (int)(10L * done / total) * 10, 100, cancellationToken);

    public Task EndAsync(CancellationToken cancellationToken) =>
        ChangeAsync(r => r with { Status = ReleaseRunStatus.Succeeded, Phase = ReleaseRunPhase.Done, WaitingFor = [] }, cancellationToken);

    /// <summary>It cannot go on without these servers, and does by itself when they are back.</summary>
    /// <exception cref="ReleaseRunCancelledException">It was cancelled.</exception>
    public Task WaitForAsync(IReadOnlyList<string> servers, CancellationToken cancellationToken) => ChangeAsync(r => r with { WaitingFor = servers }, cancellationToken);

    public Task FailAsync(string error) =>
        ChangeAsync(r => r with { Status = ReleaseRunStatus.Failed, Error = error }, CancellationToken.None);

    private async Task<ReleaseRun> ChangeAsync(Func<ReleaseRun, ReleaseRun> change, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            await using var session = store.LightweightSession();
            var run = await session.LoadAsync<ReleaseRun>(runId, cancellationToken) ?? throw new InvalidOperationException("There is no such run.");
            if (run.Status == ReleaseRunStatus.Cancelled)
            {
                throw new ReleaseRunCancelledException();
            }

            var changed = change(run) with { ChangedAt = clock.GetUtcNow() };
            session.UpdateRevision(changed, run.Version + 1);
            try
            {
                await session.SaveChangesAsync(cancellationToken);
                return changed;
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                // Somebody cancelled, or another server reports: look again.
            }
        }
    }
}
