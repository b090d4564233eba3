using Marten;
using Npgsql;
using Polly;
using Polly.Retry;
using SelfAssess.Api.Platform.Persistence;
using Weasel.Postgresql.Connections;

namespace SelfAssess.Api.Platform.Servers;

internal static class ServersSetup
{
    public static void AddStateServers(this IServiceCollection services, StateServers servers)
    {
        services.AddSingleton(servers);
        services.AddSingleton<Placement>();
        services.AddSingleton<MoveState>();
        services.AddSingleton<PrepareServers>();
        if (servers.IsPool)
        {
            services.AddHostedService(s => s.GetRequiredService<PrepareServers>());
            services.AddHealthChecks().AddCheck<ServersHealth>(ServersHealth.Name, tags: [DatabaseHealth.Ready]);
        }
    }

    /// <summary>The state store on the pool instead of in the common database: the same schema on each server.</summary>
    public static void UseServers(this StoreOptions options, StateServers servers, DatabaseRoles roles)
    {
        // Marten would give each State a table of its own for each document, to which no policy of row-level security applies by itself.
        options.Policies.ForAllDocuments(document => document.DisablePartitioningIfAny = true);
        // A server that stops in the middle of things keeps nobody waiting for longer; a wait in vain is not repeated, and a connection that is broken is replaced at once.
        options.CommandTimeout = DatabaseRoles.Patience;
        options.ConfigurePolly(reading => reading.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(e => e.InnerException is not TimeoutException),
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(50),
            BackoffType = DelayBackoffType.Exponential,
        }));
        options.DataSourceFactory(new DefaultNpgsqlDataSourceFactory(listed => new NpgsqlDataSourceBuilder(servers.Complete(listed))));
        options.MultiTenantedWithShardedDatabases(pool =>
        {
            pool.ConnectionString = roles.State;
            pool.SchemaName = Placement.Schema;
            pool.PartitionSchemaName = DatabaseRoles.StateSchema;
            pool.UseExplicitAssignment();
            foreach (var name in servers.Names)
            {
                pool.AddDatabase(name, servers.Listed(name));
            }
        });
    }
}
