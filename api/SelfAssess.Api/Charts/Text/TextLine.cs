using HarfBuzzSharp;
using ICU4N.Text;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Text;

/// <summary>A glyph where it is drawn, from the line's left end and its baseline, in pixels.</summary>
/// <param name="Face">Its typeface.</param>
/// <param name="Id">0 where no typeface has the character.</param>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
/// <param name="Cluster">Position in the text of the character that it shows.</param>
internal readonly record struct PlacedGlyph(Face Face, ushort Id, float X, float Y, int Cluster);

/// <summary>
/// One line of text, laid out: bidirectional runs, a typeface for each script, shaped by HarfBuzz. It is drawn as outlines, in pictures of every
/// format alike, so that no reader needs the typeface and nothing is shaped a second time.
/// </summary>
internal sealed class TextLine
{
    private readonly List<PlacedGlyph> glyphs = [];

    private TextLine(string text, float size)
    {
        Text = text;
        Size = size;
    }

    public string Text { get; }

    public float Size { get; }

    public float Width { get; private set; }

    /// <summary>From left to right as they are seen.</summary>
    public IReadOnlyList<PlacedGlyph> Glyphs => glyphs;

    /// <summary>Height of the line above the baseline.</summary>
    public float Ascent => Size * 0.98f;

    /// <summary>Depth below the baseline.</summary>
    public float Descent => Size * 0.3f;

    public static TextLine Of(string text, float size, Weight weight, bool rightToLeft)
    {
        var line = new TextLine(text, size);
        var faces = Typefaces.Of(weight);
        foreach (var run in BidirectionalRuns.Of(text, rightToLeft))
        {
            var parts = Parts(text, run, faces).ToList();
            if (run.RightToLeft)
            {
                parts.Reverse();
            }

            foreach (var (start, length, face) in parts)
            {
                line.Shape(start, length, face, run.RightToLeft);
            }
        }

        return line;
    }

    /// <summary>Breaks a text into lines no wider than <paramref name="width"/>, where Unicode's line-breaking rules allow it.</summary>
    public static IReadOnlyList<TextLine> Wrap(string text, float width, float size, Weight weight, bool rightToLeft)
    {
        var lines = new List<TextLine>();
        var breaks = BreakIterator.GetLineInstance();
        breaks.SetText(text);
        var (start, last) = (0, 0);
        for (var end = breaks.Next(); end != BreakIterator.Done; end = breaks.Next())
        {
            if (last > start && Of(text[start..end].TrimEnd(), size, weight, rightToLeft).Width > width)
            {
                lines.Add(Of(text[start..last].TrimEnd(), size, weight, rightToLeft));
                start = last;
            }

            last = end;
        }

        lines.Add(Of(text[start..].TrimEnd(), size, weight, rightToLeft));
        return lines;
    }

    /// <summary>Draws the line with its left end and baseline at a point.</summary>
    public void Draw(SKCanvas canvas, float x, float baseline, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true, Style = SKPaintStyle.Fill };
        foreach (var group in glyphs.GroupBy(g => g.Face))
        {
            using var font = new SKFont(group.Key.Typeface, Size) { Hinting = SKFontHinting.None, Subpixel = true, LinearMetrics = true };
            foreach (var glyph in group)
            {
                using var outline = font.GetGlyphPath(glyph.Id);
                if (outline is null)
                {
                    continue;
                }

                // Skia takes overlapping strokes apart and loses the direction of some holes: they are told by their number of edges, glyph by glyph,
                // since letters that join overlap each other.
                outline.FillType = SKPathFillType.EvenOdd;
                outline.Transform(SKMatrix.CreateTranslation(x + glyph.X, baseline + glyph.Y));
                canvas.DrawPath(outline, paint);
            }
        }
    }

    /// <summary>Stretches of a run that one typeface can show; what suits every script (spaces, punctuation) stays with its neighbour.</summary>
    private static IEnumerable<(int Start, int Length, Face Face)> Parts(string text, BidirectionalRun run, Face[] faces)
    {
        Face? current = null;
        var start = run.Start;
        for (var i = run.Start; i < run.Start + run.Length;)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var codePoint = pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            var face = current?.Has(codePoint) == true ? current : faces.FirstOrDefault(f => f.Has(codePoint)) ?? current ?? faces[0];
            if (current is not null && face != current)
            {
                yield return (start, i - start, current);
                start = i;
            }

            current = face;
            i += codePoint > char.MaxValue ? 2 : 1;
        }

        if (current is not null)
        {
            yield return (start, run.Start + run.Length - start, current);
        }
    }

    private void Shape(int start, int length, Face face, bool rightToLeft)
    {
        using var buffer = new HarfBuzzSharp.Buffer();
        // With its surroundings, so that letters at the end of a part still join.
        buffer.AddUtf16(Text.AsSpan(), start, length);
        buffer.GuessSegmentProperties();
        buffer.Direction = rightToLeft ? Direction.RightToLeft : Direction.LeftToRight;
        face.Shaper.Shape(buffer);
        var scale = Size / face.UnitsPerEm;
        var (infos, positions) = (buffer.GlyphInfos, buffer.GlyphPositions);
        for (var i = 0; i < infos.Length; i++)
        {
            glyphs.Add(new PlacedGlyph(face, (ushort)infos[i].Codepoint, Width + (positions[i].XOffset * scale), -positions[i].YOffset * scale, (int)infos[i].Cluster));
            Width += positions[i].XAdvance * scale;
        }
    }
}
