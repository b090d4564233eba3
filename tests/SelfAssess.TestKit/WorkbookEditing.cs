using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace SelfAssess.TestKit;

/// <summary>What somebody, or some program, does to a workbook.</summary>
public static class WorkbookEditing
{
    /// <summary>Enters a text into the cell of a key.</summary>
    public static byte[] Enter(this byte[] file, string key, string text) => file.Change(key, cell =>
    {
        (cell.CellValue, cell.CellFormula, cell.DataType) = (null, null, CellValues.InlineString);
        cell.InlineString = new InlineString(new Text(text) { Space = DocumentFormat.OpenXml.SpaceProcessingModeValues.Preserve });
    });

    /// <summary>Enters a number, as a program stores it.</summary>
    public static byte[] EnterNumber(this byte[] file, string key, string number, string? type = null) => file.Change(key, cell =>
    {
        (cell.InlineString, cell.CellFormula, cell.DataType) = (null, null, type is null ? null : new CellValues(type));
        cell.CellValue = new CellValue(number);
    });

    public static byte[] Empty(this byte[] file, string key) => file.Change(key, cell => (cell.InlineString, cell.CellValue, cell.DataType) = (null, null, null));

    /// <summary>Changes the cell of a key.</summary>
    public static byte[] Change(this byte[] file, string key, Action<Cell> change) => file.OnSheets((sheet, _) =>
    {
        foreach (var row in sheet.Descendants<Row>().Where(r => r.Elements<Cell>().Any(c => c.CellReference!.Value!.StartsWith('D') && c.InnerText == key)))
        {
            change(row.Elements<Cell>().Single(c => c.CellReference!.Value!.StartsWith('C')));
            return true;
        }

        return false;
    });

    /// <summary>Changes the first sheet of which something is true.</summary>
    public static byte[] OnSheets(this byte[] file, Func<Worksheet, string, bool> change)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var document = SpreadsheetDocument.Open(stream, isEditable: true))
        {
            var main = document.WorkbookPart!;
            if (!main.Workbook!.Sheets!.Elements<Sheet>().ToArray().Any(s => change(((WorksheetPart)main.GetPartById(s.Id!)).Worksheet!, s.Name!)))
            {
                throw new InvalidOperationException("No sheet of the workbook has what was to be changed.");
            }
        }

        return stream.ToArray();
    }

    /// <summary>Where the cell of a key is, as a problem names it.</summary>
    public static string Where(this byte[] file, string key)
    {
        var found = "";
        file.OnSheets((sheet, name) =>
        {
            var cell = sheet.Descendants<Cell>().FirstOrDefault(c => c.CellReference!.Value!.StartsWith('D') && c.InnerText == key);
            found = cell is null ? "" : $"'{name}'!C{cell.CellReference!.Value![1..]}";
            return cell is not null;
        });
        return found;
    }

    /// <summary>The text of a part.</summary>
    public static string Part(this byte[] file, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The same archive with one part written anew, or a new one.</summary>
    public static byte[] With(this byte[] file, string name, string content) => file.With(name, Encoding.UTF8.GetBytes(content));

    public static byte[] With(this byte[] file, string name, byte[] content)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)?.Delete();
            using var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
            entry.Write(content);
        }

        return stream.ToArray();
    }

    public static byte[] Edit(this byte[] file, string name, Func<string, string> edit)
    {
        var (before, after) = (file.Part(name), edit(file.Part(name)));
        return before != after ? file.With(name, after) : throw new InvalidOperationException($"Nothing was changed in {name}.");
    }
}
