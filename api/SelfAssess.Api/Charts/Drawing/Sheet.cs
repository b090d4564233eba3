using ScottPlot;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Charts.Text;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Which point of a text a position names, in reading direction.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A label where it stands on the picture, in pixels at 1×.</summary>
internal sealed record PlacedLabel(string Text, SKRect Bounds, IReadOnlyList<PlacedGlyph> Glyphs);

/// <summary>
/// What a chart is drawn on. Positions are given as if it were read from left to right; for other scripts the sheet mirrors them. Drawing happens
/// twice: first without a canvas, to learn how high the picture becomes.
/// </summary>
internal sealed class Sheet(SKCanvas? canvas, ChartStyle style, bool rightToLeft)
{
    private const float PlateSpace = 12;
    private const float FootSpace = 12;

    private readonly List<PlacedLabel> labels = [];

    public ChartStyle Style { get; } = style;

    public IReadOnlyList<PlacedLabel> Labels => labels;

    /// <summary>Where the next thing goes.</summary>
    public float Y { get; set; }

    public float Inner => Style.Width - (2 * ChartStyle.Margin);

    public IReadOnlyList<TextLine> Wrap(string text, float width, float size = ChartStyle.Small, Weight weight = Weight.Regular) => TextLine.Wrap(text, width, size, weight, rightToLeft);

    public TextLine Line(string text, float size = ChartStyle.Small, Weight weight = Weight.Regular) => TextLine.Of(text, size, weight, rightToLeft);

    /// <summary>Draws a line with its top at <paramref name="top"/>.</summary>
    public void Put(TextLine line, float x, float top, SKColor colour, Anchor anchor = Anchor.Start)
    {
        var from = anchor switch
        {
            Anchor.Start => x,
            Anchor.Middle => x - (line.Width / 2),
            _ => x - line.Width,
        };
        var left = rightToLeft ? Style.Width - from - line.Width : from;
        labels.Add(new PlacedLabel(line.Text, new SKRect(left, top, left + line.Width, top + line.Ascent + line.Descent), line.Glyphs));
        if (canvas is not null)
        {
            line.Draw(canvas, left, top + line.Ascent, colour);
        }
    }

    /// <summary>Draws lines below each other; answers where they end.</summary>
    public float Put(IEnumerable<TextLine> lines, float x, float top, SKColor colour, Anchor anchor = Anchor.Start)
    {
        foreach (var line in lines)
        {
            Put(line, x, top, colour, anchor);
            top += line.Ascent + line.Descent;
        }

        return top;
    }

    /// <summary>How high lines stand below each other.</summary>
    public static float HeightOf(IEnumerable<TextLine> lines) => lines.Sum(l => l.Ascent + l.Descent);

    /// <summary>A rectangle, mirrored where the sheet is.</summary>
    public SKRect Area(float x, float top, float width, float height)
    {
        var left = rightToLeft ? Style.Width - x - width : x;
        return new SKRect(left, top, left + width, top + height);
    }

    /// <summary>The data's horizontal position between 0 and <paramref name="span"/>, from the side on which reading begins.</summary>
    public double Along(double value, double span) => rightToLeft ? span - value : value;

    public void Fill(SKRect area, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas?.DrawRect(area, paint);
    }

