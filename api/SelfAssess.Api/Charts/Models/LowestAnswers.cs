using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The questions with the lowest answer of each section, without which a State's own level is never shown.</summary>
internal static class LowestAnswers
{
    // More of them would hide the level beside which they stand.
    private const int Most = 3;

    /// <summary>By section, the ids as a list; empty where nothing is counted.</summary>
    public static IReadOnlyDictionary<string, string> Of(ScoreSheet sheet) => Below(sheet.Explain().Sections).ToDictionary(s => s.Section, List, StringComparer.Ordinal);

    private static string List(SectionExplanation section) => section.Lowest is not { Questions: var questions } ? ""
        : string.Join(", ", questions.Take(Most)) + (questions.Count > Most ? " …" : "");

    private static IEnumerable<SectionExplanation> Below(IEnumerable<SectionExplanation> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));
}
