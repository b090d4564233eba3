using System.Net.Http.Json;
using System.Text.Json;

namespace SelfAssess.TestKit;

/// <summary>Calls to the API as any client would make them, named by what they mean.</summary>
public static class Rest
{
    public static async Task<(HttpResponseMessage Response, JsonElement Body)> CallAsync(
        this HttpClient client, HttpMethod method, string path, object? body = null, string? ifMatch = null, string? key = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        var response = await client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && bytes.Length > 0;
        return (response, json ? JsonSerializer.Deserialize<JsonElement>(bytes) : default);
    }

    public static Task<(HttpResponseMessage Response, JsonElement Body)> GetAsync(this HttpClient client, string path, string? ifNoneMatch) =>
        client.CallAsync(HttpMethod.Get, path, ifNoneMatch: ifNoneMatch);

    /// <summary>The same, and it must succeed.</summary>
    public static async Task<(JsonElement Body, string? ETag)> DoAsync(this HttpClient client, HttpMethod method, string path, object? body = null, string? ifMatch = null, string? key = null)
    {
        var (response, json) = await client.CallAsync(method, path, body, ifMatch, key);
        return response.IsSuccessStatusCode ? (json, response.Headers.ETag?.Tag)
            : throw new InvalidOperationException($"{method} {path} answered {(int)response.StatusCode}: {json}");
    }

