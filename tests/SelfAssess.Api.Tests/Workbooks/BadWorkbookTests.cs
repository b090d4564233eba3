using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Workbooks;
using SelfAssess.Domain.Assessments;
using SelfAssess.TestKit;
using static SelfAssess.Api.Tests.Workbooks.Handed;

namespace SelfAssess.Api.Tests.Workbooks;

/// <summary>Files that come from anywhere: each is refused with its reason, and none of them costs more than reading it.</summary>
public sealed class BadWorkbookTests
{
    private static readonly EntityResponse response = Response(Small, Everything(Small));
    private static readonly byte[] file = Out(Small, response);

    private static string ThemePart { get; } = PartOf("contacts|value");

    [Fact]
    public void What_is_no_workbook_is_refused()
    {
        Assert.All<byte[]>([[], [1, 2, 3], file[..(file.Length / 2)], Encoding.UTF8.GetBytes("PK\u0003\u0004 but no more"), [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]],
            f => Assert.Equal([("workbook", "notAWorkbook")], Problems(f, Small, response)));
        Assert.Equal([("workbook", "notAWorkbook")], Problems(file.With("xl/workbook.xml", "<a/>"), Small, response));
        Assert.Equal([("workbook", "notAWorkbook")], Problems(file.With(ThemePart, "<worksheet"), Small, response));
        Assert.Equal([("workbook", "notAWorkbook")], Problems(file.Edit(ThemePart, x => x.Replace("r=\"C2\"", "r=\"C999999999\"", StringComparison.Ordinal)), Small, response));
        Assert.Equal([("workbook", "notAWorkbook")], Problems(file.Edit(ThemePart, x => x.Replace("r=\"C2\"", "r=\"B2\"", StringComparison.Ordinal)), Small, response));
    }

    [Fact]
    public void Bombs_are_refused_before_they_unfold()
    {
        var zeros = new byte[SpreadsheetReader.LargestContent + 1];
        Assert.Equal([("workbook", "tooLarge")], Problems(file.With("xl/media/image1.bin", zeros), Small, response));
        // Small enough for everything together, and packed as nothing is that people write.
        Assert.Equal([("workbook", "tooLarge")], Problems(file.With("xl/worksheets/sheet9.xml", zeros[..(1024 * 1024)]), Small, response));
        var many = file;
        using (var stream = new MemoryStream())
        {
            stream.Write(file);
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
            {
                for (var i = 0; i < SpreadsheetReader.MostParts; i++)
                {
                    zip.CreateEntry($"xl/media/{i}.txt");
                }
            }

            many = stream.ToArray();
        }

        Assert.Equal([("workbook", "tooLarge")], Problems(many, Small, response));
        Assert.Equal([("workbook", "tooLarge")], Problems(new byte[SpreadsheetReader.LargestFile + 1], Small, response));
    }

