using System.Text;
using SelfAssess.Api.Platform.Spreadsheets;

namespace SelfAssess.Api.Charts.Models;

/// <summary>
/// What a chart says, in words and numbers, before anything is drawn: the picture, the data table, the CSV and the text alternative are made of
/// the same model.
/// </summary>
/// <param name="Title">The question that the chart answers.</param>
/// <param name="Subtitle">What is measured, for whom and when.</param>
/// <param name="Foot">Numbers of States, rounding, identity, source; a line each.</param>
/// <param name="Table">The data.</param>
/// <param name="Language">Of every text (BCP 47).</param>
/// <param name="RightToLeft">Whether the chart is mirrored.</param>
internal abstract record ChartModel(string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft)
{
    /// <summary>The chart for somebody who cannot see it.</summary>
    public string TextAlternative => string.Join("\n", [Title, Subtitle, .. Table.Rows.Select(Table.Describe), .. Foot]);
}

/// <summary>The data of a chart as people read them; what is not published is said in words.</summary>
/// <param name="Headers">One for each column.</param>
/// <param name="Rows">As many cells as headers.</param>
internal sealed record ChartTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public string Describe(IReadOnlyList<string> row) => $"{row[0]}: {string.Join("; ", row.Skip(1).Select((cell, i) => $"{Headers[i + 1]} {cell}"))}.";

    /// <summary>RFC 4180, UTF-8, with a header row. No cell is a formula to a spreadsheet: what would be one begins with an apostrophe.</summary>
    public byte[] ToCsv()
    {
        var csv = new StringBuilder();
        foreach (var row in Rows.Prepend(Headers))
        {
            csv.AppendJoin(',', row.Select(CsvText.Quote)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
