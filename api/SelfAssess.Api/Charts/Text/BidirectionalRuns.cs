using ICU4N;
using ICU4N.Globalization;

namespace SelfAssess.Api.Charts.Text;

/// <summary>A stretch of text that is written in one direction.</summary>
/// <param name="Start">In UTF-16 units.</param>
/// <param name="Length">In UTF-16 units.</param>
/// <param name="RightToLeft">Its direction.</param>
internal readonly record struct BidirectionalRun(int Start, int Length, bool RightToLeft);

/// <summary>
/// The Unicode Bidirectional Algorithm (UAX #9) for one line of a label: rules W1–W7, N1–N2, I1–I2, L1 and L2. Explicit formatting characters
/// (which labels do not have) are treated as neutral, and paired brackets (N0) as other neutrals. The characters' classes are ICU's; no
/// library at hand has the algorithm itself.
/// </summary>
internal static class BidirectionalRuns
{
    /// <summary>The runs of a line in the order in which they are seen, from left to right.</summary>
    public static IReadOnlyList<BidirectionalRun> Of(string text, bool rightToLeft)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var paragraph = rightToLeft ? 1 : 0;
        var classes = Classes(text);
        var original = classes.ToArray();
        ResolveWeak(classes, rightToLeft);
        ResolveNeutral(classes, rightToLeft);
        var levels = classes.Select(c => Level(c, paragraph)).ToArray();
        // L1: space at the end of the line goes with the paragraph.
        for (var i = levels.Length - 1; i >= 0 && original[i] is UCharacterDirection.WhiteSpaceNeutral or UCharacterDirection.BoundaryNeutral; i--)
        {
            levels[i] = paragraph;
        }

