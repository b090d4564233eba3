using SelfAssess.Api.Charts.Models;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Horizontal bars of counts out of all participants, each with its number at its end.</summary>
internal static class CountsDrawing
{
    private const float BarHeight = 20;

    public static void Draw(CountsChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        var style = sheet.Style;
        var rows = new Rows(sheet, chart.Options.Select(o => o.Name), NamesShare(chart, sheet), anchor: Anchor.Start);
        var all = rows.Width - chart.Options.Max(o => sheet.Line(o.States.Label).Width) - 16;
        for (var i = 0; i < chart.Options.Count;)
        {
            var states = chart.Options[i].States;
            if (states.Value is null || chart.Participants is not { } participants)
            {
                i = Withheld(chart, i, sheet, rows);
                continue;
            }

            var above = sheet.Y;
            var top = rows.Next(i, BarHeight).Top;
            // Names above the bars are not to be crossed by the lines of the axis.
            Ends(sheet, rows.Start, all, style.Narrow ? top - 3 : above - (Gap(style) / 2), (style.Narrow ? 3 : Gap(style) / 2) + sheet.Y);
            CountBar.Draw(sheet, states, participants, rows.Start, top, all, BarHeight, chart.Options[i].IsAnswer);
            var label = sheet.Line(states.Label);
            sheet.Put(label, rows.Start + (all * (float)Math.Min(states.High, participants) / participants) + 8, top + ((BarHeight - label.Ascent - label.Descent) / 2), style.Ink);
            sheet.Y += Gap(style);
            i++;
        }

        if (chart.Options.Any(o => o.States.Value is not null))
        {
            sheet.Put(sheet.Line(chart.Ends[0]), rows.Start, sheet.Y, style.Quiet);
            sheet.Put(sheet.Line(chart.Ends[1]), rows.Start + all, sheet.Y, style.Quiet, style.Narrow ? Anchor.End : Anchor.Middle);
            sheet.Y += ChartStyle.Small * 1.3f;
        }

        sheet.Foot(chart);
    }

    /// <summary>Says once for counts that follow each other that they are not published; answers the position of the next one.</summary>
    private static int Withheld(CountsChart chart, int from, Sheet sheet, Rows rows)
    {
        var to = from + 1;
        while (!sheet.Style.Narrow && to < chart.Options.Count && chart.Options[to].States.Value is null)
        {
            to++;
        }

        var least = sheet.HeightOfInstead(chart.NotPublished, rows.Width);
        var (top, bottom) = (sheet.Y, 0f);
        for (var i = from; i < to; i++)
        {
            var place = rows.Next(i, to - from > 1 ? BarHeight : least);
            (top, bottom) = (to - from > 1 ? top : place.Top, sheet.Y);
            sheet.Y += Gap(sheet.Style);
        }

        sheet.Instead(chart.NotPublished, rows.Start, top, rows.Width, Math.Max(bottom - top, least));
        return to;
    }

    /// <summary>Answers may be long: on a slide they take as much of the width as it needs to hold all of them.</summary>
    private static float NamesShare(CountsChart chart, Sheet sheet)
    {
        var style = sheet.Style;
        float[] shares = [0.46f, 0.5f, 0.55f, 0.6f, 0.65f, 0.7f];
        var room = sheet.RoomAboveFoot(chart) - (ChartStyle.Small * 1.3f);
        return Array.Find(shares, s => Height(s) <= room) is > 0 and var fitting ? fitting : shares[^1];

        float Height(float share) => chart.Options.Sum(o => Math.Max(BarHeight, Sheet.HeightOf(sheet.Wrap(o.Name, style.Width * share))) + Gap(style)) + ChartStyle.Small;
    }

    private static float Gap(ChartStyle style) => style.MinimumHeight > 0 ? 6 : 10;

    /// <summary>Where no State would stand, and where all of them.</summary>
    private static void Ends(Sheet sheet, float start, float width, float top, float bottom)
    {
        sheet.Fill(sheet.Area(start - 1, top, 1, bottom - top), sheet.Style.Quiet);
        sheet.Fill(sheet.Area(start + width, top, 1, bottom - top), sheet.Style.Grid);
    }
}
