using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Charts.Text;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Small multiples on one scale: seven lines in one frame could not be told apart.</summary>
internal static class TrendDrawing
{
    public static void Draw(TrendChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        var style = sheet.Style;
        var columns = style.Narrow ? 1 : style.MinimumHeight > 0 ? 4 : 2;
        var rows = (chart.Themes.Count + columns - 1) / columns;
        const float gap = 28;
        var width = (sheet.Inner - ((columns - 1) * gap)) / columns;
        var height = style.Narrow ? 84 : style.MinimumHeight > 0 ? 120 : 130f;
        for (var row = 0; row < rows; row++)
        {
            var themes = chart.Themes.Skip(row * columns).Take(columns).ToArray();
            var titles = themes.Select(t => sheet.Wrap(t.Name, width, weight: Weight.SemiBold)).ToArray();
            var titleHeight = titles.Max(t => t.Sum(l => l.Ascent + l.Descent));
            var bottom = sheet.Y;
            for (var column = 0; column < themes.Length; column++)
            {
                var x = ChartStyle.Margin + (column * (width + gap));
                sheet.Put(titles[column], x, sheet.Y, style.Ink);
                // The cycles stand once below each column.
                var last = ((row + 1) * columns) + column >= chart.Themes.Count;
                bottom = Math.Max(bottom, Panel(chart, themes[column], sheet, x, sheet.Y + titleHeight + 14, width, height, last));
            }

            sheet.Y = bottom + 20;
        }

        sheet.Foot(chart);
    }

    private static float Panel(TrendChart chart, TrendChart.Theme theme, Sheet sheet, float x, float top, float width, float height, bool cycles)
    {
        var style = sheet.Style;
        var scale = new[] { 0, 50, 100 }.Select(v => (Value: v, Line: sheet.Line($"{v}"))).ToArray();
        var axis = scale.Max(s => s.Line.Width) + 8;
        var area = sheet.Area(x + axis, top, width - axis, height);
        foreach (var (value, line) in scale)
        {
            var y = area.Bottom - (height * value / 100);
            sheet.Fill(new SKRect(area.Left, y - 0.5f, area.Right, y + 0.5f), style.Grid);
            sheet.Put(line, x + axis - 8, y - ((line.Ascent + line.Descent) / 2), style.Quiet, Anchor.End);
        }

        var count = chart.Cycles.Count;
        var points = theme.Points.Select((p, i) => (Point: p, X: i + 0.5)).ToArray();
        sheet.Plot(area, count, 100, plot => Lines(plot, points, sheet, count));
        Labels(points, sheet, x + axis, width - axis, area, count);
        return cycles ? Cycles(chart, sheet, x + axis, width - axis, area.Bottom + 8) : area.Bottom;
    }

    private static void Lines(Plot plot, (TrendChart.Point Point, double X)[] points, Sheet sheet, int count)
    {
        var style = sheet.Style;
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i].Point is not { Value: { } value } point)
            {
                continue;
            }

            var (x, y) = (sheet.Along(points[i].X, count), (double)value);
            if (i > 0 && point.Joined && points[i - 1].Point is { Value: { } before } previous)
            {
                var from = sheet.Along(points[i - 1].X, count);
                var band = plot.Add.Polygon([
                    new Coordinates(from, (double)(before + previous.Half)), new Coordinates(x, (double)(value + point.Half)),
                    new Coordinates(x, (double)(value - point.Half)), new Coordinates(from, (double)(before - previous.Half))]);
                band.FillColor = Sheet.Plotted(style.Band);
                band.LineWidth = 0;
                var line = plot.Add.Line(from, (double)before, x, y);
                line.LineColor = Sheet.Plotted(style.Accent);
                line.LineWidth = 1.5f;
            }
        }

        foreach (var (point, at) in points)
        {
            if (point.Value is { } value)
            {
                var marker = plot.Add.Marker(sheet.Along(at, count), (double)value, point.EndCoded ? MarkerShape.OpenTriangleUp : MarkerShape.FilledCircle, 9);
                marker.Color = Sheet.Plotted(style.Accent);
            }
        }
    }

    /// <summary>First and last values stand at their points, and those beside a break; the others are read off the scale.</summary>
    private static void Labels((TrendChart.Point Point, double X)[] points, Sheet sheet, float start, float width, SKRect area, int count)
    {
        var published = Enumerable.Range(0, points.Length).Where(i => points[i].Point.Value is not null).ToArray();
        var taken = new List<(float From, float To)>();
        foreach (var i in published.OrderBy(i => i == published[^1] ? 0 : i == published[0] ? 1 : 2))
        {
            var point = points[i].Point;
            var line = sheet.Line(point.Label, weight: Weight.SemiBold);
            var middle = start + (width * (float)points[i].X / count);
            var (from, to) = (middle - (line.Width / 2) - 4, middle + (line.Width / 2) + 4);
            if (taken.Any(t => from < t.To && to > t.From))
            {
                continue;
            }

            taken.Add((from, to));
            var y = area.Bottom - (area.Height * (float)point.Value!.Value / 100);
            var above = y - line.Ascent - line.Descent - 7;
            sheet.Put(line, middle, above < area.Top ? y + 9 : above, sheet.Style.Ink, Anchor.Middle);
        }

        foreach (var (point, at) in points.Where(p => p.Point.Value is null))
        {
            var x = start + (width * (float)at / count);
            sheet.Hatch(sheet.Area(x - 7, area.Top, 14, area.Height), sheet.Style.Grid, crossed: false);
        }
    }

    private static float Cycles(TrendChart chart, Sheet sheet, float start, float width, float top)
    {
        var slot = width / chart.Cycles.Count;
        var names = chart.Cycles.Select(c => sheet.Wrap(c, slot - 6)).ToArray();
        var bases = chart.Bases.Select(b => sheet.Line(b)).ToArray();
        // Where they do not fit beside each other, every second one stands.
        var every = Math.Max(1, (int)Math.Ceiling(bases.Select(b => b.Width).Concat(names.SelectMany(n => n).Select(l => l.Width)).Max() / (slot - 6)));
        var end = top;
        for (var i = chart.Cycles.Count - 1; i >= 0; i -= every)
        {
            var y = sheet.Put(names[i], start + (slot * (i + 0.5f)), top, sheet.Style.Quiet, Anchor.Middle);
            sheet.Put(bases[i], start + (slot * (i + 0.5f)), y, sheet.Style.Quiet, Anchor.Middle);
            end = Math.Max(end, y + bases[i].Ascent + bases[i].Descent);
        }

        return end;
    }
}
