using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;
using SelfAssess.Api.Papers.Content;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Turns parts of lines into runs: with the direction of their letters, fields for numbers, and footnotes.</summary>
internal sealed partial class WordText(Paper paper)
{
    private const char LeftToRightMark = '\u200E';

    private readonly IReadOnlyDictionary<(ReferenceKind Kind, string Key), string> numbers = paper.Numbers();
    private readonly List<Footnote> footnotes = [Separator(-1), Separator(0)];
    private readonly Dictionary<(ReferenceKind Kind, string Key), int> bookmarks = [];

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The footnotes of all runs made so far.</summary>
    public Footnotes Footnotes => new(footnotes);

    /// <summary>Runs of a line.</summary>
    public IEnumerable<OpenXmlElement> Runs(IReadOnlyList<Inline> inlines) => inlines.SelectMany(inline => inline switch
    {
        Inline.Plain p => Runs(p.Text),
        Inline.Placeholder p => Runs(p.Text, style: WordStyles.Placeholder),
        Inline.Reference r => Field($" REF {BookmarkOf(r.Kind, r.Key)} \\h ", numbers[(r.Kind, r.Key)]),
        Inline.Note n => [Note(n)],
        _ => throw new ArgumentOutOfRangeException(nameof(inlines), $"There is no run of {inline.GetType().Name}."),
    });

    /// <summary>Runs of a text, each of one direction: Latin words in an Arabic text are runs of their own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language where it is not the paper's.</param>
    /// <param name="style">A style of characters.</param>
    public IEnumerable<OpenXmlElement> Runs(string text, string? language = null, string? style = null)
    {
        language ??= paper.Language;
        if (language != "ar")
        {
            return [Run(text, language, rightToLeft: false, style)];
        }

        var (runs, at) = (new List<OpenXmlElement>(), 0);
        foreach (var island in LatinWords().EnumerateMatches(text))
        {
            Add(text[at..island.Index], rightToLeft: true);
            // The mark keeps digits at the beginning of a word with its letters, also where the direction of runs is not heeded.
            Add($"{LeftToRightMark}{text.Substring(island.Index, island.Length)}", rightToLeft: false);
            at = island.Index + island.Length;
        }

        Add(text[at..], rightToLeft: true);
        return runs;

        void Add(string part, bool rightToLeft)
        {
            if (part.Length > 0)
            {
                runs.Add(Run(part, language, rightToLeft, style));
            }
        }
    }

    /// <summary>The number of a table, figure or annex, counted by the word processor, and marked so that others can refer to it.</summary>
    public IEnumerable<OpenXmlElement> Numbered(ReferenceKind kind, string key)
    {
        var name = BookmarkOf(kind, key);
        var id = Number(bookmarks[(kind, key)]);
        return
        [
            new BookmarkStart { Id = id, Name = name },
            .. Field(kind == ReferenceKind.Annex ? " SEQ Annex \\* ALPHABETIC " : $" SEQ {kind} \\* ARABIC ", numbers[(kind, key)]),
            new BookmarkEnd { Id = id },
        ];
    }

    /// <summary>A field and what it showed when the paper was made.</summary>
    public static IEnumerable<OpenXmlElement> Field(string code, string result) =>
    [
        new Run(new FieldChar { FieldCharType = FieldCharValues.Begin }),
        new Run(new FieldCode(code) { Space = SpaceProcessingModeValues.Preserve }),
        new Run(new FieldChar { FieldCharType = FieldCharValues.Separate }),
        new Run(new Text(result)),
        new Run(new FieldChar { FieldCharType = FieldCharValues.End }),
    ];

    private string BookmarkOf(ReferenceKind kind, string key)
    {
        if (!bookmarks.TryGetValue((kind, key), out var number))
        {
            bookmarks.Add((kind, key), number = bookmarks.Count + 1);
        }

        return $"_Ref{kind}{Number(number)}";
    }

    private Run Note(Inline.Note note)
    {
        var id = footnotes.Count - 1;
        footnotes.Add(new Footnote(new DocumentFormat.OpenXml.Wordprocessing.Paragraph(
        [
            new ParagraphProperties(new ParagraphStyleId { Val = WordStyles.FootnoteText }),
            new Run(new RunProperties(new RunStyle { Val = WordStyles.FootnoteReference }), new FootnoteReferenceMark()),
            .. Runs(" "),
            .. Runs(note.Text),
        ]))
        { Id = id });
        return new Run(new RunProperties(new RunStyle { Val = WordStyles.FootnoteReference }), new FootnoteReference { Id = id });
    }

    private static Footnote Separator(int id) => new(new DocumentFormat.OpenXml.Wordprocessing.Paragraph(
        new Run(id < 0 ? new SeparatorMark() : new ContinuationSeparatorMark())))
    { Id = id, Type = id < 0 ? FootnoteEndnoteValues.Separator : FootnoteEndnoteValues.ContinuationSeparator };

    private Run Run(string text, string language, bool rightToLeft, string? style)
    {
        var properties = new RunProperties();
        if (style is not null)
        {
            properties.Append(new RunStyle { Val = style });
        }

        if (language != paper.Language)
        {
            properties.Append(WordStyles.Fonts(language));
        }

        if (rightToLeft)
        {
            properties.Append(new RightToLeftText());
        }

        if (language != paper.Language)
        {
            properties.Append(WordStyles.Languages(language));
        }

        var run = new Run();
        if (properties.HasChildren)
        {
            run.Append(properties);
        }

        run.Append(new Text(Written(text)) { Space = SpaceProcessingModeValues.Preserve });
        return run;
    }

    /// <summary>The text without what XML cannot hold; line breaks become spaces.</summary>
    public static string Written(string text)
    {
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                written.Append(text[i]).Append(text[++i]);
            }
            else if (XmlConvert.IsXmlChar(text[i]))
            {
                written.Append(text[i] is '\n' or '\r' or '\t' ? ' ' : text[i]);
            }
        }

        return written.ToString();
    }

    /// <summary>Words with a Latin letter, and the words that follow them.</summary>
    [GeneratedRegex(@"(?=[0-9.\-/]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9.\-_/]*[A-Za-z0-9])?(?: [A-Za-z](?:[A-Za-z0-9.\-_/]*[A-Za-z0-9])?)*", RegexOptions.CultureInvariant)]
    private static partial Regex LatinWords();
}
