using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>Texts as a spreadsheet's XML holds them: what XML cannot hold is written <c>_x0001_</c>, and what looks like that is written <c>_x005F_x0001_</c>.</summary>
internal static partial class SpreadsheetText
{
    public static string Escape(string text)
    {
        var escaped = LooksEscaped().Replace(text, "_x005F_");
        if (!escaped.Any(IsForbidden))
        {
            return escaped;
        }

        var result = new StringBuilder(escaped.Length + 16);
        foreach (var c in escaped)
        {
            _ = IsForbidden(c) ? result.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_") : result.Append(c);
        }

        return result.ToString();
    }

    public static string Unescape(string text) => text.Contains("_x", StringComparison.Ordinal)
        ? Escaped().Replace(text, m => ((char)int.Parse(m.ValueSpan[2..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()) : text;

    // A carriage return would come back as a line feed.
    private static bool IsForbidden(char c) => c is (< ' ' and not '\t' and not '\n') or '\uFFFE' or '\uFFFF';

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant)]
    private static partial Regex LooksEscaped();

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
