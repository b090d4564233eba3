using System.Net;
using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Papers;

public sealed class NationalReportTests(PostgresFixture postgres)
{
    public static TheoryData<string> Languages { get; } = [.. ConferenceLanguages.All];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Report_is_a_valid_word_file_and_a_well_formed_page_in_every_language(string language)
    {
        var paper = NationalReport.Of(Source(), language);
        using var file = WordprocessingDocument.Open(new MemoryStream(WordPaper.Draw(paper)), isEditable: false);
        Assert.Equal("", string.Join('\n', new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}")));
        Assert.Equal(WordPaper.Draw(paper), WordPaper.Draw(NationalReport.Of(Source(), language)));

        var html = Encoding.UTF8.GetString(HtmlPaper.Draw(paper));
        var page = XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "", StringComparison.Ordinal).Replace("\"></figure>", "\"/></figure>", StringComparison.Ordinal));
        Assert.Equal((language, language == "ar" ? "rtl" : "ltr"), (page.Root!.Attribute("lang")!.Value, page.Root.Attribute("dir")!.Value));
        var ids = page.Descendants().Attributes("id").Select(i => i.Value).ToHashSet(StringComparer.Ordinal);
        Assert.All(page.Descendants("a").Select(a => a.Attribute("href")!.Value[1..]), to => Assert.Contains(to, ids));
        Assert.All(page.Descendants("img"), i => Assert.True(i.Attribute("alt")!.Value.Length > 100));
        // Everything that the paper says stands on the page.
        var text = page.Root.Value;
        Assert.All(paper.Blocks.OfType<Table>().SelectMany(t => t.Rows).SelectMany(r => r.Cells), c => Assert.Contains(c, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_prints()
    {
        var folder = Environment.GetEnvironmentVariable("PAPERS_TO");
        if (folder is not null)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "national-ar.html"), HtmlPaper.Draw(NationalReport.Of(Source(), "ar")), TestContext.Current.CancellationToken);
        }

        var printed = await Office.PrintAsync(WordPaper.Draw(NationalReport.Of(Source(), "fr")), "docx", folder is null ? null : Path.Combine(folder, "national-fr"), TestContext.Current.CancellationToken);
        Assert.InRange(printed.Pages, 6, 20);
        Assert.Contains("Note de cadrage pour le Fonds d’affectation volontaire", printed.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_says_levels_with_the_lowest_questions_evidence_divergence_and_a_target_one_level_up()
    {
        var paper = NationalReport.Of(Source(), "en");
        var tables = paper.Blocks.OfType<Table>().ToDictionary(t => t.Key, StringComparer.Ordinal);
        Assert.Equal(["Theme", "Level", "Index", "Lowest questions", "Level in 2025"], tables["themes"].Headers);
        Assert.All(tables["themes"].Rows, r => Assert.Equal(r.Cells[1] is "too few answers", r.Cells[3] == "–" && r.Cells[1] != "not applicable"));
        Assert.Contains(tables["evidence"].Rows, r => r.Cells[0].StartsWith("1.1 ", StringComparison.Ordinal) && r.Cells[1] == "Minutes no. 7; Register");
        Assert.Contains(tables["divergence"].Rows, r => r.Cells is ["1.1 A recognized way of cooperating", "0 Absent", "4 Sustained and reviewed"]);
        // A confidential answer of two entities is not even a range.
        Assert.DoesNotContain(tables["divergence"].Rows, r => r.Cells[0].StartsWith("5.3", StringComparison.Ordinal));
        Assert.All(tables["note"].Rows, r => Assert.Equal(r.Cells[1][0] + 1, r.Cells[2][0]));
        Assert.All(tables["note"].Rows, r => Assert.NotEmpty(r.Cells[3]));
        Assert.Contains(paper.AllTexts(), t => t.StartsWith("Your State may consider", StringComparison.Ordinal));
        Assert.Contains("This report gives what Ruritania <&> reported of itself", string.Concat(paper.AllTexts()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_state_itself_reads_its_report()
    {
        var host = await postgres.SharedApiAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("national");
        await client.AssessAsync("NTL", "national", "some");
        foreach (var (format, type) in new[] { ("docx", WordPaper.ContentType), ("html", "text/html") })
        {
            var path = $"states/NTL/assessments/national/papers/national.{format}?lang=zh";
            var (response, _) = await host.Coordinator("NTL").CallAsync(HttpMethod.Get, path);
            Assert.Equal((HttpStatusCode.OK, type, true), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.CacheControl!.NoStore));
            // A file's name tells no State.
            Assert.DoesNotContain("NTL", response.Content.Headers.ContentDisposition?.ToString() ?? "", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await host.Coordinator("ELS").CallAsync(HttpMethod.Get, path)).Response.StatusCode);
        }
    }

    private static NationalSource Source()
    {
        var sheet = Fictitious.Sheet(3);
        var answers = Fictitious.Att.Definition.AllQuestions().Where(q => sheet.LevelOf(q.Id) is not null)
            .ToDictionary(q => q.Id, q => new Answer { Value = new AnswerValue.Choice(sheet.LevelOf(q.Id)!), Evidence = q.Id == "1.1" ? ["Minutes no. 7", "Register"] : [] }, StringComparer.Ordinal);
        answers["F14.1"] = new Answer
        {
            Value = new AnswerValue.Matrix(new Dictionary<string, AnswerValue>(StringComparer.Ordinal)
            { ["basis"] = new AnswerValue.Choices(["informalPractice", "writtenArrangement"]), ["fit"] = new AnswerValue.Text("Small <administration>") }),
        };
        var assessment = new Assessment
        {
            CycleId = "2026",
            Questionnaire = Fictitious.Att.Reference,
            Profile = new Profile([]),
            Answers = answers,
            ChangedAt = new DateTimeOffset(2026, 5, 3, 0, 0, 0, TimeSpan.Zero),
            SignedOffAt = new DateTimeOffset(2026, 5, 3, 0, 0, 0, TimeSpan.Zero),
        };
        var asked = new HashSet<string>(["1.1", "5.3"], StringComparer.Ordinal);
        EntityAnswers Entity(string id, string level) => new(id, null, true, asked, asked.ToDictionary(q => q, _ => new Answer { Value = new AnswerValue.Choice(level) }, StringComparer.Ordinal));
        return new NationalSource("Ruritania <&>", "2026", assessment, sheet, Divergences.Of(Fictitious.Att, new Profile([]), [Entity("a", "absent"), Entity("b", "sustained")]), (Fictitious.Sheet(5), "2025"));
    }
}
