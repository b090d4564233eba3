using System.Text;
using JasperFx;
using Marten;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using Weasel.Core;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary>What the next start would change in the database's schema, as SQL to read first.</summary>
internal static class Migrations
{
    /// <summary>The statements; says so where there is nothing to do. Changes nothing.</summary>
    public static async Task<string> WriteAsync(string connectionString, CancellationToken cancellationToken)
    {
        var roles = DatabaseRoles.Derive(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddStores(roles, StateServers.CommonOnly(connectionString));
        await using var provider = services.BuildServiceProvider();
        var script = new StringBuilder("""
            -- What the next start of this version does to the schema; it does it itself, under each store's own role.
            -- Not listed, since they change nothing that is there already: the roles, the policies of events and streams, and the aggregation's grants.


            """);
        foreach (var (store, schema, address) in new (IDocumentStore, string, string)[]
        {
            (provider.GetRequiredService<IStateStore>(), DatabaseRoles.StateSchema, roles.State),
            (provider.GetRequiredService<ICommonStore>(), DatabaseRoles.CommonSchema, roles.Common),
            (provider.GetRequiredService<IAccountStore>(), DatabaseRoles.AccountsSchema, roles.Accounts),
        })
        {
            script.Append("-- ").Append(schema).Append(", as ").AppendLine(new NpgsqlConnectionStringBuilder(address).Username);
            script.AppendLine(await ChangesAsync(connectionString, store, schema, cancellationToken) is { Length: > 0 } changes ? changes : "-- Nothing to do.").AppendLine();
        }

        return script.ToString();
    }

    private static async Task<string> ChangesAsync(string connectionString, IDocumentStore store, string schema, CancellationToken cancellationToken)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync(cancellationToken);
            await using var exists = new NpgsqlCommand("select exists (select from pg_tables where schemaname = $1)", connection) { Parameters = { new() { Value = schema } } };
            if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            {
                // Before the first start the store's role is not there to look with.
                return store.Storage.ToDatabaseScript().Trim();
            }
        }

        var migration = await store.Storage.CreateMigrationAsync();
        if (migration.Difference == SchemaPatchDifference.None)
        {
            return "";
        }

        await using var writer = new StringWriter();
        migration.WriteAllUpdates(writer, store.Storage.Database.Migrator, AutoCreate.CreateOrUpdate);
        return writer.ToString().Trim();
    }
}
