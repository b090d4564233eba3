using System.Net;
using System.Text.RegularExpressions;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Demo;
using SelfAssess.Api.Platform.EmbeddedPostgres;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Platform.Telemetry;
using SelfAssess.Api.Webhooks;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Api.Platform.Configuration;

/// <summary>A setting with which the program does not start.</summary>
/// <param name="Setting">Its name.</param>
/// <param name="Reason">What is wrong. A secret's value is not in it.</param>
/// <param name="WayOut">What to do.</param>
internal sealed record SettingFault(string Setting, string Reason, string WayOut)
{
    public override string ToString() => $"{Setting}: {Reason} {WayOut}";
}

/// <summary>Every setting that there is, and whether what is configured can be used: asked once, before anything is started.</summary>
internal static partial class Settings
{
    private const string Root = "SelfAssess";
    private const string ConnectionString = "ConnectionStrings:" + EmbeddedPostgresHosting.ConnectionName;
    private const string Postgres = EmbeddedPostgresOptions.Section;

    /// <summary>By name; <c>*</c> stands for a name that the deployment chooses.</summary>
    public static IReadOnlyDictionary<string, Func<string, Complaint?>> All { get; } = new Dictionary<string, Func<string, Complaint?>>(StringComparer.OrdinalIgnoreCase)
    {
        ["Urls"] = Values.Listening,
        [ConnectionString] = Values.ConnectionString,
        [EmbeddedPostgresHosting.Password] = Values.Anything,
        [SecretFiles.Folder] = Values.Folder,
        [StateServers.Section + ":*"] = Values.ConnectionString,
        [StateServers.DefaultSetting] = Values.Anything,
        [DemoSetup.Setting] = Values.YesOrNo,
        [FirstAdministrator.EmailSetting] = Values.Mailbox,
        [FirstAdministrator.PasswordSetting] = Values.Password,
        [ForwardedRequests.Setting] = Values.Networks,
        [Mailing.PublicUrl] = Values.WebAddress,
        [Startup.Questionnaires] = Values.Folder,
        [Gate.PublicReleases] = Values.YesOrNo,
        [SignInLimits.Setting] = Values.Number(1, int.MaxValue),
        [Mailing.Section + ":Host"] = Values.Anything,
        [Mailing.Section + ":Port"] = Values.Number(1, IPEndPoint.MaxPort),
        [Mailing.Section + ":Encrypted"] = Values.YesOrNo,
        [Mailing.Section + ":User"] = Values.Anything,
        [Mailing.Section + ":Password"] = Values.Anything,
        [Mailing.Section + ":From"] = Values.Mailbox,
        [OpenIdConnect.Section + ":*:Authority"] = Values.Encrypted,
        [OpenIdConnect.Section + ":*:ClientId"] = Values.Anything,
        [OpenIdConnect.Section + ":*:ClientSecret"] = Values.Anything,
        [OpenIdConnect.Section + ":*:DisplayName"] = Values.Anything,
        [HomeInstance.Setting] = Values.WebAddress,
        [WebhooksSetup.AllowPrivate] = Values.YesOrNo,
        [DashboardOptions.Section + ":Api"] = Values.WebAddress,
        [DashboardOptions.Section + ":Key"] = Values.Key,
        [TelemetrySetup.Endpoint] = Values.WebAddress,
        [TelemetrySetup.Protocol] = TelemetrySetup.ProtocolOf,
        [TelemetrySetup.Headers] = Values.Anything,
        [TelemetrySetup.JsonLog] = Values.YesOrNo,
        [Postgres + ":DataFolder"] = Values.Anything,
        [Postgres + ":CacheFolder"] = Values.Anything,
        [Postgres + ":BinFolder"] = Values.Folder,
        [Postgres + ":AllowInstalled"] = Values.YesOrNo,
        [Postgres + ":AllowNpm"] = Values.YesOrNo,
        [Postgres + ":Durable"] = Values.YesOrNo,
        [Postgres + ":DeleteWhenStopped"] = Values.YesOrNo,
        [Postgres + ":MaxConnections"] = Values.Number(90, 10_000),
        [Postgres + ":SharedBuffers"] = Values.Number(1, 1_000_000),
        [Postgres + ":StartTimeout"] = Values.Duration,
    };

    /// <summary>Everything that is wrong, in the order of the names; empty where the program can start.</summary>
    public static IReadOnlyList<SettingFault> Check(IConfiguration configuration) =>
        [.. Alone(configuration).Concat(Together(configuration)).OrderBy(f => f.Setting, StringComparer.Ordinal)];

