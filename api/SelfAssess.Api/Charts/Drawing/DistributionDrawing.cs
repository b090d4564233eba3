using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Charts.Text;
using SkiaSharp;
using static SelfAssess.Api.Charts.Models.DistributionChart;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Horizontal bars of 100 %, one below the other.</summary>
internal static class DistributionDrawing
{
    private const float MarkHeight = 9;

    public static void Draw(DistributionChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        var bars = chart.Groups.SelectMany(g => g.Bars).ToArray();
        var bases = bars.Select(b => sheet.Line(b.Base)).ToArray();
        var rows = new Rows(sheet, bars.Select(b => b.Name), 0.26f, bases.Max(b => b.Width), notes: bars.Select(b => b.Note));
        // With a State's own levels a slide has more to hold.
        var (barHeight, gap) = sheet.Style.MinimumHeight > 0 && bars.Any(b => b.Own is not null) ? (22f, 6f) : (34f, 12f);
        var row = 0;
        foreach (var group in chart.Groups)
        {
            Key(group, sheet);
            foreach (var bar in group.Bars)
            {
                var height = bar.Instead is { } instead ? Math.Max(barHeight, sheet.HeightOfInstead(instead, rows.Width)) : barHeight;
                var mark = bar.Own is { } own ? sheet.Wrap(own.Label, rows.Width) : [];
                var place = rows.Next(row, height, mark.Count == 0 ? 0 : Sheet.HeightOf(mark) + (sheet.Style.MinimumHeight > 0 ? 2 : MarkHeight + 4));
                sheet.Put(bases[row], sheet.Style.Width - ChartStyle.Margin, place.EndTop, sheet.Style.Quiet, Anchor.End);
                Bar(bar, sheet, rows.Start, place.Top, rows.Width, height);
                Own(bar, mark, sheet, sheet.Area(rows.Start, place.Top, rows.Width, height), rows);
                sheet.Y += gap;
                row++;
            }
        }

        Axis(chart, sheet, rows.Start, rows.Width, gap);
        sheet.Foot(chart);
    }

    /// <summary>One bar: its parts are ScottPlot's, the hatching and the labels go on top.</summary>
    private static void Bar(DistributionChart.Bar bar, Sheet sheet, float start, float top, float width, float height)
    {
        if (bar.Instead is { } instead)
        {
            sheet.Instead(instead, start, top, width, height);
            return;
        }

        sheet.Plot(sheet.Area(start, top, width, height), 100, 1, plot => Steps(bar, plot, sheet));
        var x = 0f;
        foreach (var part in bar.Parts)
        {
            var partWidth = width * (float)part.Share / 100;
            Part(part, sheet, start + x, top, partWidth, height);
            x += partWidth;
        }
    }

    private static void Steps(DistributionChart.Bar bar, Plot plot, Sheet sheet)
    {
        var from = 0m;
        var steps = new List<ScottPlot.Bar>();
        foreach (var part in bar.Parts)
        {
            if (part.Fill.Pattern == Pattern.Step)
            {
                steps.Add(new ScottPlot.Bar
                {
                    Position = 0.5,
                    Size = 1,
                    ValueBase = sheet.Along((double)from, 100),
                    Value = sheet.Along((double)(from + part.Share), 100),
                    Orientation = Orientation.Horizontal,
                    FillColor = Sheet.Plotted(ColourOf(part.Fill, sheet.Style)),
                    LineColor = Sheet.Plotted(sheet.Style.Ground),
                    LineWidth = 1,
                });
            }

            from += part.Share;
        }

        if (steps.Count > 0)
        {
            plot.Add.Bars(steps);
        }
    }

    private static void Part(Part part, Sheet sheet, float x, float top, float width, float height)
    {
        var style = sheet.Style;
        var box = sheet.Area(x, top, width, height);
        var label = sheet.Line(part.Label);
        var colour = ChartStyle.On(ColourOf(part.Fill, style));
        var fits = label.Width + 8 < width;
        if (part.Fill.Pattern != Pattern.Step)
        {
            sheet.Hatch(box, style.Quiet, crossed: part.Fill.Pattern == Pattern.Crossed);
            colour = style.Ink;
            // On strokes a label needs ground of its own.
            fits = label.Width + 12 < width;
            if (fits)
            {
                sheet.Fill(sheet.Area(x + ((width - label.Width) / 2) - 3, top + 5, label.Width + 6, height - 10), style.Ground);
            }
        }
        else if (part.Fill.Step == 0)
        {
            // The lightest step is hardly told from the paper.
            sheet.Outline(box, style.Quiet);
        }

        if (fits)
        {
            sheet.Put(label, x + (width / 2), box.MidY - ((label.Ascent + label.Descent) / 2), colour, Anchor.Middle);
        }
    }

