using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Npgsql;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>
/// Turns a closing cycle into a release: collects every State's contribution, delivers them in one shuffled batch, aggregates.
/// Each step can be repeated after a crash without doing anything twice.
/// </summary>
internal sealed class MakeRelease(IStateStore states, ICommonStore common, IAggregationStore aggregation, QuestionnaireCatalogue questionnaires, Pseudonyms pseudonyms)
{
    private const int StatesAtOnce = 4;

    /// <summary>Makes the release of a run unless it is there already.</summary>
    /// <param name="runId">The <see cref="ReleaseRun"/>.</param>
    /// <param name="clock">What time the lock and the release say.</param>
    /// <param name="cancellationToken">Stops between two steps; the next call goes on from there.</param>
    public async Task RunAsync(Guid runId, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new Progress(common, runId, clock);
        var run = await progress.BeginAsync(cancellationToken);
        var cycle = await CycleAsync(run.CycleId, cancellationToken);
        if (cycle.Status == CycleStatus.Closing)
        {
            var registered = await RegisteredAsync(cancellationToken);
            var contributions = await CollectAsync(cycle, registered, progress, clock, cancellationToken);
            cycle = await DeliverAsync(cycle, run.ReleaseId, registered.Count, contributions, progress, clock, cancellationToken);
        }

        await AggregateAsync(cycle, run.ReleaseId, progress, clock, cancellationToken);
        await ForgetPendingAsync(cycle, cancellationToken);
        await progress.EndAsync(cancellationToken);
    }

    private async Task<Cycle> CycleAsync(string id, CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        return await session.LoadAsync<Cycle>(id, cancellationToken) ?? throw new InvalidOperationException("The run's cycle is gone.");
    }

    private async Task<IReadOnlyList<RegisteredState>> RegisteredAsync(CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        return await session.Query<RegisteredState>().ToListAsync(cancellationToken);
    }

    private async Task<List<PendingContribution>> CollectAsync(
        Cycle cycle, IReadOnlyList<RegisteredState> registered, Progress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var questionnaire = await questionnaires.GetAsync(cycle.Questionnaire, cancellationToken);
        var contributions = new List<PendingContribution>();
        var done = 0;
        foreach (var batch in registered.Chunk(100))
        {
            await progress.ReportAsync(ReleaseRunPhase.Collecting, done, registered.Count, cancellationToken);
            await Parallel.ForEachAsync(batch, new ParallelOptions { MaxDegreeOfParallelism = StatesAtOnce, CancellationToken = cancellationToken },
                async (state, token) =>
                {
                    if (await CloseAsync(state, cycle, questionnaire, clock, token) is { } contribution)
                    {
                        lock (contributions)
                        {
                            contributions.Add(contribution);
                        }
                    }
                });
            done += batch.Length;
        }

        return contributions;
    }

