using DocumentFormat.OpenXml.Wordprocessing;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Word's own numbering: sections and what is below them, paragraphs, lettered items. Lists that begin again have a number of their own.</summary>
internal sealed class WordNumbering
{
    /// <summary>The numbering of headings.</summary>
    public const int Headings = 1;

    private const int AbstractHeadings = 0;
    private const int AbstractParagraphs = 1;
    private const int AbstractLetters = 2;

    private readonly List<NumberingInstance> instances = [Instance(Headings, AbstractHeadings, restart: false)];

    /// <summary>A numbering of paragraphs that begins at 1.</summary>
    public int NewParagraphs() => Add(AbstractParagraphs);

    /// <summary>A numbering of lettered items that begins at (a).</summary>
    public int NewLetters() => Add(AbstractLetters);

    /// <summary>The part's content, once everything is numbered.</summary>
    public Numbering Of() => new(
    [
        new AbstractNum(
            new MultiLevelType { Val = MultiLevelValues.Multilevel },
            Level(0, NumberFormatValues.UpperRoman, "%1.", 567, 567, WordStyles.Heading(1)),
            Level(1, NumberFormatValues.UpperLetter, "%2.", 567, 567, WordStyles.Heading(2)))
        { AbstractNumberId = AbstractHeadings },
        new AbstractNum(new MultiLevelType { Val = MultiLevelValues.SingleLevel }, Level(0, NumberFormatValues.Decimal, "%1.", 567, 567, null)) { AbstractNumberId = AbstractParagraphs },
        new AbstractNum(new MultiLevelType { Val = MultiLevelValues.SingleLevel }, Level(0, NumberFormatValues.LowerLetter, "(%1)", 1134, 567, null)) { AbstractNumberId = AbstractLetters },
        .. instances,
    ]);

    private int Add(int kind)
    {
        var id = instances.Count + 1;
        instances.Add(Instance(id, kind, restart: true));
        return id;
    }

    private static NumberingInstance Instance(int id, int kind, bool restart)
    {
        var instance = new NumberingInstance(new AbstractNumId { Val = kind }) { NumberID = id };
        if (restart)
        {
            instance.Append(new LevelOverride(new StartOverrideNumberingValue { Val = 1 }) { LevelIndex = 0 });
        }

        return instance;
    }

    private static Level Level(int index, NumberFormatValues format, string text, int indent, int hanging, string? style)
    {
        var level = new Level(new StartNumberingValue { Val = 1 }, new NumberingFormat { Val = format }) { LevelIndex = index };
        if (style is not null)
        {
            level.Append(new ParagraphStyleIdInLevel { Val = style });
        }

        level.Append(
            new LevelText { Val = text },
            new LevelJustification { Val = LevelJustificationValues.Left },
            new PreviousParagraphProperties(new Indentation { Start = WordText.Number(indent), Hanging = WordText.Number(hanging) }));
        return level;
    }
}