    private static IEnumerable<SettingFault> Alone(IConfiguration configuration)
    {
        string[] outside = ["Urls", ConnectionString];
        var given = configuration.GetSection(Root).AsEnumerable().Concat(outside.Select(name => KeyValuePair.Create(name, configuration[name])));
        foreach (var (name, value) in given)
        {
            if (string.IsNullOrEmpty(value))
            {
                // A part of other names, or as good as not set.
                continue;
            }

            if (Find(name) is not { } check)
            {
                yield return new SettingFault(name, "There is no such setting.", Nearest(name) is { } near ? $"Did you mean {near}?" : "Remove it.");
            }
            else if (check(value) is { } complaint)
            {
                yield return new SettingFault(name, complaint.Reason, complaint.WayOut);
            }
        }
    }

    /// <summary>What each setting cannot say alone.</summary>
    private static IEnumerable<SettingFault> Together(IConfiguration configuration)
    {
        bool Has(string name) => !string.IsNullOrEmpty(configuration[name]);
        if (Has(EmbeddedPostgresHosting.Password) && !Has(ConnectionString))
        {
            yield return new SettingFault(EmbeddedPostgresHosting.Password, "It belongs to a connection string, and there is none.", $"Set {ConnectionString}, or remove this.");
        }

        var servers = configuration.GetSection(StateServers.Section).GetChildren().Where(s => !string.IsNullOrEmpty(s.Value)).Select(s => s.Key).ToArray();
        foreach (var name in servers.Where(n => !ServerName().IsMatch(n)))
        {
            yield return new SettingFault($"{StateServers.Section}:{name}", "That is no name for a server.", "Take 1 to 30 small letters, digits and hyphens.");
        }

        var readable = servers.Select(n => (Name: n, Given: configuration[$"{StateServers.Section}:{n}"]!)).Where(s => Values.ConnectionString(s.Given) is null);
        var places = readable.ToLookup(s => StateServers.Place(s.Given), s => s.Name);
        foreach (var name in places.SelectMany(p => p.Skip(1)))
        {
            yield return new SettingFault($"{StateServers.Section}:{name}", "Another name means the same database.", "Give each database one name.");
        }

        if (Has(StateServers.DefaultSetting) && !servers.Contains(configuration[StateServers.DefaultSetting], StringComparer.Ordinal))
        {
            yield return new SettingFault(StateServers.DefaultSetting, "There is no server of that name.", $"Name one of those in {StateServers.Section}, or remove this.");
        }

        foreach (var part in (string[])["User", "Password"])
        {
            var other = part == "User" ? "Password" : "User";
            if (Has($"{Mailing.Section}:{other}") && !Has($"{Mailing.Section}:{part}"))
            {
                yield return new SettingFault($"{Mailing.Section}:{part}", $"It is missing, and {Mailing.Section}:{other} is set.", "Set both or none.");
            }
        }

        foreach (var provider in configuration.GetSection(OpenIdConnect.Section).GetChildren())
        {
            foreach (var part in (string[])["Authority", "ClientId"])
            {
                if (!Has($"{provider.Path}:{part}"))
                {
                    yield return new SettingFault($"{provider.Path}:{part}", "It is missing.", "A provider needs Authority and ClientId: set it, or remove the provider.");
                }
            }
        }

        if (Has(DashboardOptions.Section + ":Api") && !Has(DashboardOptions.Section + ":Key"))
        {
            yield return new SettingFault(DashboardOptions.Section + ":Key", $"It is missing, and {DashboardOptions.Section}:Api is set.", "Set it to the same long random text as at that api.");
        }
    }

    private static Func<string, Complaint?>? Find(string name)
    {
        var parts = name.Split(':');
        if (parts.Length == 4 && name.StartsWith(OpenIdConnect.Section + ":", StringComparison.OrdinalIgnoreCase))
        {
            name = $"{OpenIdConnect.Section}:*:{parts[3]}";
        }
        else if (parts.Length == 4 && name.StartsWith(StateServers.Section + ":", StringComparison.OrdinalIgnoreCase))
        {
            name = StateServers.Section + ":*";
        }

        return All.GetValueOrDefault(name);
    }

    /// <summary>The name that takes the fewest changes of a letter, if they are few.</summary>
    private static string? Nearest(string name)
    {
        var near = All.Keys.Where(k => !k.Contains('*', StringComparison.Ordinal)).MinBy(k => Distance(k, name))!;
        return Distance(near, name) <= 3 ? near : null;
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? corner : 1 + Math.Min(corner, Math.Min(above, row[j - 1]));
                corner = above;
            }
        }

        return row[^1];
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,29}$", RegexOptions.CultureInvariant)]
    private static partial Regex ServerName();
}

/// <summary>Why a value is not taken, and what is.</summary>
internal sealed record Complaint(string Reason, string WayOut);
