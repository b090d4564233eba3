using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.TestKit;

/// <summary>
/// A real PostgreSQL for a test run, as an assembly fixture: <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>. It starts
/// with the first database that a test asks for and takes every database with it when the run ends, also when the run is killed.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<EmbeddedPostgres>> _server = new(StartAsync);
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _templates = new(StringComparer.Ordinal);
    private readonly Lazy<Task<ApiHost>> _api;
    private int _databases;

    public PostgresFixture() => _api = new(async () => await ApiHost.StartAsync(await CreateDatabaseAsync()));

    /// <summary>One running program for all tests that do not need one of their own; each test uses States and cycles of its own.</summary>
    public Task<ApiHost> SharedApiAsync() => _api.Value;

    /// <summary>A fresh, empty database's connection string, as superuser.</summary>
    public Task<string> CreateDatabaseAsync() => CreateAsync(template: "template1");

    /// <summary>
    /// A fresh copy of a database that <paramref name="prepare"/> fills once per run and <paramref name="template"/>: cheaper
    /// than to apply the same schema for each test. It must leave no connection open.
    /// </summary>
    public async Task<string> CreateDatabaseAsync(string template, Func<string, Task> prepare) =>
        await CreateAsync(await _templates.GetOrAdd(template, _ => new(async () =>
        {
            var connection = await CreateDatabaseAsync();
            await prepare(connection);
            // PostgreSQL copies no database that anybody is connected to.
            NpgsqlConnection.ClearAllPools();
            return new NpgsqlConnectionStringBuilder(connection).Database!;
        })).Value);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_server.IsValueCreated)
            return;
        if (_api.IsValueCreated)
            await (await _api.Value).DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await (await _server.Value).DisposeAsync();
    }

    private static async Task<EmbeddedPostgres> StartAsync() => await EmbeddedPostgres.StartAsync(
        new()
        {
            DataFolder = Path.Combine(Path.GetTempPath(), "selfassess-tests-" + Path.GetRandomFileName()),
            Durable = false,
            DeleteWhenStopped = true,
            // Every test has a database and so pools of its own.
            MaxConnections = 1000,
        },
        TimeProvider.System,
        NullLogger.Instance);

    private async Task<string> CreateAsync(string template)
    {
        var server = (await _server.Value).ConnectionString;
        var name = "test_" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name} template {template}", connection);
        await create.ExecuteNonQueryAsync();
        // What a test leaves in its pools is given back soon: the others need it.
        return new NpgsqlConnectionStringBuilder(server) { Database = name, ConnectionIdleLifetime = 10, ConnectionPruningInterval = 5 }.ConnectionString;
    }
}
