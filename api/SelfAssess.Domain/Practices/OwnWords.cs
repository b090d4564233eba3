using System.Globalization;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Domain.Practices;

/// <summary>
/// Whether a text that a State wrote may be shown to others as it is: it has no signs that cannot be seen but change what is read. Marks of direction that belong
/// to a script (U+200E, U+200F, U+061C) stay; embeddings, overrides and isolates, which can put words in another order than they were approved in, do not.
/// </summary>
public static class OwnWords
{
    /// <summary>The first sign for which a text is refused; null where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">Whether it may have lines and tabs.</param>
    /// <returns>As <c>U+202E</c>; <c>U+FFFD</c> for half of a surrogate pair.</returns>
    public static string? Refused(string text, bool lines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!StorableText.Is(text))
        {
            return "U+FFFD";
        }

        foreach (var sign in text.EnumerateRunes())
        {
            var control = System.Text.Rune.GetUnicodeCategory(sign) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if ((control && !(lines && sign.Value is '\n' or '\r' or '\t')) || sign.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
            {
                return string.Create(CultureInfo.InvariantCulture, $"U+{sign.Value:X4}");
            }
        }

        return null;
    }

    /// <summary>A text as it is kept: lines end alike, and no blanks surround it.</summary>
    public static string Kept(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim();
    }
}