    /// <summary>Publishes the sample under <paramref name="id"/> and opens a cycle of that id.</summary>
    public static async Task OpenCycleAsync(this HttpClient client, string id, string startsOn = "2026-01-01", string? cycle = null)
    {
        client = ApiHost.Of(client).Whoever();
        cycle ??= id;
        await client.DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files(id) });
        var (_, etag) = await client.DoAsync(HttpMethod.Put, $"cycles/{cycle}", new { name = cycle, questionnaire = new { id, version = "1.0" }, startsOn });
        await client.DoAsync(HttpMethod.Post, $"cycles/{cycle}/open", ifMatch: etag);
    }

    /// <summary>Registers a State with a profile for the sample and begins its assessment; answers the assessment's ETag.</summary>
    public static async Task<string> BeginAsync(this HttpClient client, string state, string questionnaire, string? cycle = null, bool exporter = true)
    {
        client = ApiHost.Of(client).Whoever();
        var (registered, _) = await client.CallAsync(HttpMethod.Get, $"states/{state}");
        if (!registered.IsSuccessStatusCode)
        {
            await client.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}" });
            await client.DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire = new { id = questionnaire, version = "1.0" }, fields = new { exporter } });
        }

        return (await client.DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle = cycle ?? questionnaire })).ETag!;
    }

    /// <summary>Answers all four indicators of the sample alike, signs off, and joins the aggregate.</summary>
    public static async Task AssessAsync(this HttpClient client, string state, string questionnaire, string level, string? cycle = null)
    {
        client = ApiHost.Of(client).Whoever();
        cycle ??= questionnaire;
        var etag = await client.BeginAsync(state, questionnaire, cycle);
        var answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { value = level });
        (_, var next) = await client.DoAsync(HttpMethod.Patch, $"states/{state}/assessments/{cycle}/answers", new { answers }, etag);
        (_, next) = await client.DoAsync(HttpMethod.Post, $"states/{state}/assessments/{cycle}/sign-off", ifMatch: next);
        await client.DoAsync(HttpMethod.Put, $"states/{state}/assessments/{cycle}/consent", new { choice = "joinAggregate" }, next);
    }

    /// <summary>Asks entities all four indicators of the sample in a round, for a State whose assessment has begun.</summary>
    public static async Task OpenRoundAsync(this HttpClient client, string state, string cycle, params string[] entities)
    {
        client = ApiHost.Of(client).Whoever();
        var path = $"states/{state}/assessments/{cycle}/round";
        var (_, etag) = await client.DoAsync(HttpMethod.Get, path);
        var asked = new { entities = entities.Select(e => new { id = e, name = $"The {e} entity", questions = new[] { "a1", "a2", "b1", "b2" } }) };
        (_, etag) = await client.DoAsync(HttpMethod.Put, path, asked, etag);
        await client.DoAsync(HttpMethod.Post, $"{path}/open", ifMatch: etag);
    }

    /// <summary>Closes a State's round.</summary>
    public static async Task CloseRoundAsync(this HttpClient client, string state, string cycle)
    {
        client = ApiHost.Of(client).Whoever();
        var path = $"states/{state}/assessments/{cycle}/round";
        var (_, etag) = await client.DoAsync(HttpMethod.Get, path);
        await client.DoAsync(HttpMethod.Post, $"{path}/close", ifMatch: etag);
    }

    /// <summary>Saves an entity's answers, each question its level, and confirms them.</summary>
    public static async Task RespondAsync(this HttpClient client, string state, string cycle, string entity, params (string Question, string Level)[] answers)
    {
        var path = $"states/{state}/assessments/{cycle}/responses/{entity}";
        var (_, etag) = await client.DoAsync(HttpMethod.Get, path);
        (_, etag) = await client.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = answers.ToDictionary(a => a.Question, a => new { value = a.Level }) }, etag);
        await client.DoAsync(HttpMethod.Post, $"{path}/confirm", new { by = $"Head of {entity}" }, etag);
    }

    /// <summary>Closes a cycle, waits until its run has ended, and freezes its release; answers the run.</summary>
    public static async Task<JsonElement> CloseAsync(this HttpClient client, string cycle)
    {
        var run = await client.PrepareReleaseAsync(cycle);
        await client.FreezeAsync(run.GetProperty("release").GetString()!);
        return run;
    }

    /// <summary>Freezes a release that waits for the presidency.</summary>
    public static async Task FreezeAsync(this HttpClient client, string release)
    {
        var presidency = ApiHost.Of(client).Presidency();
        var (_, etag) = await presidency.DoAsync(HttpMethod.Get, $"release-previews/{release}");
        await presidency.DoAsync(HttpMethod.Post, $"release-previews/{release}/freeze", ifMatch: etag);
    }

    /// <summary>Closes a cycle and waits until its run has ended; answers the run. The release waits for the presidency.</summary>
    public static async Task<JsonElement> PrepareReleaseAsync(this HttpClient client, string cycle)
    {
        client = ApiHost.Of(client).Whoever();
        var (_, etag) = await client.DoAsync(HttpMethod.Get, $"cycles/{cycle}");
        var (run, _) = await client.DoAsync(HttpMethod.Post, $"cycles/{cycle}/close", ifMatch: etag);
        return await client.RunEndedAsync(run.GetProperty("id").GetString()!);
    }

    public static async Task<JsonElement> RunEndedAsync(this HttpClient client, string run)
    {
        client = ApiHost.Of(client).Whoever();
        for (var i = 0; i < 1800; i++)
        {
            var (body, _) = await client.DoAsync(HttpMethod.Get, $"release-runs/{run}");
            if (body.GetProperty("status").GetString() == "succeeded")
            {
                return body;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The release run did not end.");
    }

    /// <summary>Has an archive of a release's charts made, and answers its id once it is there.</summary>
    public static async Task<string> PackAsync(this HttpClient client, string release, string language = "en")
    {
        client = ApiHost.Of(client).Whoever();
        var (run, _) = await client.DoAsync(HttpMethod.Post, $"releases/{release}/chart-packs?lang={language}");
        var id = run.GetProperty("id").GetString()!;
        for (var i = 0; i < 1200; i++)
        {
            if ((await client.DoAsync(HttpMethod.Get, $"chart-packs/{id}")).Body.GetProperty("status").GetString() == "succeeded")
            {
                return id;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The archive of charts was not made.");
    }
}
