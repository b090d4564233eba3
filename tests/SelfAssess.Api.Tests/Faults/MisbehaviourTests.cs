using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hangfire;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Tests.Platform;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Faults;

/// <summary>Clients, clocks and jobs that do not behave.</summary>
public sealed class MisbehaviourTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_hangs_up_has_saved_all_or_nothing_and_finds_out_which()
    {
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var _ = host;
        await host.Administrator().OpenCycleAsync("hangup");
        var saving = await Saving.BeginAsync(host, "HANG", "hangup");
        var token = host.TokenOf(Role.Coordinator, "HANG");
        for (var round = 0; round < 60; round++)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(saving.Next.Body);
            using (var client = new TcpClient { LingerState = new LingerOption(true, 0) })
            {
                await client.ConnectAsync(address.Host, address.Port, Cancellation);
                await client.GetStream().WriteAsync(Head(address, saving, token, body.Length), Cancellation);
                await client.GetStream().WriteAsync(body.AsMemory(0, round % 4 == 0 ? body.Length / 2 : body.Length), Cancellation);
                // From before the request is read until after it is answered.
                await Task.Delay(round / 2, Cancellation);
            }

            await saving.SaveAsync();
        }

        await saving.ReadBackAsync();
        Assert.Equal(60, saving.Acknowledged);
    }

    [Fact]
    public async Task Slow_clients_are_cut_off_and_keep_nobody_waiting()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (host, address) = await ApiHost.ListenAsync(database);
        await using var _ = host;
        await host.Administrator().OpenCycleAsync("slow");
        var saving = await Saving.BeginAsync(host, "SLOW", "slow");
        var token = host.TokenOf(Role.Coordinator, "SLOW");
        var slow = Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, Cancellation);
            await client.GetStream().WriteAsync(Head(address, saving, token, 1000), Cancellation);
            var began = Stopwatch.GetTimestamp();
            try
            {
                while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30) && !client.GetStream().DataAvailable)
                {
                    await client.GetStream().WriteAsync(" "u8.ToArray(), Cancellation);
                    await Task.Delay(250, Cancellation);
                }
            }
            catch (IOException)
            {
                // Cut off.
            }

            return Stopwatch.GetElapsedTime(began);
        }));
        while (!slow.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            await saving.SaveAsync();
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"a save beside slow clients took {Stopwatch.GetElapsedTime(began)}");
            Assert.Equal(0L, await Sql.RunAsync(database, "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and usename = 'selfassess_state'"));
            await Task.Delay(200, Cancellation);
        }

        Assert.All(await slow, lasted => Assert.True(lasted < TimeSpan.FromSeconds(20), $"a slow client was served for {lasted}"));
        await saving.ReadBackAsync();
    }

    [Fact]
    public async Task Nodes_whose_clocks_are_hours_apart_keep_one_order_and_make_one_release()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var ahead = await ApiHost.StartAsync(database, b => b.ConfigureTestServices(s => s.AddSingleton<TimeProvider>(new SkewedClock(TimeSpan.FromHours(2)))));
        await using var behind = await ApiHost.StartAsync(database, b => b.ConfigureTestServices(s => s.AddSingleton<TimeProvider>(new SkewedClock(TimeSpan.FromHours(-2)))));
        await ahead.Administrator().OpenCycleAsync("skew");
        var first = await Saving.BeginAsync(ahead, "SKEW", "skew");
        var (coordinator, elsewhere) = (ahead.Coordinator("SKEW"), behind.Coordinator("SKEW"));
        var etag = first.Version;
        for (var i = 0; i < 12; i++)
        {
            // Each save names the version that the other node answered.
            var answers = new { a1 = new { value = i % 2 == 0 ? "some" : "full" } };
            (_, var next) = await (i % 2 == 0 ? coordinator : elsewhere).DoAsync(HttpMethod.Patch, $"{first.Path}/answers", new { answers }, etag);
            var (stale, _) = await (i % 2 == 0 ? elsewhere : coordinator).CallAsync(HttpMethod.Patch, $"{first.Path}/answers", new { answers }, etag);
            Assert.Equal(412, (int)stale.StatusCode);
            etag = next!;
        }

        var history = (await elsewhere.DoAsync(HttpMethod.Get, $"{first.Path}/history")).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(1, 13), history.Select(e => e.GetProperty("position").GetInt32()));
        Assert.Equal("full", (await coordinator.DoAsync(HttpMethod.Get, first.Path)).Body.GetProperty("answers").GetProperty("a1").GetProperty("value").GetString());

        // A session that one node began is known to the other.
        var email = await ahead.AccountAsync("skew@example.org", "Somebody");
        foreach (var (here, there) in new[] { (ahead, behind), (behind, ahead) })
        {
            using var signIn = await here.Anonymous().PostAsJsonAsync("/api/v1/sign-in", new { email, password = ApiHost.Password }, Cancellation);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
            request.Headers.Add("Cookie", signIn.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
            Assert.True((await there.Anonymous().SendAsync(request, Cancellation)).IsSuccessStatusCode);
        }

        for (var i = 0; i < 10; i++)
        {
            await (i % 2 == 0 ? ahead : behind).Whoever().AssessAsync($"SKW{i}", "skew", i < 5 ? "some" : "full");
        }

        var (_, cycle) = await behind.Administrator().DoAsync(HttpMethod.Get, "cycles/skew");
        var (run, _) = await behind.Administrator().DoAsync(HttpMethod.Post, "cycles/skew/close", ifMatch: cycle);
        // The one that is ahead takes every run for abandoned.
        await using (var scope = ahead.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ReleaseJob>().ResumeAsync(Cancellation);
        }

        await ahead.Whoever().RunEndedAsync(run.GetProperty("id").GetString()!);
        await ahead.Whoever().FreezeAsync("skew-R1");
        Assert.Equal(10L, await Sql.RunAsync(database, "select count(*) from common.mt_doc_deliveredcontribution"));
        Assert.Equal((await ahead.Presidency().DoAsync(HttpMethod.Get, "releases/skew-R1")).Body.ToString(), (await behind.Presidency().DoAsync(HttpMethod.Get, "releases/skew-R1")).Body.ToString());
    }

    [Fact]
    public async Task Poisoned_jobs_keep_no_other_from_its_work_and_are_taken_up_once_they_are_cured()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        var client = host.Whoever();
        foreach (var cycle in (string[])["poison", "health"])
        {
            await client.OpenCycleAsync(cycle);
            for (var i = 0; i < 10; i++)
            {
                await client.AssessAsync($"{cycle[..2].ToUpperInvariant()}{i}", cycle, i < 5 ? "some" : "full");
            }
        }

        // An assessment that cannot be read, a run that there is not, and a job of a program that is not ours.
        await Sql.RunAsync(database, "create table cure as select id, data from state.mt_doc_assessment where tenant_id = 'PO3'; update state.mt_doc_assessment set data = '[]' where tenant_id = 'PO3'");
        var jobs = host.Services.GetRequiredService<IBackgroundJobClient>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Enqueue<ReleaseJob>(j => j.RunAsync(Guid.NewGuid(), CancellationToken.None));
        }

        await Sql.RunAsync(database, """
            with made as (insert into jobs.job (statename, invocationdata, arguments, createdat) values ('Enqueued', '{"Type":"No.Such, Nowhere","Method":"Go","ParameterTypes":"[]","Arguments":"[]"}', '[]', now()) returning id)
            insert into jobs.jobqueue (jobid, queue) select id, 'default' from made
            """);
        var (_, etag) = await client.DoAsync(HttpMethod.Get, "cycles/poison");
        var (poisoned, _) = await client.DoAsync(HttpMethod.Post, "cycles/poison/close", ifMatch: etag);
        var path = $"release-runs/{poisoned.GetProperty("id").GetString()}";
        await UntilAsync(client, path, "failed");

        var run = await client.PrepareReleaseAsync("health");
        Assert.Equal("succeeded", run.GetProperty("status").GetString());
        var failed = (await client.DoAsync(HttpMethod.Get, path)).Body;
        Assert.NotEqual("succeeded", failed.GetProperty("status").GetString());
        Assert.DoesNotContain("PO3", failed.ToString(), StringComparison.Ordinal);

        await Sql.RunAsync(database, "update state.mt_doc_assessment a set data = c.data from cure c where a.id = c.id and a.tenant_id = 'PO3'");
        await client.DoAsync(HttpMethod.Post, "cycles/poison/release-runs");
        await UntilAsync(client, path, "succeeded");
        await client.FreezeAsync("poison-R1");
        var (release, _) = await client.DoAsync(HttpMethod.Get, "releases/poison-R1");
        Assert.Equal(10, release.GetProperty("participation").GetProperty("participants").GetInt32());
    }

    private static async Task UntilAsync(HttpClient client, string path, string status)
    {
        for (var since = Stopwatch.GetTimestamp(); (await client.DoAsync(HttpMethod.Get, path)).Body.GetProperty("status").GetString() != status; await Task.Delay(100, Cancellation))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(1), $"the run is not {status} within a minute");
        }
    }

    private static byte[] Head(Uri address, Saving saving, string token, int length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"PATCH /api/v1/{saving.Path}/answers HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nIf-Match: {saving.Version}\r\nIdempotency-Key: {saving.Next.Key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"));

    private sealed class SkewedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
