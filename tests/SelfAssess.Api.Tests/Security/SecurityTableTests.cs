using System.Text.RegularExpressions;

namespace SelfAssess.Api.Tests.Security;

/// <summary>The table of docs/security.md says nothing that is not there.</summary>
public sealed partial class SecurityTableTests
{
    private static readonly string root = Repository.Root;

    [Fact]
    public void Every_requirement_has_one_row_and_an_honest_answer()
    {
        var rows = Rows();
        // The requirements of levels 1 and 2 in ASVS 5.0.0.
        Assert.Equal(253, rows.Count);
        Assert.Equal(rows.Count, rows.Select(r => r[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.All(rows, r => Assert.True(r.Length == 5 && r[1].Length > 0, string.Join('|', r)));
        Assert.All(rows, r => Assert.Contains(r[2], (string[])["yes", "partly", "no", "n/a"]));
        // What is met has to be shown; what is not, or does not apply, has to say why.
        Assert.All(rows, r => Assert.True(r[2] is not ("yes" or "partly") || Named().IsMatch(r[4]), $"{r[0]} shows nothing"));
        Assert.All(rows, r => Assert.True(r[2] == "yes" || r[3].Length > 0, $"{r[0]} gives no reason"));
        var counts = Counts().Match(File.ReadAllText(Path.Combine(root, "docs", "security.md")));
        Assert.Equal(((string[])["yes", "partly", "no", "n/a"]).Select(k => rows.Count(r => r[2] == k)), counts.Groups.Values.Skip(1).Select(g => int.Parse(g.Value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Everything_that_is_named_as_evidence_is_there()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (row, name) in Rows().SelectMany(r => Named().Matches(r[4]).Select(m => (r[0], m.Groups["name"].Value))))
        {
            var parts = name.Split('.');
            var there = File.Exists(Path.Combine(root, name))
                || sources[parts[0]].Any(s => s.Contains($"class {parts[0]}", StringComparison.Ordinal) && (parts.Length == 1 || s.Contains($" {parts[1]}(", StringComparison.Ordinal)));
            if (!there)
            {
                missing.Add($"{row}: {name}");
            }
        }

        Assert.Empty(missing);
    }

    private static List<string[]> Rows() =>
        [.. File.ReadAllLines(Path.Combine(root, "docs", "security.md")).Where(l => Row().IsMatch(l)).Select(l => l.Trim('|', ' ').Split(" | ").Select(c => c.Trim()).ToArray())
            .Select(r => r.Length == 4 ? [.. r, ""] : r)];

    [GeneratedRegex(@"^\| [0-9]+\.[0-9]+\.[0-9]+ \|", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"met: ([0-9]+), partly: ([0-9]+), not met: ([0-9]+), not applicable: ([0-9]+)")]
    private static partial Regex Counts();
}
