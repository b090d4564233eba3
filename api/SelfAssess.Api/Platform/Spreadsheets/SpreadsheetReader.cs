using System.Globalization;
using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;

namespace SelfAssess.Api.Platform.Spreadsheets;

/// <summary>What kind of thing stands in a cell.</summary>
internal enum ReadCellKind
{
    Text,

    /// <summary>A number, as invariant text.</summary>
    Number,

    /// <summary>A number that is shown as a day: days since the program's first one.</summary>
    Day,

    Boolean,

    /// <summary>A program could not compute it.</summary>
    Error,
}

/// <summary>A cell as it was read.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsFormula">Whether it is computed; <paramref name="Text"/> is then what was computed last.</param>
internal sealed record ReadCell(string Text, ReadCellKind Kind, bool IsFormula);

/// <summary>A sheet as it was read; empty cells are absent.</summary>
internal sealed record ReadSheet(string Name, IReadOnlyDictionary<(int Row, int Column), ReadCell> Cells);

/// <summary>Why a file is not taken for a workbook.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Reason">For people, in English.</param>
internal sealed record Unreadable(string Code, string Reason);

/// <summary>A workbook as it was read.</summary>
/// <param name="Sheets">In their order, hidden ones too.</param>
/// <param name="FirstDay">From which day on days are counted.</param>
internal sealed record ReadSpreadsheet(IReadOnlyList<ReadSheet> Sheets, DateOnly FirstDay);

/// <summary>
/// Reads XLSX files that come from anywhere. Nothing in them is carried out, followed or computed; what is large, odd or dangerous is refused before it is
/// looked at more closely. Elements are known by their local names, so that the strict form of the format is read like the usual one.
/// </summary>
internal static class SpreadsheetReader
{
    /// <summary>Largest file in bytes.</summary>
    public const int LargestFile = 2 * 1024 * 1024;

    /// <summary>What all its parts may hold when they are unpacked, in bytes.</summary>
    public const int LargestContent = 12 * 1024 * 1024;

    /// <summary>Most parts.</summary>
    public const int MostParts = 250;

    // What is written by hand or program is packed to a fiftieth at the best; small parts may be more repetitive.
    private const int HighestRatio = 200;
    private const int SmallPart = 256 * 1024;

    // What Excel and LibreOffice count as the last row and column.
    private const int LastRow = 1_048_576;
    private const int LastColumn = 16_384;

    private static readonly XmlReaderSettings settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = LargestContent,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The workbook in a file; or why it is not read.</summary>
    public static (ReadSpreadsheet? Read, Unreadable? Unreadable) Read(byte[] file)
    {
        if (file.Length > LargestFile)
        {
            return (null, TooLarge);
        }

        try
        {
            var (parts, refused) = Unpack(file);
            return refused is not null ? (null, refused) : Inspect(parts!) is { } dangerous ? (null, dangerous) : new Package(parts!).Read();
        }
        catch (Exception e) when (e is InvalidDataException or XmlException or FormatException or OverflowException)
        {
            return (null, Damaged);
        }
    }

    private static Unreadable TooLarge { get; } = new("tooLarge", "The file is larger than any workbook that was handed out, packed or unpacked.");

    private static Unreadable Damaged { get; } = new("notAWorkbook", "The file is damaged, protected by a password, or no XLSX workbook. Save it as .xlsx without a password.");

    private static (Dictionary<string, byte[]>? Parts, Unreadable? Refused) Unpack(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
        if (zip.Entries.Count > MostParts)
        {
            return (null, TooLarge);
        }

        var parts = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        var left = LargestContent;
        foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
        {
            // What an entry says of its own length is not believed.
            if (Inflate(entry, left) is not { } content || (content.Length > SmallPart && content.Length / HighestRatio > entry.CompressedLength))
            {
                return (null, TooLarge);
            }

            left -= content.Length;
            if (!parts.TryAdd(entry.FullName.TrimStart('/'), content))
            {
                return (null, Damaged);
            }
        }

        return (parts, null);
    }

