using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>What the marks of a chart stand for, beside each other as far as they fit.</summary>
internal static class KeyDrawing
{
    private const float Space = 6;

    /// <summary>One mark.</summary>
    /// <param name="Name">What it stands for.</param>
    /// <param name="Draw">Draws a sample into an area.</param>
    /// <param name="Note">Said quietly behind the name; empty where there is nothing to say.</param>
    /// <param name="Width">Of the sample; it is as high as a square of 18.</param>
    public sealed record Entry(string Name, Action<SKRect> Draw, string Note = "", float Width = Sample);

    public const float Sample = 18;

    public static void Draw(Sheet sheet, IEnumerable<Entry> entries)
    {
        var style = sheet.Style;
        var x = ChartStyle.Margin;
        var line = sheet.Line("");
        var height = line.Ascent + line.Descent;
        var lowest = sheet.Y;
        foreach (var (name, draw, said, width) in entries)
        {
            var text = sheet.Wrap(name, sheet.Inner - width - Space);
            var note = sheet.Line(said);
            // The note follows the last line of the name, or stands below it.
            var after = said.Length == 0 ? 0 : text[^1].Width + Space;
            after = after + note.Width > sheet.Inner - width - Space ? 0 : after;
            var wide = width + Space + Math.Max(text.Max(l => l.Width), after + note.Width);
            if (x > ChartStyle.Margin && x + wide > style.Width - ChartStyle.Margin)
            {
                x = ChartStyle.Margin;
                sheet.Y = lowest + Space;
            }

            draw(sheet.Area(x, sheet.Y + ((height - Sample) / 2), width, Sample));
            var bottom = sheet.Put(text, x + width + Space, sheet.Y, style.Ink);
            if (said.Length > 0)
            {
                sheet.Put(note, x + width + Space + after, after > 0 ? bottom - height : bottom, style.Quiet);
                bottom += after > 0 ? 0 : height;
            }

            lowest = Math.Max(lowest, bottom);
            x += wide + Sample;
        }

        sheet.Y = lowest + 16;
    }
}
