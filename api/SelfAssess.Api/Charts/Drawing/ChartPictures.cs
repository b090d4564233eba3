using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfAssess.Api.Charts.Models;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Turns a chart's model into a picture. The same model, style and format give the same bytes.</summary>
internal static partial class ChartPictures
{
    /// <summary>A PNG.</summary>
    /// <param name="chart">What is drawn.</param>
    /// <param name="style">Its size and colours.</param>
    /// <param name="scale">Pixels for each pixel of the style.</param>
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

        return Encoding.UTF8.GetBytes(Renumber(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length)));
    }

    /// <summary>How high the picture becomes, and where its labels stand.</summary>
    public static (int Height, IReadOnlyList<PlacedLabel> Labels) Measure(ChartModel chart, ChartStyle style)
    {
        var sheet = new Sheet(null, style, chart.RightToLeft);
        DrawOn(chart, sheet);
        return ((int)Math.Round(Math.Max(sheet.Y, style.MinimumHeight)), sheet.Labels);
    }

    /// <summary>Skia numbers clips through the life of the process; here they begin at 1 in every picture.</summary>
    private static string Renumber(string svg)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        return ClipId().Replace(svg, id => numbers.TryGetValue(id.Value, out var known) ? known : numbers[id.Value] = $"cl_{(numbers.Count + 1).ToString(CultureInfo.InvariantCulture)}");
    }

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex ClipId();

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
            case GroupsChart groups:
                GroupsDrawing.Draw(groups, sheet);
                break;
            case CountsChart counts:
                CountsDrawing.Draw(counts, sheet);
                break;
            case ArrangementsChart arrangements:
                ArrangementsDrawing.Draw(arrangements, sheet);
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
