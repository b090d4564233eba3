using SelfAssess.Api.Practices;

namespace SelfAssess.Api.Papers.Content;

/// <summary>What States volunteered in their own words, by theme: in the language in which they wrote it, and with their name only where they want it.</summary>
internal static class VolunteeredPractices
{
    /// <param name="source">The release.</param>
    /// <param name="practices">Those that were published with it.</param>
    public static IEnumerable<Block> Of(PaperSource source, IReadOnlyList<DeliveredPractice> practices)
    {
        var words = source.Words;
        yield return new Heading(1, words.Say("section.practices"));
        if (practices.Count == 0)
        {
            yield return source.Numbered(words.Sentence("practices.none"));
            yield break;
        }

        yield return source.Numbered(words.Sentence("practices.said"), words.Sentence("practices.languages"));
        // In the questionnaire's order; within a theme in the order of ids, which chance made.
        foreach (var section in source.Questionnaire.AllSections().Select(s => s.Id))
        {
            var own = practices.Where(p => p.Theme == section).ToArray();
            if (own.Length > 0)
            {
                yield return new Heading(2, source.Theme(section));
            }

            foreach (var practice in own)
            {
                yield return source.Numbered([new Inline.Plain(words.Say("practice.by", By(words, practice), words.Say($"language.{practice.Language}")))]);
                yield return new Quotation(practice.Title, practice.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), practice.Language);
            }
        }
    }

    private static string By(PaperWords words, DeliveredPractice practice) =>
        practice.State is { Names: var names } ? names.GetValueOrDefault(words.Language) ?? names["en"] : words.Say("practice.aState");
}
