using DocumentFormat.OpenXml.Wordprocessing;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>The styles of a paper: a drafter changes a style, not a paragraph.</summary>
internal static class WordStyles
{
    public const string Title = "Title";
    public const string HeadBlock = "HeadBlock";
    public const string NumberedParagraph = "NumberedParagraph";
    public const string LetteredItem = "LetteredItem";
    public const string AnnexHeading = "AnnexHeading";
    public const string Quotation = "Quotation";
    public const string QuotationTitle = "QuotationTitle";
    public const string Caption = "Caption";
    public const string FigurePlace = "FigurePlace";
    public const string TableText = "TableText";
    public const string TableHead = "TableHead";
    public const string TableNote = "TableNote";
    public const string PaperTable = "PaperTable";
    public const string FootnoteText = "FootnoteText";
    public const string FootnoteReference = "FootnoteReference";
    public const string Placeholder = "PlaceholderText";
    public const string Header = "Header";
    public const string Footer = "Footer";

    /// <summary>The style of a heading.</summary>
    public static string Heading(int level) => $"Heading{level}";

    /// <summary>Typefaces that come with the office programs of every system; each script has its own.</summary>
    public static RunFonts Fonts(string language)
    {
        var fonts = new RunFonts { Ascii = "Times New Roman", HighAnsi = "Times New Roman", ComplexScript = "Times New Roman", EastAsia = "SimSun" };
        if (language == "zh")
        {
            // Quotation marks and dots are then those of the East Asian typeface.
            fonts.Hint = FontTypeHintValues.EastAsia;
        }

        return fonts;
    }

    /// <summary>For spelling and line breaks.</summary>
    public static Languages Languages(string language) => new() { Val = Tag(language is "ar" or "zh" ? "en" : language), EastAsia = "zh-CN", Bidi = "ar-SA" };

    /// <summary>All styles.</summary>
    public static Styles Of(string language, bool rightToLeft)
    {
        // Arabic letters are small at the size of Latin ones. Latin words between them are as large as they are.
        var larger = language == "ar" ? 2 : 0;
        return new Styles(
            new DocDefaults(
                new RunPropertiesDefault(new RunPropertiesBaseStyle(Fonts(language), new FontSize { Val = Text(22 + larger) }, new FontSizeComplexScript { Val = Text(22 + larger) }, Languages(language))),
                new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(new SpacingBetweenLines { After = "120", Line = "264", LineRule = LineSpacingRuleValues.Auto }))),
            Paragraph("Normal", "Normal", null, rightToLeft ? new StyleParagraphProperties(new BiDi()) : null, null, isDefault: true),
            Paragraph(Title, "Title", "Normal", new StyleParagraphProperties(new KeepNext(), new SpacingBetweenLines { Before = "360", After = "240" }), Sized(32, bold: true)),
            Paragraph(HeadBlock, "Head block", "Normal", new StyleParagraphProperties(new SpacingBetweenLines { After = "40" }), null),
            Paragraph(Heading(1), "heading 1", "Normal", Outline(0, 360, 180), Sized(28, bold: true)),
            Paragraph(Heading(2), "heading 2", "Normal", Outline(1, 240, 120), Sized(24, bold: true)),
            Paragraph(Heading(3), "heading 3", "Normal", Outline(2, 240, 120), Sized(22, bold: true)),
            Paragraph(AnnexHeading, "Annex heading", Heading(1), new StyleParagraphProperties(new PageBreakBefore(), new OutlineLevel { Val = 0 }), null),
            Paragraph(NumberedParagraph, "Numbered paragraph", "Normal", null, null),
            Paragraph(LetteredItem, "Lettered item", "Normal", null, null),
            Paragraph(Quotation, "Quote", "Normal", new StyleParagraphProperties(new Indentation { Start = "567", End = "567" }), null),
            Paragraph(QuotationTitle, "Quote title", Quotation, new StyleParagraphProperties(new KeepNext(), new SpacingBetweenLines { Before = "60", After = "60" }), Sized(22, bold: true)),
            Paragraph(Caption, "caption", "Normal", new StyleParagraphProperties(new KeepNext(), new SpacingBetweenLines { Before = "200", After = "80" }), Sized(20, bold: true)),
            Paragraph(FigurePlace, "Figure", "Normal", new StyleParagraphProperties(new KeepLines(), new SpacingBetweenLines { After = "200" }), null),
            Paragraph(TableText, "Table text", "Normal", new StyleParagraphProperties(new SpacingBetweenLines { Before = "20", After = "20", Line = "240", LineRule = LineSpacingRuleValues.Auto }), Sized(18)),
            Paragraph(TableHead, "Table head", TableText, new StyleParagraphProperties(new KeepNext()), Sized(18, bold: true)),
            Paragraph(TableNote, "Table note", TableText, new StyleParagraphProperties(new SpacingBetweenLines { Before = "60", After = "240" }), Sized(17)),
            Paragraph(FootnoteText, "footnote text", "Normal", new StyleParagraphProperties(new SpacingBetweenLines { After = "40", Line = "240", LineRule = LineSpacingRuleValues.Auto }), Sized(18)),
            Paragraph(Header, "header", "Normal", new StyleParagraphProperties(Tabs()), Sized(18)),
            Paragraph(Footer, "footer", "Normal", new StyleParagraphProperties(Tabs()), Sized(18)),
            new Style(new StyleName { Val = "footnote reference" }, new UIPriority { Val = 99 }, new StyleRunProperties(new VerticalTextAlignment { Val = VerticalPositionValues.Superscript }))
            { Type = StyleValues.Character, StyleId = FootnoteReference },
            new Style(new StyleName { Val = "Placeholder Text" }, new UIPriority { Val = 99 }, new StyleRunProperties(new Color { Val = "5B636D" }, new Shading { Val = ShadingPatternValues.Clear, Color = "auto", Fill = "FFF2CC" }))
            { Type = StyleValues.Character, StyleId = Placeholder },
            TableStyle());

