namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>How a cell looks, and whether it is written to.</summary>
internal enum CellStyle
{
    /// <summary>Wrapped text.</summary>
    Plain,

    /// <summary>The title of a sheet.</summary>
    Title,

    /// <summary>The head of a table, or of what belongs together.</summary>
    Heading,

    /// <summary>What is to be entered beside it.</summary>
    Label,

    /// <summary>What helps, less important than the rest.</summary>
    Muted,

    /// <summary>To be filled in; everything else is locked where the sheet is.</summary>
    Entry,
}

/// <summary>One cell. A text stays a text whatever it begins with: it is never a formula.</summary>
/// <param name="Text">What stands in it; a number as invariant text.</param>
/// <param name="Style">How it looks.</param>
/// <param name="IsNumber">Whether programs may calculate with it.</param>
internal sealed record SheetCell(string Text, CellStyle Style = CellStyle.Plain, bool IsNumber = false);

/// <summary>A column of a drop-down list's choices on another sheet.</summary>
/// <param name="Row">The row of the cell that is chosen for, from 1.</param>
/// <param name="Column">Its column, from 1.</param>
/// <param name="Source">Where the choices stand, as <c>lists!$A$1:$A$5</c>.</param>
internal sealed record SheetChoice(int Row, int Column, string Source);

/// <summary>Who sees a sheet.</summary>
internal enum SheetVisibility
{
    Visible,

    /// <summary>Not even offered to be shown.</summary>
    VeryHidden,
}

/// <summary>One sheet.</summary>
/// <param name="Name">Its name, which <see cref="SheetNames"/> made fit.</param>
/// <param name="Rows">From the first row on; a cell that is null is empty.</param>
/// <param name="Widths">Of the columns, in characters; 0 hides one.</param>
internal sealed record Sheet(string Name, IReadOnlyList<IReadOnlyList<SheetCell?>> Rows, IReadOnlyList<double> Widths)
{
    /// <summary>Rows that stay in sight, and are repeated on each printed page.</summary>
    public int Frozen { get; init; }

    /// <summary>Whether only <see cref="CellStyle.Entry"/> can be written to.</summary>
    public bool Locked { get; init; }

    public SheetVisibility Visibility { get; init; }

    public IReadOnlyList<SheetChoice> Choices { get; init; } = [];
}

/// <summary>A workbook before it is a file.</summary>
/// <param name="Language">The language of its words, which gives its direction and typefaces.</param>
/// <param name="Title">Its title in the file's properties.</param>
/// <param name="Sheets">In their order.</param>
internal sealed record Spreadsheet(string Language, string Title, IReadOnlyList<Sheet> Sheets)
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The longest text that a cell holds, in UTF-16 units.</summary>
    public const int LongestText = 32_767;

    /// <summary>What programs can read in the file's own properties.</summary>
    public IReadOnlyList<(string Name, string Value)> Properties { get; init; } = [];

    /// <summary>What a drop-down list says where something else is entered.</summary>
    public string? ChooseFromList { get; init; }

    /// <summary>The address of a cell, as "C12".</summary>
    public static string Address(int row, int column) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ColumnName(column)}{row}");

    /// <summary>The letters of a column, which is counted from 1.</summary>
    public static string ColumnName(int column)
    {
        var name = "";
        for (var rest = column; rest > 0; rest = (rest - 1) / 26)
        {
            name = (char)('A' + ((rest - 1) % 26)) + name;
        }

        return name;
    }
}

/// <summary>Names of sheets as spreadsheet programs take them: short, without some signs, each once.</summary>
internal sealed class SheetNames
{
    private const int Longest = 31;
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name that fits and is not taken yet.</summary>
    public string Take(string wanted)
    {
        var clean = string.Concat(wanted.Where(c => !"[]:*?/\\'".Contains(c) && !char.IsControl(c))).Trim();
        for (var number = 1; ; number++)
        {
            var suffix = number == 1 ? "" : $" {number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            var name = Cut(clean, Longest - suffix.Length) + suffix;
            if (name.Length > 0 && taken.Add(name))
            {
                return name;
            }
        }
    }

    /// <summary>Never half of a character pair.</summary>
    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)].TrimEnd();
}
