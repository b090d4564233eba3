using Marten;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>What the settings say of servers does not fit what is there. The message is for whoever starts the program.</summary>
internal sealed class StateServersException(string message) : Exception(message);

/// <summary>
/// Brings each server to what this version needs, and gives every registered State its place. The program does not wait for a server that is away: it
/// is tried again until it has been prepared.
/// </summary>
internal sealed class PrepareServers(StateServers servers, Placement placement, ICommonStore common, DatabaseRoles roles, MoveState moves, ILogger<PrepareServers> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Makes the tables that say where States are, prepares the servers that answer, and assigns what has no place.</summary>
    /// <param name="connectionString">Of the common database, as a role that may make schemas.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StateServersException">A server that holds States is not in the settings, or the common database holds States and is not named as a server.</exception>
    public async Task BeginAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync($"select pg_advisory_xact_lock(7355241); create schema if not exists {Placement.Schema} authorization {DatabaseRoles.StateRole}", cancellationToken);
        }

        // Marten makes its tables, and learns of the servers, with the first question.
        _ = await placement.DatabaseAsync(servers.Names[0]);
        await moves.PrepareAsync(cancellationToken);
        await Task.WhenAll(servers.Names.Select(name => TryAsync(name, cancellationToken)));
        await AssignAllAsync(cancellationToken);
    }

    /// <summary>Without a pool: whether there was one, and States are still on its servers.</summary>
    /// <exception cref="StateServersException">They are; they would seem to have lost everything.</exception>
    public async Task RefuseToForgetAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(roles.State);
        await connection.OpenAsync(cancellationToken);
        if (!await connection.ScalarAsync<bool>($"select to_regclass('{Placement.Schema}.mt_tenant_assignments') is not null", cancellationToken))
        {
            return;
        }

        var used = await connection.ListAsync(
            $"select connection_string from {Placement.Schema}.mt_database_pool where database_id in (select database_id from {Placement.Schema}.mt_tenant_assignments)", cancellationToken);
        if (used.Any(u => StateServers.Place(u) != StateServers.Place(roles.State)))
        {
            throw new StateServersException($"{StateServers.Section} is not set, and States are on other servers than the common database. Set it again; to have one database again, move all States there first.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (servers.IsPool)
            {
                foreach (var name in servers.Names.Where(n => !placement.IsPrepared(n)))
                {
                    await TryAsync(name, stoppingToken);
                }

                await placement.LookAfterAsync(stoppingToken);
                await FinishMovesAsync(stoppingToken);
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task FinishMovesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await moves.FinishAbandonedAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next turn tries again; who was told 503 meanwhile comes back too.
            logger.LogWarning("Moves of States that were interrupted could not be looked for ({Reason})", e.GetType().Name);
        }
    }

    private async Task TryAsync(string server, CancellationToken cancellationToken)
    {
        try
        {
            await DatabaseRoles.ProvisionStateAsync(servers.Administrative[server], cancellationToken);
            await (await placement.DatabaseAsync(server)).ApplyAllConfiguredChangesToDatabaseAsync();
            await PersistenceSetup.ProtectEventsAsync(servers.Roles[server], cancellationToken);
            await Residence.PrepareAsync(servers.Roles[server], cancellationToken);
            placement.SetPrepared(server);
            logger.LogInformation("State server {Server} is ready", server);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One that refuses us concerns the others as little as one that is not there. What it said may quote what it was asked, so that its code has to do.
            logger.LogWarning("State server {Server} cannot be used ({Reason}). The States on it get 503 until it can", server, (e as PostgresException)?.SqlState ?? e.GetType().Name);
        }
    }

    /// <summary>States that were registered before there was a pool are where they were: in the common database, which has to be one of the servers then.</summary>
    private async Task AssignAllAsync(CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        var registered = await session.Query<RegisteredState>().Select(s => s.Id).ToListAsync(cancellationToken);
        var assigned = await placement.AllAsync(cancellationToken);
        if (assigned.Values.FirstOrDefault(s => !servers.Roles.ContainsKey(s)) is { } gone)
        {
            throw new StateServersException($"{StateServers.Section}:{gone} is not set, and States are assigned to that server. Set it again; to give a server up, move its States first.");
        }

        var waiting = registered.Append(Placement.NoState).Where(s => !assigned.ContainsKey(s)).ToArray();
        if (servers.Home is null && await HoldsAsync(waiting, cancellationToken))
        {
            throw new StateServersException(
                $"The common database holds States, and is none of the servers. Name it as one ({StateServers.Section}:NAME with its own connection string); its States can be moved from there.");
        }

        foreach (var state in waiting)
        {
            await placement.AssignAsync(state, servers.Home ?? (state == Placement.NoState ? servers.Default ?? servers.Names[0] : null), cancellationToken);
        }
    }

    private async Task<bool> HoldsAsync(IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(roles.State);
        await connection.OpenAsync(cancellationToken);
        if (!await connection.ScalarAsync<bool>($"select to_regclass('{DatabaseRoles.StateSchema}.mt_streams') is not null", cancellationToken))
        {
            return false;
        }

        foreach (var code in codes)
        {
            await connection.ExecuteAsync("select set_config('app.tenant_id', $1, false)", cancellationToken, code);
            if (await connection.ScalarAsync<bool>(
                $"select exists (select from {DatabaseRoles.StateSchema}.mt_streams) or exists (select from {DatabaseRoles.StateSchema}.mt_doc_stateprofile)", cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
