using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Jobs;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Papers.Packs;

/// <summary>The Hangfire job that makes a chart pack. Its only argument is a run's id.</summary>
internal sealed class ChartPackJob(ICommonStore store, ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires, OneAtATime work, ILogger<ChartPackJob> logger)
{
    /// <summary>Makes one pack, unless it is there, or another server makes it.</summary>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [1, 5, 15])]
    public async Task RunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var turn = await work.TryAsync($"chart-pack/{runId}", cancellationToken);
        if (turn is null)
        {
            return;
        }

        try
        {
            var run = await ChangeAsync(runId, r => r with { Status = ChartPackStatus.Running, Error = null }, cancellationToken);
            if (!await IsMadeAsync(runId, cancellationToken))
            {
                var (release, _, hash) = await releases.FindAsync(run.ReleaseId, cancellationToken) ?? throw new InvalidOperationException("The run's release is gone.");
                var questionnaire = await questionnaires.GetAsync(release.Questionnaire, cancellationToken);
                var content = await ChartPack.MakeAsync(release, hash, questionnaire.Definition, run.Language,
                    (done, total) => ChangeAsync(runId, r => r with { Done = done, Total = total }, cancellationToken));
                await KeepAsync(run, content, cancellationToken);
            }

            await ChangeAsync(runId, r => r with { Status = ChartPackStatus.Succeeded }, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Chart pack {Run} failed", runId);
            await ChangeAsync(runId, r => r with { Status = ChartPackStatus.Failed, Error = e.GetType().Name }, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Keeps the archive in the place of those that other builds of the program made.</summary>
    private async Task KeepAsync(ChartPackRun run, byte[] content, CancellationToken cancellationToken)
    {
        await using var session = store.LightweightSession();
        foreach (var other in await session.Query<ChartPackRun>().Where(r => r.ReleaseId == run.ReleaseId && r.Language == run.Language && r.Id != run.Id).Select(r => r.Id).ToListAsync(cancellationToken))
        {
            session.Delete<StoredChartPack>(other);
            session.Delete<ChartPackRun>(other);
        }

        session.Store(new StoredChartPack { Id = run.Id, Content = content });
        await session.SaveChangesAsync(cancellationToken);
    }

    private async Task<bool> IsMadeAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        return await session.Query<StoredChartPack>().AnyAsync(p => p.Id == runId, cancellationToken);
    }

    private async Task<ChartPackRun> ChangeAsync(Guid runId, Func<ChartPackRun, ChartPackRun> change, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            await using var session = store.LightweightSession();
            var run = await session.LoadAsync<ChartPackRun>(runId, cancellationToken) ?? throw new InvalidOperationException("There is no such run.");
            var changed = change(run);
            session.UpdateRevision(changed, run.Version + 1);
            try
            {
                await session.SaveChangesAsync(cancellationToken);
                return changed;
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                // It was asked for again at the same moment: look again.
            }
        }
    }
}
