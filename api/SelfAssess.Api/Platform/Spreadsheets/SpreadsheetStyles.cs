using DocumentFormat.OpenXml.Spreadsheet;

namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>The looks of cells. Each style comes four times: as text, as text with a quote prefix, and the same as a number.</summary>
internal static class SpreadsheetStyles
{
    private const uint General = 0;

    /// <summary>What is typed into such a cell stays as it is typed.</summary>
    private const uint AsText = 49;

    private static readonly CellStyle[] styles = Enum.GetValues<CellStyle>();

    public static uint IndexOf(CellStyle style, bool number, bool quoted) => ((uint)style * 3) + (number ? 2u : quoted ? 1u : 0u);

    public static Stylesheet Of(string language, bool rightToLeft) => new(
        new Fonts(styles.Select(s => FontOf(s, language))) { Count = (uint)styles.Length },
        new Fills([Fill(PatternValues.None), Fill(PatternValues.Gray125), Solid("FFDCE6F1"), Solid("FFFFF8DC")]) { Count = 4 },
        new Borders([new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder()), Thin()]) { Count = 2 },
        new CellStyleFormats(new CellFormat { NumberFormatId = General, FontId = 0, FillId = 0, BorderId = 0 }) { Count = 1 },
        new CellFormats(styles.SelectMany(s => (CellFormat[])[FormatOf(s, AsText, false, rightToLeft), FormatOf(s, AsText, true, rightToLeft), FormatOf(s, General, false, rightToLeft)]))
        {
            Count = (uint)styles.Length * 3,
        });

    private static CellFormat FormatOf(CellStyle style, uint format, bool quoted, bool rightToLeft) => new(
        new Alignment { Vertical = VerticalAlignmentValues.Top, WrapText = style != CellStyle.Title, ReadingOrder = rightToLeft && style != CellStyle.Entry ? 2u : null, Horizontal = rightToLeft ? HorizontalAlignmentValues.Right : HorizontalAlignmentValues.Left },
        new Protection { Locked = style != CellStyle.Entry })
    {
        NumberFormatId = format,
        FontId = (uint)style,
        FillId = style switch { CellStyle.Heading => 2u, CellStyle.Entry => 3u, _ => 0u },
        BorderId = style == CellStyle.Entry ? 1u : 0u,
        FormatId = 0,
        QuotePrefix = quoted ? true : null,
        ApplyNumberFormat = true,
        ApplyFont = true,
        ApplyFill = true,
        ApplyBorder = true,
        ApplyAlignment = true,
        ApplyProtection = true,
    };

    private static Font FontOf(CellStyle style, string language)
    {
        var font = new Font();
        if (style is CellStyle.Title or CellStyle.Heading or CellStyle.Label)
        {
            font.Append(new Bold());
        }

        font.Append(
            new FontSize { Val = style switch { CellStyle.Title => 16, CellStyle.Heading => 12, CellStyle.Muted => 10, _ => 11 } },
            new Color { Rgb = style == CellStyle.Muted ? "FF495057" : "FF000000" },
            new FontName { Val = language == "zh" ? "SimSun" : "Arial" });
        return font;
    }

    private static Fill Fill(PatternValues pattern) => new(new PatternFill { PatternType = pattern });

    private static Fill Solid(string colour) => new(new PatternFill(new ForegroundColor { Rgb = colour }) { PatternType = PatternValues.Solid });

    private static Border Thin()
    {
        return new Border(Line<LeftBorder>(), Line<RightBorder>(), Line<TopBorder>(), Line<BottomBorder>(), new DiagonalBorder());

        static T Line<T>() where T : BorderPropertiesType, new() => new() { Style = BorderStyleValues.Thin, Color = new Color { Rgb = "FF868E96" } };
    }
}
