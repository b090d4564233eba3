using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using ICU4N.Text;

namespace SelfAssess.Api.Papers.Content;

/// <summary>
/// The sentences of papers in one language. A sentence that depends on a number is kept once for each of the language's plural categories
/// (CLDR): <c>of.one</c>, <c>of.other</c>. In a sentence, <c>[table:key]</c>, <c>[figure:key]</c> and <c>[annex:key]</c> stand for the number of what
/// is referred to, and what else stands in brackets is to be filled in by whoever edits the paper.
/// </summary>
internal sealed partial class PaperWords(string language)
{
    private static readonly ResourceManager resources = new("SelfAssess.Api.Papers.Texts.PaperTexts", typeof(PaperWords).Assembly);
    private static readonly ConcurrentDictionary<string, PluralRules> plurals = new(StringComparer.Ordinal);

    private readonly CultureInfo culture = CultureInfo.GetCultureInfo(language);

    public string Language => language;

    /// <summary>A text with its values filled in.</summary>
    public string Say(string key, params ReadOnlySpan<object> values) => values.Length == 0 ? Template(key) : string.Format(culture, Template(key), values);

    /// <summary>A text that depends on a number, which is <c>{0}</c> in it; further values follow.</summary>
    public string Count(string key, int number, params ReadOnlySpan<object> values) => string.Format(culture, Template(CountKey(key, number)), [Number(number), .. values]);

    /// <summary>A sentence with its values filled in: what they contain is never taken for a reference.</summary>
    public IReadOnlyList<Inline> Sentence(string key, params ReadOnlySpan<object> values)
    {
        var (template, runs, at) = (Template(key), new List<Inline>(), 0);
        foreach (var mark in Mark().EnumerateMatches(template))
        {
            Add(template[at..mark.Index], values);
            var inside = template.Substring(mark.Index + 1, mark.Length - 2);
            runs.Add(inside.Split(':') is [var kind, var target] && Enum.TryParse<ReferenceKind>(kind, ignoreCase: true, out var to)
                ? new Inline.Reference(to, string.Format(CultureInfo.InvariantCulture, target, values)) : new Inline.Placeholder($"[{inside}]"));
            at = mark.Index + mark.Length;
        }

        Add(template[at..], values);
        return runs;

        void Add(string part, ReadOnlySpan<object> filled)
        {
            if (part.Length > 0)
            {
                runs.Add(new Inline.Plain(filled.Length == 0 ? part : string.Format(culture, part, filled)));
            }
        }
    }

    /// <summary>A sentence that depends on a number, which is <c>{0}</c> in it; further values follow.</summary>
    public IReadOnlyList<Inline> CountSentence(string key, int number, params ReadOnlySpan<object> values) => Sentence(CountKey(key, number), [Number(number), .. values]);

    /// <summary>A numbered paragraph of sentences that follow each other.</summary>
    public Paragraph Numbered(params IReadOnlyList<Inline>[] sentences) =>
        new(ParagraphKind.Numbered, [.. sentences.Where(s => s.Count > 0).SelectMany((s, i) => i == 0 ? s : s.Prepend(new Inline.Plain(Say("space"))))]);

    /// <summary>Words one after the other.</summary>
    public string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => Say("listLast", items.Take(items.Count - 1).Aggregate((before, next) => Say("listMore", before, next)), items[^1]),
    };

    /// <summary>Western digits in every language, as in charts.</summary>
    public string Number(decimal value) => value.ToString("0.##", language == "ar" ? CultureInfo.InvariantCulture : culture);

    /// <summary>A day in full.</summary>
    public string Day(DateOnly day) => day.ToString("D", culture);

    /// <summary>The plural categories that whole numbers have in a language.</summary>
    internal static IReadOnlyList<string> CategoriesOf(string language) => [.. Enumerable.Range(0, 201).Select(n => CategoryOf(language, n)).Distinct(StringComparer.Ordinal)];

    private static string CategoryOf(string language, int number) => plurals.GetOrAdd(language, l => PluralRules.GetInstance(l)).Select(number);

    private string CountKey(string key, int number) => $"{key}.{CategoryOf(language, number)}";

    private string Template(string key) => resources.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text '{key}' in '{language}'.");

    [GeneratedRegex(@"\[[^\[\]]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
