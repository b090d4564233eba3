using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>
/// What each server itself knows of States that came to it or left it, in <c>state.residence</c>. Nothing is written to a State where it is no more, whatever
/// a node remembers: a trigger on each table takes a lock that writers share and a departure does not, so that the departure comes after every write that
/// has begun, and every later one is refused as on a server that only reads.
/// </summary>
internal static class Residence
{
    /// <summary>A State's code, the move by which it came or left, and whether it is here. States that were never moved have no row.</summary>
    public const string Table = DatabaseRoles.StateSchema + ".residence";

    /// <summary>The setting by which whoever moves a State says so: its own writes are not held back.</summary>
    public const string Mover = "app.moves";

    /// <summary>With a State's own, the key of the lock that its writers share.</summary>
    public const int LockKey = 7355245;

    private const string Trigger = "held_back_after_departure";

    /// <summary>The tables that hold what belongs to States, streams before the events that refer to them.</summary>
    public static Task<List<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ListAsync(
        "select table_name::text from information_schema.columns where table_schema = $1 and column_name = 'tenant_id' order by table_name <> 'mt_streams', table_name",
        cancellationToken, DatabaseRoles.StateSchema);

    /// <summary>Makes table, function and triggers where they are missing. Safe to run on several nodes at once.</summary>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($$"""
            select pg_advisory_xact_lock(7355242);
            create table if not exists {{Table}} (code text primary key, move uuid not null, here boolean not null);
            create or replace function {{DatabaseRoles.StateSchema}}.{{Trigger}}() returns trigger language plpgsql as $body$
              declare state text := current_setting('app.tenant_id', true);
              begin
                if state is null or state = current_setting('{{Mover}}', true) then
                  return null;
                end if;
                perform pg_advisory_xact_lock_shared({{LockKey}}, hashtext(state));
                if exists (select from {{Table}} where code = state and not here) then
                  raise exception 'The State is on its way to another server, or there already.' using errcode = '{{PostgresErrorCodes.ReadOnlySqlTransaction}}';
                end if;
                return null;
              end $body$;
            """, cancellationToken);
        foreach (var table in await TablesAsync(connection, cancellationToken))
        {
            await connection.ExecuteAsync($$"""
                do $do$ begin
                  if not exists (select from pg_trigger where tgrelid = '{{DatabaseRoles.StateSchema}}."{{table}}"'::regclass and tgname = '{{Trigger}}') then
                    create trigger {{Trigger}} before insert or update or delete on {{DatabaseRoles.StateSchema}}."{{table}}"
                      for each statement execute function {{DatabaseRoles.StateSchema}}.{{Trigger}}();
                  end if;
                end $do$;
                """, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Opens a connection and a transaction for the rows of one State, which its trigger does not hold back.</summary>
    public static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, string state, CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken);
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The same text for the same value on both sides.
        await connection.ExecuteAsync("set local lock_timeout = '20s'; set local timezone = 'UTC'; set local datestyle = 'ISO'; set local extra_float_digits = 1", cancellationToken);
        await connection.ExecuteAsync($"select set_config('app.tenant_id', $1, true), set_config('{Mover}', $1, true)", cancellationToken, state);
        return transaction;
    }

    /// <summary>The same, after every write to the State that has begun and before every other.</summary>
    /// <exception cref="PostgresException">A write has gone on for too long (55P03).</exception>
    public static async Task<NpgsqlTransaction> EnterAsync(NpgsqlConnection connection, string state, CancellationToken cancellationToken)
    {
        var transaction = await BeginAsync(connection, state, cancellationToken);
        await connection.ExecuteAsync($"select pg_advisory_xact_lock({LockKey}, hashtext($1))", cancellationToken, state);
        return transaction;
    }
}

/// <summary>Statements on a connection, in whatever transaction it is in.</summary>
internal static class Statements
{
    /// <summary>Answers how many rows were concerned.</summary>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = Command(connection, sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The first column of every row.</summary>
    public static async Task<List<string>> ListAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyList<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
