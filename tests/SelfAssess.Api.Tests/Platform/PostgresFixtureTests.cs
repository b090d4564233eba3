using Npgsql;
using SelfAssess.TestKit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace SelfAssess.Api.Tests.Platform;

public class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Database_of_one_test_is_unseen_by_another()
    {
        var (first, second) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());

        await Sql.RunAsync(first, "create table answer (id int)");

        Assert.Equal(DBNull.Value, await Sql.RunAsync(second, "select to_regclass('answer')::text"));
    }

    [Fact]
    public async Task Template_prepared_once_fills_every_copy()
    {
        var prepared = 0;
        Task PrepareAsync(string database)
        {
            Interlocked.Increment(ref prepared);
            return Sql.RunAsync(database, "create table answer (id int); insert into answer values (7)");
        }

        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => postgres.CreateDatabaseAsync("prepared", PrepareAsync)));

        Assert.Equal(4, copies.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(1, prepared);
        foreach (var copy in copies)
            Assert.Equal(7, await Sql.RunAsync(copy, "select id from answer"));
    }
}

internal static class Sql
{
    /// <summary>Runs statements on a connection of their own and gives the first value of the first row.</summary>
    public static async Task<object?> RunAsync(string connectionString, string statements)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(statements, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
