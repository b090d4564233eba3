using System.Security.Cryptography;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>
/// Ends a closing cycle in every State, and locks its cohort: what was signed off with consent leaves the States in one shuffled batch, without
/// their names. Each step can be repeated after a crash without doing anything twice. Where States are on several servers, what each contributes waits in
/// its own server's database, and the lock waits until every server has delivered.
/// </summary>
internal sealed class CollectContributions(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, Pseudonyms pseudonyms, Placement placement)
{
    private const int StatesAtOnce = 4;

    /// <summary>Collects and delivers; answers the cycle as it is then: closed, its cohort locked.</summary>
    /// <exception cref="ServersAwayException">Servers do not answer. All others have ended the cycle in their States, and nothing is locked.</exception>
    /// <param name="cycle">The cycle that closes.</param>
    /// <param name="releaseId">The release for which it does.</param>
    /// <param name="beforeLock">What else leaves the States for this cycle, once all of them have ended it.</param>
    /// <param name="progress">Where its progress is told.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="cancellationToken">Stops between two States.</param>
    public async Task<Cycle> RunAsync(Cycle cycle, string releaseId, Func<Task> beforeLock, RunProgress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var registered = await RegisteredAsync(cancellationToken);
        var contributions = await CollectAsync(cycle, releaseId, registered, progress, clock, cancellationToken);
        await beforeLock();
        return await DeliverAsync(cycle, releaseId, registered.Count, contributions, progress, clock, cancellationToken);
    }

    /// <summary>Clears what waited inside the States for the delivery; of what came from home only that it came is kept.</summary>
    /// <exception cref="ServersAwayException">Servers do not answer; it waits there until they do.</exception>
    public async Task ForgetPendingAsync(string releaseId, CancellationToken cancellationToken)
    {
        var away = new AwayServers(placement);
        foreach (var state in await RegisteredAsync(cancellationToken))
        {
            await away.TryAsync(state.Id, async () =>
            {
                await using var session = states.LightweightSession(state.Id);
                session.Delete<PendingContribution>(releaseId);
                switch (await session.LoadAsync<HomeDelivery>(releaseId, cancellationToken))
                {
                    case { Status: HomeDeliveryStatus.Nothing }:
                        session.Delete<HomeDelivery>(releaseId);
                        break;
                    case { Contribution: not null } delivered:
                        session.Put(delivered with { Contribution = null, Details = null }, delivered.Version);
                        break;
                }

                await session.SaveChangesAsync(cancellationToken);
            }, cancellationToken);
        }

        away.Demand();
    }

    private async Task<IReadOnlyList<RegisteredState>> RegisteredAsync(CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        return await session.Query<RegisteredState>().ToListAsync(cancellationToken);
    }

    private async Task<List<PendingContribution>> CollectAsync(
        Cycle cycle, string releaseId, IReadOnlyList<RegisteredState> registered, RunProgress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var closing = new Closing(cycle, releaseId, await questionnaires.GetAsync(cycle.Questionnaire, cancellationToken), await FirstAsync(cycle, cancellationToken));
        var contributions = new List<PendingContribution>();
        var away = new AwayServers(placement);
        await away.TryAsync(Placement.NoState, async () => await pseudonyms.OfAsync(Placement.NoState, cancellationToken), cancellationToken);
        // Without their key no State can be known again in the next cycle.
        away.Demand();
        var done = 0;
        foreach (var batch in registered.Chunk(100))
        {
            await progress.ReportAsync(ReleaseRunPhase.Collecting, done, registered.Count, cancellationToken);
            await Parallel.ForEachAsync(batch, new ParallelOptions { MaxDegreeOfParallelism = StatesAtOnce, CancellationToken = cancellationToken },
                async (state, token) => await away.TryAsync(state.Id, async () =>
                {
                    if (await CloseAsync(state, closing, clock, token) is { } contribution)
                    {
                        lock (contributions)
                        {
                            contributions.Add(contribution);
                        }
                    }
                }, token));
            done += batch.Length;
        }

        away.Demand();
        return contributions;
    }

    /// <summary>For a second release: what was contributed to the first, by pseudonym.</summary>
    private async Task<IReadOnlyDictionary<string, DeliveredContribution>> FirstAsync(Cycle cycle, CancellationToken cancellationToken)
    {
        if (cycle.Number == 1)
        {
            return new Dictionary<string, DeliveredContribution>();
        }

        var first = ReleaseFrame.ReleaseIdOf(cycle.Id, 1);
        await using var session = common.QuerySession();
        return (await session.Query<DeliveredContribution>().Where(c => c.ReleaseId == first).ToListAsync(cancellationToken))
            .ToDictionary(c => c.Contribution.Pseudonym, StringComparer.Ordinal);
    }

