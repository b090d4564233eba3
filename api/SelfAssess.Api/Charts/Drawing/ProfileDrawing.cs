using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>A radar of the themes for their shape, and beside it the dots, which read better.</summary>
internal static class ProfileDrawing
{
    public static void Draw(ProfileChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        Key(chart, sheet);
        var style = sheet.Style;
        var side = style.Narrow ? sheet.Inner : Math.Min(style.Width * 0.4f, 450);
        var top = sheet.Y;
        Radar(chart, sheet, ChartStyle.Margin, top, side);
        if (style.Narrow)
        {
            sheet.Y = top + side + 12;
            Dots(chart, sheet, ChartStyle.Margin, sheet.Inner);
        }
        else
        {
            Dots(chart, sheet, ChartStyle.Margin + side + 24, sheet.Inner - side - 24);
            sheet.Y = Math.Max(sheet.Y, top + side);
        }

        sheet.Foot(chart);
    }

    private static void Radar(ProfileChart chart, Sheet sheet, float x, float top, float side)
    {
        var style = sheet.Style;
        var count = chart.Themes.Count;
        const float edge = 46;
        var area = sheet.Area(x + edge, top + (edge * 0.6f), side - (2 * edge), side - (1.2f * edge));
        var radius = Math.Min(area.Width, area.Height) / 2;
        area = SKRect.Create(area.MidX - radius, area.MidY - radius, 2 * radius, 2 * radius);
        sheet.Plot(area, 200, 200, plot =>
        {
            foreach (var ring in (double[])[25, 50, 75, 100])
            {
                var web = plot.Add.Polygon([.. Enumerable.Range(0, count).Select(i => At(i, ring))]);
                web.FillColor = Colors.Transparent;
                web.LineColor = Sheet.Plotted(style.Grid);
                web.LineWidth = 1;
            }

            for (var i = 0; i < count; i++)
            {
                var spoke = plot.Add.Line(100, 100, At(i, 100).X, At(i, 100).Y);
                spoke.LineColor = Sheet.Plotted(style.Grid);
                spoke.LineWidth = 1;
            }

            Outline(plot, [.. chart.Themes.Select(t => t.Last)], style.Quiet, 1.5f, dashed: true);
            Shape(plot, [.. chart.Themes.Select(t => t.Index)]);
        });
        for (var i = 0; i < count; i++)
        {
            var line = sheet.Line(chart.Themes[i].Id);
            var angle = Math.Tau * i / count;
            var centre = sheet.Along(area.MidX, style.Width);
            var lx = centre + ((radius + 10 + (line.Width / 2)) * Math.Sin(angle));
            var ly = area.MidY - ((radius + 14) * Math.Cos(angle));
            sheet.Put(line, (float)lx, (float)ly - ((line.Ascent + line.Descent) / 2), style.Ink, Anchor.Middle);
        }

        Coordinates At(int theme, double value)
        {
            var angle = Math.Tau * theme / count;
            return new Coordinates(sheet.Along(100 + (value * Math.Sin(angle)), 200), 100 + (value * Math.Cos(angle)));
        }

        void Shape(Plot plot, decimal?[] values)
        {
            if (values.All(v => v is not null))
            {
                var shape = plot.Add.Polygon([.. values.Select((v, i) => At(i, (double)v!.Value))]);
                shape.FillColor = Sheet.Plotted(style.Accent).WithAlpha(0.22);
                shape.LineWidth = 0;
            }

            Outline(plot, values, style.Accent, 2.5f, dashed: false);
            for (var i = 0; i < count; i++)
            {
                if (values[i] is { } value)
                {
                    plot.Add.Marker(At(i, (double)value), MarkerShape.FilledCircle, 8, Sheet.Plotted(style.Accent));
                }
            }
        }

        // A theme without a score leaves a gap: nothing is drawn across it.
        void Outline(Plot plot, decimal?[] values, SKColor colour, float width, bool dashed)
        {
            for (var i = 0; i < count; i++)
            {
                var next = (i + 1) % count;
                if (values[i] is not { } a || values[next] is not { } b)
                {
                    continue;
                }

                if (dashed)
                {
                    Sheet.Dash(plot, area, 200, 200, At(i, (double)a), At(next, (double)b), colour, width);
                    continue;
                }

                var piece = plot.Add.Line(At(i, (double)a), At(next, (double)b));
                piece.LineColor = Sheet.Plotted(colour);
                piece.LineWidth = width;
            }
        }
    }

    private static void Dots(ProfileChart chart, Sheet sheet, float x, float width)
    {
        var style = sheet.Style;
        foreach (var theme in chart.Themes)
        {
            var said = sheet.Line(string.Join(" · ", ((string[])[theme.Said, theme.Index is null ? "" : theme.IndexLabel, theme.Lowest]).Where(p => p.Length > 0)));
            var name = sheet.Wrap(theme.Name, width - said.Width - 16);
            if (name.Count > 1)
            {
                name = sheet.Wrap(theme.Name, width);
                sheet.Y = sheet.Put(name, x, sheet.Y, style.Ink);
                sheet.Put(said, x + width, sheet.Y, style.Quiet, Anchor.End);
            }
            else
            {
                sheet.Put(name, x, sheet.Y, style.Ink);
                sheet.Put(said, x + width, sheet.Y, style.Quiet, Anchor.End);
            }

            sheet.Y += said.Ascent + said.Descent + 1;
            var area = sheet.Area(x, sheet.Y, width, 14);
            sheet.Fill(new SKRect(area.Left, area.MidY - 1, area.Right, area.MidY + 1), style.Grid);
            sheet.Plot(area, 104, 1, plot =>
            {
                if (theme.Last is { } last)
                {
                    plot.Add.Marker(sheet.Along(2 + (double)last, 104), 0.5, MarkerShape.OpenCircle, 10, Sheet.Plotted(style.Quiet));
                }

                if (theme.Index is { } index)
                {
                    plot.Add.Marker(sheet.Along(2 + (double)index, 104), 0.5, MarkerShape.FilledCircle, 11, Sheet.Plotted(style.Accent));
                }
            });
            sheet.Y += 22;
        }
    }

    private static void Key(ProfileChart chart, Sheet sheet)
    {
        var style = sheet.Style;
        var x = ChartStyle.Margin;
        var height = 0f;
        foreach (var (name, shape, colour) in new[] { (chart.ThisCycle, MarkerShape.FilledCircle, style.Accent), (chart.LastCycle, MarkerShape.OpenCircle, style.Quiet) })
        {
            if (name is null)
            {
                continue;
            }

            var text = sheet.Line(name);
            height = text.Ascent + text.Descent;
            sheet.Plot(sheet.Area(x, sheet.Y, 18, height), 1, 1, plot => plot.Add.Marker(0.5, 0.5, shape, 11, Sheet.Plotted(colour)));
            sheet.Put(text, x + 24, sheet.Y, style.Ink);
            x += 24 + text.Width + 22;
        }

        sheet.Y += height + 10;
    }
}
