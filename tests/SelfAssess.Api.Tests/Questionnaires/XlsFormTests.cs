using System.Net;
using System.Text.RegularExpressions;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Api.Questionnaires.XlsForms;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Api.Tests.Workbooks;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Questionnaires;

public sealed partial class XlsFormTests(PostgresFixture postgres)
{
    private static Questionnaire[] Shipped => [Fictitious.Att, Handed.Small];

    [Fact]
    public void Shipped_instruments_come_back_from_an_xlsform_as_they_were_in_six_languages()
    {
        foreach (var questionnaire in Shipped)
        {
            var (files, refusal) = XlsFormReading.Read(XlsFormWriting.Write(questionnaire.Definition));
            Assert.Null(refusal?.Errors is { } errors ? string.Join('\n', errors) : null);
            var reading = QuestionnaireFiles.Read(files!);
            Assert.Equal("", string.Join('\n', reading.Problems));
            Assert.Equal(Canonical(questionnaire.Definition), Canonical(reading.Questionnaire!.Definition));
            Assert.Equal(6, reading.Questionnaire.Definition.Texts.Count);
        }
    }

    [Fact]
    public async Task Form_that_libreoffice_saved_comes_back_too()
    {
        var saved = await Office.SaveAgainAsync(XlsFormWriting.Write(Handed.Small.Definition), "xlsx", TestContext.Current.CancellationToken);
        Assert.Equal(Canonical(Handed.Small.Definition), Canonical(QuestionnaireFiles.Read(XlsFormReading.Read(saved).Files!).Questionnaire!.Definition));
    }

    [Fact]
    public void Form_keeps_the_rules_of_xlsform()
    {
        foreach (var questionnaire in Shipped)
        {
            var (survey, choices, settings) = Sheets(XlsFormWriting.Write(questionnaire.Definition));
            string[] simple = ["text", "decimal", "date", "begin_group", "end_group"];
            var lists = choices.Select(c => c["list_name"]).ToHashSet(StringComparer.Ordinal);
            var names = survey.Where(r => r.ContainsKey("name")).Select(r => r["name"]).ToArray();
            Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(names, n => Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]*$", n));
            var depth = 0;
            foreach (var row in survey)
            {
                var type = row["type"].Split(' ');
                Assert.True(type is [var one] ? simple.Contains(one) : type is ["select_one" or "select_multiple", var list] && lists.Contains(list), row["type"]);
                depth += type[0] switch { "begin_group" => 1, "end_group" => -1, _ => 0 };
                Assert.True(depth >= 0);
                Assert.All(Reference().Matches(row.GetValueOrDefault("relevant") ?? ""), m => Assert.Contains(m.Groups["name"].Value, names));
                if (type[0] is not ("begin_group" or "end_group"))
                {
                    Assert.All(questionnaire.Definition.Languages, l => Assert.NotEmpty(row[XlsForm.Column("label", l)]));
                }
            }

            Assert.Equal(0, depth);
            Assert.All(choices.GroupBy(c => c["list_name"]), l => Assert.Equal(l.Count(), l.Select(c => c["name"]).Distinct().Count()));
            Assert.All(choices, c => Assert.DoesNotContain(' ', c["name"]));
            Assert.Equal((questionnaire.Definition.Version, "English (en)"), (Assert.Single(settings)["version"], settings[0]["default_language"]));
        }
    }

    [Fact]
    public void Rules_are_said_as_relevant_where_xlsform_can_say_them()
    {
        var (survey, _, _) = Sheets(XlsFormWriting.Write(Handed.Small.Definition));
        string Relevant(string id) => survey.Single(r => r.GetValueOrDefault("selfassess::id") == id && r.GetValueOrDefault("selfassess::role") is null).GetValueOrDefault("relevant") ?? "";
        Assert.Equal("(${q_interrupted} = '' or (${q_interrupted} = 'happened'))", Relevant("interruption-date"));
        Assert.Equal("(${p_holdings} = '' or (selected(${p_holdings}, 'digital')))", Relevant("copies"));
        Assert.Equal("(${p_counter} = '' or (${p_counter} = 'true'))", Relevant("minimum-service"));
        Assert.Equal("(${p_staff} = '' or (${p_staff} > 1))", Relevant("views"));
        Assert.StartsWith("(${q_back_up} = '' or (if(${q_back_up} = 'absent', 0, if(", Relevant("off-site"), StringComparison.Ordinal);
        Assert.Equal("3", survey.Single(r => r.GetValueOrDefault("selfassess::id") == "readiness")["selfassess::weight"]);
        Assert.Equal("2", survey.Single(r => r.GetValueOrDefault("selfassess::id") == "minimum-service")["selfassess::gate"]);
    }

