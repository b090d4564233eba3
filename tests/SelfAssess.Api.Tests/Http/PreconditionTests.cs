using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Http;

public sealed class PreconditionTests(PostgresFixture postgres)
{
    private const string Key = "6ad1d3e5-4a6e-4b39-b7f2-1f6ff1cfa001";

    [Fact]
    public async Task Stale_write_is_refused_with_the_current_version_and_changes_nothing()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("stale");
        var etag = await client.BeginAsync("STA", "stale");
        var (_, newer) = await client.DoAsync(HttpMethod.Patch, "states/STA/assessments/stale/answers", new { answers = new { a1 = new { value = "some" } } }, etag);
        var (response, problem) = await client.CallAsync(HttpMethod.Patch, "states/STA/assessments/stale/answers", new { answers = new { a1 = new { value = "full" } } }, etag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        Assert.Equal(newer, problem.GetProperty("currentVersion").GetString());
        var (assessment, _) = await client.DoAsync(HttpMethod.Get, "states/STA/assessments/stale");
        Assert.Equal("some", assessment.GetProperty("answers").GetProperty("a1").GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("PATCH", "states/PRE/assessments/precondition/answers")]
    [InlineData("POST", "states/PRE/assessments/precondition/sign-off")]
    [InlineData("PUT", "states/PRE/assessments/precondition/consent")]
    [InlineData("PUT", "states/PRE/assessments/precondition/round")]
    [InlineData("PUT", "states/PRE")]
    [InlineData("PUT", "states/PRE/profile")]
    [InlineData("POST", "cycles/precondition/close")]
    public async Task Write_to_what_exists_demands_its_version(string method, string path)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        var (known, _) = await client.CallAsync(HttpMethod.Get, "states/PRE/assessments/precondition");
        if (!known.IsSuccessStatusCode)
        {
            await OpenOnceAsync(client);
        }

        object? body = path switch
        {
            "states/PRE" => new { name = "Another" },
            "states/PRE/profile" => new { questionnaire = new { id = "precondition", version = "1.0" }, fields = new { exporter = true } },
            "states/PRE/assessments/precondition/consent" => new { choice = "keepNational" },
            "states/PRE/assessments/precondition/round" => new { entities = Array.Empty<object>() },
            _ when method == "PATCH" => new { answers = new { a1 = new { value = "some" } } },
            _ => null,
        };
        var (response, problem) = await client.CallAsync(HttpMethod.Parse(method), path, body);
        Assert.Equal(428, (int)response.StatusCode);
        Assert.Equal("If-Match", problem.GetProperty("errors")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Repeated_request_with_one_key_acts_once_and_answers_the_same()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("idempotent");
        var etag = await client.BeginAsync("IDE", "idempotent");
        var body = new { answers = new { a1 = new { value = "some" } } };
        var first = await client.CallAsync(HttpMethod.Patch, "states/IDE/assessments/idempotent/answers", body, etag, Key);
        var again = await client.CallAsync(HttpMethod.Patch, "states/IDE/assessments/idempotent/answers", body, etag, Key);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Response.StatusCode, again.Response.StatusCode));
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Equal(first.Response.Headers.ETag, again.Response.Headers.ETag);
        Assert.Equal("true", again.Response.Headers.GetValues("Idempotency-Replayed").Single());
        var (_, current) = await client.DoAsync(HttpMethod.Get, "states/IDE/assessments/idempotent");
        Assert.Equal(first.Response.Headers.ETag!.Tag, current);
    }

    [Fact]
    public async Task Key_used_for_another_request_is_refused()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("reused");
        var etag = await client.BeginAsync("REU", "reused");
        await client.DoAsync(HttpMethod.Patch, "states/REU/assessments/reused/answers", new { answers = new { a1 = new { value = "some" } } }, etag, Key);
        var (response, problem) = await client.CallAsync(HttpMethod.Patch, "states/REU/assessments/reused/answers", new { answers = new { a1 = new { value = "full" } } }, etag, Key);
        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal("urn:selfassess:problem:idempotency-key-reused", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Simultaneous_repeats_of_one_request_act_once()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("twins");
        var etag = await client.BeginAsync("TWI", "twins");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            client.CallAsync(HttpMethod.Patch, "states/TWI/assessments/twins/answers", new { answers = new { a1 = new { value = "some" } } }, etag, Key)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Response.StatusCode));
        Assert.Single(answers.Select(a => a.Response.Headers.ETag).Distinct());
    }

    [Fact]
    public async Task Simultaneous_different_writes_let_one_through_and_tell_the_others()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("race");
        var etag = await client.BeginAsync("RAC", "race");
        var levels = new[] { "absent", "some", "full", "absent", "some", "full" };
        var outcomes = await Task.WhenAll(levels.Select(l =>
            client.CallAsync(HttpMethod.Patch, "states/RAC/assessments/race/answers", new { answers = new { a1 = new { value = l }, b1 = new { value = l } } }, etag)));
        Assert.Equal([200, 412, 412, 412, 412, 412], outcomes.Select(o => (int)o.Response.StatusCode).Order());
        var (assessment, current) = await client.DoAsync(HttpMethod.Get, "states/RAC/assessments/race");
        Assert.Equal(outcomes.Single(o => o.Response.IsSuccessStatusCode).Response.Headers.ETag!.Tag, current);
        var kept = assessment.GetProperty("answers");
        Assert.Equal(kept.GetProperty("a1").GetProperty("value").GetString(), kept.GetProperty("b1").GetProperty("value").GetString());
    }

    [Fact]
    public async Task Every_read_has_an_etag_and_answers_304_to_it()
    {
        // A host of its own: other tests would change the lists in between.
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.UseSetting("SelfAssess:Home:Community", "https://community.example.org"));
        var client = host.Whoever();
        await client.OpenCycleAsync("closed", "2025-01-01");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"E{i}", "closed", i < 5 ? "some" : "full");
        }

        var run = (await client.CloseAsync("closed")).GetProperty("id").GetString();
        var pack = await client.PackAsync("closed-R1");
        var (webhook, _) = await client.DoAsync(HttpMethod.Post, "webhooks", new { url = "https://example.org/hook", events = new[] { "releaseFrozen" } });
        var shared = webhook.GetProperty("webhook").GetProperty("id").GetString();
        await client.OpenCycleAsync("conditional");
        await client.BeginAsync("CON", "conditional");
        await client.OpenRoundAsync("CON", "conditional", "customs");
        await client.CloseRoundAsync("CON", "conditional");
        (webhook, _) = await client.DoAsync(HttpMethod.Post, "states/CON/webhooks", new { url = "https://example.org/hook", events = new[] { "roundOpened" } });
        var own = webhook.GetProperty("webhook").GetProperty("id").GetString();
        var (written, _) = await client.DoAsync(HttpMethod.Post, "states/CON/practices", new { cycle = "conditional", theme = "A", language = "en", title = "A practice", text = "It is written down." });
        var practice = written.GetProperty("id").GetString();
        await client.AssessAsync("HOM", "conditional", "some");
        var token = (await client.DoAsync(HttpMethod.Post, "states/HOM/delivery-tokens")).Body.GetProperty("secret").GetString();
        await host.Coordinator("HOM").DoAsync(HttpMethod.Post, "states/HOM/delivery-token", new { secret = token });
        string[] reads =
        [
            "questionnaires", "questionnaires/conditional/1.0", "schemas/questionnaire", "schemas/texts", "schemas/release", "states", "register.csv", "register/un-states.csv", "states/CON", "states/CON/profile",
            "states/CON/assessments", "states/CON/assessments/conditional", "states/CON/assessments/conditional/progress",
            "states/CON/assessments/conditional/result", "states/CON/assessments/conditional/consent", "states/CON/assessments/conditional/round",
            "states/CON/assessments/conditional/responses", "states/CON/assessments/conditional/responses/customs",
            "states/CON/assessments/conditional/history", "states/CON/assessments/conditional/divergence", "states/CON/assessments/conditional/reconciliation", "states/CON/assessments/conditional/export", "states/CON/assessments/conditional/charts/profile.svg", "cycles", "cycles/conditional", "cycles/conditional/plan",
            "session", "sign-in/providers", "account/sessions", "account/tokens", "accounts", "invitations", "states/CON/invitations", "states/CON/people",
            $"release-runs/{run}", "releases", "releases/closed-R1", "releases/closed-R1/charts/distribution.png", "trends/closed", "trends/closed/charts/trend.csv",
            "releases/closed-R1/charts/groups.svg", "releases/closed-R1/charts/counts/basis.basis.csv", "releases/closed-R1/charts/arrangements/basis.json", "releases/closed-R1/charts/divergence.svg",
            "releases/closed-R1/charts/indicators/A.csv", "states/E1/assessments/closed/charts/comparison.svg",
            "servers", "health", "cycles/closed/release-runs", "questionnaires/conditional/1.0/form", "states/CON/assessments/conditional/form", "states/CON/assessments/conditional/responses/customs/form", "states/CON/assessments/conditional/responses/customs/workbook.xlsx",
            "states/CON/entities/customs/responses", "release-previews", "release-previews/closed-R1", "releases/closed-R1/method", "releases/closed-R1/observations.csv", "releases/closed-R1/observations.xlsx", "questionnaires/conditional/1.0/xlsform.xlsx", "states/CON/assessments/conditional/export.csv", "releases/closed-R1/observations.csv-metadata.json",
            "releases/closed-R1/papers/conference.docx", "states/E1/assessments/closed/papers/national.docx", $"chart-packs/{pack}", $"chart-packs/{pack}/charts.zip",
            "states/CON/practices", $"states/CON/practices/{practice}", "cycles/closed/practices", "practices", "practices.csv",
            "releases/closed-R1/guiding-questions", "releases/closed-R1/papers/guiding-questions.docx",
            "states/HOM/packages/conditional.json", "states/HOM/delivery-token", "states/HOM/assessments/conditional/contribution.json",
            "webhooks", $"webhooks/{shared}/deliveries", "states/CON/webhooks", $"states/CON/webhooks/{own}/deliveries",
        ];
        foreach (var path in reads)
        {
            var (first, _) = await client.CallAsync(HttpMethod.Get, path);
            Assert.True(first is { StatusCode: HttpStatusCode.OK, Headers.ETag: not null }, $"{path}: {(int)first.StatusCode} {first.Headers.ETag}");
            var (second, _) = await client.GetAsync(path, first.Headers.ETag!.Tag);
            Assert.Equal((HttpStatusCode.NotModified, first.Headers.ETag), (second.StatusCode, second.Headers.ETag));
            Assert.Empty(await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }

        var declared = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Count(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal) && e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true);
        // The three schemas are one address, and a stream of events has no state to compare.
        Assert.Equal(declared, reads.Length - 2 + 1);
    }

    private static readonly SemaphoreSlim once = new(1);

    private static async Task OpenOnceAsync(HttpClient client)
    {
        await once.WaitAsync();
        try
        {
            if (!(await client.CallAsync(HttpMethod.Get, "states/PRE/assessments/precondition")).Response.IsSuccessStatusCode)
            {
                await client.OpenCycleAsync("precondition");
                await client.BeginAsync("PRE", "precondition");
            }
        }
        finally
        {
            once.Release();
        }
    }
}
