using System.Globalization;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.CustomProperties;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.VariantTypes;
using Text = DocumentFormat.OpenXml.Spreadsheet.Text;

namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>Turns a workbook into an XLSX file. The same workbook has the same bytes.</summary>
internal static class SpreadsheetWriter
{
    // What Excel makes of a text in a cell that is typed anew; the cell's type makes it a text, and the quote prefix keeps it one.
    private static readonly System.Buffers.SearchValues<char> formulaSigns = System.Buffers.SearchValues.Create("=+-@\t\r");

    public static byte[] Write(Spreadsheet spreadsheet)
    {
        using var stream = new MemoryStream();
        using (var package = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var rightToLeft = CultureInfo.GetCultureInfo(spreadsheet.Language).TextInfo.IsRightToLeft;
            var main = package.AddNewPart<WorkbookPart>("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "rIdWorkbook");
            main.AddNewPart<WorkbookStylesPart>("rIdStyles").Stylesheet = SpreadsheetStyles.Of(spreadsheet.Language, rightToLeft);
            var (sheets, names) = (new Sheets(), new DefinedNames());
            foreach (var (sheet, at) in spreadsheet.Sheets.Select((s, i) => (s, (uint)i)))
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"rIdSheet{at + 1}");
                main.AddNewPart<WorksheetPart>(id).Worksheet = SheetOf(sheet, rightToLeft, spreadsheet.ChooseFromList, at == 0);
                sheets.Append(new DocumentFormat.OpenXml.Spreadsheet.Sheet
                {
                    Name = sheet.Name,
                    SheetId = at + 1,
                    Id = id,
                    State = sheet.Visibility == SheetVisibility.VeryHidden ? SheetStateValues.VeryHidden : null,
                });
                if (sheet.Frozen > 0)
                {
                    names.Append(new DefinedName($"'{sheet.Name}'!$1:${sheet.Frozen.ToString(CultureInfo.InvariantCulture)}") { Name = "_xlnm.Print_Titles", LocalSheetId = at });
                }
            }

            var workbook = new Workbook();
            if (spreadsheet.Sheets.Any(s => s.Locked))
            {
                workbook.Append(new WorkbookProtection { LockStructure = true });
            }

            workbook.Append(new BookViews(new WorkbookView()), sheets);
            if (names.HasChildren)
            {
                workbook.Append(names);
            }

            main.Workbook = workbook;
            Describe(package, spreadsheet);
        }

        stream.Position = 0;
        return StablePackage.Of(stream);
    }

    private static Worksheet SheetOf(Sheet sheet, bool rightToLeft, string? chooseFromList, bool first)
    {
        var worksheet = new Worksheet(
            new SheetProperties(new PageSetupProperties { FitToPage = true }),
            new SheetViews(ViewOf(sheet, rightToLeft, first)),
            new SheetFormatProperties { DefaultRowHeight = 15 });
        if (sheet.Widths.Count > 0)
        {
            worksheet.Append(new Columns(sheet.Widths.Select((w, i) => new Column
            {
                Min = (uint)i + 1,
                Max = (uint)i + 1,
                Width = w == 0 ? 9 : w,
                CustomWidth = true,
                Hidden = w == 0 ? true : null,
            })));
        }

        worksheet.Append(new SheetData(sheet.Rows.Select((r, i) => RowOf(r, i + 1, sheet.Visibility == SheetVisibility.Visible ? RowHeights.Of(r, sheet.Widths) : null))));
        if (sheet.Locked)
        {
            // Without a password: it keeps hands off, and the checksum finds whoever takes it away. Rows and columns may be made to fit.
            worksheet.Append(new SheetProtection { Sheet = true, Objects = true, Scenarios = true, FormatColumns = false, FormatRows = false });
        }

        if (sheet.Choices.Count > 0)
        {
            worksheet.Append(new DataValidations(sheet.Choices.GroupBy(c => c.Source, StringComparer.Ordinal).Select(g => new DataValidation(new Formula1(g.Key))
            {
                Type = DataValidationValues.List,
                AllowBlank = true,
                ShowErrorMessage = true,
                Error = chooseFromList,
                SequenceOfReferences = new ListValue<StringValue>(g.Select(c => new StringValue(Spreadsheet.Address(c.Row, c.Column)))),
            }))
            { Count = (uint)sheet.Choices.Select(c => c.Source).Distinct(StringComparer.Ordinal).Count() });
        }

        worksheet.Append(
            new PageMargins { Left = 0.4, Right = 0.4, Top = 0.6, Bottom = 0.6, Header = 0.3, Footer = 0.3 },
            new PageSetup { PaperSize = 9, Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 },
            new HeaderFooter(new OddFooter("&C&A – &P/&N")));
        return worksheet;
    }

    private static SheetView ViewOf(Sheet sheet, bool rightToLeft, bool first)
    {
        var view = new SheetView { WorkbookViewId = 0, RightToLeft = rightToLeft ? true : null, ShowGridLines = sheet.Locked ? false : null, TabSelected = first ? true : null };
        if (sheet.Frozen > 0)
        {
            view.Append(new Pane { VerticalSplit = sheet.Frozen, TopLeftCell = Spreadsheet.Address(sheet.Frozen + 1, 1), ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen });
        }

        return view;
    }

    private static Row RowOf(IReadOnlyList<SheetCell?> cells, int row, double? height) => new(cells.Select((c, i) => c is null ? null : CellOf(c, Spreadsheet.Address(row, i + 1))).OfType<Cell>())
    {
        RowIndex = (uint)row,
        Height = height,
        CustomHeight = height is null ? null : true,
    };

    private static Cell CellOf(SheetCell cell, string address)
    {
        var written = new Cell { CellReference = address, StyleIndex = SpreadsheetStyles.IndexOf(cell.Style, cell.IsNumber, quoted: cell.Text.Length > 0 && formulaSigns.Contains(cell.Text[0])) };
        if (cell.Text.Length == 0)
        {
            return written;
        }

        if (cell.IsNumber)
        {
            written.CellValue = new CellValue(cell.Text);
            return written;
        }

        written.DataType = CellValues.InlineString;
        written.InlineString = new InlineString(new Text(SpreadsheetText.Escape(cell.Text)) { Space = SpaceProcessingModeValues.Preserve });
        return written;
    }

    private static void Describe(SpreadsheetDocument package, Spreadsheet spreadsheet)
    {
        const string core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
        const string dc = "http://purl.org/dc/elements/1.1/";
        using (var stream = package.AddNewPart<CoreFilePropertiesPart>("rIdProperties").GetStream(FileMode.Create))
        using (var xml = XmlWriter.Create(stream))
        {
            xml.WriteStartElement("cp", "coreProperties", core);
            xml.WriteElementString("dc", "title", dc, SpreadsheetText.Escape(spreadsheet.Title));
            xml.WriteElementString("dc", "language", dc, spreadsheet.Language);
            xml.WriteEndElement();
        }

        if (spreadsheet.Properties.Count > 0)
        {
            package.AddNewPart<CustomFilePropertiesPart>("rIdCustomProperties").Properties = new Properties(spreadsheet.Properties.Select((p, i) =>
                new CustomDocumentProperty(new VTLPWSTR(p.Value)) { FormatId = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", PropertyId = i + 2, Name = p.Name }));
        }
    }
}
