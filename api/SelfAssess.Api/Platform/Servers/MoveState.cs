using System.Globalization;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>Why a State is not moved; the message is for whoever asked, and names no State.</summary>
internal sealed class MoveRefusedException(string message) : Exception(message);

/// <summary>What was moved.</summary>
/// <param name="From">The server that had it.</param>
/// <param name="To">The server that has it.</param>
/// <param name="Rows">Rows of all tables, events among them.</param>
internal sealed record MoveReport(string From, string To, long Rows);

/// <summary>How far a move has come.</summary>
internal enum MoveStep
{
    /// <summary>It is written down that there is a move.</summary>
    Announced,

    /// <summary>Nothing more is written to the State in its old place.</summary>
    Held,

    /// <summary>Another table is copied; nothing of it is there yet for anybody else.</summary>
    TableCopied,

    /// <summary>All of it is in the new place, compared with the old.</summary>
    Copied,

    /// <summary>The new place is the State's place.</summary>
    Switched,

    /// <summary>Nothing is left in the old place.</summary>
    Cleared,
}

/// <summary>
/// Moves what belongs to a State from its server to another. While it is copied the State can be read, and a write gets 503. Killed at any moment it leaves the
/// old place or the whole new one: <c>servers.moves</c> says which moves have begun, and whoever finds one that nobody carries out undoes it before the
/// switch, and completes it after.
/// </summary>
internal sealed class MoveState(StateServers servers, Placement placement, IStateStore states, DatabaseRoles roles, TimeProvider clock, ILogger<MoveState> logger)
{
    private const string Moves = Placement.Schema + ".moves";
    private const string Assignments = Placement.Schema + ".mt_tenant_assignments";
    private const string Events = "mt_events";
    private const string Sequence = "seq_id";
    private const int LockKey = 7355246;

    /// <summary>After the switch, until what was asked just before it has been answered from the old place.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Is told each step; a test lets the process die there.</summary>
    public Action<MoveStep> Reached { get; init; } = _ => { };

