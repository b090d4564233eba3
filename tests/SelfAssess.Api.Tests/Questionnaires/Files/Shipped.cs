using System.Text.RegularExpressions;
using SelfAssess.Api.Questionnaires.Files;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>The questionnaires of the repository, as the program carries them.</summary>
internal static partial class Shipped
{
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "questionnaires");

    /// <summary>The small instrument in English alone, so that a test's edit of the structure meets one file of texts.</summary>
    public static IReadOnlyList<QuestionnaireFile> Office { get; } =
    [
        .. QuestionnaireFolder.ReadAll(Root).Single(f => f.Folder == "small-office-continuity/1.0").Files.Where(f => f.Path is Structure or English)
            .Select(f => f.Path == Structure ? f with { Content = Languages().Replace(f.Content, "languages: [en]") } : f),
    ];

    public const string Structure = "questionnaire.yaml";
    public const string English = "texts/en.yaml";

    /// <summary>The small instrument after one edit.</summary>
    public static IReadOnlyList<QuestionnaireFile> With(this IReadOnlyList<QuestionnaireFile> files, string path, string old, string replacement)
    {
        var content = files.Single(f => f.Path == path).Content;
        Assert.Contains(old, content, StringComparison.Ordinal);
        var at = content.IndexOf(old, StringComparison.Ordinal);
        return [.. files.Select(f => f.Path == path ? f with { Content = content[..at] + replacement + content[(at + old.Length)..] } : f)];
    }

    [GeneratedRegex(@"languages: \[[^\]]*\]")]
    private static partial Regex Languages();

    /// <summary>Line (from 1) of the first place where a text stands.</summary>
    public static int LineOf(this IReadOnlyList<QuestionnaireFile> files, string path, string text)
    {
        var content = files.Single(f => f.Path == path).Content;
        var at = content.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, text);
        return content[..at].Count(c => c == '\n') + 1;
    }
}
