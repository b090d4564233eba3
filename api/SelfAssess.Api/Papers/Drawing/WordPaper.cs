using System.Text;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Platform;
using Paragraph = DocumentFormat.OpenXml.Wordprocessing.Paragraph;
using Table = DocumentFormat.OpenXml.Wordprocessing.Table;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Turns a paper into a Word file. The same paper has the same bytes.</summary>
internal static class WordPaper
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static byte[] Draw(Paper paper)
    {
        using var stream = new MemoryStream();
        using (var package = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            // Every id is given here, since those that the library makes up differ each time.
            var main = package.AddNewPart<MainDocumentPart>("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "rIdDocument");
            var (text, numbering) = (new WordText(paper), new WordNumbering());
            var body = new Drawing(paper, text, numbering, new WordFigures(main)).Body();
            main.AddNewPart<StyleDefinitionsPart>("rIdStyles").Styles = WordStyles.Of(paper.Language, paper.RightToLeft);
            main.AddNewPart<DocumentSettingsPart>("rIdSettings").Settings = Settings(paper);
            main.AddNewPart<HeaderPart>("rIdFirstHeader").Header = new Header(new Paragraph(Style(WordStyles.Header)));
            main.AddNewPart<HeaderPart>("rIdHeader").Header = new Header(new Paragraph([Style(WordStyles.Header), .. text.Runs(paper.Head.Lines[0].End)]));
            foreach (var id in (string[])["rIdFirstFooter", "rIdFooter"])
            {
                main.AddNewPart<FooterPart>(id).Footer = Footer(paper, text);
            }

            body.Append(Section(paper));
            main.Document = new Document(body);
            main.AddNewPart<NumberingDefinitionsPart>("rIdNumbering").Numbering = numbering.Of();
            main.AddNewPart<FootnotesPart>("rIdFootnotes").Footnotes = text.Footnotes;
            Describe(package.AddNewPart<CoreFilePropertiesPart>("rIdProperties"), paper);
        }

        stream.Position = 0;
        return StablePackage.Of(stream);
    }

    private static ParagraphProperties Style(string style) => new(new ParagraphStyleId { Val = style });

    private static Settings Settings(Paper paper) => new(
        new DefaultTabStop { Val = 567 },
        new FootnoteDocumentWideProperties(new FootnoteSpecialReference { Id = -1 }, new FootnoteSpecialReference { Id = 0 }),
        // Without it, Word opens the file in the mode of an older version.
        new Compatibility(new CompatibilitySetting { Name = CompatSettingNameValues.CompatibilityMode, Uri = "http://schemas.microsoft.com/office/word", Val = "15" }),
        new ThemeFontLanguages { Val = WordStyles.Tag(paper.Language is "ar" or "zh" ? "en" : paper.Language), EastAsia = "zh-CN", Bidi = "ar-SA" });

    private static Footer Footer(Paper paper, WordText text) => new(new Paragraph(
        [Style(WordStyles.Footer), .. text.Runs(paper.Running), new Run(new TabChar()), .. WordText.Field(" PAGE ", "1")]));

    private static SectionProperties Section(Paper paper)
    {
        var section = new SectionProperties(
            new HeaderReference { Type = HeaderFooterValues.First, Id = "rIdFirstHeader" },
            new HeaderReference { Type = HeaderFooterValues.Default, Id = "rIdHeader" },
            new FooterReference { Type = HeaderFooterValues.First, Id = "rIdFirstFooter" },
            new FooterReference { Type = HeaderFooterValues.Default, Id = "rIdFooter" },
            new PageSize { Width = WordPage.Width, Height = WordPage.Height },
            new PageMargin { Top = WordPage.Margin, Bottom = WordPage.Margin, Left = WordPage.Margin, Right = WordPage.Margin, Header = 567, Footer = 567, Gutter = 0 },
            new TitlePage());
        if (paper.RightToLeft)
        {
            section.Append(new BiDi());
        }

        return section;
    }

    private static void Describe(CoreFilePropertiesPart part, Paper paper)
    {
        using var stream = part.GetStream(FileMode.Create);
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        const string core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
        const string dc = "http://purl.org/dc/elements/1.1/";
        const string terms = "http://purl.org/dc/terms/";
        xml.WriteStartElement("cp", "coreProperties", core);
        xml.WriteElementString("dc", "title", dc, WordText.Written(paper.Title));
        xml.WriteElementString("dc", "language", dc, WordStyles.Tag(paper.Language));
        xml.WriteStartElement("dcterms", "created", terms);
        xml.WriteAttributeString("xsi", "type", "http://www.w3.org/2001/XMLSchema-instance", "dcterms:W3CDTF");
        xml.WriteString($"{paper.Date:yyyy-MM-dd}T00:00:00Z");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>One body as it is written.</summary>
    private sealed class Drawing(Paper paper, WordText text, WordNumbering numbering, WordFigures figures)
    {
        private readonly WordTables tables = new(paper, text);
        private int paragraphs;
        private int? letters;

        public Body Body()
        {
            paragraphs = numbering.NewParagraphs();
            return new Body([Head(), new Paragraph([Style(WordStyles.Title), .. text.Runs(paper.Title)]), .. paper.Blocks.SelectMany(Of)]);
        }

        /// <summary>The block above the title: a table without lines, so that both of its sides stay in place in any language.</summary>
        private Table Head()
        {
            var properties = new TableProperties();
            if (paper.RightToLeft)
            {
                properties.Append(new BiDiVisual());
            }

            properties.Append(
                new TableWidth { Width = WordText.Number(WordPage.TextWidth), Type = TableWidthUnitValues.Dxa },
                new TableBorders(new BottomBorder { Val = BorderValues.Single, Size = 12, Color = "1B1F24" }),
                new TableLayout { Type = TableLayoutValues.Fixed });
            const int half = WordPage.TextWidth / 2;
            return new Table(
            [
                properties,
                new TableGrid(new GridColumn { Width = WordText.Number(half) }, new GridColumn { Width = WordText.Number(half) }),
                .. paper.Head.Lines.Select(line => new TableRow(Cell(line.Start, line.Strong), Cell(line.End, strong: false))),
            ]);

            TableCell Cell(IReadOnlyList<Content.Inline> content, bool strong)
            {
                var runs = text.Runs(content).ToArray();
                foreach (var run in strong ? runs.OfType<Run>() : [])
                {
                    run.RunProperties ??= new RunProperties();
                    run.RunProperties.Bold = new Bold();
                    run.RunProperties.BoldComplexScript = new BoldComplexScript();
                }

                return new TableCell(
                    new TableCellProperties(new TableCellWidth { Width = WordText.Number(half), Type = TableWidthUnitValues.Dxa }),
                    new Paragraph([Style(WordStyles.HeadBlock), .. runs]));
            }
        }

        private IEnumerable<OpenXmlElement> Of(Block block)
        {
            if (block is not Content.Paragraph { Kind: ParagraphKind.Lettered })
            {
                letters = null;
            }

            switch (block)
            {
                case Heading { Level: <= 2 } heading:
                    return [new Paragraph([Numbered(WordStyles.Heading(heading.Level), WordNumbering.Headings, heading.Level - 1), .. text.Runs(heading.Text)])];
                case Heading heading:
                    return [new Paragraph([Style(WordStyles.Heading(heading.Level)), .. text.Runs(heading.Text)])];
                case Annex annex:
                    paragraphs = numbering.NewParagraphs();
                    return [new Paragraph([Style(WordStyles.AnnexHeading), .. Labelled(paper.Labels.Annex, ReferenceKind.Annex, annex.Key, annex.Title)])];
                case Content.Paragraph { Kind: ParagraphKind.Numbered } paragraph:
                    return [new Paragraph([Numbered(WordStyles.NumberedParagraph, paragraphs, 0), .. text.Runs(paragraph.Runs)])];
                case Content.Paragraph { Kind: ParagraphKind.Lettered } paragraph:
                    letters ??= numbering.NewLetters();
                    return [new Paragraph([Numbered(WordStyles.LetteredItem, letters.Value, 0), .. text.Runs(paragraph.Runs)])];
                case Content.Paragraph paragraph:
                    return [new Paragraph([Style("Normal"), .. text.Runs(paragraph.Runs)])];
                case Quotation quotation:
                    return [Quoted(quotation, quotation.Title, WordStyles.QuotationTitle), .. quotation.Lines.Select(l => Quoted(quotation, l, WordStyles.Quotation))];
                case Content.Table table:
                    return
                    [
                        new Paragraph([Style(WordStyles.Caption), .. Labelled(paper.Labels.Table, ReferenceKind.Table, table.Key, table.Caption)]),
                        tables.Of(table),
                        // Two tables that touch would become one.
                        new Paragraph([Style(WordStyles.TableNote), .. table.Note is { } note ? text.Runs(note) : []]),
                    ];
                case Figure figure:
                    return
                    [
                        new Paragraph([Style(WordStyles.Caption), .. Labelled(paper.Labels.Figure, ReferenceKind.Figure, figure.Key, figure.Caption)]),
                        new Paragraph(Style(WordStyles.FigurePlace), figures.Of(figure)),
                    ];
                default:
                    throw new ArgumentOutOfRangeException(nameof(block), $"There is no drawing of {block.GetType().Name}.");
            }
        }

        private Paragraph Quoted(Quotation quotation, string line, string style)
        {
            var properties = Style(style);
            if ((quotation.Language == "ar") != paper.RightToLeft)
            {
                properties.Append(new BiDi { Val = quotation.Language == "ar" });
            }

            return new Paragraph([properties, .. text.Runs(line, quotation.Language)]);
        }

        /// <summary>A label, its number, and what it is about.</summary>
        private IEnumerable<OpenXmlElement> Labelled(string label, ReferenceKind kind, string key, string title) =>
            [.. text.Runs($"{label} "), .. text.Numbered(kind, key), .. text.Runs($"{paper.Labels.Colon}{title}")];

        private static ParagraphProperties Numbered(string style, int numberingId, int level) => new(
            new ParagraphStyleId { Val = style },
            new NumberingProperties(new NumberingLevelReference { Val = level }, new NumberingId { Val = numberingId }));
    }
}
