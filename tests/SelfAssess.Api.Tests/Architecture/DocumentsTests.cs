using System.Text.RegularExpressions;

namespace SelfAssess.Api.Tests.Architecture;

/// <summary>Documents that lead to where they say.</summary>
public sealed partial class DocumentsTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")).Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(Links(document), link =>
        {
            var (path, anchor) = (link.Split('#')[0], link.Contains('#', StringComparison.Ordinal) ? link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..] : null);
            var target = path.Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(folder, path));
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{document} links to {link}, which is not there.");
            if (anchor is not null)
            {
                Assert.Contains(anchor, Heading().Matches(File.ReadAllText(target)).Select(h => Anchor(h.Groups["text"].Value)));
            }
        });
    }

    [Fact]
    public void Every_document_is_found_from_the_README()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { "README.md" };
        var left = new Queue<string>(seen);
        while (left.TryDequeue(out var document))
        {
            foreach (var link in Links(document).Select(l => l.Split('#')[0]).Where(l => l.EndsWith(".md", StringComparison.Ordinal)))
            {
                var next = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, link))).Replace('\\', '/');
                if (seen.Add(next))
                {
                    left.Enqueue(next);
                }
            }
        }

        Assert.Empty(Documents.Select(d => d.Data).Except(seen, StringComparer.Ordinal));
    }

    private static IEnumerable<string> Links(string document) =>
        Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(m => m.Groups["to"].Value).Where(l => !l.Contains("://", StringComparison.Ordinal));

    /// <summary>As forges make an anchor of a heading.</summary>
    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