    /// <summary>The State's own level above its part of the bar, which is outlined.</summary>
    private static void Own(DistributionChart.Bar bar, IReadOnlyList<TextLine> label, Sheet sheet, SKRect area, Rows rows)
    {
        if (bar.Own is not { } own)
        {
            return;
        }

        var (start, width, wide) = (rows.Start, rows.Width, label.Max(l => l.Width));
        var beside = sheet.Style.MinimumHeight > 0;
        var top = area.Top - Sheet.HeightOf(label) - (beside ? 0 : MarkHeight + 2);
        if (own.From is not { } from)
        {
            sheet.Put(label, start, top, sheet.Style.Ink);
            return;
        }

        var (left, share) = (start + (width * (float)from / 100), width * (float)own.Share / 100);
        var centre = left + (share / 2);
        // Above the pointer, or on a slide, where height is scarce, on the side where there is more room.
        var middle = !beside ? centre : centre + (((wide / 2) + MarkHeight + 6) * (centre < start + (width / 2) ? 1 : -1));
        sheet.Put(label, Math.Clamp(middle, start + (wide / 2), start + width - (wide / 2)), top, sheet.Style.Ink, Anchor.Middle);
        Pointer(sheet, sheet.Area(centre - MarkHeight, area.Top - MarkHeight - 1, 2 * MarkHeight, MarkHeight));
        sheet.Outline(sheet.Area(left + 1, area.Top, Math.Max(share - 2, 0), area.Height), sheet.Style.Ink, 2.5f);
    }

    private static void Pointer(Sheet sheet, SKRect area) => sheet.Plot(area, 1, 1, plot =>
    {
        var pointer = plot.Add.Polygon([new Coordinates(0, 1), new Coordinates(1, 1), new Coordinates(0.5, 0)]);
        pointer.FillColor = Sheet.Plotted(sheet.Style.Ink);
        pointer.LineWidth = 0;
    });

    private static void Key(Group group, Sheet sheet)
    {
        var style = sheet.Style;
        var entries = group.Key.Select(category => new KeyDrawing.Entry(category.Name, area => Swatch(category.Fill, area, sheet)));
        KeyDrawing.Draw(sheet, group.Own is { } own
            ? entries.Append(new KeyDrawing.Entry(own, area => Pointer(sheet, new SKRect(area.Left, area.MidY - (MarkHeight / 2), area.Right, area.MidY + (MarkHeight / 2)))))
            : entries);
    }

    private static void Swatch(Fill fill, SKRect area, Sheet sheet)
    {
        if (fill.Pattern != Pattern.Step)
        {
            sheet.Hatch(area, sheet.Style.Quiet, crossed: fill.Pattern == Pattern.Crossed);
            return;
        }

        sheet.Fill(area, ColourOf(fill, sheet.Style));
        sheet.Outline(area, sheet.Style.Quiet);
    }

    private static SKColor ColourOf(Fill fill, ChartStyle style) => style.Level(fill.Step, fill.Steps);

    private static void Axis(DistributionChart chart, Sheet sheet, float start, float width, float gap)
    {
        for (var i = 0; i < chart.Ends.Count; i++)
        {
            var at = (float)i / (chart.Ends.Count - 1);
            var x = start + (width * at);
            sheet.Fill(sheet.Area(x - 0.5f, sheet.Y - gap + 2, 1, 6), sheet.Style.Quiet);
            sheet.Put(sheet.Line(chart.Ends[i]), x, sheet.Y, sheet.Style.Quiet, i == 0 ? Anchor.Start : at < 1 ? Anchor.Middle : Anchor.End);
        }

        sheet.Y += ChartStyle.Small * 1.3f;
    }
}
