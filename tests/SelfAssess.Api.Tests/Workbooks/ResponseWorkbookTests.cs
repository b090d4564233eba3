using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Api.Workbooks;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.TestKit;
using static SelfAssess.Api.Tests.Workbooks.Handed;

namespace SelfAssess.Api.Tests.Workbooks;

public sealed class ResponseWorkbookTests
{
    public static TheoryData<string> EveryLanguage { get; } = [.. ConferenceLanguages.All];

    private static IEnumerable<Questionnaire> Both => [Fictitious.Att, Small];

    [Theory]
    [MemberData(nameof(EveryLanguage))]
    public void Workbook_is_valid_locked_but_for_answers_and_runs_in_its_languages_direction(string language)
    {
        foreach (var questionnaire in Both)
        {
            using var file = SpreadsheetDocument.Open(new MemoryStream(Out(questionnaire, Response(questionnaire, Everything(questionnaire)), language)), isEditable: false);
            Assert.Equal("", string.Join('\n', new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}")));
            var main = file.WorkbookPart!;
            var sheets = main.Workbook!.Sheets!.Elements<Sheet>().ToArray();
            Assert.Equal(SheetStateValues.VeryHidden, sheets[^1].State!.Value);
            Assert.Single(sheets, s => s.State is not null);
            // The unlocked formats are the ones that answers have, and no other cell has one.
            var formats = main.WorkbookStylesPart!.Stylesheet!.CellFormats!.Elements<CellFormat>().ToArray();
            foreach (var sheet in sheets.Select(s => ((WorksheetPart)main.GetPartById(s.Id!)).Worksheet!))
            {
                Assert.True(sheet.GetFirstChild<SheetProtection>()!.Sheet!.Value);
                Assert.Equal(language == "ar", sheet.SheetViews!.Elements<SheetView>().Single().RightToLeft?.Value ?? false);
                Assert.Empty(sheet.Descendants<CellFormula>());
                foreach (var row in sheet.Descendants<Row>())
                {
                    var keyed = row.Elements<Cell>().Any(c => c.CellReference!.Value!.StartsWith('D') && c.InnerText.Contains('|', StringComparison.Ordinal));
                    Assert.Equal(keyed ? 1 : 0, row.Elements<Cell>().Count(c => !formats[(int)c.StyleIndex!.Value].Protection!.Locked!.Value));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryLanguage))]
    public void Workbook_that_nobody_touched_changes_nothing_whatever_it_holds(string language)
    {
        foreach (var questionnaire in Both)
        {
            foreach (var response in (EntityResponse[])[Response(questionnaire), Response(questionnaire, Everything(questionnaire))])
            {
                Assert.Empty(Changed(Out(questionnaire, response, language), questionnaire, response));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryLanguage))]
    public void Every_answer_can_be_given_in_a_workbook_and_comes_back_as_it_is_given_online(string language)
    {
        foreach (var questionnaire in Both)
        {
            var (empty, wanted) = (Response(questionnaire), Everything(questionnaire));
            var (blank, full) = (Out(questionnaire, empty, language), Response(questionnaire, wanted));
            var file = Copied(Out(questionnaire, full, language), blank);
            var given = Changed(file, questionnaire, empty);
            Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), given.Keys.Order(StringComparer.Ordinal));
            Assert.All(given, a => Assert.True(Plain(wanted[a.Key]!).IsSameAs(a.Value!), $"{a.Key}: {a.Value} for {wanted[a.Key]}"));
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ar")]
    public async Task What_libreoffice_saved_is_taken(string language)
    {
        foreach (var questionnaire in Both)
        {
            var (empty, wanted) = (Response(questionnaire), Everything(questionnaire));
            var full = Response(questionnaire, wanted);
            var untouched = await Office.SaveAgainAsync(Out(questionnaire, full, language), "xlsx", TestContext.Current.CancellationToken);
            Assert.Empty(Changed(untouched, questionnaire, full));
            var filled = await Office.SaveAgainAsync(Copied(Out(questionnaire, full, language), Out(questionnaire, empty, language)), "xlsx", TestContext.Current.CancellationToken);
            var given = Changed(filled, questionnaire, empty);
            Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), given.Keys.Order(StringComparer.Ordinal));
            Assert.All(given, a => Assert.True(Plain(wanted[a.Key]!).IsSameAs(a.Value!), $"{a.Key}: {a.Value} for {wanted[a.Key]}"));
        }
    }

