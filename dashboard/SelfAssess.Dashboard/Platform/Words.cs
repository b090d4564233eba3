using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;
using ICU4N.Text;

namespace SelfAssess.Dashboard.Platform;

/// <summary>
/// The words of one area of the dashboard, in the language of the request: <c>Texts/AREA.resx</c> in English, <c>Texts/AREA.LANGUAGE.resx</c> beside it.
/// A text that depends on a number is kept once for each of the language's plural categories (CLDR): <c>answered.one</c>, <c>answered.other</c>.
/// </summary>
public sealed class Words
{
    private static readonly ConcurrentDictionary<string, Words> areas = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, PluralRules> plurals = new(StringComparer.Ordinal);

    private readonly ResourceManager resources;
    private readonly string area;

    private Words(string area) => (this.area, resources) = (area, new ResourceManager($"SelfAssess.Dashboard.Texts.{area}", typeof(Words).Assembly));

    /// <summary>The words of an area.</summary>
    public static Words Of(string area) => areas.GetOrAdd(area, a => new Words(a));

    /// <summary>A text.</summary>
    /// <exception cref="MissingManifestResourceException">There is no such text.</exception>
    public string this[string key] => Find(key) ?? throw new MissingManifestResourceException($"There is no text '{key}' in '{area}' for '{Languages.Current}'.");

    /// <summary>A text with its values filled in: numbers and dates as the language writes them, names set apart, so that one in another script leaves the rest in its order.</summary>
    public string this[string key, params object?[] values] => string.Format(CultureInfo.CurrentCulture, this[key], [.. values.Select(v => v is string name ? Apart(name) : v)]);

    /// <summary>A text, or null where there is none.</summary>
    public string? Find(string key) => resources.GetString(key, CultureInfo.CurrentUICulture);

    /// <summary>A text that depends on a number, which is <c>{0}</c> in it; further values follow.</summary>
    public string Count(string key, int number, params object?[] values) => this[$"{key}.{CategoryOf(Languages.Current, number)}", [number, .. values]];

    /// <summary>
    /// A text set apart from the one around it (Unicode's first strong isolate), where either may run from the right; elsewhere as it is, so that what is copied
    /// from a page has no signs that nobody sees.
    /// </summary>
    public static string Apart(string text) => text.Length > 0 && (Languages.Direction == "rtl" || text.Any(IsOfRightToLeftScript)) ? $"\u2068{text}\u2069" : text;

    private static bool IsOfRightToLeftScript(char c) => c is (>= '\u0590' and <= '\u08ff') or (>= '\ufb1d' and <= '\ufdff') or (>= '\ufe70' and <= '\ufeff');

    /// <summary>The plural category of a number: zero, one, two, few, many or other.</summary>
    public static string CategoryOf(string language, int number) => plurals.GetOrAdd(language, l => PluralRules.GetInstance(l)).Select(number);

    /// <summary>The plural categories that whole numbers have in a language.</summary>
    public static IReadOnlyList<string> CategoriesOf(string language) => [.. Enumerable.Range(0, 201).Select(n => CategoryOf(language, n)).Distinct(StringComparer.Ordinal)];
}
