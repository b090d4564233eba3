using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>
/// The two stores and the job queue use a database role and a schema each, so that none can read the others'. The roles are made, and their
/// passwords derived, from the one connection string that the deployment gives; nodes that share it agree without talking.
/// </summary>
/// <param name="State">What belongs to the States.</param>
/// <param name="Common">What belongs to the community.</param>
/// <param name="Jobs">The queue.</param>
/// <param name="Accounts">Who can sign in.</param>
/// <param name="Aggregation">What makes a release: it reads contributions and those common documents that name no State, adds releases, and owns nothing.</param>
public sealed record DatabaseRoles(string State, string Common, string Jobs, string Accounts, string Aggregation)
{
    public const string StateSchema = "state";
    public const string CommonSchema = "common";
    public const string JobsSchema = "jobs";

    public const string AccountsSchema = "accounts";
    public const string StateRole = "selfassess_state";
    public const string JobsRole = "selfassess_jobs";
    public const string AggregationRole = "selfassess_aggregation";

    /// <summary>Everything that is kept.</summary>
    public static string[] Schemas { get; } = [StateSchema, CommonSchema, AccountsSchema, JobsSchema];

    /// <summary>Seconds that a request waits for a statement, or for a commit, before it is told to come back.</summary>
    public const int Patience = 10;

    /// <summary>
    /// With the most connections that a node opens for each: together fewer than PostgreSQL takes by default, so that a rush waits in line instead of
    /// being refused, and many more than its processors can serve at once.
    /// </summary>
    private static readonly (string? Schema, string Role, int Connections)[] All =
    [
        (StateSchema, StateRole, 30), (CommonSchema, "selfassess_common", 15), (JobsSchema, JobsRole, 15),
        (AccountsSchema, "selfassess_accounts", 15), (null, AggregationRole, 5),
    ];

    /// <summary>The connection strings of the roles; makes no connection.</summary>
    /// <param name="connectionString">A role that may create roles and schemas in the named database.</param>
    public static DatabaseRoles Derive(string connectionString)
    {
        var names = All.Select(o => Derived(connectionString, o.Role, o.Connections).ConnectionString).ToArray();
        var accounts = new NpgsqlConnectionStringBuilder(names[3]);
        accounts.CommandTimeout = Math.Min(accounts.CommandTimeout, Patience);
        return new DatabaseRoles(names[0], names[1], names[2], accounts.ConnectionString, names[4]);
    }

    /// <summary>The state store's role on a server that holds States and nothing else; makes no connection.</summary>
    /// <param name="connectionString">A role that may create roles and schemas in the named database.</param>
    public static string DeriveState(string connectionString) => Derived(connectionString, All[0].Role, All[0].Connections).ConnectionString;

    /// <summary>Makes roles and schemas where they are missing. Safe to run on several nodes at once.</summary>
    public static Task ProvisionAsync(string connectionString, CancellationToken cancellationToken) => ProvisionAsync(connectionString, All, cancellationToken);

    /// <summary>The same on a server that holds States and nothing else: it learns no other role's password.</summary>
    public static Task ProvisionStateAsync(string connectionString, CancellationToken cancellationToken) => ProvisionAsync(connectionString, All[..1], cancellationToken);

    private static async Task ProvisionAsync(string connectionString, (string? Schema, string Role, int Connections)[] provisioned, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var statements = new StringBuilder("select pg_advisory_xact_lock(7355241);");
        foreach (var (schema, role, connections) in provisioned)
        {
            // Names are constants; the password is base64 without quotes. DDL takes no parameters. Roles are the cluster's, so that
            // another database's node may make the same one at the same moment; a password is changed only where it does not work.
            var derived = Derived(connectionString, role, connections);
            var change = await WorksAsync(derived.ConnectionString, cancellationToken) ? "null" : $"alter role {role} password '{derived.Password}'";
            statements.Append($$"""
                do $do$ begin
                  begin
                    create role {{role}} login nosuperuser nocreatedb nocreaterole nobypassrls password '{{derived.Password}}';
                  exception when duplicate_object or unique_violation then
                    {{change}};
                  end;
                  execute format('grant {{(schema is null ? "connect" : "connect, create")}} on database %I to {{role}}', current_database());
                  if not pg_has_role(current_user, '{{role}}', 'member') then
                    grant {{role}} to current_user;
                  end if;
                end $do$;
                {{(schema is null ? "" : $"create schema if not exists {schema} authorization {role};")}}
                """);
        }

        statements.Append("revoke create on schema public from public;");
        // What waits in the queue can be queued again from what the stores hold: it need not wait for a replica, nor stop while there is none.
        if (provisioned.Any(p => p.Role == JobsRole))
        {
            statements.Append($$"""do $do$ begin execute format('alter role {{JobsRole}} in database %I set synchronous_commit = local', current_database()); end $do$;""");
        }

        await using var command = new NpgsqlCommand(statements.ToString(), connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> WorksAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException e) when (IsRefusal(e))
        {
            return false;
        }
    }

    /// <summary>Whether the server does not take the password; with several hosts, one of them, whose answers come together.</summary>
    private static bool IsRefusal(Exception? e) => e switch
    {
        PostgresException refusal => refusal.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification,
        AggregateException several => several.InnerExceptions.Any(IsRefusal),
        _ => e?.InnerException is { } inner && IsRefusal(inner),
    };

    private static NpgsqlConnectionStringBuilder Derived(string connectionString, string role, int connections)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var secret = Encoding.UTF8.GetBytes(given.Password ?? "");
        var password = Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(role)));
        return new NpgsqlConnectionStringBuilder(connectionString)
        {
            Username = role,
            Password = password,
            ApplicationName = role,
            MaxPoolSize = given.Keys.Contains("Maximum Pool Size") ? given.MaxPoolSize : connections,
            // The server plans each of our statements once a connection instead of each time: nearly half of its work for a small write.
            // A deployment that gives the setting itself (0 behind a pooler that shares connections between statements) keeps its own.
            MaxAutoPrepare = given.Keys.Contains("Max Auto Prepare") ? given.MaxAutoPrepare : 100,
        };
    }
}
