using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Charts.Text;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Small multiples on one scale: seven lines in one frame could not be told apart.</summary>
internal static class TrendDrawing
{
    private const float DotSize = 9;
    private const float RingSize = 13;

    public static void Draw(TrendChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        Key(chart, sheet);
        var style = sheet.Style;
        var columns = style.Narrow ? 1 : style.MinimumHeight > 0 ? 4 : 2;
        var rows = (chart.Themes.Count + columns - 1) / columns;
        const float gap = 28;
        var width = (sheet.Inner - ((columns - 1) * gap)) / columns;
        var height = style.Narrow ? 84 : style.MinimumHeight > 0 ? 104 : 130f;
        var lowest = sheet.Y;
        for (var row = 0; row < rows; row++)
        {
            var themes = chart.Themes.Skip(row * columns).Take(columns).ToArray();
            var titles = themes.Select(t => sheet.Wrap(t.Name, width, weight: Weight.SemiBold)).ToArray();
            var top = sheet.Y + titles.Max(Sheet.HeightOf) + 14;
            for (var column = 0; column < themes.Length; column++)
            {
                var x = ChartStyle.Margin + (column * (width + gap));
                sheet.Put(titles[column], x, sheet.Y, style.Ink);
                // The cycles stand once below each column; where a column ends a row earlier, there is room for them below it.
                var last = ((row + 1) * columns) + column >= chart.Themes.Count;
                lowest = Math.Max(lowest, Panel(chart, themes[column], sheet, x, top, width, height, last));
            }

            sheet.Y = top + height + 20;
        }

        sheet.Y = Math.Max(sheet.Y, lowest);
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

        sheet.Plot(area, chart.Cycles.Count, 100, plot =>
        {
            Means(plot, theme.Points, sheet);
            Chain(plot, area, theme.Panel, sheet);
            Dots(plot, theme.Points, sheet);
        });
        Labels(theme, sheet, x + axis, width - axis, area);
        return cycles ? Cycles(chart, sheet, x + axis, width - axis, area.Bottom + 8) : area.Bottom;
    }

    /// <summary>Lines between points that may be joined, on a band of what rounding leaves open.</summary>
    private static void Means(Plot plot, IReadOnlyList<TrendChart.Point> points, Sheet sheet)
    {
        for (var i = 1; i < points.Count; i++)
        {
            if (!points[i].Joined || points[i].Mean is not { Value: { } value } to || points[i - 1].Mean is not { Value: { } before } from)
            {
                continue;
            }

            var (left, right) = (At(i - 1, points.Count, sheet), At(i, points.Count, sheet));
            var band = plot.Add.Polygon([
                new Coordinates(left, (double)from.High), new Coordinates(right, (double)to.High), new Coordinates(right, (double)to.Low), new Coordinates(left, (double)from.Low)]);
            band.FillColor = Sheet.Plotted(sheet.Style.Band);
            band.LineWidth = 0;
            var line = plot.Add.Line(left, (double)before, right, (double)value);
            line.LineColor = Sheet.Plotted(sheet.Style.Accent);
            line.LineWidth = 1.5f;
        }
    }

