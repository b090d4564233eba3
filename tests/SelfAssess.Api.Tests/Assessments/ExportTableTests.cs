using System.Globalization;
using System.Net;
using System.Text.Json;
using CsvHelper;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Api.Tests.Workbooks;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Assessments;

public sealed class ExportTableTests(PostgresFixture postgres)
{
    [Fact]
    public void Nothing_that_anybody_entered_is_missing_from_a_table()
    {
        foreach (var questionnaire in (Questionnaire[])[Fictitious.Att, Handed.Small])
        {
            var exported = Exported(questionnaire);
            var rows = ExportRow.Of(exported);
            HashSet<string> csv = [.. CsvCells(ExportRow.Csv(rows)).Select(c => c.StartsWith('\'') ? c[1..] : c)];
            var read = SpreadsheetReader.Read(ExportRow.Xlsx(rows, "Assessment 2026"));
            Assert.Null(read.Unreadable);
            HashSet<string> xlsx = [.. read.Read!.Sheets.SelectMany(s => s.Cells.Values).Select(c => c.Text)];
            Assert.DoesNotContain(read.Read.Sheets.SelectMany(s => s.Cells.Values), c => c.IsFormula);
            Assert.Equal(["assessment", "profile", "entities", "answers", "history"], read.Read.Sheets.Select(s => s.Name));
            var entered = Entered(exported).ToArray();
            Assert.True(entered.Length > 25);
            Assert.All(entered, text =>
            {
                Assert.Contains(text.TrimStart('\''), csv.Select(c => c.TrimStart('\'')));
                Assert.Contains(text, xlsx);
            });
        }
    }

    [Fact]
    public void Cell_of_a_table_is_never_a_formula_and_a_long_text_goes_on_below()
    {
        var answer = new AnswerBody { Value = JsonSerializer.SerializeToElement("caseByCase"), Comment = $"=1+1{new string('x', 40_000)}" };
        var rows = ExportRow.Of(Exported(Fictitious.Att) with { Content = Exported(Fictitious.Att).Content with { Answers = new Dictionary<string, AnswerBody> { ["1.1"] = answer } } });
        Assert.DoesNotContain(CsvCells(ExportRow.Csv(rows)), c => c.Length > 0 && "=+-@".Contains(c[0], StringComparison.Ordinal) && !decimal.TryParse(c, CultureInfo.InvariantCulture, out _));
        var sheet = SpreadsheetReader.Read(ExportRow.Xlsx(rows, "Long")).Read!.Sheets.Single(s => s.Name == "answers");
        var column = sheet.Cells.Single(c => c.Key.Row == 1 && c.Value.Text == "comment").Key.Column;
        var first = sheet.Cells.First(c => c.Key.Column == column && c.Value.Text.StartsWith("=1+1", StringComparison.Ordinal));
        Assert.Equal(answer.Comment, first.Value.Text + sheet.Cells[(first.Key.Row + 1, column)].Text);
    }

    [Fact]
    public async Task Signed_assessment_is_had_as_tables_and_a_blind_round_is_not()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("tables");
        await host.Administrator().AssessAsync("TBL", "tables", "some");
        var coordinator = host.Coordinator("TBL");
        var (csv, _) = await coordinator.CallAsync(HttpMethod.Get, "states/TBL/assessments/tables/export.csv");
        Assert.Equal((HttpStatusCode.OK, "text/csv", "no-store"), (csv.StatusCode, csv.Content.Headers.ContentType?.MediaType, csv.Headers.CacheControl?.ToString()));
        Assert.Contains("answers,,b2,,some", await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var (xlsx, _) = await coordinator.CallAsync(HttpMethod.Get, "states/TBL/assessments/tables/export.xlsx?revision=1");
        Assert.Equal((HttpStatusCode.OK, Spreadsheet.ContentType), (xlsx.StatusCode, xlsx.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain("TBL", xlsx.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        Assert.NotNull(SpreadsheetReader.Read(await xlsx.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Read);
        await host.Administrator().BeginAsync("TBR", "tables");
        await coordinator.OpenRoundAsync("TBR", "tables", "customs");
        var (blind, _) = await host.Coordinator("TBR").CallAsync(HttpMethod.Get, "states/TBR/assessments/tables/export.csv");
        Assert.Equal(HttpStatusCode.Conflict, blind.StatusCode);
    }

    private static ToBeExported Exported(Questionnaire questionnaire)
    {
        var answers = Handed.Everything(questionnaire).ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value!), StringComparer.Ordinal);
        var reconciled = answers.Keys.Take(3).ToDictionary(q => q, q => new Reconciliation($"=Agreed on {q}", $"-Dissent on {q}", new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero)), StringComparer.Ordinal);
        var profile = new Profile([new("single", new ProfileValue.One("africa")), new("many", new ProfileValue.Many(["importer", "transit"])), new("count", new ProfileValue.Number(12)), new("flag", new ProfileValue.Flag(true))]);
        var response = new SealedResponse("customs", "@Customs", "customsBorder", [.. answers.Keys], "+Head of customs", new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), answers, ["5.3"]);
        var content = new SealedContent("XAA", "2026", 2, questionnaire.Reference, "hash", profile, answers, reconciled, [response]);
        var fact = new ExportedFact("customs", "returned", JsonSerializer.SerializeToElement(new ResponseEvent.Returned("=Look again", default), Json.Http), new Provenance("account", "Carla", "10.0.0.1"));
        return new ToBeExported(content, new ExportedSeal(2, "seal", default), [fact]);
    }

    /// <summary>Every text, number and id that somebody entered.</summary>
    private static IEnumerable<string> Entered(ToBeExported exported) => exported.Content.Answers.Values.Concat(exported.Content.Responses[0].Answers.Values)
        .SelectMany(a => (string?[])[a.Reason, a.Comment, a.Evidence is null ? null : string.Join('\n', a.Evidence), .. ValuesOf(a.Value)])
        .Concat(exported.Content.Reconciliations.Values.SelectMany(r => (string?[])[r.Reason, r.Dissent]))
        .Concat(["@Customs", "+Head of customs", "africa", "importer transit", "12", "true", "Carla", "10.0.0.1", "seal", JsonSerializer.Serialize(exported.History[0].Data, Json.Http)])
        .OfType<string>().Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> ValuesOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Object } matrix => matrix.EnumerateObject().SelectMany(s => ValuesOf(s.Value)),
        { ValueKind: JsonValueKind.Array } many => [string.Join(' ', many.EnumerateArray().Select(o => o.GetString()))],
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Number } number => [number.GetRawText()],
        _ => [],
    };

    private static IEnumerable<string> CsvCells(byte[] csv)
    {
        using var reader = new CsvParser(new StreamReader(new MemoryStream(csv)), CultureInfo.InvariantCulture);
        while (reader.Read())
        {
            foreach (var cell in reader.Record!)
            {
                yield return cell;
            }
        }
    }
}
