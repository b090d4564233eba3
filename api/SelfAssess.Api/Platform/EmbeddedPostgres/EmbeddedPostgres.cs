using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>
/// A real PostgreSQL of our own: on loopback only, its cluster in one folder, found again by the next start.
/// </summary>
/// <remarks>
/// Processes with the same data folder share one server. Each holds a shared lock on <c>users.lock</c>; whoever can get it
/// exclusively is the last, and stops the server. Where <c>flock(1)</c> is found, each also leaves a watchdog, outside its own
/// tree of processes, that waits in the kernel for the exclusive lock: so the server stops too when its users are killed.
/// Elsewhere the next start takes over the server that is still running.
/// </remarks>
#pragma warning disable MA0049 // The folder is named for this type: all else in it serves it.
internal sealed class EmbeddedPostgres : IAsyncDisposable
#pragma warning restore MA0049
{
    private const string User = "postgres";
    private const string Database = "selfassess";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EmbeddedPostgresOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerAccount _account;
    private FileStream? _use;
    private bool _watched;
    private ServerBinaries? _binaries;
    private bool _disposed;

    private EmbeddedPostgres(EmbeddedPostgresOptions options, TimeProvider time, ILogger logger, ServerAccount account)
    {
        (_options, _time, _logger, _account) = (options, time, logger, account);
        DataFolder = options.DataFolder;
    }

    /// <summary>How to reach the server's database for SelfAssess, as its superuser.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The folder that is in use: the wanted one, or what had to take its place.</summary>
    public string DataFolder { get; private set; }

    /// <summary>The server's major version.</summary>
    public int Major => _binaries!.Major;

    private string Cluster => In("cluster");

    /// <summary>Starts the server of a data folder, making it first if need be, or joins the one that runs there already.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be had or started; the message says what helps.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, TimeProvider time, ILogger logger, CancellationToken cancellation = default)
    {
        var account = await ServerAccount.ChooseAsync(options.DataFolder, cancellation);
        var server = new EmbeddedPostgres(options, time, logger, account);
        try
        {
            using var deadline = new CancellationTokenSource(options.StartTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            await server.StartAsync(either.Token);
            return server;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            await server.DisposeAsync();
            throw new EmbeddedPostgresException($"PostgreSQL in {server.DataFolder} was not ready within {options.StartTimeout}.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            await server.DisposeAsync();
            throw new EmbeddedPostgresException(
                $"{server.DataFolder} cannot be used. It may belong to another account, if SelfAssess has run as root before: {e.Message}", e);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server, unless another process uses it too; waits until it has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_use is null)
            return;

        if (_options.DeleteWhenStopped && _watched)
        {
            await _use.DisposeAsync();
            for (var since = _time.GetTimestamp(); Directory.Exists(DataFolder) && _time.GetElapsedTime(since) < Patience;)
                await Task.Delay(Pause, _time);
        }
        else if (await StopIfLastAsync() && _options.DeleteWhenStopped)
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    // What is to be deleted needs no checkpoint.
    private IEnumerable<string> Stop => ["stop", "-D", Cluster, "-w", "-s", "-m", _options.DeleteWhenStopped ? "immediate" : "fast"];

    private string In(string name) => Path.Combine(DataFolder, name);

    private async Task StartAsync(CancellationToken cancellation)
    {
        DataFolder = await _account.FolderAsync(_options.DataFolder, toWrite: true, _logger, cancellation);
        using var turn = await TakeAsync("start.lock", FileShare.None, cancellation);
        _use = await TakeAsync("users.lock", FileShare.Read, cancellation);
        _binaries = await ServerBinaries.FindAsync(_options, ClusterMajor(), _account, _time, _logger, cancellation);
        await StartWatchdogAsync(cancellation);
        var password = await PasswordAsync(cancellation);
        if (!Directory.Exists(Cluster))
            await InitialiseAsync(cancellation);
        for (var since = _time.GetTimestamp(); ;)
        {
            if (await RunningAsync(cancellation) is { } running)
                _logger.LogInformation("PostgreSQL {Major} runs already in {Folder}, port {Port}", Major, DataFolder, running.Port);
            else
                running = await LaunchAsync(cancellation);
            ConnectionString = new NpgsqlConnectionStringBuilder
            {
                Host = IPAddress.Loopback.ToString(),
                Port = running.Port,
                Username = User,
                Password = password,
                Database = Database,
                SslMode = SslMode.Disable,
                GssEncryptionMode = GssEncryptionMode.Disable,
            }.ConnectionString;
            try
            {
                await CreateDatabaseAsync(cancellation);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                throw new EmbeddedPostgresException($"PostgreSQL refuses the password in {In("password")}; was that file changed?", e);
            }
            catch (NpgsqlException e) when (
                e is not PostgresException refusal || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal))
            {
                // A server that we joined may be on its way down.
                if (_time.GetElapsedTime(since) > Patience)
                    throw new EmbeddedPostgresException($"PostgreSQL runs in {DataFolder} on port {running.Port}, but does not answer.", e);
                await Task.Delay(Pause, _time, cancellation);
            }
        }
    }

    private int? ClusterMajor() =>
        File.Exists(Path.Combine(Cluster, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(Cluster, "PG_VERSION")).Split('.')[0], CultureInfo.InvariantCulture)
            : null;

    private async Task<string> PasswordAsync(CancellationToken cancellation)
    {
        var path = In("password");
        if (File.Exists(path))
            return await File.ReadAllTextAsync(path, cancellation);
        if (Directory.Exists(Cluster))
            throw new EmbeddedPostgresException($"{path} is missing. Put it back: without it there is no way into the data beside it.");

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(password), cancellation);
        file.Flush(flushToDisk: true);
        return password;
    }

    private async Task InitialiseAsync(CancellationToken cancellation)
    {
        var unfinished = Unfinished.For(Cluster);
        await _account.OwnAsync(In("password"), cancellation);
        // From 17 on PostgreSQL has a UTF-8 locale of its own; before, the operating system's is needed to tell letters from signs.
        string[] locale = Major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : OperatingSystem.IsLinux() ? ["--locale=C.UTF-8"] : ["--locale=C"];
        string[] sync = _options.Durable ? [] : ["--no-sync"];
        var made = await _account.Command(
            DataFolder,
            [
                _binaries!.Path("initdb"), "-D", unfinished, "--username=" + User, "--pwfile=" + In("password"), "--auth=scram-sha-256",
                "--encoding=UTF8", "--data-checksums", .. locale, .. sync,
            ]).RunAsync(cancellation);
        if (!made.Succeeded)
            throw new EmbeddedPostgresException($"PostgreSQL could not make its data folder {unfinished}: {made.Said}");
        Directory.Move(unfinished, Cluster);
        _logger.LogInformation("PostgreSQL {Major} keeps its data in {Folder}", Major, DataFolder);
    }

    // Ready, or null where there is none; waits for one that is starting or stopping.
    private async Task<Postmaster?> RunningAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (Postmaster.Of(Cluster) is not { IsReady: false } settled)
                return Postmaster.Of(Cluster);
            await Task.Delay(Pause, _time, cancellation);
        }
    }

    private async Task<Postmaster> LaunchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Postmaster.Forget(Cluster);
            var port = await ConfigureAsync(cancellation);
            await _account.OwnAsync(Cluster, cancellation);
            var log = new FileInfo(In("server.log"));
            if (log is { Exists: true, Length: > 10_000_000 })
                log.MoveTo(In("server.log.1"), overwrite: true);
            var logged = log.Exists ? log.Length : 0;

            // Not to be cancelled, or a server could come up that nobody knows of.
            var launched = await PgCtl(
                Using(), "start", "-D", Cluster, "-l", In("server.log"), "-w", "-t", $"{_options.StartTimeout.TotalSeconds:0}", "-s");
            cancellation.ThrowIfCancellationRequested();
            if (launched.Succeeded && Postmaster.Of(Cluster) is { } running)
            {
                _logger.LogInformation("PostgreSQL {Major} listens on port {Port} of loopback", Major, port);
                return running;
            }

            var said = launched.Said + "\n" + await TailAsync(In("server.log"), logged, cancellation);
            if (said.Contains("could not bind", StringComparison.Ordinal))
                File.Delete(In("port"));
            // The processes of a server that was killed take a moment to notice.
            else if (!said.Contains("pre-existing shared memory block", StringComparison.Ordinal))
                throw new EmbeddedPostgresException($"PostgreSQL {Major} in {DataFolder} did not start: {said.Trim()}");
            await Task.Delay(Pause, _time, cancellation);
        }
    }

    private static async Task<string> TailAsync(string log, long from, CancellationToken cancellation)
    {
        if (!File.Exists(log))
            return "";
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(Math.Min(from, file.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancellation);
    }

    // Written anew for each start; what an administrator sets by ALTER SYSTEM is read later and wins.
    private async Task<int> ConfigureAsync(CancellationToken cancellation)
    {
        var port = FreePort();
        await File.WriteAllTextAsync(In("port"), port.ToString(CultureInfo.InvariantCulture), cancellation);
        var durable = _options.Durable ? "on" : "off";
        await File.WriteAllTextAsync(Path.Combine(Cluster, "selfassess.conf"), $"""
            listen_addresses = '{IPAddress.Loopback}'
            port = {port}
            unix_socket_directories = ''
            max_connections = {_options.MaxConnections}
            shared_buffers = '{_options.SharedBuffers}MB'
            fsync = {durable}
            synchronous_commit = {durable}
            full_page_writes = {durable}
            jit = off
            log_checkpoints = off
            log_timezone = 'UTC'
            timezone = 'UTC'
            lc_messages = 'C'

            """, cancellation);
        var main = Path.Combine(Cluster, "postgresql.conf");
        const string Include = "include 'selfassess.conf'";
        if (!(await File.ReadAllTextAsync(main, cancellation)).Contains(Include, StringComparison.Ordinal))
            await File.AppendAllTextAsync(main, Include + "\n", cancellation);
        return port;
    }

    // The one that we had before, if nobody has taken it since.
    private int FreePort()
    {
        var remembered = File.Exists(In("port")) && int.TryParse(File.ReadAllText(In("port")), CultureInfo.InvariantCulture, out var port) ? port : 0;
        try
        {
            return Bind(remembered);
        }
        catch (SocketException)
        {
            return Bind(0);
        }

        static int Bind(int port)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellation)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new() { Value = Database } },
        };
        if (await exists.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<bool> StopIfLastAsync()
    {
        using var turn = await TakeAsync("start.lock", FileShare.None);
        await _use!.DisposeAsync();
        using var last = await LastAsync();
        if (last is null)
        {
            _logger.LogInformation("PostgreSQL in {Folder} keeps running: another process uses it", DataFolder);
            return false;
        }

        if (_binaries is null || Postmaster.Of(Cluster) is null)
            return true;
        var stopped = await PgCtl([], Stop);
        if (!stopped.Succeeded)
            stopped = await PgCtl([], [.. Stop, "-m", "immediate"]);
        if (stopped.Succeeded)
            _logger.LogInformation("PostgreSQL in {Folder} has stopped", DataFolder);
        else
            _logger.LogError("PostgreSQL in {Folder} could not be stopped: {Said}", DataFolder, stopped.Said);
        return stopped.Succeeded;
    }

    private async Task StartWatchdogAsync(CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || Executable.Find("flock") is not { } flock)
            return;
        // In a session of its own, it sees neither a terminal's Ctrl+C nor the end of a process tree that is killed as a whole.
        const string Watch = """
            trap '' INT HUP
            flock=$1 lock=$2; shift 2
            $(command -v setsid) "$flock" -x "$lock" sh -c 'delete=$1; shift; "$@"; test -z "$delete" || rm -rf "$delete"' sh "$@" \
                </dev/null >/dev/null 2>&1 &
            """;
        var started = await Executable.Command(
            "/",
            [
                "/bin/sh", "-c", Watch, "sh", flock, In("users.lock"), _options.DeleteWhenStopped ? DataFolder : "",
                .. _account.Words([_binaries!.Path("pg_ctl"), .. Stop]),
            ]).RunAsync(cancellation);
        _watched = started.Succeeded;
    }

    // Runs a program as a user of the server, so that the watchdog stops what it starts even if we are killed meanwhile.
    private IEnumerable<string> Using() => _watched
        ? ["/bin/sh", "-c", """exec 9<"$1"; flock -s 9; shift; "$@" 9<&-""", "sh", In("users.lock")]
        : [];

    // The output of pg_ctl's start is left alone on Windows, where the server inherits it and would keep it open.
    private Task<Outcome> PgCtl(IEnumerable<string> prefix, params IEnumerable<string> arguments) =>
        Executable.Command(DataFolder, [.. prefix, .. _account.Words([_binaries!.Path("pg_ctl"), .. arguments])])
            .RunAsync(CancellationToken.None, capture: !OperatingSystem.IsWindows());

    // Null where others use the server. One refusal does not prove that: a program that we start at this moment holds our own
    // lock until it is loaded; and a watchdog that has seen us go refuses even a shared lock, while it stops the server.
    private async Task<FileStream?> LastAsync()
    {
        for (var shared = 0; shared < 5; await Task.Delay(Pause, _time))
        {
            if (FileLock.TryTake(In("users.lock"), FileShare.None) is { } last)
                return last;
            await using var other = FileLock.TryTake(In("users.lock"), FileShare.Read);
            if (other is not null)
                shared++;
        }

        return null;
    }

    private Task<FileStream> TakeAsync(string name, FileShare share, CancellationToken cancellation = default) =>
        FileLock.TakeAsync(In(name), share, _time, _options.StartTimeout, cancellation);
}
