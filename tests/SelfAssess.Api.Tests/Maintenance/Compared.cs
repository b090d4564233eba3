using Npgsql;

namespace SelfAssess.Api.Tests.Maintenance;

/// <summary>A whole database, row by row.</summary>
internal static class Compared
{
    /// <summary>Every table of ours with the number and a hash of its rows.</summary>
    public static async Task<SortedDictionary<string, string>> TablesAsync(string connectionString)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in await NamesAsync(connectionString))
        {
            found.Add(table, (await RowsAsync(connectionString, $"select count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t")).Single());
        }

        return found;
    }

    /// <summary>Where a text stands in any column of any table of ours, capitals or not: the table and how many rows.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(string connectionString, string text)
    {
        var found = new List<string>();
        foreach (var table in await NamesAsync(connectionString))
        {
            // A row as text has bytes in hexadecimal: a text in them is looked for in that form as well.
            var hexadecimal = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text));
            found.AddRange(await RowsAsync(connectionString, $"select '{table}: ' || count(*) from {table} t where t::text ilike '%{text}%' or t::text ilike '%{hexadecimal}%' having count(*) > 0"));
        }

        return found;
    }

    private static Task<List<string>> NamesAsync(string connectionString) =>
        RowsAsync(connectionString, "select schemaname || '.' || quote_ident(tablename) from pg_tables where schemaname in ('state', 'common', 'accounts', 'jobs') order by 1");

    private static async Task<List<string>> RowsAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