    /// <summary>
    /// Ends one State's assessment. Its event races with a submission for the same stream version, so that a State is either in or out,
    /// and can read which in its own history.
    /// </summary>
    private async Task<PendingContribution?> CloseAsync(RegisteredState state, Closing closing, TimeProvider clock, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            await using var session = states.LightweightSession(state.Id);
            if (await session.LoadAsync<PendingContribution>(closing.ReleaseId, cancellationToken) is { } collected)
            {
                return collected;
            }

            var stream = await session.Events.FetchForExclusiveWriting<Assessment>(AssessmentsSetup.StreamOf(closing.Cycle.Id), cancellationToken);
            var home = await FromHomeAsync(session, state, closing, cancellationToken);
            var pending = home ?? (stream.Aggregate is { } here ? await ContributionAsync(session, state, closing, here, cancellationToken) : null);
            if (stream.Aggregate is { Status: AssessmentStatus.Open or AssessmentStatus.SignedOff } assessment)
            {
                var now = clock.GetUtcNow();
                stream.AppendOne(new AssessmentEvent.CycleClosed(Included: home is null && pending is not null, now));
                await ResponseWriting.CloseAllAsync(session, assessment, now, cancellationToken);
            }

            if (pending is not null)
            {
                session.Store(pending);
            }

            try
            {
                await session.SaveChangesAsync(cancellationToken);
                return pending;
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                // The State changed its assessment at the same moment: look again.
            }
        }
    }

    /// <summary>
    /// What came from a State that runs the program at home, if anything did; and the door is shut: a delivery at the same moment is either before this, or finds that
    /// it is too late. For a second release, whoever delivered to the first and has neither withdrawn nor delivered again stays with what it contributed first.
    /// </summary>
    private async Task<PendingContribution?> FromHomeAsync(IDocumentSession session, RegisteredState state, Closing closing, CancellationToken cancellationToken)
    {
        switch (await session.LoadAsync<HomeDelivery>(closing.ReleaseId, cancellationToken))
        {
            case { Status: HomeDeliveryStatus.Delivered, Contribution: { } contribution, Details: { } details }:
                return new PendingContribution
                {
                    ReleaseId = closing.ReleaseId,
                    Contribution = contribution with { Pseudonym = await pseudonyms.OfAsync(state.Id, cancellationToken) },
                    Details = details,
                };
            case { Status: HomeDeliveryStatus.Withdrawn }:
                return null;
            case null:
                session.Put(new HomeDelivery { Id = closing.ReleaseId, Status = HomeDeliveryStatus.Nothing }, null);
                break;
        }

        return closing.Cycle.Number > 1
            && await session.LoadAsync<HomeDelivery>(ReleaseFrame.ReleaseIdOf(closing.Cycle.Id, 1), cancellationToken) is { Status: HomeDeliveryStatus.Delivered }
            && closing.First.TryGetValue(await pseudonyms.OfAsync(state.Id, cancellationToken), out var first)
            ? new PendingContribution { ReleaseId = closing.ReleaseId, Contribution = first.Contribution, Details = first.Details } : null;
    }

    /// <summary>
    /// What a State adds, if it adds anything. For a second release, whoever consented to the first, does not withdraw and has amended nothing
    /// (or has not finished) stays with what it contributed first.
    /// </summary>
    private async Task<PendingContribution?> ContributionAsync(
        IDocumentSession session, RegisteredState state, Closing closing, Assessment assessment, CancellationToken cancellationToken)
    {
        if (assessment.Consent != Consent.JoinAggregate)
        {
            return null;
        }

        var pseudonym = await pseudonyms.OfAsync(state.Id, cancellationToken);
        var plan = closing.Cycle.Plan;
        return assessment.Status == AssessmentStatus.SignedOff && plan.Counts(RegisterFacts.Of(state, assessment.Profile))
            ? new PendingContribution
            {
                ReleaseId = closing.ReleaseId,
                Contribution = Contributions.Of(closing.Questionnaire, assessment, pseudonym),
                Details = await DetailsAsync(session, closing.Questionnaire, plan, state, assessment, cancellationToken),
            }
            : closing.First.TryGetValue(pseudonym, out var first)
                ? new PendingContribution { ReleaseId = closing.ReleaseId, Contribution = first.Contribution, Details = first.Details }
                : null;
    }

    /// <summary>What leaves the State beside levels and indexes; computed inside its tenant.</summary>
    public static async Task<ContributionDetails> DetailsAsync(
        IQuerySession session, Questionnaire questionnaire, PublicationPlan plan, RegisteredState state, Assessment assessment, CancellationToken cancellationToken)
    {
        var responses = await ResponseReading.AllAsync(session, assessment, cancellationToken);
        var report = Divergences.Of(questionnaire, assessment.Profile, [.. responses.Select(EntityAnswers.Of)]);
        return ContributionDetails.Of(questionnaire, assessment, plan.GroupOf(RegisterFacts.Of(state, assessment.Profile)),
            [.. plan.Blocs.Where(b => b.Members.Contains(state.Id, StringComparer.Ordinal)).Select(b => b.Name)], Divergences.BySection(questionnaire, report));
    }

    private async Task<Cycle> DeliverAsync(
        Cycle cycle, string releaseId, int invited, List<PendingContribution> contributions, RunProgress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        await progress.ReportShareAsync(ReleaseRunPhase.Delivering, 0, contributions.Count, cancellationToken);
        var batch = contributions.ToArray();
        RandomNumberGenerator.Shuffle(batch.AsSpan());
        var now = clock.GetUtcNow();
        var locked = cycle with { Status = CycleStatus.Closed, LockedAt = now, FirstLockedAt = cycle.FirstLockedAt ?? now, Invited = invited };
        await using var session = common.LightweightSession();
        session.Insert(batch.Select(c => new DeliveredContribution { Id = $"{releaseId}/{c.Contribution.Pseudonym}", ReleaseId = releaseId, Contribution = c.Contribution, Details = c.Details }));
        session.UpdateRevision(locked, cycle.Version + 1);
        await session.SaveChangesAsync(cancellationToken);
        return locked;
    }

    /// <param name="Cycle">The cycle that closes.</param>
    /// <param name="ReleaseId">The release for which it does.</param>
    /// <param name="Questionnaire">What was answered.</param>
    /// <param name="First">For a second release: what was contributed to the first, by pseudonym.</param>
    private sealed record Closing(Cycle Cycle, string ReleaseId, Questionnaire Questionnaire, IReadOnlyDictionary<string, DeliveredContribution> First);
}