    [Fact]
    public void Words_that_were_edited_in_the_form_are_the_questionnaires_and_what_is_broken_is_named()
    {
        var form = XlsFormWriting.Write(Handed.Small.Definition);
        var edited = form.OnSheets((sheet, name) =>
        {
            if (name == "survey")
            {
                foreach (var text in sheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Text>().Where(t => t.Text == Handed.Small.Definition.Texts["en"].Questions["contacts"].Text))
                {
                    text.Text = "Who is called?";
                }
            }

            return name == "survey";
        });
        Assert.Equal("Who is called?", QuestionnaireFiles.Read(XlsFormReading.Read(edited).Files!).Questionnaire!.Definition.Texts["en"].Questions["contacts"].Text);
        var broken = form.OnSheets((sheet, name) =>
        {
            if (name == "survey")
            {
                sheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Text>().First(t => t.Text == "3").Text = "heavy [";
            }

            return name == "survey";
        });
        var problem = Assert.Single(XlsFormReading.Read(broken).Refusal!.Errors!);
        Assert.Equal("type", problem.Code);
        Assert.Matches("^'survey'![A-Z]+[0-9]+$", problem.Name);
        Assert.Equal("missingSheet", Assert.Single(XlsFormReading.Read(form.Edit("xl/workbook.xml", x => x.Replace("name=\"selfassess\"", "name=\"other\"", StringComparison.Ordinal))).Refusal!.Errors!).Code);
        Assert.Equal("notAWorkbook", Assert.Single(XlsFormReading.Read([1, 2]).Refusal!.Errors!).Code);
    }

    [Fact]
    public async Task Published_questionnaire_is_had_as_a_form_and_its_form_as_files()
    {
        var admin = (await postgres.SharedApiAsync()).Administrator();
        var (response, _) = await admin.CallAsync(HttpMethod.Get, "questionnaires/small-office-continuity/1.0/xlsform.xlsx");
        Assert.Equal((HttpStatusCode.OK, Spreadsheet.ContentType), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var form = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var (files, _) = await admin.DoAsync(HttpMethod.Post, "questionnaires/xlsform", new { workbook = form });
        var (report, _) = await admin.DoAsync(HttpMethod.Post, "questionnaires/validate", new { files = files.GetProperty("files") });
        Assert.True(report.GetProperty("valid").GetBoolean());
        var (refused, problem) = await admin.CallAsync(HttpMethod.Post, "questionnaires/xlsform", new { workbook = new byte[] { 1 } });
        Assert.Equal((HttpStatusCode.BadRequest, "notAWorkbook"), (refused.StatusCode, problem.GetProperty("errors")[0].GetProperty("code").GetString()));
    }

    private static string Canonical(QuestionnaireDefinition definition) => CanonicalJson.Canonical(definition).GetRawText();

    private static (List<Dictionary<string, string>> Survey, List<Dictionary<string, string>> Choices, List<Dictionary<string, string>> Settings) Sheets(byte[] form)
    {
        var read = SpreadsheetReader.Read(form).Read!;
        return (Rows("survey"), Rows("choices"), Rows("settings"));

        List<Dictionary<string, string>> Rows(string name)
        {
            var cells = read.Sheets.Single(s => s.Name == name).Cells;
            return [.. cells.Where(c => c.Key.Row > 1).GroupBy(c => c.Key.Row).OrderBy(r => r.Key).Select(r => r.ToDictionary(c => cells[(1, c.Key.Column)].Text, c => c.Value.Text, StringComparer.Ordinal))];
        }
    }

    [GeneratedRegex(@"\$\{(?<name>[^}]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
