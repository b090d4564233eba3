using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Releases;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Releases;

public sealed class ReleaseRunTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Run_that_dies_anywhere_is_taken_up_again_and_makes_the_same_release()
    {
        var host = await postgres.SharedApiAsync();
        var client = host.Whoever();
        string? undisturbed = null;
        for (var deadAfter = 0; ; deadAfter++)
        {
            // The clock is read in every phase, so that dying at its n-th reading dies everywhere once.
            var cycle = $"crash-{deadAfter}";
            await client.OpenCycleAsync("crash", $"{new DateOnly(2020, 1, 1).AddDays(deadAfter):yyyy-MM-dd}", cycle);
            for (var i = 0; i < 11; i++)
            {
                await client.AssessAsync($"C{i:00}", "crash", i < 5 ? "some" : "full", cycle);
            }

            await client.BeginAsync("COPEN", "crash", cycle);
            await CloseWithoutJobAsync(host, cycle);
            var make = host.Services.GetRequiredService<MakeRelease>();
            var clock = new DyingClock(deadAfter == 0 ? int.MaxValue : deadAfter);
            var dying = ActivatorUtilities.CreateInstance<MakeRelease>(host.Services, clock);
            if (deadAfter > 0)
            {
                var died = await Record.ExceptionAsync(() => dying.RunAsync(ReleaseRuns.IdOf($"{cycle}-R1"), clock, TestContext.Current.CancellationToken));
                if (died is null)
                {
                    Assert.True(deadAfter > 10, $"only {deadAfter} readings of the clock");
                    return;
                }
            }

            await make.RunAsync(ReleaseRuns.IdOf($"{cycle}-R1"), TimeProvider.System, TestContext.Current.CancellationToken);
            await make.RunAsync(ReleaseRuns.IdOf($"{cycle}-R1"), TimeProvider.System, TestContext.Current.CancellationToken);
            await client.FreezeAsync($"{cycle}-R1");
            var (release, _) = await client.DoAsync(HttpMethod.Get, $"releases/{cycle}-R1");
            Assert.Equal(11, release.GetProperty("participation").GetProperty("participants").GetInt32());
            var themes = release.GetProperty("themes").ToString();
            undisturbed ??= themes;
            Assert.Equal(undisturbed, themes);
            Assert.Equal("expired", (await client.DoAsync(HttpMethod.Get, $"states/COPEN/assessments/{cycle}")).Body.GetProperty("status").GetString());
            Assert.Equal(0L, await CountAsync(host, DatabaseRoles.StateSchema, $"mt_doc_pendingcontribution where id = '{cycle}-R1'"));
        }
    }

    [Fact]
    public async Task Two_servers_asked_many_times_make_one_release()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var first = await ApiHost.StartAsync(database);
        await using var second = await ApiHost.StartAsync(database);
        var client = first.Whoever();
        await client.OpenCycleAsync("twoservers");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"T{i}", "twoservers", i < 5 ? "some" : "full");
        }

        var (_, etag) = await client.DoAsync(HttpMethod.Get, "cycles/twoservers");
        var (run, _) = await client.DoAsync(HttpMethod.Post, "cycles/twoservers/close", ifMatch: etag);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? client : second.Whoever()).DoAsync(HttpMethod.Post, "cycles/twoservers/release-runs")));
        await client.RunEndedAsync(run.GetProperty("id").GetString()!);
        await client.FreezeAsync("twoservers-R1");
        var here = (await client.DoAsync(HttpMethod.Get, "releases")).Body.GetProperty("items");
        var there = (await second.Whoever().DoAsync(HttpMethod.Get, "releases")).Body.GetProperty("items");
        Assert.Equal(1, here.GetArrayLength());
        Assert.Equal(here.ToString(), there.ToString());
        Assert.Equal(10L, await CountAsync(first, DatabaseRoles.CommonSchema, "mt_doc_deliveredcontribution"));
    }

    [Fact]
    public async Task Contributions_carry_nothing_that_tells_a_state()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("anonymous");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"XYZ{i}", "anonymous", "some");
        }

        await client.CloseAsync("anonymous");
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("""
            select (select count(*) from common.mt_doc_deliveredcontribution where data::text like '%XYZ%')
                 + (select count(*) from jobs.job where arguments::text like '%XYZ%' or invocationdata::text like '%XYZ%')
                 + (select count(*) from common.mt_doc_storedrelease where data::text like '%XYZ%'),
                   (select count(*) from common.mt_doc_deliveredcontribution)
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 10L), (reader.GetInt64(0), reader.GetInt64(1)));
    }

    [Fact]
    public async Task Nothing_tells_how_few_took_part()
    {
        // On a fixed day, whose date holds no 7.
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.ConfigureTestServices(s => s.AddSingleton<TimeProvider>(new FixedClock())));
        var client = host.Whoever();
        await client.OpenCycleAsync("few");
        for (var i = 0; i < 7; i++)
        {
            await client.AssessAsync($"FEW{i}", "few", i < 4 ? "some" : "full");
        }

        for (var i = 0; i < 4; i++)
        {
            await client.BeginAsync($"NOT{i}", "few");
        }

        // Every version of the run that anybody could have read.
        var seen = new List<string>();
        var (_, etag) = await client.DoAsync(HttpMethod.Get, "cycles/few");
        var (run, _) = await client.DoAsync(HttpMethod.Post, "cycles/few/close", ifMatch: etag);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/release-runs/{run.GetProperty("id").GetString()}/events");
        seen.Add(await (await host.Presidency().SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await client.RunEndedAsync(run.GetProperty("id").GetString()!);
        seen.Add((await host.Presidency().DoAsync(HttpMethod.Get, "release-previews/few-R1")).Body.GetProperty("release").ToString());
        await client.FreezeAsync("few-R1");
        foreach (var path in new[] { "releases/few-R1", "releases/few-R1/method", "releases/few-R1/observations.csv", "releases/few-R1/charts/distribution.json", "releases/few-R1/charts/distribution.csv", "trends/few", "cycles/few" })
        {
            seen.Add(await host.Presidency().GetStringAsync($"/api/v1/{path}", TestContext.Current.CancellationToken));
        }

        Assert.All(seen, text => Assert.DoesNotMatch(@"(?<![\d.:T-])7(?![\d.:-])", text));
        Assert.DoesNotContain(seen, text => text.Contains("FEW", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_cycle_has_no_release_and_cannot_be_given_one()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("tooearly");
        var (response, problem) = await client.CallAsync(HttpMethod.Post, "cycles/tooearly/release-runs");
        Assert.Equal((409, "urn:selfassess:problem:cycle-not-closed"), ((int)response.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Equal(404, (int)(await client.CallAsync(HttpMethod.Get, "releases/tooearly-R1")).Response.StatusCode);
    }

    [Fact]
    public async Task Closed_cycle_takes_no_more_answers()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("late");
        await client.AssessAsync("LATE", "late", "some");
        await client.BeginAsync("LATER", "late");
        await client.CloseAsync("late");
        foreach (var (state, status) in new[] { ("LATE", "included"), ("LATER", "expired") })
        {
            var (assessment, etag) = await client.DoAsync(HttpMethod.Get, $"states/{state}/assessments/late");
            Assert.Equal(status, assessment.GetProperty("status").GetString());
            var (response, _) = await client.CallAsync(HttpMethod.Patch, $"states/{state}/assessments/late/answers", new { answers = new { a1 = new { value = "full" } } }, etag);
            Assert.Equal(409, (int)response.StatusCode);
        }
    }

    /// <summary>As the close endpoint does it, leaving the run for the test to carry out.</summary>
    private static async Task CloseWithoutJobAsync(ApiHost host, string cycle)
    {
        await using var session = host.Services.GetRequiredService<ICommonStore>().LightweightSession();
        var version = (await session.LoadAsync<Cycle>(cycle))!.Version;
        var outcome = await CloseCycleEndpoint.ChangeAsync(session, cycle, Conditional.ETag(version), TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Null(outcome.Refusal);
        await session.SaveChangesAsync();
    }

    private static async Task<long> CountAsync(ApiHost host, string schema, string table)
    {
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select count(*) from {schema}.{table}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    }

    private sealed class DyingClock(int readings) : TimeProvider
    {
        private int left = readings;

        public override DateTimeOffset GetUtcNow() => Interlocked.Decrement(ref left) >= 0 ? base.GetUtcNow() : throw new InvalidOperationException("The server dies here.");
    }
}