    /// <summary>Dashes from where a chain begins, and an open mark on the range of each of its points.</summary>
    private static void Chain(Plot plot, SKRect area, IReadOnlyList<TrendChart.Link> links, Sheet sheet)
    {
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i] is not { Linked: true, Value: { } value, Within: var within } || links[i - 1].Value is not { } before)
            {
                continue;
            }

            var (left, right) = (At(i - 1, links.Count, sheet), At(i, links.Count, sheet));
            Sheet.Dash(plot, area, links.Count, 100, new Coordinates(left, (double)before), new Coordinates(right, (double)value), sheet.Style.Ink, 1.5f);
            var range = plot.Add.Line(right, (double)(value - within), right, (double)(value + within));
            range.LineColor = Sheet.Plotted(sheet.Style.Ink);
            range.LineWidth = 1.5f;
        }

        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].Value is { } value && (links[i].Linked || (i + 1 < links.Count && links[i + 1].Linked)))
            {
                Ring(plot, At(i, links.Count, sheet), (double)value, sheet);
            }
        }
    }

    private static void Dots(Plot plot, IReadOnlyList<TrendChart.Point> points, Sheet sheet)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Mean is { Value: { } value, Ends: var ends })
            {
                var shape = ends switch
                {
                    OpenEnd.Lower => MarkerShape.FilledTriangleDown,
                    OpenEnd.Upper => MarkerShape.FilledTriangleUp,
                    _ => MarkerShape.FilledCircle,
                };
                plot.Add.Marker(At(i, points.Count, sheet), (double)value, shape, DotSize, Sheet.Plotted(sheet.Style.Accent));
            }
        }
    }

    private static void Ring(Plot plot, double x, double y, Sheet sheet)
    {
        plot.Add.Marker(x, y, MarkerShape.FilledCircle, RingSize, Sheet.Plotted(sheet.Style.Ground));
        plot.Add.Marker(x, y, MarkerShape.OpenCircle, RingSize, Sheet.Plotted(sheet.Style.Ink)).MarkerLineWidth = 1.5f;
    }

    private static double At(int cycle, int cycles, Sheet sheet) => sheet.Along(cycle + 0.5, cycles);

    /// <summary>Means stand above their marks and changes below them; where there is no room, the last and the first come before the others.</summary>
    private static void Labels(TrendChart.Theme theme, Sheet sheet, float start, float width, SKRect area)
    {
        var cycles = theme.Points.Count;
        Place(i => theme.Points[i].Mean.Value is null ? null : sheet.Line(theme.Points[i].Mean.Label, weight: Weight.SemiBold), sheet.Style.Ink, (line, i) =>
        {
            var above = Y(Highest(i)) - line.Ascent - line.Descent - 8;
            return above < area.Top - 8 ? Y(Lowest(i)) + 9 : above;
        });
        Place(i => theme.Panel[i].Linked ? sheet.Line(theme.Panel[i].Change) : null, sheet.Style.Quiet, (line, i) =>
        {
            var below = Y(Lowest(i)) + 9;
            return below + line.Ascent + line.Descent > area.Bottom || Y(Highest(i)) - line.Ascent - line.Descent - 8 < area.Top - 8 ? null : below;
        });
        for (var i = 0; i < cycles; i++)
        {
            if (theme.Points[i].Mean.Value is null)
            {
                sheet.Hatch(sheet.Area(Middle(i) - 7, area.Top, 14, area.Height), sheet.Style.Grid, crossed: false);
            }
        }

        void Place(Func<int, TextLine?> text, SKColor colour, Func<TextLine, int, float?> top)
        {
            var taken = new List<(float From, float To)>();
            var said = Enumerable.Range(0, cycles).Where(i => text(i) is not null).ToArray();
            foreach (var i in said.OrderBy(i => i == said[^1] ? 0 : i == said[0] ? 1 : 2))
            {
                var line = text(i)!;
                var (from, to) = (Middle(i) - (line.Width / 2) - 4, Middle(i) + (line.Width / 2) + 4);
                if (!taken.Exists(t => from < t.To && to > t.From) && top(line, i) is { } at)
                {
                    taken.Add((from, to));
                    sheet.Put(line, Middle(i), at, colour, Anchor.Middle);
                }
            }
        }

        float Middle(int i) => start + (width * (i + 0.5f) / cycles);
        float Y(decimal value) => area.Bottom - (area.Height * (float)value / 100);
        decimal Highest(int i) => Reach(i, +1).Max();
        decimal Lowest(int i) => Reach(i, -1).Min();
        IEnumerable<decimal> Reach(int i, int side) =>
            new[] { theme.Points[i].Mean.Value, theme.Panel[i].Linked ? theme.Panel[i].Value + (side * theme.Panel[i].Within) : null }.OfType<decimal>().Select(v => Math.Clamp(v, 0, 100));
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

    private static void Key(TrendChart chart, Sheet sheet)
    {
        const float width = 64;
        var style = sheet.Style;
        if (chart.Stayed is not { } stayed)
        {
            return;
        }

        KeyDrawing.Draw(sheet,
        [
            new(chart.Everybody, Width: width, Draw: area => sheet.Plot(area, 2, 1, plot =>
            {
                var line = plot.Add.Line(0, 0.5, 2, 0.5);
                line.LineColor = Sheet.Plotted(style.Accent);
                line.LineWidth = 1.5f;
                plot.Add.Marker(1, 0.5, MarkerShape.FilledCircle, DotSize, Sheet.Plotted(style.Accent));
            })),
            new(stayed.Name, Note: stayed.Base, Width: width, Draw: area => sheet.Plot(area, 2, 1, plot =>
            {
                Sheet.Dash(plot, area, 2, 1, new Coordinates(0, 0.5), new Coordinates(2, 0.5), style.Ink, 1.5f);
                Ring(plot, 1, 0.5, sheet);
            })),
        ]);
    }
}
