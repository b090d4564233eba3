namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>
/// How high rows are. Programs fit rows to wrapped texts only as they are typed: what is opened with no heights given is cut off, in LibreOffice after its first
/// lines. The estimate is a little generous, since nobody's typefaces are known here.
/// </summary>
internal static class RowHeights
{
    /// <summary>The highest row that Excel shows, in points.</summary>
    private const double Highest = 409;

    private const double Empty = 9;

    /// <summary>The height of a row in points.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="widths">Of their columns, in characters; 0 for a hidden one.</param>
    public static double Of(IReadOnlyList<SheetCell?> cells, IReadOnlyList<double> widths)
    {
        var height = Empty;
        for (var i = 0; i < Math.Min(cells.Count, widths.Count); i++)
        {
            if (cells[i] is { } cell && widths[i] > 0)
            {
                height = Math.Max(height, Of(cell, widths[i]));
            }
        }

        return Math.Min(height, Highest);
    }

    private static double Of(SheetCell cell, double width)
    {
        var (size, wraps) = cell.Style switch
        {
            CellStyle.Title => (16d, false),
            CellStyle.Heading => (12d, true),
            CellStyle.Muted => (10d, true),
            _ => (11d, true),
        };
        // Column widths are counted in digits of 11 points; most letters are narrower, and words do not fill a line to its end.
        var room = (width - 1) * 1.15 * 11 / size;
        var lines = wraps ? cell.Text.Split('\n').Sum(line => Math.Max(1, Math.Ceiling(WidthOf(line) / room))) : 1;
        return (lines * size * (cell.Text.Any(IsArabic) ? 1.55 : 1.3)) + 3;
    }

    /// <summary>The width of a line in digits: a Chinese sign takes two.</summary>
    private static double WidthOf(string line) => line.Sum(c => c >= '\u2E80' && c < '\uFF00' ? 1.9 : char.IsUpper(c) ? 1.25 : 1);

    private static bool IsArabic(char c) => c is >= '\u0600' and <= '\u06FF';
}
