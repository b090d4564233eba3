using SelfAssess.Api.Charts.Models;

namespace SelfAssess.Api.Papers.Content;

/// <summary>What a paper says, in the order in which it is read, before anything is drawn: the Word file and the page are made of the same.</summary>
/// <param name="Title">The paper's title.</param>
/// <param name="Language">Of every text (BCP 47).</param>
/// <param name="RightToLeft">Whether it is read from right to left.</param>
/// <param name="Date">The day that the file says it was made: one of its source's days, so that the same source gives the same bytes.</param>
/// <param name="Head">What stands above the title.</param>
/// <param name="Running">At the foot of each page.</param>
/// <param name="Labels">The words in front of numbers.</param>
/// <param name="Blocks">Everything below the title.</param>
internal sealed record Paper(
    string Title, string Language, bool RightToLeft, DateOnly Date, PaperHead Head, string Running, PaperLabels Labels, IReadOnlyList<Block> Blocks)
{
    /// <summary>The number of every table and figure and the letter of every annex, in reading order.</summary>
    public IReadOnlyDictionary<(ReferenceKind Kind, string Key), string> Numbers()
    {
        var numbers = new Dictionary<(ReferenceKind, string), string>();
        foreach (var block in Blocks)
        {
            switch (block)
            {
                case Table { Key: var key }:
                    Number(ReferenceKind.Table, key);
                    break;
                case Figure { Key: var key }:
                    Number(ReferenceKind.Figure, key);
                    break;
                case Annex { Key: var key }:
                    var letter = (char)('A' + numbers.Keys.Count(k => k.Item1 == ReferenceKind.Annex));
                    numbers.Add((ReferenceKind.Annex, key), letter.ToString());
                    break;
            }
        }

        return numbers;

        void Number(ReferenceKind kind, string key) =>
            numbers.Add((kind, key), (numbers.Keys.Count(k => k.Item1 == kind) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Every text that a reader sees, in reading order; pictures as their words.</summary>
    public IEnumerable<string> AllTexts() =>
        [.. Head.Lines.SelectMany(l => new[] { Flat(l.Start), Flat(l.End) }), Title, .. Blocks.SelectMany(TextsOf)];

    /// <summary>Runs as a plain text, footnotes behind their place.</summary>
    public static string Flat(IReadOnlyList<Inline> runs) => string.Concat(runs.Select(r => r switch
    {
        Inline.Plain p => p.Text,
        Inline.Placeholder p => p.Text,
        Inline.Note n => Flat(n.Text),
        _ => "",
    }));

    private static IEnumerable<string> TextsOf(Block block) => block switch
    {
        Heading h => [h.Text],
        Annex a => [a.Title],
        Paragraph p => [Flat(p.Runs)],
        Table t => [t.Caption, .. t.Headers, .. t.Rows.SelectMany(r => r.Cells), .. t.Note is { } note ? [note] : Array.Empty<string>()],
        Figure f => [f.Caption, f.Chart.TextAlternative],
        Quotation q => [q.Title, .. q.Lines],
        _ => throw new ArgumentOutOfRangeException(nameof(block), $"There are no texts of {block.GetType().Name}."),
    };
}

/// <summary>The block above the title.</summary>
/// <param name="Lines">From above.</param>
internal sealed record PaperHead(IReadOnlyList<HeadLine> Lines);

/// <summary>One line of the head.</summary>
/// <param name="Start">Where lines begin.</param>
/// <param name="End">Where lines end.</param>
/// <param name="Strong">Whether it stands out.</param>
internal sealed record HeadLine(IReadOnlyList<Inline> Start, IReadOnlyList<Inline> End, bool Strong = false);

/// <summary>The words in front of numbers.</summary>
/// <param name="Table">As in "Table 1".</param>
/// <param name="Figure">As in "Figure 1".</param>
/// <param name="Annex">As in "Annex A".</param>
/// <param name="Colon">Between a number and what it is about.</param>
internal sealed record PaperLabels(string Table, string Figure, string Annex, string Colon)
{
    public static PaperLabels Of(PaperWords words) => new(words.Say("label.table"), words.Say("label.figure"), words.Say("label.annex"), words.Say("label.colon"));
}

/// <summary>A part of a paper.</summary>
internal abstract record Block;

/// <summary>A heading.</summary>
/// <param name="Level">1 for sections (roman numbers), 2 for what is below (letters), 3 for what has no number.</param>
/// <param name="Text">Without its number.</param>
internal sealed record Heading(int Level, string Text) : Block;

/// <summary>An annex begins, on a page of its own.</summary>
/// <param name="Key">How it is referred to.</param>
/// <param name="Title">Without its letter.</param>
internal sealed record Annex(string Key, string Title) : Block;

/// <summary>How a paragraph stands.</summary>
internal enum ParagraphKind
{
    /// <summary>With a number that goes on through the sections, and begins again in each annex.</summary>
    Numbered,
    Plain,

    /// <summary>An item under a letter; letters begin again after any other paragraph.</summary>
    Lettered,
}

/// <summary>A paragraph.</summary>
internal sealed record Paragraph(ParagraphKind Kind, IReadOnlyList<Inline> Runs) : Block;

/// <summary>Somebody else's words, in the language in which they were written.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Lines">One for each paragraph.</param>
/// <param name="Language">In which they are written.</param>
internal sealed record Quotation(string Title, IReadOnlyList<string> Lines, string Language) : Block;

/// <summary>A table with a caption and a header row.</summary>
/// <param name="Key">How it is referred to.</param>
/// <param name="Caption">Without its number.</param>
/// <param name="Headers">One for each column.</param>
/// <param name="Rows">As many cells as headers, or one across all.</param>
/// <param name="Widths">Of the columns, in relation to each other; the first is for words, the others for numbers where it is null.</param>
/// <param name="Note">Below it.</param>
/// <param name="Languages">Of the columns, where they differ from the paper's.</param>
internal sealed record Table(
    string Key, string Caption, IReadOnlyList<string> Headers, IReadOnlyList<Row> Rows, IReadOnlyList<int>? Widths = null, string? Note = null,
    IReadOnlyList<string>? Languages = null) : Block;

/// <summary>One row.</summary>
/// <param name="Cells">As many as the table has headers, or one across all.</param>
internal sealed record Row(IReadOnlyList<string> Cells);

/// <summary>A chart with a caption; its text alternative is the chart's own.</summary>
internal sealed record Figure(string Key, string Caption, ChartModel Chart) : Block;

/// <summary>What a number or letter stands for.</summary>
internal enum ReferenceKind
{
    Table,
    Figure,
    Annex,
}

/// <summary>A part of a line.</summary>
internal abstract record Inline
{
    private Inline()
    {
    }

    public sealed record Plain(string Text) : Inline;

    /// <summary>To be filled in by whoever edits the paper.</summary>
    public sealed record Placeholder(string Text) : Inline;

    /// <summary>The number or letter of something else in the paper.</summary>
    public sealed record Reference(ReferenceKind Kind, string Key) : Inline;

    /// <summary>A footnote.</summary>
    public sealed record Note(IReadOnlyList<Inline> Text) : Inline;
}
