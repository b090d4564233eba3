using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using SelfAssess.Attacker.Audit;
using SelfAssess.Domain.Releases;
using Assembly = System.Reflection.Assembly;

namespace SelfAssess.Api.Tests.Architecture;

/// <summary>What may know what. The tables of docs/architecture.md are the rule: a reference that they do not have fails here, and so does an entry without a reference.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly domain = typeof(Release).Assembly;
    private static readonly Assembly attacker = typeof(AuditGate).Assembly;
    private static readonly Assembly api = typeof(Program).Assembly;
    private static readonly Assembly dashboard = typeof(SelfAssess.Dashboard.DashboardSetup).Assembly;
    private static readonly ArchUnitNET.Domain.Architecture architecture = new ArchLoader().LoadAssemblies(domain, attacker, api, dashboard).Build();
    private static readonly string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

    [Fact]
    public void Domain_knows_nothing_but_the_runtime() => Assert.All(domain.GetReferencedAssemblies(), a => Assert.Matches("^(System|netstandard|mscorlib)", a.Name));

    [Fact]
    public void Attacker_knows_the_domain_and_the_solver() =>
        Assert.All(attacker.GetReferencedAssemblies(), a => Assert.Matches("^(System|Google|SelfAssess.Domain$)", a.Name));

    [Fact]
    public void Nobody_but_the_attacker_knows_the_solver() =>
        Assert.All((Assembly[])[domain, api, dashboard], a => Assert.DoesNotContain(a.GetReferencedAssemblies(), r => r.Name!.StartsWith("Google", StringComparison.Ordinal)));

    [Fact]
    public void Dashboard_is_a_client_like_any_other() =>
        Assert.DoesNotContain(dashboard.GetReferencedAssemblies(), a => a.Name!.StartsWith("SelfAssess", StringComparison.Ordinal));

    [Theory]
    [InlineData("SelfAssess.Domain", "## What knows what in the domain")]
    [InlineData("SelfAssess.Api", "## What knows what in the API")]
    public void Folders_know_what_the_document_says(string prefix, string heading)
    {
        var told = Told(heading).ToHashSet();
        var found = References(prefix).ToLookup(r => (r.From, r.To));
        Assert.Empty(found.Where(r => !told.Contains(r.Key)).Select(r => $"{r.Key.From} knows {r.Key.To}: {string.Join(", ", r.Select(t => $"{t.Type.Name} → {t.Target.Name}").Distinct(StringComparer.Ordinal).Take(4))}"));
        Assert.Empty(told.Where(t => !found.Contains(t)).Select(t => $"{t.From} does not know {t.To}"));
    }

    [Fact]
    public void Use_case_is_entered_from_outside_only()
    {
        // Fictitious States go through the doors of real ones.
        var reaching = from type in architecture.Types
                       where FolderOf(type, "SelfAssess.Api") is not (null or "Demo")
                       from target in type.Dependencies.Select(d => d.Target)
                       where target.Name.EndsWith("Endpoint", StringComparison.Ordinal) && FolderOf(target, "SelfAssess.Api") is { } folder && folder != FolderOf(type, "SelfAssess.Api")
                       select $"{type.FullName} → {target.FullName}";
        Assert.Empty(reaching.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Way_of_the_data_leads_through_folders_and_types_that_exist()
    {
        var way = document.Split("```")[1];
        var names = Name().Matches(way).Select(m => m.Groups["name"].Value.TrimEnd('/')).ToArray();
        Assert.True(names.Length >= 12, way);
        Assert.All(names, name => Assert.True(
            Directory.Exists(Path.Combine(Repository.Root, name))
            || Directory.EnumerateDirectories(Path.Combine(Repository.Root, "api"), "*", SearchOption.AllDirectories).Any(d => d.Replace('\\', '/').EndsWith("/" + name, StringComparison.Ordinal))
            || Directory.EnumerateFiles(Path.Combine(Repository.Root, "api"), Path.GetFileName(name) + ".cs", SearchOption.AllDirectories).Any(), $"There is no {name}."));
    }

    /// <summary>The rows of the table under a heading: a folder, and what it knows.</summary>
    private static IEnumerable<(string From, string To)> Told(string heading) =>
        from row in Row().Matches(document[document.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0])
        from to in Folder().Matches(row.Groups["to"].Value)
        select (row.Groups["from"].Value, to.Groups["name"].Value);

    /// <summary>Which types of a folder refer to types of another. Platform serves all, and puts all together; the demonstration uses all.</summary>
    private static IEnumerable<(string From, string To, IType Type, IType Target)> References(string prefix) =>
        from type in architecture.Types
        let folder = FolderOf(type, prefix)
        where folder is not (null or "Platform" or "Demo")
        from target in type.Dependencies.Select(d => d.Target)
        where target is not GenericParameter
        let to = FolderOf(target, prefix)
        where to is not (null or "Platform") && to != folder
        select (folder, to, type, target);

    private static string? FolderOf(IType type, string prefix)
    {
        var name = type.Namespace?.FullName ?? "";
        return name.StartsWith(prefix + ".", StringComparison.Ordinal) ? name[(prefix.Length + 1)..].Split('.')[0] : null;
    }

    [GeneratedRegex(@"^\| `(?<from>\w+)` \| (?<to>.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>\w+)`")]
    private static partial Regex Folder();

    // "  └ Releases/Contributions   what a State adds" and "States/, Cycles/    who, when".
    [GeneratedRegex(@"(^[ └]*|(?<=/, ))(?<name>[A-Za-z.]+/?[A-Za-z/.]*)(?=,| {2}|$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
