using System.Collections.Concurrent;
using JasperFx.MultiTenancy;
using Marten;
using Marten.Storage;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>
/// Which server holds which State: Marten's sharded tenancy with explicit assignment, whose tables are in the common database. Where there is one database
/// for all, it has nothing to do.
/// </summary>
internal sealed class Placement(StateServers servers, IStateStore states, DatabaseRoles roles)
{
    /// <summary>Of the tables in the common database that say where States are; the state store's role owns it.</summary>
    public const string Schema = "servers";

    /// <summary>What belongs to no State, the pseudonyms' key for one, has a place too.</summary>
    public const string NoState = "-";

    private const int LockKey = 7355244;
    /// <summary>Seconds.</summary>
    private const int ProbeTimeout = 4;

    private readonly ConcurrentDictionary<string, bool> prepared = new(StringComparer.Ordinal);

    /// <summary>How often in a row a server did not answer when it was looked after.</summary>
    private readonly ConcurrentDictionary<string, int> missed = new(StringComparer.Ordinal);

    public bool IsPool => servers.IsPool;

    /// <summary>The servers' names, in order.</summary>
    public IReadOnlyList<string> Names => servers.Names;

    private ShardedTenancy Tenancy => (ShardedTenancy)states.Options.Tenancy;

    /// <summary>From now on the server has roles, tables and policies as this version needs them.</summary>
    public void SetPrepared(string server) => prepared[server] = true;

    public bool IsPrepared(string server) => prepared.ContainsKey(server);

    /// <summary>Marten's view of one server.</summary>
    public async Task<MartenDatabase> DatabaseAsync(string server) =>
        (await Tenancy.BuildDatabases()).OfType<MartenDatabase>().Single(d => d.Identifier == server);

    /// <summary>The server that a State is assigned to now, whatever this node remembers; null where it is assigned to none.</summary>
    public async Task<string?> FindAsync(string tenant, CancellationToken cancellationToken) => await Tenancy.FindDatabaseForTenantAsync(tenant, cancellationToken);

    /// <summary>
    /// Makes sure that the sessions which follow go where the State is now: another node may have moved it. Answers the server; null where there is one
    /// database for all, or where the State is assigned to none.
    /// </summary>
    /// <exception cref="ServerAwayException">The server does not answer, or has not answered since this node started.</exception>
    public async ValueTask<string?> RouteAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!IsPool || await FindAsync(tenant, cancellationToken) is not { } server)
        {
            return null;
        }

        if (!IsPrepared(server) || missed.GetValueOrDefault(server) > 1)
        {
            throw new ServerAwayException(server);
        }

        try
        {
            if (((MartenDatabase)(await Tenancy.GetTenantAsync(tenant)).Database).Identifier != server)
            {
                await ForgetAsync();
                await Tenancy.GetTenantAsync(tenant);
            }
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new ServerAwayException(server, e);
        }

        return server;
    }

    /// <summary>Assigns a State that has no server yet; one that has stays where it is. Answers its server.</summary>
    /// <param name="tenant">The State.</param>
    /// <param name="server">The server that somebody named; null for the default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string> AssignAsync(string tenant, string? server, CancellationToken cancellationToken)
    {
        // One at a time over all nodes: Marten's own call would move a State that somebody has just assigned.
        await using var connection = new NpgsqlConnection(roles.State);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"select pg_advisory_xact_lock({LockKey})", cancellationToken);
        if (await FindAsync(tenant, cancellationToken) is { } already)
        {
            return already;
        }

        var chosen = server ?? servers.Default ?? await SmallestAsync(cancellationToken);
        try
        {
            await states.Advanced.AddTenantToShardAsync(tenant, chosen, cancellationToken);
        }
        catch (Exception e) when (IsAway(e))
        {
            // It is assigned before the server itself is asked anything, which is made up for at the first session.
            if (await FindAsync(tenant, cancellationToken) != chosen)
            {
                throw;
            }
        }

        return chosen;
    }

    /// <summary>Every assignment: the servers by State.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(roles.State);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"select tenant_id, database_id from {Schema}.mt_tenant_assignments", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            all[reader.GetString(0)] = reader.GetString(1);
        }

        return all;
    }

    /// <summary>What this node remembers of where States are.</summary>
    public Task ForgetAsync() => ((ITenantedSource<string>)Tenancy).RefreshAsync();

    /// <summary>The servers that do not answer now, or have not been prepared by this node yet.</summary>
    public async Task<IReadOnlyList<string>> AwayAsync(CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(servers.Names.Select(async name => (Name: name, Answers: IsPrepared(name) && await AnswersAsync(servers.Roles[name], cancellationToken))));
        return [.. asked.Where(a => !a.Answers).Select(a => a.Name)];
    }

    /// <summary>Looks after the servers. Who asks for a State of one that was missed twice is told at once, instead of waiting for it as well.</summary>
    public Task LookAfterAsync(CancellationToken cancellationToken) => Task.WhenAll(servers.Names.Where(IsPrepared).Select(async name =>
        missed[name] = await AnswersAsync(servers.Roles[name], cancellationToken) ? 0 : missed.GetValueOrDefault(name) + 1));

    /// <summary>Whether a failure means that a server is not there, or does not take writes: nothing that repeating the request later would not mend.</summary>
    public static bool IsAway(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal)
            || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable,
        NpgsqlException or TimeoutException => true,
        _ => IsAway(exception.InnerException),
    };

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            var probe = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = ProbeTimeout, CommandTimeout = ProbeTimeout };
            await using var connection = new NpgsqlConnection(probe.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<string> SmallestAsync(CancellationToken cancellationToken)
    {
        var counts = (await Tenancy.ListDatabasesAsync(cancellationToken)).ToDictionary(d => d.DatabaseId, d => d.TenantCount, StringComparer.Ordinal);
        // One that does not answer gets no State while another does.
        return servers.Names.OrderBy(n => IsPrepared(n) ? 0 : 1).ThenBy(counts.GetValueOrDefault).First();
    }
}