    private static byte[]? Inflate(ZipArchiveEntry entry, int most)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (copy.Length + read > most)
            {
                return null;
            }

            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }

    /// <summary>Looks for what no workbook of ours has: programs, other files inside, sources outside, and document types with their entities.</summary>
    private static Unreadable? Inspect(Dictionary<string, byte[]> parts)
    {
        if (!parts.ContainsKey("[Content_Types].xml"))
        {
            return Damaged;
        }

        if (parts.Keys.Any(IsProgram) || Xml(parts["[Content_Types].xml"]).Descendants().Attributes("ContentType")
            .Any(t => t.Value.Contains("macro", StringComparison.OrdinalIgnoreCase) || t.Value.Contains("vbaProject", StringComparison.OrdinalIgnoreCase)))
        {
            return new Unreadable("macros", "The file holds macros or embedded objects. Save it as .xlsx without them.");
        }

        foreach (var (name, content) in parts.Where(p => IsXml(p.Key)))
        {
            var isRelations = name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);
            if (!isRelations)
            {
                Scan(content);
                continue;
            }

            // An address that somebody entered becomes a link; it is text to us and is not followed.
            if (Xml(content).Descendants().Any(r => string.Equals((string?)r.Attribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase)
                && ((string?)r.Attribute("Type"))?.EndsWith("/hyperlink", StringComparison.Ordinal) != true))
            {
                return ExternalLink;
            }
        }

        return parts.Keys.Any(n => n.StartsWith("xl/externalLinks/", StringComparison.OrdinalIgnoreCase)) ? ExternalLink : null;
    }

    private static Unreadable ExternalLink { get; } = new("externalLink", "The file refers to other files. Break its links and save it again.");

    private static bool IsProgram(string name) =>
        name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)
        || ((string[])["macrosheets/", "dialogsheets/", "activeX/", "embeddings/", "ctrlProps/"]).Any(f => name.Contains($"/{f}", StringComparison.OrdinalIgnoreCase));

    private static bool IsXml(string name) => name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a part to its end: a document type, or what is no XML, stops it.</summary>
    private static void Scan(byte[] content)
    {
        using var reader = XmlReader.Create(new MemoryStream(content, writable: false), settings);
        while (reader.Read())
        {
            if (reader.Depth > 64)
            {
                throw new XmlException("Nested deeper than any workbook is.");
            }
        }
    }

    private static XElement Xml(byte[] content)
    {
        using var reader = XmlReader.Create(new MemoryStream(content, writable: false), settings);
        return XElement.Load(reader);
    }

    /// <summary>The parts of a file that was found harmless.</summary>
    private sealed class Package(Dictionary<string, byte[]> parts)
    {
        public (ReadSpreadsheet? Read, Unreadable? Unreadable) Read()
        {
            if (RelationsOf("").FirstOrDefault(r => r.Type == "officeDocument") is not { Target: { } main } || Part(main) is not { } workbook || workbook.Name.LocalName != "workbook")
            {
                return (null, Damaged);
            }

            var relations = RelationsOf(main);
            var strings = relations.Where(r => r.Type == "sharedStrings").Select(r => Part(r.Target)).FirstOrDefault(p => p is not null)?.Elements().Where(e => Is(e, "si")).Select(TextOf).ToArray() ?? [];
            var days = relations.Where(r => r.Type == "styles").Select(r => Part(r.Target)).FirstOrDefault(p => p is not null) is { } styles ? DayStyles(styles) : [];
            var sheets = new List<ReadSheet>();
            foreach (var sheet in workbook.Elements().Where(e => Is(e, "sheets")).Elements().Where(e => Is(e, "sheet")))
            {
                var id = sheet.Attributes().FirstOrDefault(a => a.Name.LocalName == "id" && a.Name.Namespace != XNamespace.None)?.Value;
                if (relations.FirstOrDefault(r => r.Id == id) is not { Type: "worksheet" } relation || Part(relation.Target) is not { } content)
                {
                    return (null, Damaged);
                }

                sheets.Add(new ReadSheet(SpreadsheetText.Unescape((string?)sheet.Attribute("name") ?? ""), CellsOf(content, strings, days)));
            }

            var since1904 = workbook.Elements().Where(e => Is(e, "workbookPr")).Attributes("date1904").Any(a => a.Value is "1" or "true" or "on");
            return (new ReadSpreadsheet(sheets, since1904 ? new DateOnly(1904, 1, 1) : new DateOnly(1899, 12, 30)), null);
        }

        private static Dictionary<(int, int), ReadCell> CellsOf(XElement sheet, string[] strings, HashSet<int> days)
        {
            var cells = new Dictionary<(int, int), ReadCell>();
            var row = 0;
            foreach (var line in sheet.Elements().Where(e => Is(e, "sheetData")).Elements().Where(e => Is(e, "row")))
            {
                row = Number(line.Attribute("r")) ?? row + 1;
                var column = 0;
                foreach (var cell in line.Elements().Where(e => Is(e, "c")))
                {
                    column = ColumnOf((string?)cell.Attribute("r"), row) ?? column + 1;
                    if (row is < 1 or > LastRow || column is < 1 or > LastColumn)
                    {
                        throw new InvalidDataException("A cell outside of any sheet.");
                    }

                    if (CellOf(cell, strings, days) is { } read && !cells.TryAdd((row, column), read))
                    {
                        throw new InvalidDataException("A cell that is there twice.");
                    }
                }
            }

            return cells;
        }

        private static ReadCell? CellOf(XElement cell, string[] strings, HashSet<int> days)
        {
            var value = cell.Elements().FirstOrDefault(e => Is(e, "v"))?.Value;
            var formula = cell.Elements().Any(e => Is(e, "f"));
            var (text, kind) = (string?)cell.Attribute("t") switch
            {
                "s" => (value is null ? "" : strings[Index(value, strings.Length)], ReadCellKind.Text),
                "inlineStr" => (cell.Elements().FirstOrDefault(e => Is(e, "is")) is { } inline ? TextOf(inline) : "", ReadCellKind.Text),
                "str" => (SpreadsheetText.Unescape(value ?? ""), ReadCellKind.Text),
                "b" => (value?.Trim() is "1" or "true" ? "TRUE" : "FALSE", ReadCellKind.Boolean),
                "e" => (value ?? "", ReadCellKind.Error),
                "d" => (value ?? "", ReadCellKind.Text),
                _ => (value?.Trim() ?? "", Number(cell.Attribute("s")) is { } style && days.Contains(style) ? ReadCellKind.Day : ReadCellKind.Number),
            };
            return text.Length == 0 && !formula ? null : new ReadCell(text, kind, formula);
        }

        /// <summary>A text without its looks, and without what tells how it is pronounced.</summary>
        private static string TextOf(XElement holder) => SpreadsheetText.Unescape(string.Concat(holder.Elements().Where(e => Is(e, "t") || Is(e, "r"))
            .Select(e => Is(e, "t") ? e.Value : string.Concat(e.Elements().Where(t => Is(t, "t")).Select(t => t.Value)))));

        /// <summary>The cell formats that show a number as a day.</summary>
        private static HashSet<int> DayStyles(XElement styles)
        {
            var own = styles.Elements().Where(e => Is(e, "numFmts")).Elements().Where(e => ShowsDay((string?)e.Attribute("formatCode") ?? ""))
                .Select(e => Number(e.Attribute("numFmtId"))).ToHashSet();
            return [.. styles.Elements().Where(e => Is(e, "cellXfs")).Elements().Select((e, i) => (Format: Number(e.Attribute("numFmtId")), i))
                .Where(f => f.Format is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58) || own.Contains(f.Format)).Select(f => f.i)];
        }

        private static bool ShowsDay(string format)
        {
            var (quoted, bracketed) = (false, false);
            foreach (var c in format)
            {
                (quoted, bracketed) = (c == '"' ? !quoted : quoted, c == '[' || (bracketed && c != ']'));
                if (!quoted && !bracketed && c is 'd' or 'D' or 'y' or 'Y')
                {
                    return true;
                }
            }

            return false;
        }

        private XElement? Part(string name) => parts.TryGetValue(name, out var content) ? Xml(content) : null;

        private List<(string Id, string Type, string Target)> RelationsOf(string part)
        {
            var folder = part.Contains('/') ? part[..(part.LastIndexOf('/') + 1)] : "";
            return Part($"{folder}_rels/{part[folder.Length..]}.rels") is not { } relations ? []
                : [.. relations.Elements().Select(r => ((string?)r.Attribute("Id") ?? "", ((string?)r.Attribute("Type") ?? "").Split('/')[^1], Resolve(folder, (string?)r.Attribute("Target") ?? "")))];
        }

        /// <summary>The name of a part that another one refers to.</summary>
        private static string Resolve(string folder, string target)
        {
            var steps = new List<string>();
            foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (step == ".." && steps.Count > 0)
                {
                    steps.RemoveAt(steps.Count - 1);
                }
                else if (step is not ("." or ".."))
                {
                    steps.Add(step);
                }
            }

            return string.Join('/', steps);
        }

        private static int Index(string text, int count) => int.Parse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) is var at && at < count
            ? at : throw new InvalidDataException("A text that is not there.");

        private static int? Number(XAttribute? attribute) => attribute is null ? null : int.Parse(attribute.Value, NumberStyles.None, CultureInfo.InvariantCulture);

        /// <summary>The column of an address such as "AB12"; null where a cell has none.</summary>
        private static int? ColumnOf(string? address, int row)
        {
            if (address is null)
            {
                return null;
            }

            var letters = address.TakeWhile(char.IsAsciiLetterUpper).Count();
            return letters is 0 or > 3 || address[letters..] != row.ToString(CultureInfo.InvariantCulture) ? throw new InvalidDataException("An address that is none.")
                : address[..letters].Aggregate(0, (sum, c) => (sum * 26) + c - 'A' + 1);
        }

        private static bool Is(XElement element, string name) => element.Name.LocalName == name;
    }
}
