using System.Net;
using System.Text.Json;
using DocumentFormat.OpenXml.Spreadsheet;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Workbooks;

public sealed class WorkbookEndpointTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Workbook_is_filled_in_offline_seen_and_taken_in()
    {
        var (respondent, path) = await BeginAsync("offline", "OFF");
        var file = await DownloadAsync(respondent, path);
        var filled = file.Enter("a1|value", "1 – Some").Enter("b1|value", "We don’t know").Enter("b1|comment", "=A1").Enter("basis|dimension|basis|law", "yes");
        var (check, _) = await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook/check", new { workbook = filled });
        Assert.Equal(["a1", "b1", "basis"], check.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("question").GetProperty("id").GetString()));
        Assert.All(check.GetProperty("changes").EnumerateArray(), c => Assert.False(c.GetProperty("conflict").GetBoolean()));
        Assert.Equal(filled.Where("a1|value"), check.GetProperty("changes")[0].GetProperty("cell").GetString());
        var (before, etag) = await respondent.DoAsync(HttpMethod.Get, path);
        Assert.Equal(("{}", $"\"{check.GetProperty("version").GetInt64()}\""), (before.GetProperty("answers").ToString(), etag));

        var (receipt, _) = await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled }, etag, "8b1d3d7e-workbook");
        Assert.Equal(3, receipt.GetProperty("answered").GetInt32());
        var answers = await AnswersAsync(respondent, path);
        Assert.Equal(("some", "dontKnow", "=A1", "law"), (answers.GetProperty("a1").GetProperty("value").GetString(), answers.GetProperty("b1").GetProperty("state").GetString(),
            answers.GetProperty("b1").GetProperty("comment").GetString(), answers.GetProperty("basis").GetProperty("value").GetProperty("basis")[0].GetString()));

        // Once more with the same key is the same; once more without finds nothing new.
        Assert.Equal(receipt.ToString(), (await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled }, etag, "8b1d3d7e-workbook")).Body.ToString());
        var (again, next) = await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled }, $"\"{receipt.GetProperty("version").GetInt64()}\"");
        Assert.Equal(receipt.GetProperty("version").GetInt64(), again.GetProperty("version").GetInt64());
        Assert.Equal($"\"{receipt.GetProperty("version").GetInt64()}\"", next);
    }

    [Fact]
    public async Task What_was_answered_online_too_is_a_conflict_and_the_choice_is_the_respondents()
    {
        var (respondent, path) = await BeginAsync("conflicts", "CFL");
        var file = await DownloadAsync(respondent, path);
        await SaveAsync(respondent, path, new
        {
            a1 = new { value = "absent", comment = "Online" },
            a2 = new { value = "full" },
            b1 = new { value = "full" },
            b2 = new { value = "some", comment = "Online" },
        });
        var filled = file.Enter("a1|value", "full").Enter("a2|value", "2").Enter("b2|value", "some").Enter("b2|comment", "Offline").Enter("basis|dimension|fit", "Well");
        var (check, _) = await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook/check?lang=en", new { workbook = filled });
        var changes = check.GetProperty("changes").EnumerateArray().ToDictionary(c => c.GetProperty("question").GetProperty("id").GetString()!, StringComparer.Ordinal);
        // What both answered alike is no change, and what only one side changed is no conflict.
        Assert.Equal(["a1", "b2", "basis"], changes.Keys);
        Assert.Equal([true, true, false], changes.Values.Select(c => c.GetProperty("conflict").GetBoolean()));
        Assert.Equal(("absent", "full"), (Value(changes["a1"], "online"), Value(changes["a1"], "workbook")));
        Assert.Equal(JsonValueKind.Null, changes["a1"].GetProperty("both").ValueKind);
        Assert.Equal("Online\n\nOffline", changes["b2"].GetProperty("both").GetProperty("comment").GetString());

        var etag = $"\"{check.GetProperty("version").GetInt64()}\"";
        var (open, problem) = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled, choices = new { b2 = "both" } }, etag);
        Assert.Equal((HttpStatusCode.Conflict, "urn:selfassess:problem:workbook-conflicts"), (open.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Equal(filled.Where("a1|value"), Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("name").GetString());
        var (impossible, why) = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled, choices = new { a1 = "both", b2 = "both" } }, etag);
        Assert.Equal((HttpStatusCode.BadRequest, "notPossible"), (impossible.StatusCode, why.GetProperty("errors")[0].GetProperty("code").GetString()));
        var (stale, _) = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled, choices = new { a1 = "workbook", b2 = "both" } }, "\"1\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        var (untouched, unchanged) = await respondent.DoAsync(HttpMethod.Get, path);
        Assert.Equal((etag, "absent"), (unchanged, untouched.GetProperty("answers").GetProperty("a1").GetProperty("value").GetString()));

        await respondent.DoAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = filled, choices = new { a1 = "online", b2 = "both" } }, etag);
        var answers = await AnswersAsync(respondent, path);
        Assert.Equal(("absent", "full", "Online\n\nOffline", "Well"), (answers.GetProperty("a1").GetProperty("value").GetString(), answers.GetProperty("b1").GetProperty("value").GetString(),
            answers.GetProperty("b2").GetProperty("comment").GetString(), answers.GetProperty("basis").GetProperty("value").GetProperty("fit").GetString()));
    }

    [Fact]
    public async Task Workbook_with_one_bad_cell_changes_nothing_and_neither_does_one_for_a_closed_round()
    {
        var (respondent, path) = await BeginAsync("workbook-refused", "RFS", "police");
        var file = await DownloadAsync(respondent, path);
        var (_, etag) = await respondent.DoAsync(HttpMethod.Get, path);
        var bad = file.Enter("a1|value", "some").Change("b1|value", c => c.CellFormula = new CellFormula("1+1"));
        var (response, problem) = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = bad }, etag);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((bad.Where("b1|value"), "formula"), (problem.GetProperty("errors")[0].GetProperty("name").GetString(), problem.GetProperty("errors")[0].GetProperty("code").GetString()));
        var police = ApiHost.Of(respondent).Respondent("RFS", "police");
        var (other, of) = await police.CallAsync(HttpMethod.Post, "states/RFS/assessments/workbook-refused/responses/police/workbook/check", new { workbook = file });
        Assert.Equal((HttpStatusCode.BadRequest, "otherEntity"), (other.StatusCode, of.GetProperty("errors")[0].GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook/check", new { workbook = "not base64" })).Response.StatusCode);
        var (large, _) = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook/check", new { workbook = new byte[2 * 1024 * 1024 + 1] });
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        Assert.Equal(etag, (await respondent.DoAsync(HttpMethod.Get, path)).ETag);

        var good = file.Enter("a1|value", "some");
        await SaveAsync(respondent, path, new { a2 = new { value = "full" } });
        (_, etag) = await respondent.DoAsync(HttpMethod.Get, path);
        (_, etag) = await respondent.DoAsync(HttpMethod.Post, $"{path}/confirm", new { by = "Head" }, etag);
        Assert.Equal("response-confirmed", await RefusedAsync());
        await respondent.CloseRoundAsync("RFS", "workbook-refused");
        (_, etag) = await respondent.DoAsync(HttpMethod.Get, path);
        Assert.Equal("round-closed", await RefusedAsync());

        async Task<string> RefusedAsync()
        {
            var taken = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook", new { workbook = good }, etag);
            var seen = await respondent.CallAsync(HttpMethod.Post, $"{path}/workbook/check", new { workbook = good });
            Assert.Equal((409, 409), ((int)taken.Response.StatusCode, (int)seen.Response.StatusCode));
            Assert.Equal(taken.Body.GetProperty("type").GetString(), seen.Body.GetProperty("type").GetString());
            return taken.Body.GetProperty("type").GetString()!.Split(':')[^1];
        }
    }

    private static string? Value(JsonElement change, string side) => change.GetProperty(side).GetProperty("value").GetString();

    private static async Task<JsonElement> AnswersAsync(HttpClient respondent, string path) => (await respondent.DoAsync(HttpMethod.Get, path)).Body.GetProperty("answers");

    private static async Task SaveAsync(HttpClient respondent, string path, object answers)
    {
        var (_, etag) = await respondent.DoAsync(HttpMethod.Get, path);
        await respondent.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers }, etag);
    }

    private static async Task<byte[]> DownloadAsync(HttpClient respondent, string path)
    {
        var (response, _) = await respondent.CallAsync(HttpMethod.Get, $"{path}/workbook.xlsx?lang=en");
        Assert.Equal((HttpStatusCode.OK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    private async Task<(HttpClient Respondent, string Path)> BeginAsync(string cycle, string state, params string[] others)
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync(cycle);
        await host.Administrator().BeginAsync(state, cycle);
        var coordinator = host.Coordinator(state);
        var round = $"states/{state}/assessments/{cycle}/round";
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, round);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, round, new { entities = others.Prepend("customs").Select(e => new { id = e, name = e, questions = new[] { "a1", "a2", "b1", "b2", "basis" } }) }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{round}/open", ifMatch: etag);
        return (host.Respondent(state, "customs"), $"states/{state}/assessments/{cycle}/responses/customs");
    }
}
