using System.Diagnostics;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Demo;

/// <summary>
/// Fills an instance with fictitious States over several cycles, through the same use cases as real input, with the time set to the
/// cycle's. What is there already is left alone, so that it can be started again.
/// </summary>
internal sealed class DemoData(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, MakeRelease releases, Placement placement, ILogger<DemoData> logger)
{
    public const int StateCount = 100;
    public const int FirstYear = 2021;
    public const int CycleCount = 5;
    private const string Instrument = "att-interagency";

    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(CycleCount, CycleCount, cancellationToken);

    /// <param name="cycles">How many cycles, from the first one on.</param>
    /// <param name="frozen">How many of them are published; the others wait for the presidency.</param>
    /// <param name="cancellationToken">Stops between two steps; the next call goes on from there.</param>
    public async Task RunAsync(int cycles, int frozen, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var reference = await LatestAsync(cancellationToken);
        var published = await questionnaires.PublishedAsync(reference, cancellationToken);
        var world = new DemoWorld(published.Published.Definition, StateCount, CycleCount, seed: 14);
        for (var number = 0; number < cycles; number++)
        {
            await RunCycleAsync(world, reference, published, number, number < frozen, cancellationToken);
        }

        logger.LogInformation("Demo data: {States} fictitious States over {Cycles} cycles in {Seconds:0.0} s", StateCount, cycles, watch.Elapsed.TotalSeconds);
    }

    private async Task RunCycleAsync(DemoWorld world, QuestionnaireReference reference, QuestionnaireCatalogue.PublishedAndCompiled published, int number, bool freeze, CancellationToken cancellationToken)
    {
        var year = FirstYear + number;
        var id = $"demo-{year}";
        var opens = new DateTimeOffset(year, 2, 1, 9, 0, 0, TimeSpan.Zero);
        await using (var session = common.QuerySession())
        {
            if (await session.LoadAsync<StoredRelease>(ReleaseFrame.ReleaseIdOf(id, 1), cancellationToken) is { Status: StoredReleaseStatus.Frozen })
            {
                return;
            }
        }

        await RegisterAsync(world, number, cancellationToken);
        var cycle = await OpenAsync(id, year, reference, opens, cancellationToken);
        if (cycle.Status == CycleStatus.Open)
        {
            await Parallel.ForEachAsync(world.States.Where(s => s.Participates[number]),
                new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
                async (state, token) => await AssessAsync(world, state, cycle, published, number, opens, token));
            await CommonAsync(s => CloseCycleEndpoint.ChangeAsync(s, id, Conditional.ETag(cycle.Version), opens.AddMonths(4), cancellationToken), cancellationToken);
        }

        await ReleaseAsync(ReleaseRuns.IdOf(ReleaseFrame.ReleaseIdOf(id, 1)), new SetClock(opens.AddMonths(4)), cancellationToken);
        if (freeze)
        {
            await FreezeAsync(ReleaseFrame.ReleaseIdOf(id, 1), opens.AddMonths(4), cancellationToken);
        }
    }

    private async Task FreezeAsync(string release, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = common.LightweightSession();
        var version = (await session.LoadAsync<StoredRelease>(release, cancellationToken))!.Version;
        Expect(await Deciding.ChangeAsync(session, release, Conditional.ETag(version), StoredReleaseStatus.Frozen, now, cancellationToken));
        await session.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A sweep of the jobs may find the same run at the same moment; whoever is slower repeats what the other has done, which is nothing.</summary>
    private async Task ReleaseAsync(Guid run, TimeProvider clock, CancellationToken cancellationToken)
    {
        const int attempts = 20;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await releases.RunAsync(run, clock, cancellationToken);
                return;
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }
    }

    private async Task<QuestionnaireReference> LatestAsync(CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        var versions = await session.Query<PublishedQuestionnaire>().Where(q => q.QuestionnaireId == Instrument).Select(q => q.Version).ToListAsync(cancellationToken);
        return versions.Count > 0 ? new QuestionnaireReference(Instrument, versions.MaxBy(Version.Parse)!)
            : throw new InvalidOperationException($"The demo needs the questionnaire '{Instrument}'.");
    }

