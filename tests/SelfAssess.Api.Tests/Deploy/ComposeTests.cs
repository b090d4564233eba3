using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using SelfAssess.Api.Platform.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using Mapping = System.Collections.Generic.Dictionary<object, object>;
using Settings = SelfAssess.Api.Platform.Configuration.Settings;

namespace SelfAssess.Api.Tests.Deploy;

/// <summary>What <c>compose.yaml</c> promises, read from the file: no container engine is needed.</summary>
public sealed partial class ComposeTests
{
    private static readonly Mapping File_ = Read();
    private static readonly Mapping Services = (Mapping)File_["services"];

    public static TheoryData<string> Names => [.. Services.Keys.Cast<string>()];

    [Fact]
    public void A_primary_and_its_replica_two_nodes_and_a_proxy() => Assert.Equal(["node-1", "node-2", "primary", "proxy", "replica"], Services.Keys.Cast<string>().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_is_pinned_confined_and_watched(string name)
    {
        var service = Service(name);
        Assert.Matches(Pinned(), (string)service["image"]);
        Assert.Equal("true", service["read_only"]);
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", (string)service["user"]);
        Assert.Equal(["ALL"], Texts(service["cap_drop"]));
        Assert.Contains("no-new-privileges:true", Texts(service["security_opt"]));
        Assert.Equal("CMD", Texts(((Mapping)service["healthcheck"])["test"])[0]);
        Assert.Contains(Texts(service["tmpfs"]), t => t.StartsWith("/tmp", StringComparison.Ordinal));
        Assert.DoesNotContain("privileged", service.Keys);
    }

    [Theory]
    [InlineData("primary")]
    [InlineData("replica", "primary")]
    [InlineData("node-1", "primary", "replica")]
    [InlineData("node-2", "primary", "replica")]
    [InlineData("proxy", "node-1", "node-2")]
    public void A_service_starts_once_what_it_needs_is_healthy(string name, params string[] needed)
    {
        var depends = Service(name).TryGetValue("depends_on", out var found) ? (Mapping)found : [];
        Assert.Equal(needed, depends.Keys.Cast<string>().Order(StringComparer.Ordinal));
        Assert.All(depends.Values.Cast<Mapping>(), d => Assert.Equal("service_healthy", d["condition"]));
    }

    [Fact]
    public void No_secret_is_in_the_file_and_every_one_is_a_file_that_git_and_the_image_ignore()
    {
        foreach (var (name, secret) in (Mapping)File_["secrets"])
        {
            Assert.Equal($"deploy/secrets/{name}", ((Mapping)secret)["file"]);
        }

        Assert.Contains("deploy/secrets/", File.ReadAllLines(Path.Combine(Repository.Root, ".gitignore")));
        var image = File.ReadAllLines(Path.Combine(Repository.Root, ".dockerignore"));
        // The image takes what is named and nothing else.
        Assert.Equal("*", image.First(l => !l.StartsWith('#')));
        Assert.DoesNotContain(image, l => l.StartsWith("!deploy", StringComparison.Ordinal) || l.StartsWith("!.env", StringComparison.Ordinal));
        Assert.All(Services.Values.Cast<Mapping>().SelectMany(Environment), setting =>
        {
            Assert.True(!Secret().IsMatch(setting.Key) || setting.Value.StartsWith("/run/secrets", StringComparison.Ordinal), setting.Key);
            Assert.DoesNotContain("Password=", setting.Value, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_asks_for_secrets_that_there_are(string name) =>
        Assert.All(Secrets(Service(name)), s => Assert.Contains(s.Source, ((Mapping)File_["secrets"]).Keys));

    [Theory]
    [InlineData("node-1")]
    [InlineData("node-2")]
    public void A_node_starts_with_what_it_is_given(string name)
    {
        var example = File.ReadAllLines(Path.Combine(Repository.Root, ".env.example")).Where(l => l.Contains('=', StringComparison.Ordinal) && !l.StartsWith('#')).ToDictionary(l => l.Split('=')[0], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var settings = Environment(Service(name)).ToDictionary(
            s => s.Key.Replace("__", ":", StringComparison.Ordinal),
            s => (string?)Variable().Replace(s.Value, v => example[v.Groups["name"].Value]));
        Assert.Equal("/run/secrets", settings[SecretFiles.Folder]);
        settings[SecretFiles.Folder] = AppContext.BaseDirectory;
        foreach (var secret in Secrets(Service(name)))
        {
            // What the secret's maker writes: 48 hexadecimal digits.
            settings.Add(secret.Target.Replace("__", ":", StringComparison.Ordinal), "0123456789abcdef0123456789abcdef0123456789abcdef");
        }

        Assert.Contains("SelfAssess:Database:Password", settings.Keys);
        Assert.Empty(Settings.Check(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Fact]
    public void Nodes_believe_the_address_that_the_proxy_has()
    {
        var web = (Mapping)((Mapping)Service("proxy")["networks"])["web"];
        Assert.All((string[])["node-1", "node-2"], node => Assert.Equal(web["ipv4_address"], Environment(Service(node))["SelfAssess__Proxies"]));
    }

    [Fact]
    public void Only_the_proxy_is_open_and_databases_reach_nothing_outside()
    {
        Assert.Equal(["proxy"], Services.Where(s => ((Mapping)s.Value).ContainsKey("ports")).Select(s => s.Key));
        Assert.Equal("true", ((Mapping)((Mapping)File_["networks"])["database"])["internal"]);
        Assert.All((string[])["primary", "replica"], name => Assert.Equal(["database"], Texts(Service(name)["networks"])));
    }

    [Fact]
    public void Images_of_the_build_are_pinned_and_what_runs_is_small_and_not_root()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "api", "Dockerfile"));
        var bases = lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]).ToArray();
        Assert.All(bases, image => Assert.Matches(Pinned(), image));
        Assert.EndsWith("-chiseled-extra", bases[^1], StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID", lines);
    }

    [Fact]
    public void Files_that_are_mounted_are_there()
    {
        var mounted = Services.Values.Cast<Mapping>().Where(s => s.ContainsKey("volumes")).SelectMany(s => Texts(s["volumes"])).Where(v => v.StartsWith("./", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, mounted.Length);
        Assert.All(mounted, m =>
        {
            Assert.EndsWith(":ro", m, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Repository.Root, m.Split(':')[0])), m);
        });
    }

    private static Mapping Service(string name) => (Mapping)Services[name];

    private static string[] Texts(object list) => [.. ((List<object>)list).Cast<string>()];

    private static Dictionary<string, string> Environment(Mapping service) =>
        service.TryGetValue("environment", out var found) ? ((Mapping)found).ToDictionary(e => (string)e.Key, e => (string)e.Value) : [];

    private static IEnumerable<(string Source, string Target)> Secrets(Mapping service) =>
        service.TryGetValue("secrets", out var found) ? ((List<object>)found).Select(s => s is Mapping m ? ((string)m["source"], (string)m["target"]) : ((string)s, (string)s)) : [];

    private static Mapping Read()
    {
        using var reader = File.OpenText(Path.Combine(Repository.Root, "compose.yaml"));
        return new DeserializerBuilder().Build().Deserialize<Mapping>(new MergingParser(new Parser(reader)));
    }

    /// <summary>Down to the last number of a version: not a tag that moves on its own.</summary>
    [GeneratedRegex(@"^[a-z0-9./-]+:[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z0-9-]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pinned();

    [GeneratedRegex("password|secret|key", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(:[?-][^}]*)?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
