using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.TestKit;

/// <summary>Three real PostgreSQL servers for what belongs to States, beside the one that holds the rest; each can be stopped and started again.</summary>
public sealed class StateServersFixture : IAsyncDisposable
{
    public const string North = "north", South = "south", Home = "home";

    private readonly string folder = Path.Combine(Path.GetTempPath(), "selfassess-servers-" + Path.GetRandomFileName());
    private readonly Dictionary<string, EmbeddedPostgres> running = new(StringComparer.Ordinal);
    private int pools;

    public static IReadOnlyList<string> Names { get; } = [Home, North, South];

    /// <summary>A fresh database on each server: connection strings by the servers' names.</summary>
    public async Task<IReadOnlyDictionary<string, string>> CreatePoolAsync()
    {
        var name = "pool_" + Interlocked.Increment(ref pools).ToString(CultureInfo.InvariantCulture);
        var pool = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var server in Names)
        {
            await StartAsync(server);
            // Not from a pool: what it keeps may be from before the server was stopped.
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(running[server].ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"create database {name}", connection);
            await create.ExecuteNonQueryAsync();
            pool[server] = new NpgsqlConnectionStringBuilder(running[server].ConnectionString) { Database = name }.ConnectionString;
        }

        return pool;
    }

    /// <summary>Settings for a host.</summary>
    public static Action<IWebHostBuilder> Using(IReadOnlyDictionary<string, string> pool, string? fallback = null) => builder =>
    {
        foreach (var (name, connectionString) in pool)
        {
            builder.UseSetting($"SelfAssess:States:Servers:{name}", connectionString);
        }

        builder.UseSetting("SelfAssess:States:Default", fallback);
    };

    /// <summary>Starts a server, at its old address if it ran before.</summary>
    public async Task StartAsync(string server)
    {
        if (!running.ContainsKey(server))
        {
            running[server] = await EmbeddedPostgres.StartAsync(
                new() { DataFolder = Path.Combine(folder, server), Durable = false, MaxConnections = 200 }, TimeProvider.System, NullLogger.Instance);
        }
    }

    public async Task StopAsync(string server)
    {
        if (running.Remove(server, out var stopping))
        {
            await stopping.DisposeAsync();
        }
    }

    /// <summary>Lets a server hang, or go on: its processes are there and do nothing.</summary>
    public async Task HangAsync(string server, bool hangs)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(running[server].DataFolder, "cluster", "postmaster.pid")))[0];
        var children = Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])).Where(p => ParentOf(p) == postmaster).Select(Path.GetFileName);
        using var kill = Process.Start("kill", [hangs ? "-STOP" : "-CONT", postmaster, .. children!]);
        await kill.WaitForExitAsync();

        static string? ParentOf(string process)
        {
            try
            {
                // The name stands in brackets and may have spaces.
                return File.ReadAllText(Path.Combine(process, "stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var server in Names)
        {
            await StopAsync(server);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
