using System.Buffers.Binary;
using System.Text.Json;
using Hangfire.PostgreSql;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary>
/// Where the server's own tools are not at hand: the rows of every table in PostgreSQL's binary form, read in one snapshot. The tables themselves are made by the program that
/// restores, which has to be of the version that wrote them, or know their columns.
/// </summary>
internal static class RowCopy
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web);

    private sealed record Head(string? Table, IReadOnlyList<string>? Columns, IReadOnlyDictionary<string, long>? Sequences);

    public static async Task DumpAsync(string connectionString, Stream to, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        // Everything below sees the database as it is at the first statement, whatever is written meanwhile.
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var tables = await TablesAsync(connection, cancellationToken);
        foreach (var (table, columns) in tables)
        {
            Put(to, new Head(table, columns, null));
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {table} ({string.Join(", ", columns)}) to stdout (format binary)", cancellationToken);
            var buffer = new byte[128 * 1024];
            while (await rows.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                Put(to, buffer.AsSpan(0, read));
            }

            Put(to, []);
        }

        Put(to, new Head(null, null, await SequencesAsync(connection, cancellationToken)));
    }

    /// <summary>Makes the tables and fills them, all rows in one transaction; the roles are there.</summary>
    public static async Task RestoreAsync(string connectionString, Stream from, CancellationToken cancellationToken)
    {
        await MakeTablesAsync(connectionString, cancellationToken);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Rows come in the order of tables, not of what they refer to, and were checked when they were written.
        await ExecuteAsync(connection, "set local session_replication_role = replica", cancellationToken);
        var known = (await TablesAsync(connection, cancellationToken)).Select(t => t.Table).ToHashSet(StringComparer.Ordinal);
        Head head;
        for (head = Next(from); head.Table is { } table; head = Next(from))
        {
            if (!known.Contains(table))
            {
                throw new MaintenanceException($"The backup has a table {table} that this version of the program does not know: restore it with the version that wrote it.");
            }

            await ExecuteAsync(connection, $"delete from {table}", cancellationToken);
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {table} ({string.Join(", ", head.Columns!)}) from stdin (format binary)", cancellationToken);
            while (Piece(from) is { Length: > 0 } piece)
            {
                await rows.WriteAsync(piece, cancellationToken);
            }
        }

        foreach (var (sequence, value) in head.Sequences!)
        {
            await ExecuteAsync(connection, $"select setval('{sequence}', {value.ToString(System.Globalization.CultureInfo.InvariantCulture)})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task MakeTablesAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Nobody stays connected: the next restore looks for that.
        var roles = DatabaseRoles.Derive(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddStores(roles, StateServers.CommonOnly(connectionString));
        await using var provider = services.BuildServiceProvider();
        await provider.ApplySchemaAsync(connectionString, cancellationToken);
        await using var jobs = new NpgsqlConnection(roles.Jobs);
        await jobs.OpenAsync(cancellationToken);
        PostgreSqlObjectsInstaller.Install(jobs, DatabaseRoles.JobsSchema);
    }

    private static async Task<List<(string Table, string[] Columns)>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select format('%I.%I', n.nspname, c.relname), array_agg(quote_ident(a.attname) order by a.attnum)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
            where c.relkind = 'r' and n.nspname = any($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            group by 1 order by 1
            """, connection) { Parameters = { new() { Value = DatabaseRoles.Schemas } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<(string, string[])>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add((reader.GetString(0), reader.GetFieldValue<string[]>(1)));
        }

        return tables;
    }

    private static async Task<Dictionary<string, long>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select format('%I.%I', schemaname, sequencename), last_value from pg_sequences where schemaname = any($1) and last_value is not null", connection)
        {
            Parameters = { new() { Value = DatabaseRoles.Schemas } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return values;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Put(Stream to, Head head) => Put(to, JsonSerializer.SerializeToUtf8Bytes(head, Compact));

    private static void Put(Stream to, ReadOnlySpan<byte> piece)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, piece.Length);
        to.Write(length);
        to.Write(piece);
    }

    private static Head Next(Stream from) => JsonSerializer.Deserialize<Head>(Piece(from), Compact)!;

    private static byte[] Piece(Stream from)
    {
        Span<byte> length = stackalloc byte[4];
        from.ReadExactly(length);
        var piece = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        from.ReadExactly(piece);
        return piece;
    }
}
