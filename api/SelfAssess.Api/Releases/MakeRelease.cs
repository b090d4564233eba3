using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>
/// Turns a closing cycle into a release that waits for the presidency's word: locks the cohort, computes, audits, and keeps what would be published.
/// Each step can be repeated after a crash without doing anything twice; what is kept is never computed again.
/// </summary>
internal sealed class MakeRelease(CollectContributions collect, DeliverPractices practices, ICommonStore common, IAggregationStore aggregation, QuestionnaireCatalogue questionnaires, AuditRelease audit, TimeProvider now)
{
    /// <summary>Makes the release of a run unless it is there already.</summary>
    /// <param name="runId">The <see cref="ReleaseRun"/>.</param>
    /// <param name="clock">What time the lock and the release say; the run itself is worked on now.</param>
    /// <param name="cancellationToken">Stops between two steps; the next call goes on from there.</param>
    /// <exception cref="ReleaseRunCancelledException">Somebody cancelled the run.</exception>
    public async Task RunAsync(Guid runId, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new RunProgress(common, runId, now);
        var run = await progress.BeginAsync(cancellationToken);
        var cycle = await CycleAsync(run.CycleId, cancellationToken);
        if (cycle.Status == CycleStatus.Closing)
        {
            // Practices leave before the lock, after which nothing of this cycle is collected any more.
            cycle = await collect.RunAsync(cycle, run.ReleaseId, () => practices.RunAsync(cycle, cancellationToken), progress, clock, cancellationToken);
        }

        await AggregateAsync(cycle, run.ReleaseId, progress, clock, cancellationToken);
        await collect.ForgetPendingAsync(run.ReleaseId, cancellationToken);
        await progress.EndAsync(cancellationToken);
    }

    private async Task<Cycle> CycleAsync(string id, CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        return await session.LoadAsync<Cycle>(id, cancellationToken) ?? throw new InvalidOperationException("The run's cycle is gone.");
    }

    private async Task AggregateAsync(Cycle cycle, string releaseId, RunProgress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var session = aggregation.LightweightSession();
        if (await session.Query<StoredRelease>().AnyAsync(r => r.Id == releaseId, cancellationToken))
        {
            return;
        }

        var frame = ReleaseFrame.Of(await questionnaires.GetAsync(cycle.Questionnaire, cancellationToken), cycle.Plan, cycle.Id, cycle.Name, cycle.StartsOn, cycle.Number,
            DateOnly.FromDateTime(cycle.LockedAt!.Value.UtcDateTime), cycle.Invited!.Value);
        var contributors = new List<Contributor>();
        var computation = await ComputeRelease.ReadAsync(session, frame, progress, cancellationToken, contributors.Add);
        var release = await audit.PassAsync(session, computation, contributors, progress, cancellationToken);
        var json = JsonSerializer.Serialize(release, Json.Http);
        session.Insert(new StoredRelease
        {
            Id = release.Id,
            CycleId = cycle.Id,
            QuestionnaireId = release.Questionnaire.Id,
            CycleStartsOn = release.CycleStartsOn,
            Json = json,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))),
            MadeAt = clock.GetUtcNow(),
        });
        try
        {
            await session.SaveChangesAsync(cancellationToken);
        }
        catch (Exception e) when (Writing.IsConflict(e))
        {
            // Another server finished the same release first; theirs stands.
        }
    }
}
