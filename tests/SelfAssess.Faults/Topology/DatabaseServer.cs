using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.Faults;

/// <summary>
/// A PostgreSQL as <c>compose.yaml</c> starts one, without its container: the same scripts of <c>deploy/postgres</c> make the primary let a replica in, and the
/// replica copy and follow it.
/// </summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    public const string User = "selfassess";
    public const string Password = "a password for drills only";
    private readonly ServerAccount account;
    private readonly ServerBinaries binaries;
    private readonly string folder;
    private readonly DatabaseServer? primary;
    private Child? server;

    private DatabaseServer(ServerAccount account, ServerBinaries binaries, string folder, DatabaseServer? primary) =>
        (this.account, this.binaries, this.folder, this.primary, Port) = (account, binaries, folder, primary, FreePort());

    public int Port { get; }

    public string Said => server?.Said ?? "";

    /// <summary>Of this server alone; it is nobody else's pool, since servers come and go under it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = Port,
        Username = User,
        Password = Password,
        Database = User,
        Pooling = false,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    private string Data => Path.Combine(folder, primary is null ? "primary" : "replica");

    private static string Scripts => Path.Combine(Deployment.Root, "deploy", "postgres");

    /// <summary>Makes a cluster that takes a replica, and starts it.</summary>
    public static async Task<DatabaseServer> PrimaryAsync(ServerAccount account, ServerBinaries binaries, string folder)
    {
        var made = new DatabaseServer(account, binaries, folder, primary: null);
        var password = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(password, Password);
        await account.OwnAsync(password, CancellationToken.None);
        await made.RunAsync("initdb", ["-D", made.Data, $"--username={User}", $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]);
        await made.StartAsync();
        await made.ExecuteAsync($"create database {User}", database: "postgres");
        await made.RunAsync("/bin/sh", [Path.Combine(Scripts, "primary.sh")]);
        // What the script sets counts from the next start.
        await made.StopAsync();
        await made.StartAsync();
        return made;
    }

    /// <summary>Copies a primary and follows it.</summary>
    public static async Task<DatabaseServer> ReplicaAsync(DatabaseServer primary)
    {
        var made = new DatabaseServer(primary.account, primary.binaries, primary.folder, primary);
        await made.StartAsync();
        return made;
    }

    public async Task StartAsync()
    {
        string[] command =
        [
            binaries.Path("postgres"), "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "max_connections=250", "-c", "shared_buffers=64MB", "-c", "max_slot_wal_keep_size=4GB", "-c", "lc_messages=C",
        ];
        string[] entry = primary is null ? [.. command, "-D", Data] : ["/bin/sh", Path.Combine(Scripts, "replica.sh"), .. command];
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            if (server is null || server.HasEnded)
            {
                // The processes of a server that was killed take a moment to notice; until then another one does not start.
                server = new Child(Path.GetFileName(Data), With(account.Command(folder, entry)));
            }

            if (await AnswersAsync())
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException($"The {server.Name} does not answer: {server.Said}");
            }
        }
    }

    /// <summary>Stops it in good order; whoever is connected is cut off.</summary>
    public Task StopAsync() => server!.SignalAsync("INT");

    public Task KillAsync() => server!.KillAsync();

    /// <summary>Makes the replica the primary. Whoever waits inside of the statement may keep the replica from what it still has to replay.</summary>
    public async Task PromoteAsync()
    {
        await ExecuteAsync("select pg_promote(false)");
        for (var since = Stopwatch.GetTimestamp(); await ExecuteAsync("select pg_is_in_recovery()") is true; await Task.Delay(20))
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException($"The replica is not promoted: {Said}");
            }
        }
    }

    public async Task<object?> ExecuteAsync(string sql, string? database = null)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database ?? User }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.SignalAsync("QUIT");
            await server.DisposeAsync();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("select 1", "postgres");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task RunAsync(string program, string[] arguments)
    {
        var outcome = await With(account.Command(folder, [program.Contains('/', StringComparison.Ordinal) ? program : binaries.Path(program), .. arguments])).RunAsync(CancellationToken.None);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"{program}: {outcome.Said}");
        }
    }

    /// <summary>What the image and <c>compose.yaml</c> set.</summary>
    private ProcessStartInfo With(ProcessStartInfo start)
    {
        start.Environment["PATH"] = $"{binaries.Folder}:{start.Environment["PATH"]}";
        start.Environment["PGDATA"] = Data;
        start.Environment["PGHOST"] = IPAddress.Loopback.ToString();
        start.Environment["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGPASSWORD"] = Password;
        start.Environment["POSTGRES_USER"] = start.Environment["POSTGRES_DB"] = User;
        start.Environment["REPLICATION_PASSWORD_FILE"] = Path.Combine(folder, "password");
        if (primary is not null)
        {
            start.Environment.Remove("PGPASSWORD");
            start.Environment["PRIMARY_HOST"] = IPAddress.Loopback.ToString();
            start.Environment["PRIMARY_PORT"] = primary.Port.ToString(CultureInfo.InvariantCulture);
            start.Environment["PASSFILE"] = Path.Combine(folder, "replicator.pgpass");
        }

        return start;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
