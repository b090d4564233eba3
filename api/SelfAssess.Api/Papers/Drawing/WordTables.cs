using DocumentFormat.OpenXml.Wordprocessing;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Draws tables: a header row that is repeated, rows that are not torn, and a description for those who do not see them.</summary>
internal sealed class WordTables(Content.Paper paper, WordText text)
{
    // Tables up to this many rows stay on one page.
    private const int Torn = 16;

    public Table Of(Content.Table table)
    {
        var widths = Widths(table);
        var properties = new TableProperties(new TableStyle { Val = WordStyles.PaperTable });
        if (paper.RightToLeft)
        {
            properties.Append(new BiDiVisual());
        }

        properties.Append(
            new TableWidth { Width = WordText.Number(WordPage.TextWidth), Type = TableWidthUnitValues.Dxa },
            new TableLayout { Type = TableLayoutValues.Fixed },
            new TableLook { FirstRow = true, LastRow = false, FirstColumn = false, LastColumn = false, NoHorizontalBand = true, NoVerticalBand = true },
            new TableCaption { Val = WordText.Written(table.Caption) });
        return new Table(
        [
            properties,
            new TableGrid(widths.Select(w => new GridColumn { Width = WordText.Number(w) })),
            Row(table, table.Headers, widths, head: true, together: true),
            .. table.Rows.Select((r, i) => Row(table, r.Cells, widths, head: false, together: table.Rows.Count <= Torn && (i < table.Rows.Count - 1 || table.Note is not null))),
        ]);
    }

    private TableRow Row(Content.Table table, IReadOnlyList<string> cells, int[] widths, bool head, bool together)
    {
        var properties = new TableRowProperties(new CantSplit());
        if (head)
        {
            properties.Append(new TableHeader());
        }

        var across = cells.Count == 1 && widths.Length > 1;
        return new TableRow([properties, .. cells.Select((cell, column) => Cell(table, cell, column, across ? widths.Sum() : widths[column], across ? widths.Length : 1, head || across, together))]);
    }

    private TableCell Cell(Content.Table table, string content, int column, int width, int span, bool strong, bool together)
    {
        var properties = new TableCellProperties(new TableCellWidth { Width = WordText.Number(width), Type = TableWidthUnitValues.Dxa });
        if (span > 1)
        {
            properties.Append(new GridSpan { Val = span });
        }

        properties.Append(new TableCellVerticalAlignment { Val = table.Widths is null ? TableVerticalAlignmentValues.Center : TableVerticalAlignmentValues.Top });
        var paragraph = new ParagraphProperties(new ParagraphStyleId { Val = strong ? WordStyles.TableHead : WordStyles.TableText });
        if (together)
        {
            paragraph.Append(new KeepNext());
        }

        var language = table.Languages?[column];
        if (language is not null && (language == "ar") != paper.RightToLeft)
        {
            paragraph.Append(new BiDi { Val = language == "ar" });
        }

        if (column > 0 && table.Widths is null)
        {
            paragraph.Append(new Justification { Val = JustificationValues.Center });
        }

        return new TableCell(properties, new Paragraph([paragraph, .. text.Runs(content, language)]));
    }

    /// <summary>Columns of words are as wide as the paper says; a table of numbers gives its first column a third or more.</summary>
    private static int[] Widths(Content.Table table)
    {
        var shares = table.Widths ?? [table.Headers.Count > 6 ? 3 : 4, .. Enumerable.Repeat(1, table.Headers.Count - 1)];
        var widths = shares.Select(s => WordPage.TextWidth * s / shares.Sum()).ToArray();
        widths[^1] += WordPage.TextWidth - widths.Sum();
        return widths;
    }
}