    /// <summary>
    /// Ends one State's assessment. Its event races with a submission for the same stream version, so that a State is either in or out,
    /// and can read which in its own history.
    /// </summary>
    private async Task<PendingContribution?> CloseAsync(RegisteredState state, Cycle cycle, Questionnaire questionnaire, TimeProvider clock, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            var included = true;
            await using var session = states.LightweightSession(state.Id);
            var stream = await session.Events.FetchForWriting<Assessment>(AssessmentsSetup.StreamOf(cycle.Id), cancellationToken);
            switch (stream.Aggregate?.Status)
            {
                case null or AssessmentStatus.Expired or AssessmentStatus.National:
                    return null;
                case AssessmentStatus.Included:
                    return await session.LoadAsync<PendingContribution>(cycle.Id, cancellationToken);
                case AssessmentStatus.SignedOff when stream.Aggregate.Consent == Consent.JoinAggregate && cycle.Plan.Counts(FactsOf(state, stream.Aggregate)):
                    var contribution = Contributions.Of(questionnaire, stream.Aggregate, await pseudonyms.OfAsync(state.Id, cancellationToken));
                    var details = await DetailsAsync(session, questionnaire, cycle.Plan, state, stream.Aggregate, cancellationToken);
                    stream.AppendOne(new AssessmentEvent.CycleClosed(Included: true, clock.GetUtcNow()));
                    session.Store(new PendingContribution { CycleId = cycle.Id, Contribution = contribution, Details = details });
                    break;
                default:
                    stream.AppendOne(new AssessmentEvent.CycleClosed(Included: false, clock.GetUtcNow()));
                    await ResponseWriting.CloseAllAsync(session, stream.Aggregate, clock.GetUtcNow(), cancellationToken);
                    included = false;
                    break;
            }

            try
            {
                await session.SaveChangesAsync(cancellationToken);
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                continue;
            }

            if (!included)
            {
                return null;
            }
        }
    }

    private static StateFacts FactsOf(RegisteredState state, Assessment assessment) => StateFacts.Of(
        state.RegionalGroup is null or RegionalGroup.None ? null : JsonNamingPolicy.CamelCase.ConvertName(state.RegionalGroup.Value.ToString()),
        state.Att is { } att ? JsonNamingPolicy.CamelCase.ConvertName(att.Status.ToString()) : null,
        assessment.Profile);

    /// <summary>What leaves the State beside levels and indexes; computed inside its tenant.</summary>
    private static async Task<ContributionDetails> DetailsAsync(
        IDocumentSession session, Questionnaire questionnaire, PublicationPlan plan, RegisteredState state, Assessment assessment, CancellationToken cancellationToken)
    {
        var responses = await ResponseReading.AllAsync(session, assessment, cancellationToken);
        var report = Divergences.Of(questionnaire, assessment.Profile, [.. responses.Select(EntityAnswers.Of)]);
        return ContributionDetails.Of(questionnaire, assessment, plan.GroupOf(FactsOf(state, assessment)),
            [.. plan.Blocs.Where(b => b.Members.Contains(state.Id, StringComparer.Ordinal)).Select(b => b.Name)], Divergences.BySection(questionnaire, report));
    }

    private async Task<Cycle> DeliverAsync(
        Cycle cycle, string releaseId, int invited, List<PendingContribution> contributions, Progress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        await progress.ReportAsync(ReleaseRunPhase.Delivering, 0, contributions.Count, cancellationToken);
        var batch = contributions.ToArray();
        RandomNumberGenerator.Shuffle(batch.AsSpan());
        var locked = cycle with { Status = CycleStatus.Closed, LockedAt = clock.GetUtcNow(), Invited = invited };
        await using var session = common.LightweightSession();
        session.Insert(batch.Select(c => new DeliveredContribution { Id = $"{releaseId}/{c.Contribution.Pseudonym}", ReleaseId = releaseId, Contribution = c.Contribution, Details = c.Details }));
        session.UpdateRevision(locked, cycle.Version + 1);
        await session.SaveChangesAsync(cancellationToken);
        return locked;
    }

    private async Task AggregateAsync(Cycle cycle, string releaseId, Progress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var session = aggregation.LightweightSession();
        if (await session.Query<StoredRelease>().AnyAsync(r => r.Id == releaseId, cancellationToken))
        {
            return;
        }

        var questionnaire = await questionnaires.GetAsync(cycle.Questionnaire, cancellationToken);
        var release = await ComputeAsync(session, Frame(cycle, questionnaire), progress, cancellationToken);
        var json = JsonSerializer.Serialize(release, Json.Http);
        session.Insert(new StoredRelease
        {
            Id = release.Id,
            QuestionnaireId = release.Questionnaire.Id,
            CycleStartsOn = release.CycleStartsOn,
            Json = json,
            Hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(json))),
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

    /// <summary>Streams the contributions through the computation: memory does not grow with their number, but for what a panel needs of the cycle before.</summary>
    internal static async Task<Release> ComputeAsync(IQuerySession session, ReleaseFrame frame, Progress? progress, CancellationToken cancellationToken)
    {
        var computation = new ReleaseComputation(frame, await PreviousAsync(session, frame, cancellationToken));
        var total = await session.Query<DeliveredContribution>().CountAsync(c => c.ReleaseId == frame.ReleaseId, cancellationToken);
        var done = 0;
        const int reportEvery = 10_000;
        await foreach (var (contribution, details) in DeliveredAsync(session, frame.ReleaseId, cancellationToken))
        {
            if (progress is not null && done % reportEvery == 0)
            {
                await progress.ReportAsync(ReleaseRunPhase.Aggregating, done, total, cancellationToken);
            }

            computation.Add(contribution, details);
            done++;
        }

        return computation.Publish();
    }

    /// <summary>A release's contributions as they come over the line: the document mapper would take three times as long for the same rows.</summary>
    private static async IAsyncEnumerable<(Contribution Contribution, ContributionDetails Details)> DeliveredAsync(
        IQuerySession session, string releaseId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = session.Database.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select data -> 'contribution', data -> 'details' from {DatabaseRoles.CommonSchema}.mt_doc_deliveredcontribution where release_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = releaseId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return (JsonSerializer.Deserialize<Contribution>(reader.GetFieldValue<byte[]>(0))!,
                JsonSerializer.Deserialize<ContributionDetails>(reader.GetFieldValue<byte[]>(1), JsonSerializerOptions.Web)!);
        }
    }

    private static async Task<PreviousCycle?> PreviousAsync(IQuerySession session, ReleaseFrame frame, CancellationToken cancellationToken)
    {
        var stored = await session.Query<StoredRelease>()
            .Where(r => r.QuestionnaireId == frame.Questionnaire.Id && r.CycleStartsOn < frame.CycleStartsOn)
            .OrderByDescending(r => r.CycleStartsOn).ThenByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        if (stored is null)
        {
            return null;
        }

        var previous = new PreviousCycle(ReleaseCatalogue.Read(stored));
        await foreach (var (contribution, details) in DeliveredAsync(session, previous.Release.Id, cancellationToken))
        {
            previous.Add(contribution, details);
        }

        return previous;
    }

    private static ReleaseFrame Frame(Cycle cycle, Questionnaire questionnaire) => ReleaseFrame.Of(
        questionnaire, cycle.Plan, cycle.Id, cycle.Name, cycle.StartsOn, number: 1, DateOnly.FromDateTime(cycle.LockedAt!.Value.UtcDateTime), cycle.Invited!.Value);

    private async Task ForgetPendingAsync(Cycle cycle, CancellationToken cancellationToken)
    {
        foreach (var state in await RegisteredAsync(cancellationToken))
        {
            await using var session = states.LightweightSession(state.Id);
            session.Delete<PendingContribution>(cycle.Id);
            await session.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Writes a run's progress where everybody can read it.</summary>
    internal sealed class Progress(ICommonStore store, Guid runId, TimeProvider clock)
    {
        public async Task<ReleaseRun> BeginAsync(CancellationToken cancellationToken) =>
            await ChangeAsync(r => r with { Status = ReleaseRunStatus.Running, Error = null }, cancellationToken);

        public Task ReportAsync(ReleaseRunPhase phase, int done, int total, CancellationToken cancellationToken) =>
            ChangeAsync(r => r with { Phase = phase, Done = done, Total = total }, cancellationToken);

        public Task EndAsync(CancellationToken cancellationToken) =>
            ChangeAsync(r => r with { Status = ReleaseRunStatus.Succeeded, Phase = ReleaseRunPhase.Done }, cancellationToken);

        public Task FailAsync(string error) =>
            ChangeAsync(r => r with { Status = ReleaseRunStatus.Failed, Error = error }, CancellationToken.None);

        private async Task<ReleaseRun> ChangeAsync(Func<ReleaseRun, ReleaseRun> change, CancellationToken cancellationToken)
        {
            await using var session = store.LightweightSession();
            var run = await session.LoadAsync<ReleaseRun>(runId, cancellationToken) ?? throw new InvalidOperationException("There is no such run.");
            var changed = change(run) with { ChangedAt = clock.GetUtcNow() };
            session.UpdateRevision(changed, run.Version + 1);
            await session.SaveChangesAsync(cancellationToken);
            return changed;
        }
    }
}