    private async Task RegisterAsync(DemoWorld world, int cycle, CancellationToken cancellationToken)
    {
        if (cycle > 0)
        {
            return;
        }

        await using var session = common.LightweightSession();
        var known = (await session.Query<RegisteredState>().Select(s => s.Id).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var state in world.States.Where(s => !known.Contains(s.Code)))
        {
            var entry = new RegisteredState { Id = state.Code, Name = state.Name, RegionalGroup = Enum.Parse<RegionalGroup>(state.Region, ignoreCase: true) };
            Expect(await PutStateEndpoint.ChangeAsync(session, placement, entry, null, null, cancellationToken));
        }

        await session.SaveChangesAsync(cancellationToken);
    }

    private async Task<Cycle> OpenAsync(string id, int year, QuestionnaireReference reference, DateTimeOffset opens, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is null)
        {
            var body = new PutCycleBody { Name = $"Demo {year}", Questionnaire = reference, StartsOn = DateOnly.FromDateTime(opens.UtcDateTime) };
            await CommonAsync(s => PutCycleEndpoint.ChangeAsync(s, questionnaires, id, body, null, cancellationToken), cancellationToken);
        }

        var planned = await FindAsync(id, cancellationToken);
        if (planned!.Status == CycleStatus.Planned)
        {
            await CommonAsync(s => OpenCycleEndpoint.ChangeAsync(s, id, Conditional.ETag(planned.Version), opens, cancellationToken), cancellationToken);
        }