        StyleRunProperties Sized(int halves, bool bold = false)
        {
            var properties = new StyleRunProperties();
            if (bold)
            {
                properties.Append(new Bold(), new BoldComplexScript());
            }

            properties.Append(new FontSize { Val = Text(halves + larger) }, new FontSizeComplexScript { Val = Text(halves + larger) });
            return properties;
        }
    }

    /// <summary>A language as word processors know it.</summary>
    public static string Tag(string language) => language switch
    {
        "ar" => "ar-SA",
        "es" => "es-ES",
        "fr" => "fr-FR",
        "ru" => "ru-RU",
        "zh" => "zh-CN",
        _ => "en-GB",
    };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Tabs Tabs() => new(new TabStop { Val = TabStopValues.End, Position = WordPage.TextWidth });

    private static StyleParagraphProperties Outline(int level, int before, int after) => new(
        new KeepNext(), new KeepLines(), new SpacingBetweenLines { Before = Text(before), After = Text(after) }, new OutlineLevel { Val = level });

    private static Style Paragraph(string id, string name, string? basedOn, StyleParagraphProperties? paragraph, StyleRunProperties? run, bool isDefault = false)
    {
        var style = new Style(new StyleName { Val = name }) { Type = StyleValues.Paragraph, StyleId = id };
        if (isDefault)
        {
            style.Default = true;
        }

        if (basedOn is not null)
        {
            style.Append(new BasedOn { Val = basedOn });
        }

        style.Append(new PrimaryStyle());
        if (paragraph is not null)
        {
            style.Append(paragraph);
        }

        if (run is not null)
        {
            style.Append(run);
        }

        return style;
    }

    /// <summary>Lines above, below and under the head; the head is repeated on every page.</summary>
    private static Style TableStyle()
    {
        return new Style(
            new StyleName { Val = "Paper table" },
            new UIPriority { Val = 59 },
            new StyleTableProperties(
                new TableBorders(
                    new TopBorder { Val = BorderValues.Single, Size = 8, Color = "1B1F24" },
                    new BottomBorder { Val = BorderValues.Single, Size = 8, Color = "1B1F24" },
                    new InsideHorizontalBorder { Val = BorderValues.Single, Size = 4, Color = "D9DDE2" }),
                new TableCellMarginDefault(new TableCellLeftMargin { Width = 70, Type = TableWidthValues.Dxa }, new TableCellRightMargin { Width = 70, Type = TableWidthValues.Dxa })),
            new TableStyleProperties(
                new TableStyleConditionalFormattingTableCellProperties(
                    new TableCellBorders(new BottomBorder { Val = BorderValues.Single, Size = 8, Color = "1B1F24" })))
            { Type = TableStyleOverrideValues.FirstRow })
        { Type = StyleValues.Table, StyleId = PaperTable };
    }
}

/// <summary>The page: A4 with margins of 20 mm, in twentieths of a point.</summary>
internal static class WordPage
{
    public const int Width = 11906;
    public const int Height = 16838;
    public const int Margin = 1134;
    public const int TextWidth = Width - (2 * Margin);

    /// <summary>English Metric Units in a twentieth of a point, for pictures.</summary>
    public const long Emu = 635;
}