    [Fact]
    public async Task Workbook_prints_on_a_pages_width_in_english_and_arabic()
    {
        foreach (var language in (string[])["en", "ar"])
        {
            var printed = await Office.PrintAsync(Out(Fictitious.Att, Response(Fictitious.Att, Everything(Fictitious.Att)), language), "xlsx",
                Environment.GetEnvironmentVariable("PAPERS_TO") is { } folder ? Path.Combine(folder, $"workbook-{language}") : null, TestContext.Current.CancellationToken);
            // One sheet for each of its sections; with columns on pages of their own there would be several times as many.
            Assert.InRange(printed.Pages, 15, 45);
            Assert.DoesNotContain("1.1|value", printed.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData(" 1 ")]
    [InlineData("\u0661")]
    [InlineData("1 – Case by case")]
    [InlineData("1 –  case BY case")]
    [InlineData("1 - whatever it is called elsewhere")]
    [InlineData("caseByCase")]
    public void Level_is_known_by_its_words_or_its_number(string entered)
    {
        var response = Response(Fictitious.Att);
        Assert.Equal(new AnswerValue.Choice("caseByCase"), Changed(Out(Fictitious.Att, response).Enter("1.1|value", entered), Fictitious.Att, response)["1.1"]!.Value);
    }

    [Fact]
    public void What_a_program_made_of_an_entry_is_read_as_it_was_meant()
    {
        var response = Response(Small);
        var file = Out(Small, response).EnterNumber("contacts|value", "1").EnterNumber("crates|value", "2.5000000000000004").EnterNumber("interruption-date|value", "45716")
            .EnterNumber("remarks|value", "7").EnterNumber("kit|option|torches", "1", "b");
        var changed = Changed(file, Small, response);
        Assert.Equal(
            [new AnswerValue.Choice("informal"), new AnswerValue.Number(2.5m), new AnswerValue.Date(new DateOnly(2025, 2, 28)), new AnswerValue.Text("7"), new AnswerValue.Choices(["torches"])],
            ((string[])["contacts", "crates", "interruption-date", "remarks", "kit"]).Select(q => changed[q]!.Value));
        var arabic = Out(Small, response, "ar").Enter("crates|value", "١٢٫٥").Enter("interruption-date|value", "٢٠٢٥-٠٢-٢٨");
        Assert.Equal([new AnswerValue.Number(12.5m), new AnswerValue.Date(new DateOnly(2025, 2, 28))], ((string[])["crates", "interruption-date"]).Select(q => Changed(arabic, Small, response)[q]!.Value));
    }

    [Fact]
    public void Part_of_an_answer_that_was_not_touched_stays_exactly_as_it_was()
    {
        var before = new Answer { Value = new AnswerValue.Choice("informal"), Comment = "  kept\r\nwith its space \u0001 ", Evidence = ["one", "two\nlines"] };
        var response = Response(Small, new Dictionary<string, Answer?> { ["plan-written"] = before });
        var file = Out(Small, response);
        var after = Changed(file.Enter("plan-written|value", "2"), Small, response)["plan-written"]!;
        Assert.True((before with { Value = new AnswerValue.Choice("written") }).IsSameAs(after));
        Assert.Null(Changed(file.Empty("plan-written|value").Empty("plan-written|comment").Empty("plan-written|evidence"), Small, response)["plan-written"]);
    }

    [Fact]
    public void Formula_and_words_of_no_list_are_named_with_their_cells_all_at_once()
    {
        var response = Response(Small);
        var file = Out(Small, response);
        var edited = file.Change("contacts|value", c => c.CellFormula = new CellFormula("HYPERLINK(\"http://example.org\")"))
            .Enter("plan-written|value", "excellent").Enter("crates|value", "many").Enter("interruption-date|value", "28.2.2025").Enter("kit|option|gloves", "perhaps")
            .Enter("off-site|value", "Not applicable to our profile").Enter("remarks|value", new string('x', 2001)).Enter("drill|comment", "A comment alone");
        Assert.Equal(
            new (string, string)[]
            {
                ("contacts|value", "formula"), ("plan-written|value", "notInList"), ("crates|value", "type"), ("interruption-date|value", "type"), ("kit|option|gloves", "notInList"),
                ("off-site|reason", "required"), ("remarks|value", "tooLong"), ("drill|value", "valueOrState"),
            }.Select(p => (file.Where(p.Item1), p.Item2)).Order(),
            Problems(edited, Small, response).Order());
    }

    [Fact]
    public void Answer_longer_than_a_cell_is_kept_and_changed_online_only()
    {
        var text = new string('x', 40_000);
        var response = Response(Small, new Dictionary<string, Answer?> { ["contacts"] = new() { Value = new AnswerValue.Choice("informal"), Comment = text } });
        var file = Out(Small, response);
        Assert.Empty(Changed(file, Small, response));
        Assert.Equal([(file.Where("contacts|comment"), "longerThanCell")], Problems(file.Enter("contacts|comment", "shorter"), Small, response));
    }

    /// <summary>What stands in the cells of one workbook entered into another one.</summary>
    private static byte[] Copied(byte[] from, byte[] to)
    {
        var texts = new Dictionary<string, (string Text, bool Number)>(StringComparer.Ordinal);
        Walk(from, (key, cell) => texts[key] = (cell.DataType is null ? cell.CellValue?.Text ?? "" : cell.InlineString!.InnerText, cell.DataType is null));
        using var stream = new MemoryStream();
        stream.Write(to);
        using (var document = SpreadsheetDocument.Open(stream, isEditable: true))
        {
            foreach (var part in document.WorkbookPart!.WorksheetParts)
            {
                foreach (var row in part.Worksheet!.Descendants<Row>().Where(r => r.Elements<Cell>().Count() >= 3))
                {
                    if (row.Elements<Cell>().Last() is var key && texts.TryGetValue(key.InnerText, out var entered) && entered.Text.Length > 0)
                    {
                        var cell = row.Elements<Cell>().Single(c => c.CellReference!.Value!.StartsWith('C'));
                        cell.DataType = entered.Number ? null : CellValues.InlineString;
                        cell.CellValue = entered.Number ? new CellValue(entered.Text) : null;
                        cell.InlineString = entered.Number ? null : new InlineString(new Text(entered.Text) { Space = SpaceProcessingModeValues.Preserve });
                    }
                }
            }
        }

        return stream.ToArray();
    }

    private static void Walk(byte[] file, Action<string, Cell> look)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        foreach (var row in document.WorkbookPart!.WorksheetParts.SelectMany(p => p.Worksheet!.Descendants<Row>()))
        {
            if (row.Elements<Cell>().LastOrDefault(c => c.CellReference!.Value!.StartsWith('D')) is { } key && key.InnerText.Contains('|', StringComparison.Ordinal))
            {
                look(key.InnerText, row.Elements<Cell>().Single(c => c.CellReference!.Value!.StartsWith('C')));
            }
        }
    }

    /// <summary>An answer as somebody types it: one line to a piece of evidence, no space around texts.</summary>
    private static Answer Plain(Answer answer) => answer with
    {
        Reason = answer.Reason is null ? null : ResponseWorkbook.Clean(answer.Reason),
        Comment = answer.Comment is null ? null : ResponseWorkbook.Clean(answer.Comment),
    };
}
