using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Jobs;

/// <summary>
/// Sees to it that one server at a time works on something. The lock belongs to a connection: PostgreSQL gives it back when whoever holds it dies, at once.
/// Hangfire's own is a row with a date, which kept everybody from the work of a killed server for ten minutes, and each that waited held a worker.
/// </summary>
internal sealed class OneAtATime(DatabaseRoles roles)
{
    /// <summary>The right to work on it until it is disposed of; null while another server has it.</summary>
    public async Task<IAsyncDisposable?> TryAsync(string work, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(roles.Jobs) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            // A machine that vanishes says nothing: after a minute of silence it counts as gone.
            await using var keepAlive = new NpgsqlCommand("set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3", connection);
            await keepAlive.ExecuteNonQueryAsync(cancellationToken);
            await using var take = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = work } } };
            if ((bool)(await take.ExecuteScalarAsync(cancellationToken))!)
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }
}
