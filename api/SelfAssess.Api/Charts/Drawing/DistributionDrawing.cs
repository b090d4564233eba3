using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SkiaSharp;
using static SelfAssess.Api.Charts.Models.DistributionChart;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Horizontal bars of 100 %, one for each theme.</summary>
internal static class DistributionDrawing
{
    private const float BarHeight = 34;
    private const float Gap = 12;

    public static void Draw(DistributionChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        Key(chart, sheet);
        var style = sheet.Style;
        var names = chart.Themes.Select(t => sheet.Wrap(t.Name, style.Narrow ? sheet.Inner * 0.7f : style.Width * 0.26f)).ToArray();
        var bases = chart.Themes.Select(t => sheet.Line(t.Base)).ToArray();
        var nameWidth = style.Narrow ? 0 : names.SelectMany(n => n).Max(l => l.Width) + 14;
        var baseWidth = style.Narrow ? 0 : bases.Max(b => b.Width) + 14;
        var start = ChartStyle.Margin + nameWidth;
        var width = sheet.Inner - nameWidth - baseWidth;
        for (var i = 0; i < chart.Themes.Count; i++)
        {
            if (style.Narrow)
            {
                var under = sheet.Put(names[i], ChartStyle.Margin, sheet.Y, style.Ink);
                sheet.Put(bases[i], style.Width - ChartStyle.Margin, sheet.Y, style.Quiet, Anchor.End);
                sheet.Y = under + 2;
            }
            else
            {
                var height = names[i].Sum(l => l.Ascent + l.Descent);
                var middle = sheet.Y + (Math.Max(BarHeight, height) / 2);
                sheet.Put(names[i], start - 14, middle - (height / 2), style.Ink, Anchor.End);
                sheet.Put(bases[i], style.Width - ChartStyle.Margin, middle - ((bases[i].Ascent + bases[i].Descent) / 2), style.Quiet, Anchor.End);
                sheet.Y = middle - (BarHeight / 2);
            }

            var area = sheet.Area(start, sheet.Y, width, BarHeight);
            Bar(chart, chart.Themes[i], sheet, area, start, width);
            var used = style.Narrow ? BarHeight : (BarHeight / 2) + Math.Max(BarHeight / 2, names[i].Sum(l => l.Ascent + l.Descent) / 2);
            sheet.Y += used + Gap;
        }

        Axis(chart, sheet, start, width);
        sheet.Foot(chart);
    }

    /// <summary>One bar: its parts are ScottPlot's, the hatching and the labels go on top.</summary>
    private static void Bar(DistributionChart chart, Theme theme, Sheet sheet, SKRect area, float start, float width)
    {
        var style = sheet.Style;
        if (theme.Instead is { } instead)
        {
            sheet.Hatch(area, style.Grid, crossed: false);
            var said = sheet.Wrap(instead, width - 12)[0];
            var plate = sheet.Area(start + ((width - said.Width) / 2) - 6, area.Top + 3, said.Width + 12, area.Height - 6);
            sheet.Fill(plate, style.Ground);
            sheet.Put(said, start + (width / 2), area.MidY - ((said.Ascent + said.Descent) / 2), style.Ink, Anchor.Middle);
            return;
        }

        sheet.Plot(area, 100, 1, plot =>
        {
            var from = 0m;
            var bars = new List<Bar>();
            foreach (var part in theme.Parts)
            {
                if (part.Kind == PartKind.Level)
                {
                    bars.Add(new Bar
                    {
                        Position = 0.5,
                        Size = 1,
                        ValueBase = sheet.Along((double)from, 100),
                        Value = sheet.Along((double)(from + part.Share), 100),
                        Orientation = Orientation.Horizontal,
                        FillColor = Sheet.Plotted(style.Level(part.Level, chart.Levels.Count)),
                        LineColor = Sheet.Plotted(style.Ground),
                        LineWidth = 1,
                    });
                }

                from += part.Share;
            }

            if (bars.Count > 0)
            {
                plot.Add.Bars(bars);
            }
        });

        var x = 0f;
        foreach (var part in theme.Parts)
        {
            var partWidth = width * (float)part.Share / 100;
            var box = sheet.Area(start + x, area.Top, partWidth, area.Height);
            var label = sheet.Line(part.Label);
            var colour = ChartStyle.On(style.Level(part.Level, chart.Levels.Count));
            if (part.Kind != PartKind.Level)
            {
                sheet.Hatch(box, style.Quiet, crossed: part.Kind == PartKind.NoAnswer);
                colour = style.Ink;
                if (label.Width + 12 < partWidth)
                {
                    sheet.Fill(sheet.Area(start + x + ((partWidth - label.Width) / 2) - 3, area.Top + 5, label.Width + 6, area.Height - 10), style.Ground);
                }
            }
            else if (part.Level == 0)
            {
                // The lightest step is hardly told from the paper.
                sheet.Outline(box, style.Quiet);
            }

            if (label.Width + 8 < partWidth)
            {
                sheet.Put(label, start + x + (partWidth / 2), area.MidY - ((label.Ascent + label.Descent) / 2), colour, Anchor.Middle);
            }

            x += partWidth;
        }
    }

    private static void Key(DistributionChart chart, Sheet sheet)
    {
        const float swatch = 18;
        var style = sheet.Style;
        var x = ChartStyle.Margin;
        var entries = chart.Levels.Select((name, level) => (Name: name, Draw: (Action<SKRect>)(area =>
        {
            sheet.Fill(area, style.Level(level, chart.Levels.Count));
            sheet.Outline(area, style.Quiet);
        })));
        entries = chart.NotApplicable is { } na ? entries.Append((na, a => sheet.Hatch(a, style.Quiet, crossed: false))) : entries;
        entries = chart.NoAnswer is { } no ? entries.Append((no, a => sheet.Hatch(a, style.Quiet, crossed: true))) : entries;
        var line = sheet.Line("");
        var height = line.Ascent + line.Descent;
        foreach (var (name, draw) in entries)
        {
            var text = sheet.Line(name);
            if (x > ChartStyle.Margin && x + swatch + 6 + text.Width > style.Width - ChartStyle.Margin)
            {
                x = ChartStyle.Margin;
                sheet.Y += height + 6;
            }

            draw(sheet.Area(x, sheet.Y + ((height - swatch) / 2), swatch, swatch));
            sheet.Put(text, x + swatch + 6, sheet.Y, style.Ink);
            x += swatch + 6 + text.Width + 18;
        }

        sheet.Y += height + 16;
    }

    private static void Axis(DistributionChart chart, Sheet sheet, float start, float width)
    {
        foreach (var (i, anchor) in new[] { Anchor.Start, Anchor.Middle, Anchor.End }.Index())
        {
            var x = start + (width * i / 2);
            sheet.Fill(sheet.Area(x - 0.5f, sheet.Y - Gap + 2, 1, 6), sheet.Style.Quiet);
            sheet.Put(sheet.Line(chart.Axis[i]), x, sheet.Y, sheet.Style.Quiet, anchor);
        }

        sheet.Y += ChartStyle.Small * 1.3f;
    }
}
