using System.Globalization;
using System.Text;

namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>Rows under headers, to be read by programs and by people with a spreadsheet.</summary>
/// <param name="Name">What it is a table of.</param>
/// <param name="Columns">The headers.</param>
/// <param name="Rows">A cell is a text, a <see cref="decimal"/>, an <see cref="int"/>, or null where there is nothing.</param>
internal sealed record DataTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    private const double NarrowColumn = 14;
    private const double WidestColumn = 60;

    /// <summary>RFC 4180, UTF-8, with a header row. No cell is a formula to a spreadsheet: what would be one begins with an apostrophe.</summary>
    public byte[] ToCsv()
    {
        var csv = new StringBuilder();
        foreach (var row in Rows.Prepend(Columns))
        {
            csv.AppendJoin(',', row.Select(c => CsvText.Quote(TextOf(c)))).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>A sheet of its own. What is longer than a cell goes on in the row below, whose other cells are empty.</summary>
    public Sheet ToSheet(SheetNames names) => new(
        names.Take(Name),
        [[.. Columns.Select(c => new SheetCell(c, CellStyle.Heading))], .. Rows.SelectMany(Pieces)],
        [.. Columns.Select((c, i) => Math.Clamp(Rows.Select(r => TextOf(r[i]).Length).Append(c.Length + 2).Max(), NarrowColumn, WidestColumn))])
    {
        Frozen = 1,
    };

    private static IEnumerable<IReadOnlyList<SheetCell?>> Pieces(IReadOnlyList<object?> row)
    {
        var texts = row.Select(c => (Pieces: Cut(TextOf(c)), IsNumber: c is decimal or int)).ToArray();
        return Enumerable.Range(0, texts.Max(t => t.Pieces.Count)).Select(at => (IReadOnlyList<SheetCell?>)
            [.. texts.Select(t => at < t.Pieces.Count && t.Pieces[at].Length > 0 ? new SheetCell(t.Pieces[at], CellStyle.Plain, t.IsNumber) : null)]);
    }

    private static List<string> Cut(string text)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length || pieces.Count == 0;)
        {
            var length = Math.Min(Spreadsheet.LongestText, text.Length - at);
            length -= at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]) ? 1 : 0;
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return pieces;
    }

    private static string TextOf(object? cell) => cell switch
    {
        null => "",
        decimal number => number.ToString("0.######", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };
}

/// <summary>Cells of CSV files.</summary>
internal static class CsvText
{
    /// <summary>A cell as it is written: quoted where it has to be, and never a formula.</summary>
    public static string Quote(string cell)
    {
        var plain = cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal) && !decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"'{cell}" : cell;
        return plain.AsSpan().ContainsAny(",\"\r\n") ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
