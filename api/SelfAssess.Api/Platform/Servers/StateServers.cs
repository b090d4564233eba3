using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>The database servers that the settings name for what belongs to the States; none where all of it is in the one database.</summary>
internal sealed class StateServers
{
    public const string Section = "SelfAssess:States:Servers";

    /// <summary>The server of a State for which none is named.</summary>
    public const string DefaultSetting = "SelfAssess:States:Default";

    /// <summary>Seconds: a server that does not answer at all is given up soon, so that nobody waits for it in front of a browser.</summary>
    private const int ConnectTimeout = 4;

    /// <summary>Seconds for a statement, on a server that stopped in the middle of things.</summary>
    private const int CommandTimeout = 15;

    private readonly Dictionary<string, string> complete;

    private StateServers(IReadOnlyDictionary<string, string> administrative, string? @default, string common)
    {
        Administrative = administrative.ToDictionary(s => s.Key, s => Limited(s.Value), StringComparer.Ordinal);
        Default = @default;
        Roles = Administrative.ToDictionary(s => s.Key, s => DatabaseRoles.DeriveState(s.Value), StringComparer.Ordinal);
        complete = Roles.Values.ToDictionary(WithoutPassword, r => r, StringComparer.Ordinal);
        Home = administrative.FirstOrDefault(s => Place(s.Value) == Place(common)).Key;
    }

    /// <summary>By name: a role that may make roles and schemas.</summary>
    public IReadOnlyDictionary<string, string> Administrative { get; }

    /// <summary>By name: the state store's role, its password derived from that server's own connection string.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; }

    /// <summary>The server of a State for which none is named; null for whichever has the fewest.</summary>
    public string? Default { get; }

    /// <summary>The server that is the common database itself, which held every State before there were several; null where it is none of them.</summary>
    public string? Home { get; }

    public bool IsPool => Administrative.Count > 0;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<string> Names => [.. Administrative.Keys.Order(StringComparer.Ordinal)];

    /// <param name="configuration">The settings.</param>
    /// <param name="common">The connection string of the common database.</param>
    public static StateServers Of(IConfiguration configuration, string common) => new(
        configuration.GetSection(Section).GetChildren().Where(s => !string.IsNullOrEmpty(s.Value)).ToDictionary(s => s.Key, s => s.Value!, StringComparer.Ordinal),
        configuration[DefaultSetting] is { Length: > 0 } name ? name : null, common);

    /// <summary>The common database alone, whatever is configured beside it.</summary>
    public static StateServers CommonOnly(string common) => new(new Dictionary<string, string>(), null, common);

    /// <summary>What the pool's table says of a server. Passwords are nowhere but in the settings.</summary>
    public string Listed(string name) => WithoutPassword(Roles[name]);

    /// <summary>What the pool's table says, with what is not in it; any other connection string as it is.</summary>
    public string Complete(string listed) => complete.GetValueOrDefault(listed, listed);

    private static string Limited(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        // What a deployment says itself is kept.
        return new NpgsqlConnectionStringBuilder(connectionString)
        {
            Timeout = given.Keys.Contains("Timeout") ? given.Timeout : ConnectTimeout,
            CommandTimeout = given.Keys.Contains("Command Timeout") ? given.CommandTimeout : CommandTimeout,
        }.ConnectionString;
    }

    private static string WithoutPassword(string connectionString)
    {
        var listed = new NpgsqlConnectionStringBuilder(connectionString);
        listed.Remove("Password");
        return listed.ConnectionString;
    }

    /// <summary>Which database a connection string means, whoever connects.</summary>
    public static (string? Host, int Port, string? Database) Place(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return (builder.Host?.ToLowerInvariant(), builder.Port, builder.Database ?? builder.Username);
    }
}
