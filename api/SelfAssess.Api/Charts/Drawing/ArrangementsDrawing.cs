using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Charts.Text;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>A table whose cells are bars: a row for each theme, a column for each answer, every bar out of all participants.</summary>
internal static class ArrangementsDrawing
{
    private const float BarHeight = 16;
    private const float ColumnGap = 16;

    public static void Draw(ArrangementsChart chart, Sheet sheet)
    {
        sheet.Head(chart);
        var style = sheet.Style;
        if (chart.NotPublished is { } withheld && chart.Blocks.SelectMany(b => b.Rows).SelectMany(r => r.Counts).All(c => c?.States.Value is null))
        {
            // Nothing but hatching would say no more.
            sheet.Instead(withheld);
            sheet.Foot(chart);
            return;
        }

        Key(chart, sheet);
        var rows = new Rows(sheet, chart.Blocks.SelectMany(b => b.Rows).Select(r => r.Name), 0.26f);
        var column = (rows.Width - ((chart.Options.Count - 1) * ColumnGap)) / chart.Options.Count;
        var number = chart.Blocks.SelectMany(b => b.Rows).SelectMany(r => r.Counts).Where(c => c?.States.Value is not null).Select(c => sheet.Line(c!.Label).Width).DefaultIfEmpty(0).Max();
        Heads(chart.Options, sheet, rows.Start, column);
        var row = 0;
        foreach (var block in chart.Blocks)
        {
            if (block.Heading is { } heading)
            {
                sheet.Y = sheet.Put(sheet.Wrap(heading, sheet.Inner, weight: Weight.SemiBold), ChartStyle.Margin, sheet.Y + 6, style.Ink) + 6;
            }

            foreach (var counts in block.Rows.Select(r => r.Counts))
            {
                var place = rows.Next(row, BarHeight);
                for (var i = 0; i < counts.Count; i++)
                {
                    Cell(chart, counts[i], sheet, rows.Start + (i * (column + ColumnGap)), place, column, number);
                }

                sheet.Y += style.MinimumHeight > 0 ? 5 : 10;
                row++;
            }
        }

        sheet.Foot(chart);
    }

    /// <summary>What the length of a bar stands for, and what is hatched.</summary>
    private static void Key(ArrangementsChart chart, Sheet sheet)
    {
        var style = sheet.Style;
        IEnumerable<KeyDrawing.Entry> entries =
        [
            new(chart.Whole.Name, area => sheet.Fill(new SKRect(area.Left, area.MidY - (BarHeight / 2), area.Right, area.MidY + (BarHeight / 2)), style.Grid), chart.Whole.Base, 60),
        ];
        KeyDrawing.Draw(sheet, chart.NotPublished is { } said ? entries.Append(new(said, area => sheet.Hatch(area, style.Quiet, crossed: false), Width: 40)) : entries);
    }

    /// <summary>
    /// The answers above their columns. Where a word is wider than its column they stand as a staircase, each on a line of its own, with a line down to
    /// the column that it names.
    /// </summary>
    private static void Heads(IReadOnlyList<string> options, Sheet sheet, float start, float column)
    {
        var style = sheet.Style;
        var wrapped = options.Select(o => sheet.Wrap(o, column)).ToArray();
        if (wrapped.All(w => w.All(l => l.Width <= column)))
        {
            var lowest = wrapped.Max(Sheet.HeightOf);
            for (var i = 0; i < options.Count; i++)
            {
                sheet.Put(wrapped[i], start + (i * (column + ColumnGap)), sheet.Y + lowest - Sheet.HeightOf(wrapped[i]), style.Ink);
            }

            sheet.Y += lowest + 8;
            return;
        }

        var bottom = sheet.Y + options.Sum(o => Sheet.HeightOf([sheet.Line(o)])) + 6;
        for (var i = 0; i < options.Count; i++)
        {
            var line = sheet.Line(options[i]);
            var x = start + (i * (column + ColumnGap));
            var end = style.Width - ChartStyle.Margin;
            sheet.Put(line, Math.Min(x, end - line.Width), sheet.Y, style.Ink);
            sheet.Y += line.Ascent + line.Descent;
            sheet.Fill(sheet.Area(x, sheet.Y, 1, bottom - sheet.Y), style.Quiet);
        }

        sheet.Y = bottom + 4;
    }

    private static void Cell(ArrangementsChart chart, ArrangementsChart.Cell? cell, Sheet sheet, float x, Rows.Place place, float column, float number)
    {
        if (cell is null)
        {
            return;
        }

        var (style, width) = (sheet.Style, column - number - 8);
        if (cell.States.Value is null || chart.Participants is not { } participants)
        {
            sheet.Hatch(sheet.Area(x, place.Top, width, BarHeight), style.Quiet, crossed: false);
            return;
        }

        sheet.Fill(sheet.Area(x, place.Top, width, BarHeight), style.Grid);
        CountBar.Draw(sheet, cell.States, participants, x, place.Top, width, BarHeight);
        var label = sheet.Line(cell.Label);
        sheet.Put(label, x + width + 8, place.Top + ((BarHeight - label.Ascent - label.Descent) / 2), style.Ink);
    }
}
