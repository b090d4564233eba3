using Marten;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>
/// The gate through which every release passes before anybody sees it: it is attacked together with all that anybody has seen before, and
/// coarsened by fixed steps until no attack succeeds. There is no way around it.
/// </summary>
internal sealed class AuditRelease(QuestionnaireCatalogue questionnaires, ILogger<AuditRelease> logger)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <summary>The finest form of a release that withstands every attack.</summary>
    /// <param name="session">Of the aggregation: it reads contributions and releases.</param>
    /// <param name="computation">With all contributions added.</param>
    /// <param name="contributors">The same contributions.</param>
    /// <param name="progress">Where the audit's progress is told.</param>
    /// <param name="cancellationToken">Stops between two questions of the attacker.</param>
    /// <exception cref="ReleaseRunCancelledException">Somebody cancelled the run.</exception>
    public async Task<Release> PassAsync(
        IQuerySession session, ReleaseComputation computation, IReadOnlyList<Contributor> contributors, RunProgress progress, CancellationToken cancellationToken)
    {
        AuditedRelease[]? earlier = null;
        foreach (var (_, candidate) in computation.Ladder())
        {
            earlier ??= await EarlierAsync(session, candidate, cancellationToken);
            var audited = new AuditedRelease(candidate, await questionnaires.GetAsync(candidate.Questionnaire, cancellationToken), contributors);
            var report = await ExamineAsync(new AuditInput(audited, earlier), progress, cancellationToken);
            if (report.Passed)
            {
                return candidate;
            }

            // Attacks and errors name no State, and the step is told by the release itself.
            logger.LogInformation("A release did not pass its audit and is coarsened: {Attacks} {Errors}", string.Join(", ", report.Failed), string.Join("; ", report.Errors));
        }

        throw new InvalidOperationException("A release that tells nothing passes every audit.");
    }

    /// <summary>Everything that somebody may have seen of the same questionnaire, whether it was frozen, left, or still waits.</summary>
    private async Task<AuditedRelease[]> EarlierAsync(IQuerySession session, Release candidate, CancellationToken cancellationToken)
    {
        var questionnaire = candidate.Questionnaire.Id;
        var stored = await session.Query<StoredRelease>().Where(r => r.QuestionnaireId == questionnaire && r.Id != candidate.Id).OrderBy(r => r.MadeAt).ToListAsync(cancellationToken);
        var earlier = new List<AuditedRelease>();
        foreach (var release in stored.Select(ReleaseCatalogue.Read))
        {
            var contributors = new List<Contributor>();
            await foreach (var (contribution, details) in ComputeRelease.DeliveredAsync(session, release.Id, cancellationToken))
            {
                contributors.Add(new Contributor(contribution, details));
            }

            earlier.Add(new AuditedRelease(release, await questionnaires.GetAsync(release.Questionnaire, cancellationToken), contributors));
        }

        return [.. earlier];
    }

    private static async Task<AuditReport> ExamineAsync(AuditInput input, RunProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var latest = new Latest();
        var examination = Task.Run(() => AuditGate.Examine(input, progress: latest, cancellationToken: stop.Token), CancellationToken.None);
        try
        {
            do
            {
                await progress.ReportShareAsync(ReleaseRunPhase.Auditing, latest.Done, latest.Total, cancellationToken);
            }
            while (await Task.WhenAny(examination, Task.Delay(Between, cancellationToken)) != examination);
            return await examination;
        }
        catch
        {
            await stop.CancelAsync();
            await examination.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private sealed class Latest : IProgress<AuditProgress>
    {
        private volatile AuditProgress latest = new(0, 0);

        public int Done => latest.Done;

        public int Total => latest.Total;

        public void Report(AuditProgress value) => latest = value.Done >= latest.Done ? value : latest;
    }
}
