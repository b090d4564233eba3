using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>
/// A dot for each group in each theme, on one scale. Rounded means are often equal: every group keeps a line of its own in each row, so that no
/// mark hides another, and its number stands in a column of its own.
/// </summary>
internal static class GroupsDrawing
{
    private const float LargestLine = 13;
    private const float Gap = 9;
    private const float RowSpace = 5;
    private const float ColumnSpace = 14;
    private const double Pad = 2;

    // Told apart by form and by being filled or open; a partition has no more groups.
    private static readonly MarkerShape[] shapes = [MarkerShape.FilledCircle, MarkerShape.OpenSquare, MarkerShape.FilledTriangleUp, MarkerShape.OpenDiamond, MarkerShape.FilledSquare];

    public static void Draw(GroupsChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        if (chart.Instead is { } instead)
        {
            sheet.Instead(instead);
            sheet.Foot(chart);
            return;
        }

        KeyDrawing.Draw(sheet, chart.Groups.Select((group, at) => new KeyDrawing.Entry(group.Name, area => Sample(sheet, at, area), group.Base)));
        var columns = Enumerable.Range(0, chart.Groups.Count)
            .Select(g => chart.Themes.Where(t => t.Instead is null).Select(t => sheet.Line(t.Means[g].Label).Width).DefaultIfEmpty(0).Max() + ColumnSpace).ToArray();
        var rows = new Rows(sheet, chart.Themes.Select(t => t.Name), 0.26f, columns.Sum());
        var heads = ColumnHeads(sheet, columns);
        var room = (sheet.RoomAboveFoot(chart) - (ChartStyle.Small * 1.3f)) / chart.Themes.Count;
        var line = Math.Min(LargestLine, (room - Gap - RowSpace) / chart.Groups.Count);
        for (var i = 0; i < chart.Themes.Count; i++)
        {
            Row(chart.Themes[i], i, sheet, rows, line, heads);
            sheet.Y += Gap;
        }

        Axis(sheet, rows);
        sheet.Foot(chart);
    }

    /// <summary>The mark of each group above its column of numbers; answers where the columns have their middles.</summary>
    private static float[] ColumnHeads(Sheet sheet, float[] columns)
    {
        var x = sheet.Style.Width - ChartStyle.Margin - columns.Sum();
        var middles = new float[columns.Length];
        for (var g = 0; g < columns.Length; g++)
        {
            middles[g] = x + (columns[g] / 2);
            Sample(sheet, g, sheet.Area(middles[g] - (KeyDrawing.Sample / 2), sheet.Y - 4, KeyDrawing.Sample, KeyDrawing.Sample));
            x += columns[g];
        }

        sheet.Y += KeyDrawing.Sample;
        return middles;
    }

    private static void Row(GroupsChart.Theme theme, int row, Sheet sheet, Rows rows, float line, float[] heads)
    {
        var (style, groups) = (sheet.Style, heads.Length);
        if (theme.Instead is { } instead)
        {
            var high = sheet.HeightOfInstead(instead, rows.Width);
            sheet.Instead(instead, rows.Start, rows.Next(row, high).Top, rows.Width, high);
            return;
        }

        var height = (groups * line) + RowSpace;
        var place = rows.Next(row, height);
        foreach (var value in Ticks)
        {
            sheet.Fill(sheet.Area(At(rows, value) - 0.5f, place.Top, 1, height), style.Grid);
        }

        sheet.Plot(sheet.Area(rows.Start, place.Top, rows.Width, height), 100 + (2 * Pad), groups, plot =>
        {
            for (var g = 0; g < groups; g++)
            {
                var (mean, y) = (theme.Means[g], groups - g - 0.5);
                var range = plot.Add.Line(X(mean.Low), y, X(mean.High), y);
                range.LineColor = Sheet.Plotted(style.Quiet);
                range.LineWidth = 1.5f;
                Mark(plot, sheet, g, X(mean.Value!.Value), y, line - 3);
            }
        });
        for (var g = 0; g < groups; g++)
        {
            sheet.Put(sheet.Line(theme.Means[g].Label), heads[g], place.EndTop, style.Ink, Anchor.Middle);
        }

        double X(decimal value) => sheet.Along((double)value + Pad, 100 + (2 * Pad));
    }

    private static void Sample(Sheet sheet, int group, SKRect area) => sheet.Plot(area, 1, 1, plot => Mark(plot, sheet, group, 0.5, 0.5, LargestLine - 3));

    private static void Mark(Plot plot, Sheet sheet, int group, double x, double y, float size)
    {
        var shape = shapes[group % shapes.Length];
        size += shape is MarkerShape.FilledTriangleUp or MarkerShape.OpenDiamond ? 2 : 0;
        if (shape is MarkerShape.OpenSquare or MarkerShape.OpenDiamond)
        {
            // The range does not run through an open mark.
            plot.Add.Marker(x, y, shape == MarkerShape.OpenSquare ? MarkerShape.FilledSquare : MarkerShape.FilledDiamond, size, Sheet.Plotted(sheet.Style.Ground));
        }

        var marker = plot.Add.Marker(x, y, shape, size, Sheet.Plotted(sheet.Style.Accent));
        marker.MarkerLineWidth = 2;
    }

    private static readonly int[] Ticks = [0, 25, 50, 75, 100];

    private static float At(Rows rows, int value) => rows.Start + (rows.Width * (float)((value + Pad) / (100 + (2 * Pad))));

    private static void Axis(Sheet sheet, Rows rows)
    {
        foreach (var value in Ticks)
        {
            sheet.Put(sheet.Line($"{value}"), At(rows, value), sheet.Y - Gap + 2, sheet.Style.Quiet, Anchor.Middle);
        }

        sheet.Y += ChartStyle.Small * 1.3f;
    }
}