    [Theory]
    [InlineData("xl/styles.xml")]
    [InlineData("docProps/app.xml")]
    [InlineData("xl/_rels/workbook.xml.rels")]
    [InlineData("[Content_Types].xml")]
    public void Document_types_and_their_entities_are_refused_in_every_part(string part)
    {
        const string bomb = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "&#120;"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>&y;&f;</a>""";
        Assert.Equal([("workbook", "notAWorkbook")], Problems(file.With(part, bomb), Small, response));
    }

    [Fact]
    public void Macros_embedded_objects_and_links_to_elsewhere_are_refused_and_addresses_in_cells_are_not()
    {
        Assert.Equal([("workbook", "macros")], Problems(file.With("xl/vbaProject.bin", [1]), Small, response));
        Assert.Equal([("workbook", "macros")], Problems(file.With("xl/macrosheets/sheet1.xml", "<a/>"), Small, response));
        Assert.Equal([("workbook", "macros")], Problems(file.With("xl/embeddings/oleObject1.bin", [1]), Small, response));
        Assert.Equal([("workbook", "macros")], Problems(file.Edit("[Content_Types].xml",
            x => x.Replace("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", StringComparison.Ordinal)), Small, response));
        Assert.Equal([("workbook", "externalLink")], Problems(file.With("xl/externalLinks/externalLink1.xml", "<a/>"), Small, response));
        Assert.Equal([("workbook", "externalLink")], Problems(file.With("xl/worksheets/_rels/sheet2.xml.rels", Relation("externalLinkPath")), Small, response));
        Assert.Empty(Changed(file.With("xl/worksheets/_rels/sheet2.xml.rels", Relation("hyperlink")), Small, response));

        static string Relation(string type) => $"""
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
              <Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}" Target="https://example.org/" TargetMode="External"/>
            </Relationships>
            """;
    }

    [Fact]
    public void Workbook_of_another_state_round_entity_version_or_program_is_refused()
    {
        Assert.Equal([("workbook", "otherState")], Problems(file, Small, response, Address with { State = "XBB" }));
        Assert.Equal([("workbook", "otherRound")], Problems(file, Small, response, Address with { Cycle = "2027" }));
        Assert.Equal([("workbook", "otherEntity")], Problems(file, Small, response, Address with { Entity = "police" }));
        Assert.Equal([("workbook", "otherVersion")], Problems(file, Small, response with { Questionnaire = new(Small.Definition.Id, "1.1") }));
        Assert.Equal([("workbook", "otherRound")], Problems(Out(Small, response, version: 3), Small, response));
        var (open, told, _) = ResponseWorkbook.Plan(new WorkbookSource(Address.State, "Demo State", response, 2), Small, "en");
        Assert.Equal([("workbook", "notOurs")], Problems(ResponseWorkbook.Write(open, new WorkbookSeals(new EphemeralDataProtectionProvider()).Seal(told)), Small, response));
        Assert.Equal([("workbook", "notOurs")], Problems(ResponseWorkbook.Write(open, "not a seal"), Small, response));
        Assert.Equal([("workbook", "notOurs")], Problems(file.Edit("xl/workbook.xml", x => x.Replace($"\"{ResponseWorkbook.HiddenSheet}\"", "\"Sheet 9\"", StringComparison.Ordinal)), Small, response));
    }

    [Fact]
    public void Sheets_that_are_missing_renamed_or_added_and_cells_that_were_locked_are_named()
    {
        Assert.Equal([("'Supplies'", "missingSheet"), ("'Mine'", "unknownSheet")], Problems(file.Edit("xl/workbook.xml", x => x.Replace("name=\"Supplies\"", "name=\"Mine\"", StringComparison.Ordinal)), Small, response));
        Assert.Equal([("'Supplies'", "missingSheet")], Problems(file.Edit("xl/workbook.xml", x => x[..x.IndexOf("<x:sheet name=\"Supplies\"", StringComparison.Ordinal)]
            + x[(x.IndexOf("/>", x.IndexOf("<x:sheet name=\"Supplies\"", StringComparison.Ordinal), StringComparison.Ordinal) + 2)..]), Small, response));

        var row = file.Where("contacts|value").Split("!C")[1];
        var sheet = file.Where("contacts|value").Split('!')[0];
        // The question, the hidden key, and what is beside and below the answers.
        Assert.Equal([($"{sheet}!A{row}", "lockedChanged")], Problems(OnCell($"B{row}", c => c.InlineString = new InlineString(new Text("Another question"))), Small, response));
        Assert.Equal([($"{sheet}!A{row}", "lockedChanged")], Problems(OnCell($"D{row}", c => c.InlineString = new InlineString(new Text("plan-written|value"))), Small, response));
        Assert.Equal([($"{sheet}!A{row}", "lockedChanged")], Problems(OnCell($"A{row}", c => c.CellFormula = new CellFormula("1+1")), Small, response));
        Assert.Equal([($"{sheet}!H2", "outside"), ($"{sheet}!B900", "outside")], Problems(file.OnSheets((s, name) =>
        {
            if ($"'{name}'" != sheet)
            {
                return false;
            }

            var data = s.GetFirstChild<SheetData>()!;
            data.Elements<Row>().Single(r => r.RowIndex! == 2).Append(Note("H2"));
            data.Append(new Row(Note("B900")) { RowIndex = 900 });
            return true;
        }), Small, response));

        static Cell Note(string address) => new() { CellReference = address, DataType = CellValues.InlineString, InlineString = new InlineString(new Text("A note")) };

        byte[] OnCell(string address, Action<Cell> change) => file.OnSheets((s, name) =>
        {
            if ($"'{name}'" == sheet)
            {
                change(s.Descendants<Cell>().Single(c => c.CellReference == address));
            }

            return $"'{name}'" == sheet;
        });
    }

    [Fact]
    public void Texts_are_texts_whatever_they_begin_with()
    {
        Assert.DoesNotContain("<x:f>", file.Part(ThemePart), StringComparison.Ordinal);
        var styles = file.Part("xl/styles.xml");
        foreach (var sign in (string[])["=1+1", "+44 20", "-5", "@SUM(A1)"])
        {
            var found = false;
            file.OnSheets((s, _) =>
            {
                var cell = s.Descendants<Cell>().FirstOrDefault(c => c.InnerText == sign);
                found |= cell is { DataType: { } type } && type == CellValues.InlineString && styles.Split("<x:xf ")[2 + (int)cell.StyleIndex!.Value].Contains("quotePrefix=\"1\"", StringComparison.Ordinal);
                return found;
            });
            Assert.True(found, sign);
        }
    }

    [Fact]
    public void Whatever_happens_to_its_bytes_a_workbook_is_read_or_refused()
    {
        var random = new Random(6);
        for (var i = 0; i < 300; i++)
        {
            var broken = file.ToArray();
            for (var k = 0; k < 1 + (i % 5); k++)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            var (returned, refusal) = Back(broken, Small, response);
            Assert.True(refusal is { Status: 400, Errors.Count: > 0 } || returned is { Edits.Count: 0 });
        }
    }

    private static string PartOf(string key)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.Select(e => e.FullName).First(n => n.StartsWith("xl/worksheets/", StringComparison.Ordinal) && file.Part(n).Contains(key, StringComparison.Ordinal));
    }
}
