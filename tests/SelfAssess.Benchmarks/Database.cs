using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.Benchmarks;

/// <summary>A real PostgreSQL with its durable defaults in a folder that goes when the benchmark ends.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly EmbeddedPostgres server;

    private Database(EmbeddedPostgres server) => this.server = server;

    public string ConnectionString => server.ConnectionString;

    public static async Task<Database> StartAsync() => new(await EmbeddedPostgres.StartAsync(
        new() { DataFolder = Scratch(), DeleteWhenStopped = true }, TimeProvider.System, NullLogger.Instance));

    public static string Scratch() => Path.Combine(Path.GetTempPath(), "selfassess-benchmark-" + Path.GetRandomFileName());

    public async Task ExecuteAsync(string statements)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statements, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await server.DisposeAsync();
    }
}
