using System.Diagnostics;
using System.Net;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Tests.Platform;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Faults;

/// <summary>
/// The database takes no writes, for one reason or another. Whoever saves is told to come back, soon and truthfully, and finds everything that was
/// acknowledged. What needs several processes is tried by SelfAssess.Faults.
/// </summary>
public sealed class UnavailableTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_that_the_replica_does_not_confirm_is_not_acknowledged_until_it_does()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database + ";Command Timeout=4");
        await host.Administrator().OpenCycleAsync("replica");
        var saving = await Saving.BeginAsync(host, "RPA", "replica");
        var email = await host.AccountAsync("replica@example.org", "Somebody");
        await saving.SaveAsync();
        try
        {
            // The other databases of this server do not wait for a replica; this one does from now on, and there is none.
            await Sql.RunAsync(database, "alter system set synchronous_standby_names = 'nobody'");
            await Sql.RunAsync(database, "select pg_reload_conf()");
            await SwitchAsync("on");

            // The first who waits is told after the time-out, though PostgreSQL says success in the end; those after him at once.
            await RefusedAsync(saving, "unconfirmed");
            var began = Stopwatch.GetTimestamp();
            Assert.False(await saving.TryAsync(problem: "unconfirmed"));
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
            await host.Coordinator("RPA").DoAsync(HttpMethod.Get, saving.Path);
            await UntilAsync(async () => (await (await host.Anonymous().GetAsync("/health/ready", Cancellation)).Content.ReadAsStringAsync(Cancellation)).StartsWith("Degraded\n", StringComparison.Ordinal));
            var (health, _) = await host.Administrator().DoAsync(HttpMethod.Get, "health");
            Assert.Contains("replica", health.GetProperty("checks")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);

            // The operator goes on without it.
            await SwitchAsync("off");
            await saving.SaveAsync();
            await saving.ReadBackAsync();
            Assert.Equal(2, saving.Acknowledged);

            // Nor is a session begun that a lost server would take with it.
            await SwitchAsync("on");
            var (refused, problem) = await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email, password = ApiHost.Password });
            Assert.True(refused.StatusCode == HttpStatusCode.ServiceUnavailable && refused.Headers.RetryAfter is not null, $"{(int)refused.StatusCode}: {problem}");
        }
        finally
        {
            await SwitchAsync("off");
            await Sql.RunAsync(database, "alter system reset synchronous_standby_names");
            await Sql.RunAsync(database, "select pg_reload_conf()");
        }

        async Task SwitchAsync(string waits)
        {
            // This one waits for nobody.
            await Sql.RunAsync(database, $"set synchronous_commit = off; alter database {new NpgsqlConnectionStringBuilder(database).Database} set synchronous_commit = {waits}");
            await Sql.RunAsync(database, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        }
    }

    [Fact]
    public async Task A_commit_whose_wait_is_cancelled_is_heard()
    {
        var database = await postgres.CreateDatabaseAsync();
        try
        {
            await Sql.RunAsync(database, "alter system set synchronous_standby_names = 'nobody'");
            await Sql.RunAsync(database, "select pg_reload_conf()");
            await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=1;Options=-c synchronous_commit=on");
            var missing = false;
            connection.Notice += (_, e) => missing |= Confirmation.IsMissing(e.Notice);
            await connection.OpenAsync(Cancellation);
            await using (var wait = new NpgsqlCommand(ReplicaWatch.Mark, connection))
            {
                // No exception: to the driver this is a success.
                await wait.ExecuteNonQueryAsync(Cancellation);
            }

            Assert.True(missing);
        }
        finally
        {
            await Sql.RunAsync(database, "alter system reset synchronous_standby_names");
            await Sql.RunAsync(database, "select pg_reload_conf()");
        }
    }

    [Fact]
    public async Task Connections_that_are_all_busy_are_answered_with_come_back_and_nothing_is_lost()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database + ";Maximum Pool Size=6;Timeout=2;Command Timeout=4");
        await host.Administrator().OpenCycleAsync("busy");
        var crowd = await PrepareAsync(host, "BUSY", "busy", 10);
        await using (var holder = new NpgsqlConnection(database))
        {
            await holder.OpenAsync(Cancellation);
            await using var transaction = await holder.BeginTransactionAsync(Cancellation);
            await using (var hold = new NpgsqlCommand("lock table state.mt_streams in exclusive mode", holder, transaction))
            {
                await hold.ExecuteNonQueryAsync(Cancellation);
            }

            var outcomes = await Task.WhenAll(crowd.Select(c => c.TryAsync()));
            Assert.All(outcomes, Assert.False);
            // What needs none of those connections goes on.
            await host.Administrator().DoAsync(HttpMethod.Get, "cycles/busy");
        }

        await Task.WhenAll(crowd.Select(c => c.SaveAsync()));
        await Task.WhenAll(crowd.Select(c => c.ReadBackAsync()));
    }

    [Fact]
    public async Task A_server_that_takes_no_more_connections_is_answered_with_come_back()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Administrator().OpenCycleAsync("full");
        var crowd = await PrepareAsync(host, "FULL", "full", 4);
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await Sql.RunAsync(database, $"alter database {name} connection limit 0");
        await Sql.RunAsync(database, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        Assert.All(await Task.WhenAll(crowd.Select(c => c.TryAsync(problem: "unavailable"))), Assert.False);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Anonymous().GetAsync("/health/ready", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/live", Cancellation)).StatusCode);
        await Sql.RunAsync(database, $"alter database {name} connection limit -1");
        await Task.WhenAll(crowd.Select(c => c.SaveAsync()));
        await Task.WhenAll(crowd.Select(c => c.ReadBackAsync()));
    }

    [Fact]
    public async Task A_full_disk_refuses_and_keeps_what_was_acknowledged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can mount a file system that is small");
        var folder = Directory.CreateTempSubdirectory("selfassess-small-").FullName;
        var account = await ServerAccount.ChooseAsync(folder, Cancellation);
        Assert.True((await Executable.Command("/", "mount", "-t", "tmpfs", "-o", "size=48m,mode=0777", "selfassess", folder).RunAsync(Cancellation)).Succeeded);
        // A server of its own: a checkpoint that cannot be written concerns every database of a server.
        await using var own = new PostgresFixture();
        var server = await own.CreateDatabaseAsync();
        var name = Path.GetFileName(folder).Replace('-', '_').ToLowerInvariant();
        try
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
            await account.OwnAsync(place, Cancellation);
            await Sql.RunAsync(server, $"create tablespace {name} location '{place}'");
            await Sql.RunAsync(server, $"create database {name} tablespace {name}");
            var database = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
            await using (var host = await ApiHost.StartAsync(database))
            {
                await host.Administrator().OpenCycleAsync("disk");
                var saving = await Saving.BeginAsync(host, "DISK", "disk");
                await Sql.RunAsync(database, "create table filler (content bytea)");
                await FillAsync(database);
                var comment = new string('x', 400);
                var refused = false;
                for (var i = 0; i < 150 && !refused; i++)
                {
                    refused = !await saving.TryAsync(comment + Guid.NewGuid());
                }

                Assert.True(refused, "the disk did not become full");
                await host.Coordinator("DISK").DoAsync(HttpMethod.Get, saving.Path);
                await Sql.RunAsync(database, "drop table filler");
                await saving.SaveAsync();
                await saving.ReadBackAsync();
            }

            NpgsqlConnection.ClearAllPools();
        }
        finally
        {
            await Sql.RunAsync(server, $"drop database if exists {name} (force)");
            await Sql.RunAsync(server, $"drop tablespace if exists {name}");
            await Executable.Command("/", "umount", folder).RunAsync(CancellationToken.None);
            Directory.Delete(folder);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50, Cancellation))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20), "waited in vain");
        }
    }

    /// <summary>Connections that were cut are found out first; nothing is acknowledged meanwhile.</summary>
    private static async Task RefusedAsync(Saving saving, string problem)
    {
        for (var attempt = 0; saving.Problem != problem; attempt++)
        {
            Assert.False(await saving.TryAsync());
            Assert.True(attempt < 10, $"refused as {saving.Problem}");
        }
    }

    /// <summary>Until there is no room for one more block.</summary>
    private static async Task FillAsync(string database)
    {
        foreach (var size in (int[])[1_000_000, 100_000, 2_000])
        {
            for (var full = false; !full;)
            {
                try
                {
                    await Sql.RunAsync(database, $"insert into filler select string_agg(sha256((random()::text || i)::bytea), ''::bytea) from generate_series(1, {size / 32}) i");
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
                {
                    full = true;
                }
            }
        }
    }

    private static async Task<Saving[]> PrepareAsync(ApiHost host, string state, string cycle, int states)
    {
        var crowd = new List<Saving>();
        for (var i = 0; i < states; i++)
        {
            crowd.Add(await Saving.BeginAsync(host, $"{state}{i}", cycle));
        }

        return [.. crowd];
    }
}