    /// <summary>Makes the table of moves where it is missing.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(roles.State, cancellationToken);
        await connection.ExecuteAsync($"""
            select pg_advisory_xact_lock(7355242);
            create table if not exists {Moves} (code text primary key, move uuid not null, source text not null, target text not null, phase text not null, begun_at timestamptz not null)
            """, cancellationToken);
    }

    /// <exception cref="MoveRefusedException">There is no such server or State, or it is being moved already.</exception>
    /// <exception cref="ServerAwayException">One of the two servers does not answer.</exception>
    public async Task<MoveReport> RunAsync(string code, string target, CancellationToken cancellationToken)
    {
        if (!servers.Roles.ContainsKey(target))
        {
            throw new MoveRefusedException(servers.IsPool
                ? $"There is no server '{target}'; there are {string.Join(", ", servers.Names)}."
                : $"There are no several servers: set {StateServers.Section}.");
        }

        await using var turn = await OpenAsync(roles.State, cancellationToken);
        if (!await turn.ScalarAsync<bool>($"select pg_try_advisory_lock({LockKey}, hashtext($1))", cancellationToken, code))
        {
            throw new MoveRefusedException("The State is being moved already.");
        }

        await FinishAsync(turn, code, cancellationToken);
        var source = (code == Placement.NoState ? null : await placement.FindAsync(code, cancellationToken)) ?? throw new MoveRefusedException("There is no such State in the register.");
        if (source == target)
        {
            return new MoveReport(source, target, 0);
        }

        foreach (var server in (string[])[source, target])
        {
            if (!placement.IsPrepared(server))
            {
                throw new ServerAwayException(server);
            }
        }

        var move = new Move(code, Guid.NewGuid(), source, target);
        await turn.ExecuteAsync($"insert into {Moves} values ($1, $2, $3, $4, 'copying', $5)", cancellationToken, code, move.Id, source, target, clock.GetUtcNow());
        Reached(MoveStep.Announced);
        await HoldAsync(move, cancellationToken);
        Reached(MoveStep.Held);
        var rows = await CopyAsync(move, cancellationToken);
        Reached(MoveStep.Copied);
        await SwitchAsync(turn, move, cancellationToken);
        Reached(MoveStep.Switched);
        await CompleteAsync(turn, move, cancellationToken);
        return new MoveReport(source, target, rows);
    }

    /// <summary>Ends every move that nobody carries out any more.</summary>
    public async Task FinishAbandonedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(roles.State, cancellationToken);
        foreach (var code in await connection.ListAsync($"select code from {Moves}", cancellationToken))
        {
            await using var turn = await OpenAsync(roles.State, cancellationToken);
            if (!await turn.ScalarAsync<bool>($"select pg_try_advisory_lock({LockKey}, hashtext($1))", cancellationToken, code))
            {
                continue;
            }

            try
            {
                await FinishAsync(turn, code, cancellationToken);
            }
            catch (Exception e) when (Placement.IsAway(e))
            {
                logger.LogWarning("A move that was interrupted cannot be ended yet: a server does not answer");
            }
        }
    }

    private async Task FinishAsync(NpgsqlConnection turn, string code, CancellationToken cancellationToken)
    {
        if (await FindAsync(turn, code, cancellationToken) is not var (move, phase))
        {
            return;
        }

        // Whoever is slow to die cannot switch any more once this is written, and this is not written once they have.
        if (phase == "copying" && await turn.ExecuteAsync($"update {Moves} set phase = 'undoing' where code = $1 and phase = 'copying'", cancellationToken, code) == 0)
        {
            phase = "switched";
        }

        if (phase == "switched")
        {
            await CompleteAsync(turn, move, cancellationToken);
        }
        else
        {
            await UndoAsync(turn, move, cancellationToken);
        }
    }

    /// <summary>The old place first: the State is written again even while the new one does not answer.</summary>
    private async Task UndoAsync(NpgsqlConnection turn, Move move, CancellationToken cancellationToken)
    {
        await using (var connection = Connection(servers.Roles[move.Source]))
        await using (var transaction = await Residence.EnterAsync(connection, move.Code, cancellationToken))
        {
            await connection.ExecuteAsync($"delete from {Residence.Table} where code = $1 and move = $2 and not here", cancellationToken, move.Code, move.Id);
            await transaction.CommitAsync(cancellationToken);
        }

        await DeleteAsync(move, move.Target, here: true, cancellationToken);
        await turn.ExecuteAsync($"delete from {Moves} where code = $1 and move = $2", cancellationToken, move.Code, move.Id);
        logger.LogWarning("A move from {Source} to {Target} that was interrupted is undone", move.Source, move.Target);
    }

    private async Task CompleteAsync(NpgsqlConnection turn, Move move, CancellationToken cancellationToken)
    {
        // What belongs to an assignment beside the row itself is Marten's: how many States each server has.
        await states.Advanced.AddTenantToShardAsync(move.Code, move.Target, cancellationToken);
        await Task.Delay(Grace, clock, cancellationToken);
        await DeleteAsync(move, move.Source, here: false, cancellationToken);
        Reached(MoveStep.Cleared);
        await turn.ExecuteAsync($"delete from {Moves} where code = $1 and move = $2", cancellationToken, move.Code, move.Id);
    }

    private async Task HoldAsync(Move move, CancellationToken cancellationToken)
    {
        await using var connection = Connection(servers.Roles[move.Source]);
        await using var transaction = await Residence.EnterAsync(connection, move.Code, cancellationToken);
        await connection.ExecuteAsync(
            $"insert into {Residence.Table} values ($1, $2, false) on conflict (code) do update set move = $2, here = false", cancellationToken, move.Code, move.Id);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>All tables in one transaction; answers the rows.</summary>
    private async Task<long> CopyAsync(Move move, CancellationToken cancellationToken)
    {
        await using var source = Connection(servers.Roles[move.Source]);
        await using var target = Connection(servers.Roles[move.Target]);
        // Nobody writes there any more, and whoever tries is told so at once instead of waiting for the copy.
        await using var reading = await Residence.BeginAsync(source, move.Code, cancellationToken);
        await using var writing = await Residence.EnterAsync(target, move.Code, cancellationToken);
        var tables = await Residence.TablesAsync(source, cancellationToken);
        if (!tables.SequenceEqual(await Residence.TablesAsync(target, cancellationToken), StringComparer.Ordinal))
        {
            throw new MoveRefusedException("The two servers do not have the same tables.");
        }

        await ClearAsync(target, move.Code, tables, cancellationToken);
        var rows = 0L;
        foreach (var table in tables)
        {
            rows += await CopyAsync(source, target, table, cancellationToken);
            Reached(MoveStep.TableCopied);
        }

        await target.ExecuteAsync(
            $"insert into {Residence.Table} values ($1, $2, true) on conflict (code) do update set move = $2, here = true", cancellationToken, move.Code, move.Id);
        await writing.CommitAsync(cancellationToken);
        return rows;
    }

    /// <summary>
    /// Row by row as they are, but for the number that each server gives its events in the order in which they come: they get the new server's next ones, in the
    /// order that they had. Answers the rows, which are the same on both sides, or else nothing is kept.
    /// </summary>
    private static async Task<long> CopyAsync(NpgsqlConnection source, NpgsqlConnection target, string table, CancellationToken cancellationToken)
    {
        var columns = await source.ListAsync(
            "select quote_ident(column_name) from information_schema.columns where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' order by ordinal_position",
            cancellationToken, DatabaseRoles.StateSchema, table);
        var (name, all) = ($"{DatabaseRoles.StateSchema}.\"{table}\"", string.Join(", ", columns));
        // PostgreSQL copies nothing straight into a table that shows each session its own rows only.
        await target.ExecuteAsync($"create temporary table incoming on commit drop as select {all} from {name} with no data", cancellationToken);
        await using (var from = await source.BeginRawBinaryCopyAsync($"copy (select {all} from {name}) to stdout (format binary)", cancellationToken))
        await using (var to = await target.BeginRawBinaryCopyAsync($"copy incoming ({all}) from stdin (format binary)", cancellationToken))
        {
            await from.CopyToAsync(to, cancellationToken);
        }

        var values = table == Events ? all.Replace(Sequence, $"nextval('{DatabaseRoles.StateSchema}.mt_events_sequence')", StringComparison.Ordinal) : all;
        var ordered = table == Events ? $"(select * from incoming order by {Sequence} offset 0)" : "incoming";
        await target.ExecuteAsync($"insert into {name} ({all}) select {values} from {ordered} i; drop table incoming", cancellationToken);
        var (there, here) = (await DigestAsync(source, table, columns, cancellationToken), await DigestAsync(target, table, columns, cancellationToken));
        return there == here ? long.Parse(here.Split(' ')[0], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"What arrived in {name} is not what was sent.");
    }

    /// <summary>How many rows, and a hash of all that is in them; of events with their order in place of their numbers.</summary>
    private static Task<string> DigestAsync(NpgsqlConnection connection, string table, IEnumerable<string> columns, CancellationToken cancellationToken)
    {
        var content = string.Join(", ", columns.Select(c => table == Events && c == Sequence ? $"row_number() over (order by {Sequence})" : c));
        return connection.ScalarAsync<string>($"""
            select count(*) || ' ' || encode(sha256(convert_to(coalesce(string_agg(hash, '' order by hash collate "C"), ''), 'UTF8')), 'hex')
            from (select encode(sha256(convert_to(row({content})::text, 'UTF8')), 'hex') as hash from {DatabaseRoles.StateSchema}."{table}") rows
            """, cancellationToken);
    }

    /// <summary>The State's place and the move's phase change together, which Marten's own call cannot do; it follows in <see cref="CompleteAsync"/>.</summary>
    private static async Task SwitchAsync(NpgsqlConnection turn, Move move, CancellationToken cancellationToken)
    {
        await using var transaction = await turn.BeginTransactionAsync(cancellationToken);
        if (await turn.ExecuteAsync($"update {Moves} set phase = 'switched' where code = $1 and move = $2 and phase = 'copying'", cancellationToken, move.Code, move.Id) != 1
            || await turn.ExecuteAsync($"update {Assignments} set database_id = $2 where tenant_id = $1 and database_id = $3", cancellationToken, move.Code, move.Target, move.Source) != 1)
        {
            throw new MoveRefusedException("The move was given up meanwhile.");
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deletes what a move left on a server; nothing where the State has come back by another one.</summary>
    private async Task DeleteAsync(Move move, string server, bool here, CancellationToken cancellationToken)
    {
        await using var connection = Connection(servers.Roles[server]);
        await using var transaction = await Residence.EnterAsync(connection, move.Code, cancellationToken);
        if (!await connection.ScalarAsync<bool>($"select exists (select from {Residence.Table} where code = $1 and move = $2 and here = $3)", cancellationToken, move.Code, move.Id, here))
        {
            return;
        }

        await ClearAsync(connection, move.Code, await Residence.TablesAsync(connection, cancellationToken), cancellationToken);
        if (here)
        {
            await connection.ExecuteAsync($"delete from {Residence.Table} where code = $1", cancellationToken, move.Code);
        }

        await connection.ExecuteAsync($"delete from {DatabaseRoles.StateSchema}.mt_tenant_partitions where partition_value = $1", cancellationToken, move.Code);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ClearAsync(NpgsqlConnection connection, string code, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables.Reverse())
        {
            await connection.ExecuteAsync($"delete from {DatabaseRoles.StateSchema}.\"{table}\" where tenant_id = $1", cancellationToken, code);
        }
    }

    private static async Task<(Move Move, string Phase)?> FindAsync(NpgsqlConnection connection, string code, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select move, source, target, phase from {Moves} where code = $1", connection) { Parameters = { new() { Value = code } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (new Move(code, reader.GetGuid(0), reader.GetString(1), reader.GetString(2)), reader.GetString(3)) : null;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = Connection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Not from a pool: what is locked on it is free when it closes, and when this process dies. Its tables come and go, so that no plan is kept.</summary>
    private static NpgsqlConnection Connection(string connectionString) =>
        new(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, MaxAutoPrepare = 0, CommandTimeout = 300 }.ConnectionString);

    private sealed record Move(string Code, Guid Id, string Source, string Target);
}
