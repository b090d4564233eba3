using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Http;

public sealed class BadInputTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("PUT", "states/BAD", "{", 400, "body")]
    [InlineData("PUT", "states/BAD", "", 400, "body")]
    [InlineData("PUT", "states/BAD", "null", 400, "body")]
    [InlineData("PUT", "states/BAD", "[]", 400, "body")]
    [InlineData("PUT", "states/BAD", "{}", 400, "name")]
    [InlineData("PUT", "states/BAD", """{"name":null}""", 400, "name")]
    [InlineData("PUT", "states/BAD", """{"name":3}""", 400, "name")]
    [InlineData("PUT", "account/profile", """{"name":null,"language":"en"}""", 400, "name")]
    [InlineData("PATCH", "states/BAD/assessments/none/answers", """{"answers":{"a1":{"state":7}}}""", 400, "answers.a1.state")]
    [InlineData("PUT", "states/BAD", """{"name":"x","colour":"red"}""", 400, "colour")]
    [InlineData("PUT", "states/BAD", """{"name":"x","name":"y"}""", 400, "name")]
    [InlineData("PUT", "states/BAD", """{"name":""}""", 400, "name")]
    [InlineData("PUT", "states/BAD", """{"name":"a\u0000b"}""", 400, "name")]
    [InlineData("PUT", "states/BAD", """{"name":"\ud800"}""", 400, "name")]
    [InlineData("PUT", "states/not a code", """{"name":"x"}""", 400, "state")]
    [InlineData("PUT", "cycles/Bad_Id", """{"name":"x","questionnaire":{"id":"a","version":"1.0"},"startsOn":"2026-01-01"}""", 400, "cycle")]
    [InlineData("PUT", "cycles/bad", """{"name":"x","questionnaire":{"id":"nowhere","version":"1.0"},"startsOn":"2026-01-01"}""", 400, "questionnaire")]
    [InlineData("PUT", "cycles/bad", """{"name":"x","questionnaire":{"id":"a","version":"1.0"},"startsOn":"tomorrow"}""", 400, "startsOn")]
    [InlineData("POST", "score", """{"answers":{}}""", 400, "questionnaire")]
    [InlineData("POST", "score", """{"questionnaire":{"id":"a\u0000","version":"1.0"},"answers":{}}""", 400, "questionnaire.id")]
    [InlineData("POST", "questionnaires", """{"files":[]}""", 400, "questionnaire.yaml")]
    [InlineData("POST", "questionnaires/validate", """{"files":[null]}""", 400, "files[0]")]
    [InlineData("GET", "states?limit=0", null, 400, "limit")]
    [InlineData("GET", "states?after=%00", null, 400, "after")]
    [InlineData("GET", "states?limit=many", null, 400, "limit")]
    [InlineData("GET", "states?limt=5", null, 400, "limt")]
    [InlineData("GET", "states/BAD/assessments/none?full=1", null, 400, "full")]
    [InlineData("GET", "nowhere", null, 404, null)]
    [InlineData("GET", "releases/none", null, 404, null)]
    [InlineData("GET", "trends/none", null, 404, null)]
    [InlineData("GET", "release-runs/not-a-guid", null, 400, "run")]
    [InlineData("DELETE", "states/BAD", null, 405, null)]
    public async Task Bad_input_is_answered_with_a_problem_that_names_the_field(string method, string path, string? body, int status, string? field)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"/api/v1/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.StartsWith("urn:selfassess:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SelfAssess.", text, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
        if (field is not null)
        {
            Assert.Contains(field, problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()));
        }
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    public async Task Body_that_is_no_json_is_refused(string contentType, int status)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        var response = await client.PutAsync("/api/v1/states/BAD", new StringContent("name=x", Encoding.UTF8, contentType), TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("states?limit=many", "limit", "format", "A whole number is expected.")]
    [InlineData("states?limit=900", "limit", "outOfRange", null)]
    [InlineData("release-runs/not-a-guid", "run", "format", "A UUID is expected.")]
    [InlineData("trends/none/charts/trend.gif", "format", "format", "Known are: png, svg, csv, json.")]
    [InlineData("trends/none/charts/trend.png?width=wide", "width", "format", "Known are: full, half, slide.")]
    [InlineData("trends/none/charts/trend.png?lang=tlh", "lang", "invalid", null)]
    [InlineData("states/WOR/assessments/none/history?since=yesterday", "since", "format", "A time is expected, such as 2026-01-31T12:00:00Z.")]
    public async Task Problem_speaks_of_the_request_and_not_of_our_own_types(string path, string field, string code, string? reason)
    {
        var (response, problem) = await (await postgres.SharedApiAsync()).Whoever().CallAsync(HttpMethod.Get, path);
        Assert.Equal(400, (int)response.StatusCode);
        var error = problem.GetProperty("errors")[0];
        Assert.Equal((field, code), (error.GetProperty("name").GetString(), error.GetProperty("code").GetString()));
        Assert.Equal(reason ?? error.GetProperty("reason").GetString(), error.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("POST", "sign-in", "text/plain", 415, "unsupported-media-type")]
    [InlineData("DELETE", "sign-in", null, 405, "method-not-allowed")]
    [InlineData("GET", "states", null, 401, "unauthenticated")]
    public async Task Whoever_is_not_signed_in_is_told_what_is_wrong_all_the_same(string method, string path, string? contentType, int status, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"/api/v1/{path}") { Content = contentType is null ? null : new StringContent("x", Encoding.UTF8, contentType) };
        using var response = await (await postgres.SharedApiAsync()).Anonymous().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"urn:selfassess:problem:{code}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_with_one_bad_answer_saves_nothing_and_names_every_problem()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("batch");
        var etag = await client.BeginAsync("BAT", "batch");
        var (response, problem) = await client.CallAsync(HttpMethod.Patch, "states/BAT/assessments/batch/answers",
            new { answers = new { a1 = new { value = "some" }, a2 = new { value = "perfect" }, b1 = new { state = "notApplicable" }, zz = new { value = "some" } } }, etag);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["answers.a2.value", "answers.b1.reason", "answers.b1.state", "answers.zz"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        var (assessment, same) = await client.DoAsync(HttpMethod.Get, "states/BAT/assessments/batch");
        Assert.Equal(etag, same);
        Assert.Empty(assessment.GetProperty("answers").EnumerateObject());
    }

    [Fact]
    public async Task Lists_are_paged_without_gap_or_repetition()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        for (var i = 0; i < 7; i++)
        {
            await client.DoAsync(HttpMethod.Put, $"states/P{i}", new { name = $"Demo State {i}" });
        }

        var seen = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var (page, _) = await client.DoAsync(HttpMethod.Get, $"states?limit=3{(after.Length > 0 ? $"&after={after}" : "")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("code").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(["P0", "P1", "P2", "P3", "P4", "P5", "P6"], seen);
    }

    [Fact]
    public async Task Queue_is_for_administrators_and_health_for_anyone()
    {
        var host = await postgres.SharedApiAsync();
        using var anonymous = await host.Anonymous().GetAsync("/jobs", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Contains("urn:selfassess:problem:unauthenticated", await anonymous.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.Administrator().GetAsync("/jobs", TestContext.Current.CancellationToken)).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await host.Coordinator("QUE").GetAsync("/jobs", TestContext.Current.CancellationToken)).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await host.Presidency().GetAsync("/jobs", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Wrong_password_is_refused()
    {
        var host = await postgres.SharedApiAsync();
        var client = host.Anonymous();
        var (response, problem) = await client.CallAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = "not the password" });
        Assert.Equal((401, "urn:selfassess:problem:wrong-credentials"), ((int)response.StatusCode, problem.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Fuzzed_bodies_never_cause_a_server_error()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("fuzz");
        var etag = await client.BeginAsync("FUZ", "fuzz");
        string[] words = ["{", "}", "[", "]", ":", ",", "null", "true", "1e999", "-0", "\"answers\"", "\"a1\"", "\"basis\"", "\"value\"", "\"state\"", "\"some\"", "\"\\u0000\"", "\"\\ud800\"", "\"files\"", "\"name\"", "\"questionnaire\"", "\"profile\"", "\"x\""];
        var json = Gen.Recursive<string>((depth, self) => depth > 4 ? Gen.Int[6, words.Length - 1].Select(i => words[i])
            : Gen.OneOf(
                Gen.Int[6, words.Length - 1].Select(i => words[i]),
                self.Array[0, 3].Select(a => $"[{string.Join(',', a)}]"),
                Gen.Select(Gen.Int[10, words.Length - 1].Array[3], self.Array[3]).Select((k, v) => $"{{{string.Join(',', k.Zip(v, (x, y) => $"{words[x]}:{y}"))}}}")));
        var bodies = Gen.OneOf(json, Gen.Int[0, words.Length - 1].Array[0, 12].Select(w => string.Concat(w.Select(i => words[i]))), json.Select(j => $"{{\"answers\":{{\"a1\":{j},\"basis\":{j}}}}}"), json.Select(j => $"{{\"answers\":{{\"basis\":{{\"value\":{j}}}}}}}"));
        (HttpMethod, string)[] targets = [(HttpMethod.Patch, "states/FUZ/assessments/fuzz/answers"), (HttpMethod.Post, "score"), (HttpMethod.Post, "questionnaires/validate"), (HttpMethod.Put, "states/FUY"), (HttpMethod.Put, "cycles/fuzz2"), (HttpMethod.Put, "states/FUZ/profile")];
        await Gen.Select(Gen.Int[0, targets.Length - 1], bodies).SampleAsync(async (target, body) =>
        {
            var (method, path) = targets[target];
            using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("If-Match", etag);
            var response = await client.SendAsync(request);
            return (int)response.StatusCode < 500;
        }, iter: 400, threads: 2);
    }
}
