using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Platform;

/// <summary>What the database itself refuses, whatever the program does: raw SQL under the application's roles.</summary>
public sealed class IsolationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task State_tables_show_one_tenant_and_without_one_nothing()
    {
        var (host, roles) = await PrepareAsync();
        await using var _ = host;
        var tables = await ListAsync(host.ConnectionString, """
            select t.tablename from pg_tables t where t.schemaname = 'state'
              -- The projection daemon's own bookkeeping, which is not used: every projection is inline; and the pseudonyms' key, which is no State's.
              and t.tablename not in ('mt_event_progression', 'mt_doc_deadletterevent', 'mt_high_water_skips', 'mt_doc_pseudonymkey')
            """);
        Assert.Contains("mt_events", tables);
        foreach (var table in tables)
        {
            Assert.True(await IsClosedAsync(roles.State, table), $"state.{table} is readable without a tenant");
            var own = await ScalarAsync(roles.State, $"select set_config('app.tenant_id', 'ISOA', false); select count(*) from state.{table} where tenant_id <> 'ISOA'");
            Assert.Equal(0L, own);
        }

        foreach (var table in (string[])["mt_events", "mt_streams", "mt_doc_assessment"])
        {
            Assert.NotEqual(0L, await ScalarAsync(roles.State, $"select set_config('app.tenant_id', 'ISOA', false); select count(*) from state.{table}"));
        }
    }

    [Fact]
    public async Task Tenant_cannot_be_written_from_another_one()
    {
        var (host, roles) = await PrepareAsync();
        await using var _ = host;
        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(roles.State,
            "select set_config('app.tenant_id', 'ISOB', false); with moved as (update state.mt_events set tenant_id = 'ISOA' returning 1) select count(*) from moved"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }

    [Theory]
    [InlineData("common", "select count(*) from state.mt_events")]
    [InlineData("common", "select count(*) from state.mt_doc_assessment")]
    [InlineData("state", "select count(*) from common.mt_doc_storedrelease")]
    [InlineData("state", "select count(*) from common.mt_doc_deliveredcontribution")]
    [InlineData("aggregation", "select count(*) from state.mt_events")]
    [InlineData("aggregation", "select count(*) from state.mt_doc_pseudonymkey")]
    [InlineData("aggregation", "select count(*) from common.mt_doc_registeredstate")]
    [InlineData("aggregation", "select count(*) from common.mt_doc_idempotentresponse")]
    [InlineData("aggregation", "update common.mt_doc_storedrelease set data = data")]
    [InlineData("aggregation", "delete from common.mt_doc_deliveredcontribution")]
    [InlineData("jobs", "select count(*) from state.mt_events")]
    [InlineData("jobs", "select count(*) from common.mt_doc_storedrelease")]
    public async Task Role_of_one_store_cannot_read_another(string role, string sql)
    {
        var (host, roles) = await PrepareAsync();
        await using var _ = host;
        var connection = role switch { "state" => roles.State, "common" => roles.Common, "aggregation" => roles.Aggregation, _ => roles.Jobs };
        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connection, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }

    private async Task<(ApiHost Host, DatabaseRoles Roles)> PrepareAsync()
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("isolation");
        await client.AssessAsync("ISOA", "isolation", "some");
        await client.AssessAsync("ISOB", "isolation", "full");
        return (host, host.Services.GetRequiredService<DatabaseRoles>());
    }

    private static async Task<bool> IsClosedAsync(string connectionString, string table)
    {
        try
        {
            return await ScalarAsync(connectionString, $"select count(*) from state.{table}") is 0L;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedObject)
        {
            return true;
        }
    }

    private static async Task<List<string>> ListAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>The last statement's value.</summary>
    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        object? last = null;
        foreach (var statement in sql.Split("; "))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            last = await command.ExecuteScalarAsync();
        }

        return last;
    }
}