    public void Outline(SKRect area, SKColor colour, float width = 1)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width };
        canvas?.DrawRect(area, paint);
    }

    /// <summary>Diagonal strokes, which survive a photocopy; in one direction or in both.</summary>
    public void Hatch(SKRect area, SKColor colour, bool crossed)
    {
        if (canvas is null)
        {
            return;
        }

        const float step = 7;
        using var paint = new SKPaint { Color = colour, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        canvas.Save();
        canvas.ClipRect(area);
        for (var x = area.Left - area.Height; x < area.Right; x += step)
        {
            canvas.DrawLine(x, area.Bottom, x + area.Height, area.Top, paint);
            if (crossed)
            {
                canvas.DrawLine(x, area.Top, x + area.Height, area.Bottom, paint);
            }
        }

        canvas.Restore();
        Outline(area, colour);
    }

    /// <summary>How high the place of something becomes that is not there, but said.</summary>
    public float HeightOfInstead(string said, float width) => HeightOf(Wrap(said, width - (2 * PlateSpace))) + 10;

    /// <summary>Says on a hatched ground across the picture what stands there instead of everything.</summary>
    public void Instead(string said)
    {
        var height = Math.Max(120, HeightOfInstead(said, Inner));
        Instead(said, ChartStyle.Margin, Y, Inner, height);
        Y += height;
    }

    /// <summary>Says on a hatched ground what stands there instead of data.</summary>
    public void Instead(string said, float x, float top, float width, float height)
    {
        Hatch(Area(x, top, width, height), Style.Grid, crossed: false);
        var lines = Wrap(said, width - (2 * PlateSpace));
        var (plate, high) = (lines.Max(l => l.Width) + PlateSpace, HeightOf(lines));
        Fill(Area(x + ((width - plate) / 2), top + ((height - high) / 2), plate, high), Style.Ground);
        Put(lines, x + (width / 2), top + ((height - high) / 2), Style.Ink, Anchor.Middle);
    }

    /// <summary>Lets ScottPlot draw data into an area whose axes run from 0 to the given ends; it writes no text.</summary>
    public void Plot(SKRect area, double xEnd, double yEnd, Action<Plot> add)
    {
        if (canvas is null)
        {
            return;
        }

        using var plot = new Plot();
        // The canvas already holds what was drawn before.
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.HideAxesAndGrid();
        plot.Layout.Frameless();
        add(plot);
        plot.Axes.SetLimits(0, xEnd, 0, yEnd);
        plot.Render(canvas, new PixelRect(area.Left, area.Right, area.Bottom, area.Top));
    }

    /// <summary>Title and subtitle.</summary>
    public void Head(ChartModel chart)
    {
        Y = ChartStyle.Margin;
        Y = Put(Wrap(chart.Title, Inner, Style.Title, Weight.SemiBold), ChartStyle.Margin, Y, Style.Ink) + 4;
        Y = Put(Wrap(chart.Subtitle, Inner, Style.Subtitle), ChartStyle.Margin, Y, Style.Quiet) + 16;
    }

    /// <summary>The lines below the chart, at its end or at the foot of a slide.</summary>
    public void Foot(ChartModel chart)
    {
        var lines = FootOf(chart);
        Y = Math.Max(Y + FootSpace, Style.MinimumHeight - ChartStyle.Margin - HeightOf(lines));
        Y = Put(lines, ChartStyle.Margin, Y, Style.Quiet) + ChartStyle.Margin;
    }

    /// <summary>The height that is left on a slide above the foot; without end on other pictures.</summary>
    public float RoomAboveFoot(ChartModel chart) =>
        Style.MinimumHeight > 0 ? Style.MinimumHeight - ChartStyle.Margin - HeightOf(FootOf(chart)) - FootSpace - Y : float.PositiveInfinity;

    /// <summary>A line for each sentence, or on a slide, where height is scarce, one after the other.</summary>
    private IEnumerable<TextLine> FootOf(ChartModel chart) => Style.MinimumHeight > 0
        ? Wrap(string.Join(chart.Language == "zh" ? "" : " ", chart.Foot), Inner) : chart.Foot.SelectMany(f => Wrap(f, Inner));

    /// <summary>
    /// A line of short strokes between two points of a plot on an area. Skia's SVG canvas leaves path effects out, so that a pattern of ScottPlot's would be
    /// a full line there.
    /// </summary>
    public static void Dash(Plot plot, SKRect area, double xEnd, double yEnd, Coordinates from, Coordinates to, SKColor colour, float width)
    {
        const double stroke = 6;
        const double gap = 4;
        var (across, up) = ((to.X - from.X) * area.Width / xEnd, (to.Y - from.Y) * area.Height / yEnd);
        var length = Math.Sqrt((across * across) + (up * up));
        for (var start = 0d; start < length; start += stroke + gap)
        {
            var (first, last) = (start / length, Math.Min(start + stroke, length) / length);
            var line = plot.Add.Line(At(first), At(last));
            line.LineColor = Plotted(colour);
            line.LineWidth = width;
        }

        Coordinates At(double share) => new(from.X + ((to.X - from.X) * share), from.Y + ((to.Y - from.Y) * share));
    }

    public static Color Plotted(SKColor colour) => new(colour.Red, colour.Green, colour.Blue, colour.Alpha);
}
