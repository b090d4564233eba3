using JasperFx;
using JasperFx.Events;
using JasperFx.OpenTelemetry;
using Marten;
using Npgsql;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Papers.Packs;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Api.Webhooks;
using Weasel.Core;

namespace SelfAssess.Api.Platform.Persistence;

internal static class PersistenceSetup
{
    public static void AddStores(this IServiceCollection services, DatabaseRoles roles, StateServers servers)
    {
        services.AddSingleton(roles);
        services.AddStateServers(servers);
        services.AddSingleton<ReplicaWatch>();
        services.AddMartenStore<IStateStore>(options =>
        {
            Shared(options, roles.State, DatabaseRoles.StateSchema);
            if (servers.IsPool)
            {
                options.UseServers(servers, roles);
            }

            options.Policies.AllDocumentsAreMultiTenanted();
            options.Advanced.DefaultTenantUsageEnabled = false;
            options.UseRowLevelSecurity();
            options.Events.TenancyStyle = JasperFx.MultiTenancy.TenancyStyle.Conjoined;
            options.Events.AppendMode = EventAppendMode.Quick;
            options.Projections.UseIdentityMapForAggregates = true;
            options.RegisterStates();
            options.RegisterAssessments();
            options.RegisterRounds();
            options.RegisterPractices();
            options.RegisterWebhooks();
            options.Schema.For<WebhookTicket>();
            options.RegisterDeliveries();
            options.Schema.For<IdempotentResponse>();
        });
        services.AddMartenStore<ICommonStore>(options =>
        {
            Shared(options, roles.Common, DatabaseRoles.CommonSchema);
            options.RegisterQuestionnaires();
            options.RegisterRegister();
            options.RegisterCycles();
            options.RegisterReleases();
            options.RegisterChartPacks();
            options.RegisterDeliveredPractices();
            options.RegisterWebhooks();
            options.Schema.For<IdempotentResponse>();
        });
        services.AddMartenStore<IAccountStore>(provider =>
        {
            var options = new StoreOptions();
            Shared(options, roles.Accounts, DatabaseRoles.AccountsSchema);
            options.RegisterAccounts();
            options.OpenTelemetry.TrackConnections = TrackLevel.Normal;
            options.Listeners.Add(new ConfirmedSessions(TimeSpan.FromSeconds(new NpgsqlConnectionStringBuilder(roles.Accounts).CommandTimeout), new(provider.GetRequiredService<ReplicaWatch>)));
            return options;
        });
        services.AddMartenStore<IAggregationStore>(options =>
        {
            Shared(options, roles.Aggregation, DatabaseRoles.CommonSchema);
            // The common store makes the tables.
            options.AutoCreateSchemaObjects = AutoCreate.None;
            // Of the stores whose transactions we do not begin ourselves: Marten's spans do not know those.
            options.OpenTelemetry.TrackConnections = TrackLevel.Normal;
            options.RegisterReleases();
        });
    }

    /// <summary>Brings roles, schemas, tables and policies to what this version needs. Safe to run on several nodes at once.</summary>
    public static async Task ApplySchemaAsync(this IServiceProvider services, string connectionString, CancellationToken cancellationToken)
    {
        await DatabaseRoles.ProvisionAsync(connectionString, cancellationToken);
        var servers = services.GetRequiredService<StateServers>();
        if (!servers.IsPool)
        {
            await services.GetRequiredService<PrepareServers>().RefuseToForgetAsync(cancellationToken);
            await services.GetRequiredService<IStateStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync();
            await ProtectEventsAsync(services.GetRequiredService<DatabaseRoles>().State, cancellationToken);
        }

        await services.GetRequiredService<ICommonStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await services.GetRequiredService<IAccountStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await GrantAggregationAsync(services.GetRequiredService<DatabaseRoles>().Common, cancellationToken);
        if (servers.IsPool)
        {
            await services.GetRequiredService<PrepareServers>().BeginAsync(connectionString, cancellationToken);
        }
    }

    private static void Shared(StoreOptions options, string connectionString, string schema)
    {
        options.Connection(connectionString);
        options.DatabaseSchemaName = schema;
        options.Events.DatabaseSchemaName = schema;
        options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json =>
        {
            Json.Shared(json);
            // Else half of a stored answer would be the names of what it does not have.
            json.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        });
        options.DisableNpgsqlLogging = true;
        // A failed commit ends its transaction, so that repeating it says only that it is over. Whoever writes begins again, or is told what went wrong.
        options.ConfigureWritePolly(_ => { });
    }

    /// <summary>Whatever is not granted here, the aggregation cannot read: the register of States, for one.</summary>
    private static async Task GrantAggregationAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"""
            select pg_advisory_xact_lock(7355243);
            grant usage on schema {DatabaseRoles.CommonSchema} to {DatabaseRoles.AggregationRole};
            grant select on {DatabaseRoles.CommonSchema}.mt_doc_deliveredcontribution, {DatabaseRoles.CommonSchema}.mt_doc_storedrelease to {DatabaseRoles.AggregationRole};
            grant insert on {DatabaseRoles.CommonSchema}.mt_doc_storedrelease to {DatabaseRoles.AggregationRole};
            """, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Marten's policies cover documents; events and streams get the same one here.</summary>
    public static async Task ProtectEventsAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        foreach (var table in (string[])["mt_events", "mt_streams"])
        {
            await using var command = new NpgsqlCommand($$"""
                do $do$ begin
                  perform pg_advisory_xact_lock(7355242);
                  if not exists (select from pg_policies where schemaname = '{{DatabaseRoles.StateSchema}}' and tablename = '{{table}}') then
                    alter table {{DatabaseRoles.StateSchema}}.{{table}} enable row level security;
                    alter table {{DatabaseRoles.StateSchema}}.{{table}} force row level security;
                    create policy tenant on {{DatabaseRoles.StateSchema}}.{{table}}
                      using (tenant_id = current_setting('app.tenant_id')) with check (tenant_id = current_setting('app.tenant_id'));
                  end if;
                end $do$;
                """, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
