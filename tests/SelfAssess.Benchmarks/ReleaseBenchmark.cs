using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SelfAssess.Api.Demo;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>A release over 100,000 contributions, beside one SQL statement over the same documents.</summary>
internal static class ReleaseBenchmark
{
    private const int Large = 100_000;
    private const int Rounds = 7;
    private const string Cycle = "benchmark";
    private static readonly string ReleaseId = ReleaseFrame.ReleaseIdOf(Cycle, 1);

    public static async Task RunAsync()
    {
        await using var database = await Database.StartAsync();
        await using var services = new ServiceCollection().AddLogging().With(s => s.AddStores(DatabaseRoles.Derive(database.ConnectionString), StateServers.CommonOnly(database.ConnectionString))).BuildServiceProvider();
        await services.ApplySchemaAsync(database.ConnectionString, CancellationToken.None);
        var questionnaire = Instrument.Read();
        var store = services.GetRequiredService<ICommonStore>();
        await FillAsync(store, questionnaire, 0, Large);
        await database.ExecuteAsync("vacuum analyze");

        var frame = Frame(questionnaire, Large);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await ReleaseAsync(store, frame, Large);
        await SqlAsync(source, Large);
        MemoryWatch.Settle();

        List<double> ours = [], sql = [];
        var (heap, working) = (0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            await using (var memory = new MemoryWatch())
            {
                ours.Add(await TimedAsync(() => ReleaseAsync(store, frame, Large)));
                heap = Math.Max(heap, memory.Heap);
                working = Math.Max(working, memory.WorkingSet);
            }

            sql.Add(await TimedAsync(() => SqlAsync(source, Large)));
        }

        Print($"release over {Large:N0} contributions, {Rounds} rounds, median (range)");
        Print($"  release    {Spread(ours)} s");
        Print($"  SQL        {Spread(sql)} s");
        Print($"  ratio      {Spread([.. ours.Zip(sql, (o, s) => o / s)])}   at most 2 is wanted");
        Print($"  memory     heap +{heap / 1048576.0:0} MiB, working set +{working / 1048576.0:0} MiB above idle   at most 300 is wanted");
    }

    /// <summary>The same over a hundred to a million contributions: what one costs should not depend on how many there are.</summary>
    public static async Task GrowthAsync()
    {
        await using var database = await Database.StartAsync();
        await using var services = new ServiceCollection().AddLogging().With(s => s.AddStores(DatabaseRoles.Derive(database.ConnectionString), StateServers.CommonOnly(database.ConnectionString))).BuildServiceProvider();
        await services.ApplySchemaAsync(database.ConnectionString, CancellationToken.None);
        var (questionnaire, store) = (Instrument.Read(), services.GetRequiredService<ICommonStore>());
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Print($"release over a growing number of contributions, median of 3 (range)");
        var filled = 0;
        foreach (var contributions in (int[])[100, 1_000, 10_000, 100_000, 1_000_000])
        {
            await FillAsync(store, questionnaire, filled, contributions);
            filled = contributions;
            await database.ExecuteAsync("vacuum analyze");
            var frame = Frame(questionnaire, contributions);
            await ReleaseAsync(store, frame, contributions);
            await SqlAsync(source, contributions);
            List<double> ours = [], sql = [];
            var working = 0L;
            for (var round = 0; round < 3; round++)
            {
                await using (var memory = new MemoryWatch())
                {
                    ours.Add(await TimedAsync(() => ReleaseAsync(store, frame, contributions)));
                    working = Math.Max(working, memory.WorkingSet);
                }

                sql.Add(await TimedAsync(() => SqlAsync(source, contributions)));
            }

            Print($"  {contributions,9:N0}   {Spread(ours, "0.000")} s, {ours.Median() * 1e6 / contributions:0.0} µs each   ratio to SQL {Spread([.. ours.Zip(sql, (o, s) => o / s)])}   working set +{working / 1048576.0:0} MiB");
        }
    }

    private static async Task ReleaseAsync(ICommonStore store, ReleaseFrame frame, int contributions)
    {
        await using var session = store.QuerySession();
        var release = (await ComputeRelease.ReadAsync(session, frame, progress: null, CancellationToken.None)).Publish();
        if (release.Participation.Participants != contributions)
        {
            throw new InvalidOperationException("The release does not count every contribution.");
        }
    }

    /// <summary>
    /// How often each theme has each outcome, level and index, each indicator each level, each option was chosen, and each theme diverges: all that a release
    /// tells follows from these rows.
    /// </summary>
    private static async Task SqlAsync(NpgsqlDataSource source, int contributions)
    {
        const string documents = $"{DatabaseRoles.CommonSchema}.mt_doc_deliveredcontribution";
        await using var command = source.CreateCommand($"""
            select 'theme', theme.key, theme.value::text, count(*)
            from {documents}, jsonb_each(data -> 'contribution' -> 'themes') theme where release_id = $1 group by 2, 3
            union all
            select 'indicator', indicator.key, indicator.value, count(*)
            from {documents}, jsonb_each_text(data -> 'details' -> 'indicators') indicator where release_id = $1 group by 2, 3
            union all
            select 'option', counted.key, chosen.value, count(*)
            from {documents}, jsonb_each(data -> 'details' -> 'counted') counted, jsonb_array_elements_text(counted.value) chosen where release_id = $1 group by 2, 3
            union all
            select 'divergence', diverges.key, diverges.value, count(*)
            from {documents}, jsonb_each_text(data -> 'details' -> 'diverges') diverges where release_id = $1 group by 2, 3
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ReleaseId });
        await using var reader = await command.ExecuteReaderAsync();
        long themes = 0;
        while (await reader.ReadAsync())
        {
            themes += reader.GetString(0) == "theme" ? reader.GetInt64(3) : 0;
        }

        if (themes % contributions != 0)
        {
            throw new InvalidOperationException("The statement does not count every contribution.");
        }
    }

    private static async Task FillAsync(ICommonStore store, Questionnaire questionnaire, int from, int to)
    {
        var world = new DemoWorld(questionnaire.Definition, states: 2000, cycles: 1, seed: 14);
        var reference = questionnaire.Reference;
        foreach (var batch in Enumerable.Range(from, to - from).Chunk(10_000))
        {
            await store.BulkInsertAsync([.. batch.AsParallel().Select(Delivered)], cancellation: CancellationToken.None);
        }

        DeliveredContribution Delivered(int number)
        {
            var state = world.States[number % world.States.Count];
            var assessment = new Assessment
            {
                CycleId = Cycle,
                Questionnaire = reference,
                Profile = state.Profile,
                // Another seed for each makes another State of the same context.
                Answers = world.AnswersOf(state with { Seed = number * 10 }, cycle: 0).ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal),
            };
            var pseudonym = new Guid(number, 0, 0, new byte[8]).ToString("N");
            return new()
            {
                Id = $"{ReleaseId}/{pseudonym}",
                ReleaseId = ReleaseId,
                Contribution = Contributions.Of(questionnaire, assessment, pseudonym),
                Details = ContributionDetails.Of(questionnaire, assessment, null, [], new Dictionary<string, bool?>()),
            };
        }
    }

    private static ReleaseFrame Frame(Questionnaire questionnaire, int invited) => ReleaseFrame.Of(
        questionnaire, new PublicationPlan(), Cycle, "Benchmark", new DateOnly(2026, 1, 1), 1, new DateOnly(2026, 6, 1), invited);

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var since = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static IServiceCollection With(this IServiceCollection services, Action<IServiceCollection> add)
    {
        add(services);
        return services;
    }
}