        return Reorder(Split(levels));
    }

    private static UCharacterDirection[] Classes(string text)
    {
        var classes = new UCharacterDirection[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            classes[i] = UChar.GetDirection(pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            if (pair)
            {
                classes[i + 1] = classes[i];
                i++;
            }
        }

        return classes;
    }

    private static void ResolveWeak(UCharacterDirection[] c, bool rightToLeft)
    {
        var start = rightToLeft ? UCharacterDirection.RightToLeft : UCharacterDirection.LeftToRight;
        // W1: marks take the class of what they stand on.
        for (var i = 0; i < c.Length; i++)
        {
            c[i] = c[i] == UCharacterDirection.DirNonSpacingMark ? (i == 0 ? start : c[i - 1]) : c[i];
        }

        // W2: European digits after an Arabic letter are Arabic ones. W3: then Arabic letters are right-to-left letters.
        var strong = start;
        for (var i = 0; i < c.Length; i++)
        {
            strong = IsStrong(c[i]) ? c[i] : strong;
            c[i] = c[i] == UCharacterDirection.EuropeanNumber && strong == UCharacterDirection.RightToLeftArabic ? UCharacterDirection.ArabicNumber : c[i];
        }

        for (var i = 0; i < c.Length; i++)
        {
            c[i] = c[i] == UCharacterDirection.RightToLeftArabic ? UCharacterDirection.RightToLeft : c[i];
        }

        // W4: one separator between two numbers of a kind belongs to them.
        for (var i = 1; i < c.Length - 1; i++)
        {
            var between = c[i - 1] == c[i + 1] ? c[i - 1] : UCharacterDirection.OtherNeutral;
            c[i] = (c[i], between) switch
            {
                (UCharacterDirection.EuropeanNumberSeparator, UCharacterDirection.EuropeanNumber) => between,
                (UCharacterDirection.CommonNumberSeparator, UCharacterDirection.EuropeanNumber or UCharacterDirection.ArabicNumber) => between,
                var (unchanged, _) => unchanged,
            };
        }

        // W5: signs beside European numbers belong to them. W6: other separators are neutral.
        for (var i = 0; i < c.Length;)
        {
            if (c[i] != UCharacterDirection.EuropeanNumberTerminator)
            {
                i++;
                continue;
            }

            var end = i;
            while (end < c.Length && c[end] == UCharacterDirection.EuropeanNumberTerminator)
            {
                end++;
            }

            var number = (i > 0 && c[i - 1] == UCharacterDirection.EuropeanNumber) || (end < c.Length && c[end] == UCharacterDirection.EuropeanNumber);
            Array.Fill(c, number ? UCharacterDirection.EuropeanNumber : UCharacterDirection.OtherNeutral, i, end - i);
            i = end;
        }

        for (var i = 0; i < c.Length; i++)
        {
            c[i] = c[i] is UCharacterDirection.EuropeanNumberSeparator or UCharacterDirection.CommonNumberSeparator ? UCharacterDirection.OtherNeutral : c[i];
        }

        // W7: European numbers in left-to-right text are part of it.
        strong = start;
        for (var i = 0; i < c.Length; i++)
        {
            strong = c[i] is UCharacterDirection.LeftToRight or UCharacterDirection.RightToLeft ? c[i] : strong;
            c[i] = c[i] == UCharacterDirection.EuropeanNumber && strong == UCharacterDirection.LeftToRight ? UCharacterDirection.LeftToRight : c[i];
        }
    }

    /// <summary>N1 and N2: neutrals between two of a direction take it, others that of the paragraph; numbers count as right-to-left here.</summary>
    private static void ResolveNeutral(UCharacterDirection[] c, bool rightToLeft)
    {
        var paragraph = rightToLeft ? UCharacterDirection.RightToLeft : UCharacterDirection.LeftToRight;
        for (var i = 0; i < c.Length;)
        {
            if (!IsNeutral(c[i]))
            {
                i++;
                continue;
            }

            var end = i;
            while (end < c.Length && IsNeutral(c[end]))
            {
                end++;
            }

            var before = i == 0 ? paragraph : Side(c[i - 1]);
            var after = end == c.Length ? paragraph : Side(c[end]);
            Array.Fill(c, before == after ? before : paragraph, i, end - i);
            i = end;
        }
    }

    private static bool IsStrong(UCharacterDirection c) =>
        c is UCharacterDirection.LeftToRight or UCharacterDirection.RightToLeft or UCharacterDirection.RightToLeftArabic;

    private static bool IsNeutral(UCharacterDirection c) =>
        !IsStrong(c) && c is not (UCharacterDirection.EuropeanNumber or UCharacterDirection.ArabicNumber);

    private static UCharacterDirection Side(UCharacterDirection c) =>
        c == UCharacterDirection.LeftToRight ? c : UCharacterDirection.RightToLeft;

    /// <summary>I1 and I2.</summary>
    private static int Level(UCharacterDirection c, int paragraph) => (c, paragraph % 2) switch
    {
        (UCharacterDirection.LeftToRight, 0) => paragraph,
        (UCharacterDirection.RightToLeft, 0) => paragraph + 1,
        (_, 0) => paragraph + 2,
        (UCharacterDirection.RightToLeft, _) => paragraph,
        _ => paragraph + 1,
    };

    private static List<(int Start, int Length, int Level)> Split(int[] levels)
    {
        var runs = new List<(int, int, int)>();
        for (var start = 0; start < levels.Length;)
        {
            var end = start;
            while (end < levels.Length && levels[end] == levels[start])
            {
                end++;
            }

            runs.Add((start, end - start, levels[start]));
            start = end;
        }

        return runs;
    }

    /// <summary>L2: from the highest level down, what is at that level or above is turned round.</summary>
    private static BidirectionalRun[] Reorder(List<(int Start, int Length, int Level)> runs)
    {
        for (var level = runs.Max(r => r.Level); level > 0; level--)
        {
            for (var i = 0; i < runs.Count;)
            {
                var end = i;
                while (end < runs.Count && runs[end].Level >= level)
                {
                    end++;
                }

                runs.Reverse(i, end - i);
                i = end + 1;
            }
        }

        return [.. runs.Select(r => new BidirectionalRun(r.Start, r.Length, r.Level % 2 == 1))];
    }
}
