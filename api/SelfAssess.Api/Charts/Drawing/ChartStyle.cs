using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>The page that a chart is made for.</summary>
public enum ChartWidth
{
    /// <summary>170 mm.</summary>
    Full,

    /// <summary>85 mm.</summary>
    Half,

    /// <summary>A slide, 16:9.</summary>
    Slide,
}

/// <summary>The ground that a chart stands on.</summary>
public enum ChartScheme
{
    Light,
    Dark,
}

/// <summary>Sizes and colours. One hue of five steps for levels, one accent, greys for what is no level; nothing is said by colour alone.</summary>
/// <param name="Width">Pixels at 1×; 1000 are 170 mm, so that 17 pixels are 8 points.</param>
/// <param name="Narrow">Whether labels stand above what they name instead of beside it.</param>
/// <param name="MinimumHeight">A slide is filled, other pictures are as high as they need.</param>
internal sealed record ChartStyle(
    float Width, bool Narrow, float MinimumHeight, SKColor Ground, SKColor Ink, SKColor Quiet, SKColor Grid, SKColor Accent, SKColor Band, IReadOnlyList<SKColor> Levels)
{
    public const float Small = 17;
    public const float Margin = 20;

    private static readonly SKColor[] steps = [.. new[] { "f1eef6", "bdc9e1", "74a9cf", "2b8cbe", "045a8d" }.Select(SKColor.Parse)];

    public float Title => Narrow ? 22 : 27;

    public float Subtitle => Narrow ? Small : 19;

    public static ChartStyle Of(ChartWidth width, ChartScheme scheme)
    {
        var (pixels, narrow, height) = width switch
        {
            ChartWidth.Half => (500, true, 0),
            ChartWidth.Slide => (1280, false, 720),
            _ => (1000, false, 0),
        };
        return scheme == ChartScheme.Light
            ? new ChartStyle(pixels, narrow, height, SKColors.White, SKColor.Parse("1b1f24"), SKColor.Parse("5b636d"), SKColor.Parse("d9dde2"),
                SKColor.Parse("045a8d"), SKColor.Parse("a9c7e0"), steps)
            : new ChartStyle(pixels, narrow, height, SKColor.Parse("14181d"), SKColor.Parse("eef1f4"), SKColor.Parse("a9b2bc"), SKColor.Parse("39414a"),
                SKColor.Parse("74a9cf"), SKColor.Parse("335a7d"), [.. steps.Reverse()]);
    }

    /// <summary>The colour of a level among <paramref name="count"/>, spread over the five steps.</summary>
    public SKColor Level(int level, int count) => Levels[count <= 1 ? 0 : (int)Math.Round((double)level * (Levels.Count - 1) / (count - 1))];

    /// <summary>Ink that reads on a colour (WCAG contrast of at least 4.5 for each step).</summary>
    public static SKColor On(SKColor ground) => Luminance(ground) > 0.22 ? SKColor.Parse("101418") : SKColors.White;

    /// <summary>Relative luminance (WCAG 2), 0 to 1.</summary>
    public static double Luminance(SKColor colour)
    {
        return (0.2126 * Linear(colour.Red)) + (0.7152 * Linear(colour.Green)) + (0.0722 * Linear(colour.Blue));

        static double Linear(byte channel)
        {
            var c = channel / 255d;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
    }
}