        return (await FindAsync(id, cancellationToken))!;
    }

    private async Task<Cycle?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        return await session.LoadAsync<Cycle>(id, cancellationToken);
    }

    private async Task AssessAsync(
        DemoWorld world, DemoWorld.DemoState state, Cycle cycle, QuestionnaireCatalogue.PublishedAndCompiled published, int number, DateTimeOffset opens, CancellationToken cancellationToken)
    {
        await using (var session = states.LightweightSession(state.Code))
        {
            if (await session.LoadAsync<StateProfile>(StateProfile.TheOnly, cancellationToken) is null)
            {
                Expect(await PutStateProfileEndpoint.ChangeAsync(session, questionnaires, cycle.Questionnaire, state.Profile, null, cancellationToken));
                await session.SaveChangesAsync(cancellationToken);
            }

            if (await session.CheckExistsAsync<Assessment>(AssessmentsSetup.StreamOf(cycle.Id), cancellationToken))
            {
                return;
            }

            Expect(await OpenAssessmentEndpoint.OpenAsync(session, questionnaires, state.Code, cycle, opens, cancellationToken));
            await session.SaveChangesAsync(cancellationToken);
        }

        var answers = world.AnswersOf(state, number);
        var version = 1L;
        if (state.Entities.Count > 0)
        {
            await RoundAsync(answers);
        }
        else
        {
            await StepAsync((_, _) => Now(Given(answers, opens.AddDays(20))));
        }

        await StepAsync(async (session, a) => SignOffEndpoint.Decide(published, state.Code, a, await ResponseReading.AllAsync(session, a, cancellationToken), opens.AddDays(60)));
        await StepAsync((_, a) => Now(DecideConsentEndpoint.Decide(a, Consent.JoinAggregate, opens.AddDays(61))));
        if ((state.Seed + number) % 9 == 0)
        {
            // Some amend what they signed off.
            await StepAsync((_, a) => Now(BeginRevisionEndpoint.Decide(a, "Fictitious: a figure was corrected.", opens.AddDays(70))));
            await StepAsync((_, _) => Now(Given(answers.Take(3).ToDictionary(StringComparer.Ordinal), opens.AddDays(71))));
            await StepAsync(async (session, a) => SignOffEndpoint.Decide(published, state.Code, a, await ResponseReading.AllAsync(session, a, cancellationToken), opens.AddDays(72)));
        }

        // The entities answer, each on its own, and the State brings together what they said.
        async Task RoundAsync(Dictionary<string, Answer?> agreed)
        {
            PlannedEntity[] planned = [.. state.Entities.Select((kind, i) => new PlannedEntity
            {
                Id = $"entity-{i + 1}",
                Name = $"Demo entity {i + 1} (fictitious)",
                Kind = kind,
                // Some States ask a second entity everything.
                Questions = i == 1 && state.Seed % 3000 == 0 ? [.. published.Questionnaire.Definition.AllQuestions().Select(q => q.Id)] : null,
            })];
            await using (var session = states.LightweightSession(state.Code))
            {
                Expect(await PlanRoundEndpoint.ChangeAsync(session, questionnaires, cycle.Id, new PlanRoundBody { Entities = planned }, Conditional.ETag(version), opens.AddDays(2), cancellationToken));
                await session.SaveChangesAsync(cancellationToken);
                version++;
            }

            await StepAsync(async (session, a) => await OpenRoundEndpoint.DecideAsync(session, questionnaires, a, opens.AddDays(3), cancellationToken));
            for (var i = 0; i < planned.Length; i++)
            {
                await RespondAsync(planned[i].Id, i, agreed);
            }

            await StepAsync(async (session, a) => await CloseRoundEndpoint.DecideAsync(session, a, opens.AddDays(40), cancellationToken));
            await StepAsync((_, _) => Now(Given(agreed, opens.AddDays(50))));
        }

        async Task RespondAsync(string entity, int place, Dictionary<string, Answer?> agreed)
        {
            await using var session = states.LightweightSession(state.Code);
            Expect(await session.AppendAsync<EntityResponse, ResponseEvent>(RoundsSetup.StreamOf(cycle.Id, entity), Conditional.ETag(1), EntityResponse.Fold,
                response =>
                {
                    var given = Valid(world.ResponseOf(state, number, place, response.Entity.Questions, agreed));
                    return ValueTask.FromResult(new Decision<ResponseEvent>(
                        [new ResponseEvent.AnswersSaved(given, opens.AddDays(20 + place)), new ResponseEvent.Confirmed("Demo head of entity (fictitious)", opens.AddDays(30))], null));
                }, cancellationToken));
            await session.SaveChangesAsync(cancellationToken);
        }

        async Task StepAsync(Func<IDocumentSession, Assessment, ValueTask<Decision<AssessmentEvent>>> decide)
        {
            await using var session = states.LightweightSession(state.Code);
            var receipt = Expect(await AssessmentWriting.AppendAsync(session, state.Code, cycle.Id, Conditional.ETag(version), a => decide(session, a), cancellationToken));
            await session.SaveChangesAsync(cancellationToken);
            version = receipt.Version;
        }

        static ValueTask<Decision<AssessmentEvent>> Now(Decision<AssessmentEvent> decision) => ValueTask.FromResult(decision);

        Decision<AssessmentEvent> Given(IReadOnlyDictionary<string, Answer?> given, DateTimeOffset at) => state.Entities.Count == 0
            ? new AssessmentEvent.AnswersSaved(Valid(given), at)
            : new AssessmentEvent.Reconciled(Valid(given).ToDictionary(a => a.Key, a => new ReconciledAnswer(a.Value!, "Fictitious: agreed among the entities.", null), StringComparer.Ordinal), at);

        IReadOnlyDictionary<string, Answer?> Valid(IReadOnlyDictionary<string, Answer?> given)
        {
            var problems = given.SelectMany(a => published.Questionnaire.Check(a.Key, a.Value!)).ToArray();
            return problems.Length == 0 ? given : throw new InvalidOperationException($"Demo answers are not valid: {problems[0].Message}");
        }
    }

    private async Task CommonAsync<T>(Func<IDocumentSession, Task<Outcome<T>>> change, CancellationToken cancellationToken)
    {
        await using var session = common.LightweightSession();
        Expect(await change(session));
        await session.SaveChangesAsync(cancellationToken);
    }

    private static T Expect<T>(Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? throw new InvalidOperationException($"Demo data were refused: {refusal.Detail}") : outcome.Value!;

    /// <summary>A clock that stands where the demo needs it.</summary>
    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
