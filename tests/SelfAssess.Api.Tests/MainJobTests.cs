using System.Net;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests;

public sealed class MainJobTests(PostgresFixture postgres)
{
    [Fact]
    public async Task From_a_questionnaire_file_to_a_trend()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("main", "2025-01-01", "main-2025");
        for (var i = 0; i < 12; i++)
        {
            await client.AssessAsync($"M{i:00}", "main", i < 6 ? "some" : "full", "main-2025");
        }

        var run = await client.CloseAsync("main-2025");
        Assert.Equal(("done", "main-2025-R1"), (run.GetProperty("phase").GetString(), run.GetProperty("release").GetString()));
        var (release, etag) = await client.DoAsync(HttpMethod.Get, "releases/main-2025-R1");
        var theme = release.GetProperty("themes")[0];
        // Twelve States: a mean to base 10, and nothing finer (50, 100: mean 75, rounded to even tens by the rule of the tier).
        Assert.Equal(12, release.GetProperty("participation").GetProperty("participants").GetInt32());
        Assert.Equal("published", theme.GetProperty("mean").GetProperty("status").GetString());
        Assert.Equal("notPublished", theme.GetProperty("median").GetProperty("status").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, theme.TryGetProperty("distribution", out var d) ? d.ValueKind : System.Text.Json.JsonValueKind.Null);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync("releases/main-2025-R1", etag)).Response.StatusCode);

        await client.DoAsync(HttpMethod.Put, "cycles/main-2026", new { name = "2026", questionnaire = new { id = "main", version = "1.0" }, startsOn = "2026-01-01" });
        await client.DoAsync(HttpMethod.Post, "cycles/main-2026/open", ifMatch: (await client.DoAsync(HttpMethod.Get, "cycles/main-2026")).ETag);
        for (var i = 0; i < 12; i++)
        {
            await client.AssessAsync($"M{i:00}", "main", i < 5 ? "some" : "full", "main-2026");
        }

        await client.CloseAsync("main-2026");
        var (trend, _) = await client.DoAsync(HttpMethod.Get, "trends/main");
        Assert.Equal(["main-2025-R1", "main-2026-R1"], trend.GetProperty("releases").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
        Assert.Equal("joined", trend.GetProperty("themes")[0].GetProperty("points")[1].GetProperty("join").GetString());
    }

    [Fact]
    public async Task Result_tells_what_was_counted_and_what_was_left_out()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("result");
        var etag = await client.BeginAsync("RES", "result", exporter: false);
        await client.DoAsync(HttpMethod.Patch, "states/RES/assessments/result/answers",
            new { answers = new Dictionary<string, object> { ["a1"] = new { value = "full" }, ["b1"] = new { state = "dontKnow" }, ["basis"] = new { value = new { basis = new[] { "habit" }, fit = "It fits." } } } }, etag);
        var (result, _) = await client.DoAsync(HttpMethod.Get, "states/RES/assessments/result/result");
        var first = result.GetProperty("scores").GetProperty("sections")[0].GetProperty("measures")[0];
        Assert.Equal((2m, "scored"), (first.GetProperty("score").GetDecimal(), first.GetProperty("outcome").GetString()));
        Assert.Equal("notApplicableByRule", first.GetProperty("items")[1].GetProperty("reason").GetString());
        Assert.Equal("noAnswer", result.GetProperty("scores").GetProperty("sections")[1].GetProperty("measures")[0].GetProperty("outcome").GetString());
        var (progress, _) = await client.DoAsync(HttpMethod.Get, "states/RES/assessments/result/progress");
        Assert.Equal((4, 3, 1), (progress.GetProperty("applicable").GetInt32(), progress.GetProperty("answered").GetInt32(), progress.GetProperty("open").GetInt32()));
        var (assessment, _) = await client.DoAsync(HttpMethod.Get, "states/RES/assessments/result");
        Assert.Equal("It fits.", assessment.GetProperty("answers").GetProperty("basis").GetProperty("value").GetProperty("fit").GetString());
    }

    [Fact]
    public async Task Score_of_an_inline_questionnaire_is_the_score_of_the_published_one()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files("inline") });
        var answers = new { a1 = new { value = "some" }, a2 = new { value = "full" }, b1 = new { value = "absent" } };
        var (inline, _) = await client.DoAsync(HttpMethod.Post, "score", new { files = SampleQuestionnaire.Files("inline"), profile = new { exporter = true }, answers });
        var (published, _) = await client.DoAsync(HttpMethod.Post, "score", new { questionnaire = new { id = "inline", version = "1.0" }, profile = new { exporter = true }, answers });
        Assert.Equal(inline.ToString(), published.ToString());
        Assert.Equal(75m, inline.GetProperty("sections")[0].GetProperty("measures")[1].GetProperty("score").GetDecimal());
    }
}
