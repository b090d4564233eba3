using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Servers;

/// <summary>What belongs to States on three database servers, and the rest on a fourth.</summary>
public sealed class SeveralServersTests(PostgresFixture postgres, StateServersFixture servers) : IClassFixture<StateServersFixture>
{
    private static readonly string[] places = [StateServersFixture.North, StateServersFixture.South, StateServersFixture.Home];

    public static bool OnLinux => OperatingSystem.IsLinux();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task States_are_where_they_were_registered_and_nowhere_else()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        await using var host = await ApiHost.StartAsync(common, StateServersFixture.Using(pool, StateServersFixture.North));
        var administrator = host.Administrator();
        await RegisterAsync(administrator, "ATN", null);
        await RegisterAsync(administrator, "ATS", StateServersFixture.South);
        var (unknown, problem) = await administrator.CallAsync(HttpMethod.Put, "states/NEW", new { name = "New", server = "east" });
        Assert.Equal((HttpStatusCode.BadRequest, "unknownServer"), (unknown.StatusCode, problem.GetProperty("errors")[0].GetProperty("code").GetString()));
        var (state, etag) = await administrator.DoAsync(HttpMethod.Get, "states/ATS");
        var (elsewhere, _) = await administrator.CallAsync(HttpMethod.Put, "states/ATS", new { name = state.GetProperty("name").GetString(), server = StateServersFixture.Home }, etag);
        Assert.Equal(HttpStatusCode.Conflict, elsewhere.StatusCode);

        // A register that is imported goes to the default.
        using var csv = new HttpRequestMessage(HttpMethod.Post, "/api/v1/register/import") { Content = new StringContent("code,en\r\nIMP,Imported\r\n", new System.Net.Http.Headers.MediaTypeHeaderValue("text/csv")) };
        csv.Headers.TryAddWithoutValidation("If-Match", (await administrator.CallAsync(HttpMethod.Get, "register.csv")).Response.Headers.ETag!.Tag);
        Assert.True((await administrator.SendAsync(csv, Cancellation)).IsSuccessStatusCode);

        await AssessAllAsync(host, "places");
        var (list, _) = await administrator.DoAsync(HttpMethod.Get, "servers");
        Assert.Equal(StateServersFixture.North, list.GetProperty("default").GetString());
        Assert.Equal(["home: STAT02 STAT05 STAT08 STAT11", "north: ATN IMP STAT00 STAT03 STAT06 STAT09", "south: ATS STAT01 STAT04 STAT07 STAT10"],
            list.GetProperty("items").EnumerateArray().Select(s => $"{s.GetProperty("name")}: {string.Join(' ', s.GetProperty("states").EnumerateArray())}"));
        foreach (var (server, connectionString) in pool)
        {
            var held = await ListAsync(connectionString, "select distinct tenant_id from state.mt_events order by 1");
            Assert.Equal(Enumerable.Range(0, 12).Where(i => places[i % 3] == server).Select(i => $"STAT{i:00}"), held);
            // Whoever comes under the state store's role without saying whose rows are meant sees none, on each server.
            var role = new NpgsqlConnectionStringBuilder(DatabaseRoles.DeriveState(connectionString)) { Pooling = false }.ConnectionString;
            foreach (var table in (string[])["mt_events", "mt_streams", "mt_doc_assessment"])
            {
                Assert.Equal(PostgresErrorCodes.UndefinedObject, (await Assert.ThrowsAsync<PostgresException>(() => ListAsync(role, $"select tenant_id from state.{table}"))).SqlState);
            }

            Assert.Empty(await ListAsync(connectionString, "select nspname from pg_namespace where nspname in ('common', 'accounts', 'jobs')"));
        }

        // Nothing of a State is in the common database, and no password is in the table of servers.
        Assert.Empty(await ListAsync(common, "select table_name::text from information_schema.tables where table_schema = 'state'"));
        Assert.All(await ListAsync(common, "select connection_string from servers.mt_database_pool"), c => Assert.DoesNotContain("Password", c, StringComparison.OrdinalIgnoreCase));

        await administrator.CloseAsync("places");
        var (release, _) = await administrator.DoAsync(HttpMethod.Get, "releases/places-R1");
        Assert.Equal(12, release.GetProperty("participation").GetProperty("participants").GetInt32());
        foreach (var connectionString in pool.Values)
        {
            Assert.Equal(["0"], await ListAsync(connectionString, "select count(*)::text from state.mt_doc_pendingcontribution"));
        }

