using ScottPlot;
using SelfAssess.Api.Charts.Models;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>A count as a bar: full as far as rounding leaves no doubt, pale as far as it leaves some.</summary>
internal static class CountBar
{
    /// <param name="sheet">What it is drawn on.</param>
    /// <param name="states">The count; it is published.</param>
    /// <param name="participants">What the whole width stands for.</param>
    /// <param name="x">Where the bar begins.</param>
    /// <param name="top">Its top.</param>
    /// <param name="width">The whole width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="isAnswer">False for what is no answer: it is hatched.</param>
    public static void Draw(Sheet sheet, Measured states, int participants, float x, float top, float width, float height, bool isAnswer = true)
    {
        var (low, high) = ((double)states.Low, Math.Min((double)states.High, participants));
        if (!isAnswer)
        {
            var certain = width * (float)low / participants;
            sheet.Hatch(sheet.Area(x, top, certain, height), sheet.Style.Quiet, crossed: true);
            sheet.Hatch(sheet.Area(x + certain, top, (width * (float)high / participants) - certain, height), sheet.Style.Quiet, crossed: false);
            return;
        }

        sheet.Plot(sheet.Area(x, top, width, height), participants, 1, plot =>
            plot.Add.Bars(new[] { Part(0, low, sheet.Style.Accent), Part(low, high, sheet.Style.Band) }));

        Bar Part(double from, double to, SkiaSharp.SKColor colour) => new()
        {
            Position = 0.5,
            Size = 1,
            ValueBase = sheet.Along(from, participants),
            Value = sheet.Along(to, participants),
            Orientation = Orientation.Horizontal,
            FillColor = Sheet.Plotted(colour),
            LineWidth = 0,
        };
    }
}
