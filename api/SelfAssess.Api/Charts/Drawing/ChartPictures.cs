using SelfAssess.Api.Charts.Models;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Turns a chart's model into a picture. The same model, style and format give the same bytes.</summary>
internal static class ChartPictures
{
    /// <summary>A PNG.</summary>
    /// <param name="chart">What is drawn.</param>
    /// <param name="style">Its size and colours.</param>
    /// <param name="scale">Pixels for each pixel of the style: 1 or 2.</param>
    public static byte[] Png(ChartModel chart, ChartStyle style, int scale)
    {
        var height = Measure(chart, style).Height;
        using var surface = SKSurface.Create(new SKImageInfo((int)style.Width * scale, height * scale, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Scale(scale);
        Draw(chart, style, surface.Canvas, height);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>An SVG whose texts are outlines, so that no reader needs a typeface.</summary>
    public static byte[] Svg(ChartModel chart, ChartStyle style)
    {
        var height = Measure(chart, style).Height;
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, style.Width, height), stream))
        {
            Draw(chart, style, canvas, height);
        }

        return stream.ToArray();
    }

    /// <summary>How high the picture becomes, and where its labels stand.</summary>
    public static (int Height, IReadOnlyList<PlacedLabel> Labels) Measure(ChartModel chart, ChartStyle style)
    {
        var sheet = new Sheet(null, style, chart.RightToLeft);
        DrawOn(chart, sheet);
        return ((int)Math.Ceiling(Math.Max(sheet.Y, style.MinimumHeight)), sheet.Labels);
    }

    private static void Draw(ChartModel chart, ChartStyle style, SKCanvas canvas, int height)
    {
        using (var ground = new SKPaint { Color = style.Ground })
        {
            canvas.DrawRect(0, 0, style.Width, height, ground);
        }

        DrawOn(chart, new Sheet(canvas, style, chart.RightToLeft));
    }

    private static void DrawOn(ChartModel chart, Sheet sheet)
    {
        switch (chart)
        {
            case DistributionChart distribution:
                DistributionDrawing.Draw(distribution, sheet);
                break;
            case TrendChart trend:
                TrendDrawing.Draw(trend, sheet);
                break;
            case ProfileChart profile:
                ProfileDrawing.Draw(profile, sheet);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(chart), $"There is no drawing for {chart.GetType().Name}.");
        }
    }
}