        await administrator.DoAsync(HttpMethod.Post, "states/STAT01/erase", new { confirm = "STAT01" });
        Assert.DoesNotContain("STAT01", await ListAsync(pool[StateServersFixture.South], "select distinct tenant_id from state.mt_events"));
        var (coordinator, _) = host.With(await host.TokenAsync([ApiHost.Granted(Role.Coordinator, "STAT01")]));
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.CallAsync(HttpMethod.Get, "states/STAT01/assessments/places")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Coordinator("NOWHERE").CallAsync(HttpMethod.Get, "states/NOWHERE/assessments/places")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Coordinator("STAT04").CallAsync(HttpMethod.Get, "states/STAT04/assessments/places")).Response.StatusCode);
    }

    [Fact]
    public async Task Server_that_is_down_concerns_its_own_states_and_the_lock_waits_for_it_by_name()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        await using var host = await ApiHost.StartAsync(common, StateServersFixture.Using(pool, StateServersFixture.North));
        await AssessAllAsync(host, "waiting");
        await servers.StopAsync(StateServersFixture.South);
        try
        {
            for (var i = 0; i < 6; i++)
            {
                var (state, watch) = ($"STAT{i:00}", Stopwatch.StartNew());
                foreach (var request in (Func<Task<(HttpResponseMessage Response, System.Text.Json.JsonElement Body)>>[])
                [
                    () => host.Coordinator(state).CallAsync(HttpMethod.Get, $"states/{state}/assessments/waiting"),
                    () => host.Coordinator(state).CallAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire = new { id = "waiting", version = "1.0" }, fields = new { exporter = true } }, "\"1\""),
                ])
                {
                    var (response, _) = await request();
                    if (places[i % 3] == StateServersFixture.South)
                    {
                        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                        Assert.NotNull(response.Headers.RetryAfter);
                    }
                    else
                    {
                        Assert.True(response.IsSuccessStatusCode, $"{state}: {response.StatusCode}");
                    }
                }

                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{state} took {watch.Elapsed}");
                // What is not the State's own is there.
                Assert.True((await host.Coordinator(state).CallAsync(HttpMethod.Get, $"states/{state}")).Response.IsSuccessStatusCode);
            }

            // A node starts without it.
            await using var second = await ApiHost.StartAsync(common, StateServersFixture.Using(pool, StateServersFixture.North));
            using (var ready = await second.Anonymous().GetAsync("/health/ready", Cancellation))
            {
                Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
                Assert.Contains("south", await ready.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            }

            // A State can be registered there all the same.
            await RegisterAsync(second.Administrator(), "LATER", StateServersFixture.South);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.Coordinator("STAT01").CallAsync(HttpMethod.Get, "states/STAT01/assessments/waiting")).Response.StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await second.Coordinator("STAT02").CallAsync(HttpMethod.Get, "states/STAT02/assessments/waiting")).Response.StatusCode);
            var (listed, _) = await second.Administrator().DoAsync(HttpMethod.Get, "servers");
            Assert.Equal(["home True", "north True", "south False"], listed.GetProperty("items").EnumerateArray().Select(s => $"{s.GetProperty("name")} {s.GetProperty("answers").GetBoolean()}"));

            var (_, etag) = await host.Administrator().DoAsync(HttpMethod.Get, "cycles/waiting");
            var (run, _) = await host.Administrator().DoAsync(HttpMethod.Post, "cycles/waiting/close", ifMatch: etag);
            var id = run.GetProperty("id").GetString()!;
            await EventuallyAsync(async () => (await host.Presidency().DoAsync(HttpMethod.Get, $"release-runs/{id}")).Body.GetProperty("waitingFor").EnumerateArray().Any());
            (run, _) = await host.Presidency().DoAsync(HttpMethod.Get, $"release-runs/{id}");
            Assert.Equal((StateServersFixture.South, "collecting", "running"),
                (Assert.Single(run.GetProperty("waitingFor").EnumerateArray()).GetString(), run.GetProperty("phase").GetString(), run.GetProperty("status").GetString()));
            Assert.DoesNotContain("STAT", run.ToString(), StringComparison.Ordinal);
            Assert.Equal("closing", (await host.Presidency().DoAsync(HttpMethod.Get, "cycles/waiting")).Body.GetProperty("status").GetString());
            Assert.Empty(await ListAsync(common, "select id from common.mt_doc_deliveredcontribution"));
            // The others have delivered, each into its own database.
            Assert.Equal(["4"], await ListAsync(pool[StateServersFixture.Home], "select count(*)::text from state.mt_doc_pendingcontribution"));

            await servers.StartAsync(StateServersFixture.South);
            run = await host.Presidency().RunEndedAsync(id);
            Assert.Empty(run.GetProperty("waitingFor").EnumerateArray());
            await host.Administrator().FreezeAsync("waiting-R1");
            var (release, _) = await host.Administrator().DoAsync(HttpMethod.Get, "releases/waiting-R1");
            Assert.Equal(12, release.GetProperty("participation").GetProperty("participants").GetInt32());
            // The node that started without it has found it.
            await EventuallyAsync(async () => (await second.Coordinator("STAT01").CallAsync(HttpMethod.Get, "states/STAT01/assessments/waiting")).Response.IsSuccessStatusCode);
        }
        finally
        {
            await servers.StartAsync(StateServersFixture.South);
        }
    }

    [Fact(SkipUnless = nameof(OnLinux), Skip = "Processes are stopped by signals.")]
    public async Task Server_that_hangs_keeps_nobody_waiting()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        await using var host = await ApiHost.StartAsync(common, StateServersFixture.Using(pool));
        await host.Administrator().OpenCycleAsync("hanging");
        foreach (var server in (string[])[StateServersFixture.North, StateServersFixture.South])
        {
            var state = $"H{server.ToUpperInvariant()}";
            await RegisterAsync(host.Administrator(), state, server);
            await host.Administrator().BeginAsync(state, "hanging");
        }

        await servers.HangAsync(StateServersFixture.South, hangs: true);
        try
        {
            // Whoever was on a good connection waits for a time-out; once it is known that nobody answers, nobody does.
            Assert.InRange(await RefusedAfterAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
            await EventuallyAsync(async () => await RefusedAfterAsync() < TimeSpan.FromSeconds(2));
            var asked = Stopwatch.StartNew();
            var (other, _) = await host.Coordinator("HNORTH").CallAsync(HttpMethod.Get, "states/HNORTH/assessments/hanging");
            Assert.True(other.IsSuccessStatusCode && asked.Elapsed < TimeSpan.FromSeconds(3), $"{other.StatusCode} after {asked.Elapsed}");
        }
        finally
        {
            await servers.HangAsync(StateServersFixture.South, hangs: false);
        }

        await EventuallyAsync(async () => (await host.Coordinator("HSOUTH").CallAsync(HttpMethod.Get, "states/HSOUTH/assessments/hanging")).Response.IsSuccessStatusCode);

        async Task<TimeSpan> RefusedAfterAsync()
        {
            var waited = Stopwatch.StartNew();
            var (response, _) = await host.Coordinator("HSOUTH").CallAsync(HttpMethod.Get, "states/HSOUTH/assessments/hanging");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            return waited.Elapsed;
        }
    }

    [Fact]
    public async Task Database_that_held_every_state_becomes_the_first_server_and_gives_one_away()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        var before = "";
        await using (var host = await ApiHost.StartAsync(common))
        {
            await host.Administrator().OpenCycleAsync("first");
            await host.Administrator().AssessAsync("OLD", "first", "some");
            before = (await host.Coordinator("OLD").DoAsync(HttpMethod.Get, "states/OLD/assessments/first/history")).Body.ToString();
            Assert.Empty((await host.Administrator().DoAsync(HttpMethod.Get, "servers")).Body.GetProperty("items").EnumerateArray());
        }

        // Were it not named, its States would seem to have lost everything.
        var (refused, told) = await RunAsync(common, new Dictionary<string, string>(StringComparer.Ordinal) { ["north"] = pool["north"] });
        Assert.Equal(1, refused);
        Assert.Contains("The common database holds States", told, StringComparison.Ordinal);

        var both = new Dictionary<string, string>(StringComparer.Ordinal) { ["first"] = common, ["north"] = pool["north"] };
        await using (var host = await ApiHost.StartAsync(common, StateServersFixture.Using(both, "north")))
        {
            Assert.Equal(before, (await host.Coordinator("OLD").DoAsync(HttpMethod.Get, "states/OLD/assessments/first/history")).Body.ToString());
            var (moved, said) = await RunAsync(common, both, "move-state", "OLD", "north");
            Assert.True(moved == 0, said);
            Assert.StartsWith("Moved from first to north:", said, StringComparison.Ordinal);
            Assert.Equal(before, (await host.Coordinator("OLD").DoAsync(HttpMethod.Get, "states/OLD/assessments/first/history")).Body.ToString());
            Assert.Empty(await ListAsync(common, "select tenant_id from state.mt_events"));
            Assert.Equal(["OLD"], await ListAsync(pool["north"], "select distinct tenant_id from state.mt_events"));
            (moved, said) = await RunAsync(common, both, "move-state", "OLD", "west");
            Assert.Equal((1, true), (moved, said.StartsWith("There is no server 'west'", StringComparison.Ordinal)));
        }

        (refused, told) = await RunAsync(common, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(1, refused);
        Assert.Contains("SelfAssess:States:Servers is not set, and States are on other servers", told, StringComparison.Ordinal);

        // And a server that holds States cannot be forgotten.
        (refused, told) = await RunAsync(common, new Dictionary<string, string>(StringComparer.Ordinal) { ["first"] = common });
        Assert.Equal(1, refused);
        Assert.Contains("SelfAssess:States:Servers:north is not set", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_shows_an_administrator_the_servers_and_lets_one_choose()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        var (host, address) = await ApiHost.ListenAsync(common, StateServersFixture.Using(pool));
        await using var _ = host;
        await RegisterAsync(host.Administrator(), "ATS", StateServersFixture.South);
        await host.AccountAsync("servers@example.org", "An administrator", ApiHost.Granted(Role.Administrator));
        using var browser = new HttpClient { BaseAddress = address };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/sign-in", new { email = "servers@example.org", password = ApiHost.Password }, Cancellation);
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", string.Join("; ", signedIn.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0])));
        Assert.Contains("<bdi>south</bdi>", await browser.GetStringAsync("/administration/states", Cancellation), StringComparison.Ordinal);
        Assert.Contains("<bdi>south</bdi>", await browser.GetStringAsync("/administration/states/ATS", Cancellation), StringComparison.Ordinal);
        var form = await browser.GetStringAsync("/administration/states/new", Cancellation);
        Assert.All(pool.Keys, name => Assert.Contains($"<option value=\"{name}\">", form, StringComparison.Ordinal));
        Assert.DoesNotContain("Host=", form, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Twelve States, four on each server, all signed off with consent.</summary>
    private static async Task AssessAllAsync(ApiHost host, string cycle)
    {
        await host.Administrator().OpenCycleAsync(cycle);
        for (var i = 0; i < 12; i++)
        {
            await RegisterAsync(host.Administrator(), $"STAT{i:00}", places[i % 3]);
            await host.Coordinator($"STAT{i:00}").DoAsync(HttpMethod.Put, $"states/STAT{i:00}/profile", new { questionnaire = new { id = cycle, version = "1.0" }, fields = new { exporter = true } });
            await host.Administrator().AssessAsync($"STAT{i:00}", cycle, i < 6 ? "some" : "full");
        }
    }

    private static Task RegisterAsync(HttpClient administrator, string state, string? server) =>
        administrator.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}", server });

    /// <summary>Runs the program on its own; answers its exit code and what it said.</summary>
    private static async Task<(int Code, string Said)> RunAsync(string common, IReadOnlyDictionary<string, string> pool, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Program).Assembly.Location, .. arguments])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__SelfAssess"] = common, ["Urls"] = "http://127.0.0.1:0", ["Logging__LogLevel__Default"] = "None" },
        };
        foreach (var (name, connectionString) in pool)
        {
            start.Environment[$"SelfAssess__States__Servers__{name}"] = connectionString;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output + error);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var since = Stopwatch.StartNew(); !await condition(); await Task.Delay(200, Cancellation))
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(60), "It did not come to that.");
        }
    }

    private static async Task<List<string>> ListAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
