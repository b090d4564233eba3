using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.States;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Servers;

/// <summary>A State moves from one database server to another, and nothing of it is lost, whenever whoever moves it dies.</summary>
public sealed class MoveStateTests(PostgresFixture postgres, StateServersFixture servers) : IClassFixture<StateServersFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task State_that_moves_keeps_everything_wherever_the_move_is_cut()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        var settings = StateServersFixture.Using(pool, StateServersFixture.North);
        await using var host = await ApiHost.StartAsync(common, settings);
        await using var other = await ApiHost.StartAsync(common, settings);
        await PrepareAsync(host);
        var before = await ReadAsync(host);
        // From here on the other node remembers where the State was.
        Assert.Equal(before, await ReadAsync(other));
        var (from, to) = (StateServersFixture.North, StateServersFixture.South);
        var (cuts, deaths) = (0, new HashSet<MoveStep>());
        for (; ; cuts++)
        {
            var left = cuts;
            var last = default(MoveStep);
            var dying = Mover(host, step =>
            {
                last = step;
                if (left-- == 0)
                {
                    throw new InvalidOperationException("The process dies here.");
                }
            });
            var died = await Record.ExceptionAsync(() => dying.RunAsync("MOVES", to, Cancellation));
            if (died is null)
            {
                break;
            }

            Assert.IsType<InvalidOperationException>(died);
            deaths.Add(last);
            // At once, whoever is asked reads all of it; and once somebody has looked, it is written again.
            Assert.Equal(before, await ReadAsync(cuts % 2 == 0 ? other : host));
            await EndedAsync(other, common);
            Assert.Equal(before, await ReadAsync(other));
            var place = last < MoveStep.Switched ? from : to;
            Assert.Equal(place, await PlaceAsync(host));
            Assert.Equal(["MOVES"], await TenantsAsync(pool[place], "MOVES"));
            Assert.Empty(await TenantsAsync(pool[place == from ? to : from], "MOVES"));
            before = await WriteAsync(cuts % 2 == 0 ? host : other);
            (from, to) = place == from ? (from, to) : (to, from);
        }

        Assert.Equal(Enum.GetValues<MoveStep>(), deaths.Order());
        Assert.True(cuts > 10, $"only {cuts} cuts");
        Assert.Equal(to, await PlaceAsync(other));
        Assert.Equal(before, await ReadAsync(other));

        // The repetition of what was done before any of this is answered as it was.
        var (repeated, _) = await ProfileAsync(other);
        Assert.Equal(("true", HttpStatusCode.OK), (repeated.Headers.GetValues("Idempotency-Replayed").Single(), repeated.StatusCode));
        var (export, _) = await other.Coordinator("MOVES").DoAsync(HttpMethod.Get, "states/MOVES/assessments/sealed/export");
        var (verified, _) = await other.Coordinator("MOVES").DoAsync(HttpMethod.Post, "states/MOVES/assessments/sealed/verify", new { content = export.GetProperty("content") });
        Assert.True(verified.GetProperty("sealed").GetBoolean());
        // Its neighbours are as they were, and the numbers of all events on a server are different ones.
        Assert.Equal(["STAYN"], await TenantsAsync(pool[StateServersFixture.North], "STAYN"));
        Assert.Equal(["STAYS"], await TenantsAsync(pool[StateServersFixture.South], "STAYS"));
        Assert.Empty(await ListAsync(common, "select code from servers.moves"));
    }

    [Fact]
    public async Task State_on_its_way_is_read_and_not_written_and_a_node_that_missed_it_cannot_write_either()
    {
        var (common, pool) = (await postgres.CreateDatabaseAsync(), await servers.CreatePoolAsync());
        var settings = StateServersFixture.Using(pool, StateServersFixture.North);
        await using var host = await ApiHost.StartAsync(common, settings);
        await using var other = await ApiHost.StartAsync(common, settings);
        await PrepareAsync(host);
        await ReadAsync(other);
        var (seen, waited) = (new List<string>(), new System.Diagnostics.Stopwatch());
        var mover = Mover(host, step =>
        {
            // In the midst of the copy, and after it.
            if ((step == MoveStep.TableCopied && seen.Count == 0) || step == MoveStep.Copied)
            {
                seen.Add(Task.Run(async () =>
                {
                    var path = "states/MOVES/assessments/open/answers";
                    var (read, _) = await other.Coordinator("MOVES").CallAsync(HttpMethod.Get, "states/MOVES/assessments/open");
                    waited.Start();
                    var (written, _) = await other.Coordinator("MOVES").CallAsync(HttpMethod.Patch, path, new { answers = new { a1 = new { value = "full" } } }, read.Headers.ETag!.Tag);
                    waited.Stop();
                    var (neighbour, _) = await other.Coordinator("STAYN").CallAsync(HttpMethod.Patch, path.Replace("MOVES", "STAYN", StringComparison.Ordinal), new { answers = new { a1 = new { value = "full" } } },
                        (await other.Coordinator("STAYN").DoAsync(HttpMethod.Get, "states/STAYN/assessments/open")).ETag);
                    return $"{(int)read.StatusCode} {(int)written.StatusCode} {written.Headers.RetryAfter is not null} {(int)neighbour.StatusCode}";
                }, Cancellation).GetAwaiter().GetResult());
            }
        });
        var report = await mover.RunAsync("MOVES", StateServersFixture.South, Cancellation);
        Assert.Equal(["200 503 True 200", "200 503 True 200"], seen);
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(8), $"Whoever was held back waited {waited.Elapsed}.");
        Assert.Equal((StateServersFixture.North, StateServersFixture.South, true), (report.From, report.To, report.Rows > 10));

        // A session that is opened without looking where the State is meets the old server, which refuses it.
        await using (var stale = other.Services.GetRequiredService<IStateStore>().LightweightSession("MOVES"))
        {
            stale.Store(new StateProfile { Id = "stale", Profile = Domain.Assessments.Profile.Empty });
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => stale.SaveChangesAsync(Cancellation));
            Assert.True(Placement.IsAway(refused), refused.ToString());
        }

        await WriteAsync(other);
        Assert.Equal(await ReadAsync(host), await ReadAsync(other));
        // Back again, to where it had left.
        await Mover(other).RunAsync("MOVES", StateServersFixture.North, Cancellation);
        await WriteAsync(host);
        Assert.Equal(0, (await Mover(host).RunAsync("MOVES", StateServersFixture.North, Cancellation)).Rows);
        await Assert.ThrowsAsync<MoveRefusedException>(() => Mover(host).RunAsync("NOBODY", StateServersFixture.South, Cancellation));
        // Erased where it is, and then there is nothing to be found anywhere.
        await other.Administrator().DoAsync(HttpMethod.Post, "states/MOVES/erase", new { confirm = "MOVES" });
        foreach (var connectionString in pool.Values)
        {
            Assert.Empty(await TenantsAsync(connectionString, "MOVES"));
        }
    }

    private static MoveState Mover(ApiHost host, Action<MoveStep>? reached = null)
    {
        var services = host.Services;
        return new(services.GetRequiredService<StateServers>(), services.GetRequiredService<Placement>(), services.GetRequiredService<IStateStore>(), services.GetRequiredService<DatabaseRoles>(),
            TimeProvider.System, NullLogger<MoveState>.Instance)
        {
            Grace = TimeSpan.Zero,
            Reached = reached ?? (_ => { }),
        };
    }

    /// <summary>A State with a sealed assessment, and one whose round two entities answer; and a neighbour on each server, whose events have the same numbers.</summary>
    private static async Task PrepareAsync(ApiHost host)
    {
        var administrator = host.Administrator();
        await administrator.OpenCycleAsync("sealed");
        await administrator.OpenCycleAsync("open", "2026-02-01");
        foreach (var (state, server) in ((string, string)[])[("STAYN", StateServersFixture.North), ("STAYS", StateServersFixture.South), ("MOVES", StateServersFixture.North)])
        {
            await administrator.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}", server });
            await host.Coordinator(state).DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire = new { id = "sealed", version = "1.0" }, fields = new { exporter = true } },
                key: state == "MOVES" ? "before" : null);
            await administrator.AssessAsync(state, "sealed", "some");
            await administrator.BeginAsync(state, "open");
        }

        await administrator.OpenCycleAsync("round", "2026-03-01");
        await administrator.BeginAsync("MOVES", "round");
        await administrator.OpenRoundAsync("MOVES", "round", "customs", "police");
        await host.Respondent("MOVES", "customs").RespondAsync("MOVES", "round", "customs", ("a1", "some"), ("b1", "full"));
    }

    private static Task<(HttpResponseMessage Response, System.Text.Json.JsonElement Body)> ProfileAsync(ApiHost host) => host.Coordinator("MOVES").CallAsync(
        HttpMethod.Put, "states/MOVES/profile", new { questionnaire = new { id = "sealed", version = "1.0" }, fields = new { exporter = true } }, key: "before");

    /// <summary>Ends the move, unless a node has begun to: then it waits until that has.</summary>
    private static async Task EndedAsync(ApiHost host, string common)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(50, Cancellation))
        {
            await Mover(host).FinishAbandonedAsync(Cancellation);
            if ((await ListAsync(common, "select code from servers.moves")).Count == 0)
            {
                return;
            }

            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), "Nobody ended the move.");
        }
    }

    /// <summary>All that a coordinator reads of the State, ETags included.</summary>
    private static async Task<string> ReadAsync(ApiHost host)
    {
        var told = new System.Text.StringBuilder();
        foreach (var path in (string[])["profile", "assessments", "assessments/sealed", "assessments/sealed/history", "assessments/sealed/consent", "assessments/open", "assessments/open/history", "assessments/round/responses", "assessments/round/history"])
        {
            var (body, etag) = await host.Coordinator("MOVES").DoAsync(HttpMethod.Get, $"states/MOVES/{path}");
            told.Append(path).Append(' ').Append(etag).Append(' ').Append(body).AppendLine();
        }

        return told.ToString();
    }

    /// <summary>Another answer, on top of what was read; answers what is read then.</summary>
    private static async Task<string> WriteAsync(ApiHost host)
    {
        var (assessment, etag) = await host.Coordinator("MOVES").DoAsync(HttpMethod.Get, "states/MOVES/assessments/open");
        var next = assessment.ToString().Contains("\"some\"", StringComparison.Ordinal) ? "full" : "some";
        await host.Coordinator("MOVES").DoAsync(HttpMethod.Patch, "states/MOVES/assessments/open/answers", new { answers = new { a1 = new { value = next } } }, etag);
        return await ReadAsync(host);
    }

    private static async Task<string?> PlaceAsync(ApiHost host) => await host.Services.GetRequiredService<Placement>().FindAsync("MOVES", Cancellation);

    /// <summary>The State, if any table of the server has a row of it.</summary>
    private static async Task<List<string>> TenantsAsync(string connectionString, string state)
    {
        var tables = await ListAsync(connectionString, "select table_name::text from information_schema.columns where table_schema = 'state' and column_name = 'tenant_id'");
        return await ListAsync(connectionString, $"select distinct tenant_id from ({string.Join(" union all ", tables.Select(t => $"select tenant_id from state.{t}"))}) rows where tenant_id = '{state}'");
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
