using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Releases;

/// <summary>From the lock to the frozen release, and to the second one.</summary>
public sealed class PreviewTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Nobody_but_the_presidency_sees_a_release_before_it_is_frozen()
    {
        var host = await postgres.SharedApiAsync();
        await PrepareAsync(host, "waits", 12);
        foreach (var client in new[] { host.Administrator(), host.Coordinator("W00"), host.Presidency() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("releases/waits-R1", null)).Response.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("releases/waits-R1/observations.csv", null)).Response.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("releases/waits-R1/charts/distribution.png", null)).Response.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("trends/waits", null)).Response.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await host.Administrator().GetAsync("release-previews/waits-R1", null)).Response.StatusCode);
        var (preview, _) = await host.Presidency().DoAsync(HttpMethod.Get, "release-previews/waits-R1");
        await host.Whoever().FreezeAsync("waits-R1");
        var (release, _) = await host.Coordinator("W00").DoAsync(HttpMethod.Get, "releases/waits-R1");
        Assert.Equal(preview.GetProperty("release").ToString(), release.ToString());
    }

    [Fact]
    public async Task Release_is_decided_once()
    {
        var host = await postgres.SharedApiAsync();
        await PrepareAsync(host, "decided", 10);
        var presidency = host.Presidency();
        var (_, etag) = await presidency.DoAsync(HttpMethod.Get, "release-previews/decided-R1");
        Assert.Equal(428, (int)(await presidency.CallAsync(HttpMethod.Post, "release-previews/decided-R1/freeze")).Response.StatusCode);
        var both = await Task.WhenAll(
            presidency.CallAsync(HttpMethod.Post, "release-previews/decided-R1/freeze", ifMatch: etag),
            presidency.CallAsync(HttpMethod.Post, "release-previews/decided-R1/leave", ifMatch: etag));
        Assert.Single(both, r => r.Response.IsSuccessStatusCode);
        var (decided, now) = await presidency.DoAsync(HttpMethod.Get, "release-previews/decided-R1");
        var (response, problem) = await presidency.CallAsync(HttpMethod.Post, "release-previews/decided-R1/freeze", ifMatch: now);
        Assert.Equal((409, "urn:selfassess:problem:release-decided"), ((int)response.StatusCode, problem.GetProperty("type").GetString()));
        var frozen = decided.GetProperty("summary").GetProperty("status").GetString() == "frozen";
        Assert.Equal(frozen, (await presidency.GetAsync("releases/decided-R1", null)).Response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Runs_of_a_cycle_are_found_by_the_cycle()
    {
        var host = await postgres.SharedApiAsync();
        await host.Whoever().OpenCycleAsync("found");
        var presidency = host.Presidency();
        Assert.Equal(0, (await presidency.DoAsync(HttpMethod.Get, "cycles/found/release-runs")).Body.GetProperty("items").GetArrayLength());
        var run = await host.Whoever().PrepareReleaseAsync("found");
        var (runs, _) = await presidency.DoAsync(HttpMethod.Get, "cycles/found/release-runs");
        Assert.Equal(run.ToString(), Assert.Single(runs.GetProperty("items").EnumerateArray()).ToString());
        Assert.Equal(404, (int)(await presidency.GetAsync("cycles/nowhere/release-runs", null)).Response.StatusCode);
    }

    [Fact]
    public async Task Left_release_is_published_nowhere_and_no_second_one_follows()
    {
        var host = await postgres.SharedApiAsync();
        await PrepareAsync(host, "left", 10);
        var presidency = host.Presidency();
        var (_, etag) = await presidency.DoAsync(HttpMethod.Get, "release-previews/left-R1");
        await presidency.DoAsync(HttpMethod.Post, "release-previews/left-R1/leave", ifMatch: etag);
        Assert.Equal(404, (int)(await presidency.GetAsync("releases/left-R1", null)).Response.StatusCode);
        var (_, cycle) = await host.Administrator().DoAsync(HttpMethod.Get, "cycles/left");
        var (_, problem) = await host.Administrator().CallAsync(HttpMethod.Post, "cycles/left/reopen", ifMatch: cycle);
        Assert.Equal("urn:selfassess:problem:no-first-release", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Second_release_revises_what_ten_States_amended_and_keeps_the_first_for_ever()
    {
        var clock = new SetClock();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.ConfigureTestServices(s => s.AddSingleton<TimeProvider>(clock)));
        await PrepareAsync(host, "twice", 22);
        await host.Whoever().FreezeAsync("twice-R1");
        var first = await BytesAsync(host, "releases/twice-R1");
        var (_, etag) = await host.Administrator().DoAsync(HttpMethod.Get, "cycles/twice");
        (_, etag) = await host.Administrator().DoAsync(HttpMethod.Post, "cycles/twice/reopen", ifMatch: etag);
        for (var i = 0; i < 10; i++)
        {
            await AmendAsync(host, $"W{i:00}", "twice");
        }

        // One begins to amend and does not finish: it stays with what it contributed first.
        await TakeUpAsync(host, "W12", "twice");
        var early = await host.Administrator().CallAsync(HttpMethod.Post, "cycles/twice/close", ifMatch: etag);
        Assert.Equal("urn:selfassess:problem:too-early", early.Body.GetProperty("type").GetString());
        clock.Now = clock.Now.AddMonths(6).AddDays(1);
        var run = await host.Whoever().PrepareReleaseAsync("twice");
        Assert.Equal("twice-R2", run.GetProperty("release").GetString());
        await host.Whoever().FreezeAsync("twice-R2");
        var (second, _) = await host.Presidency().DoAsync(HttpMethod.Get, "releases/twice-R2");
        Assert.Equal(22, second.GetProperty("participation").GetProperty("participants").GetInt32());
        Assert.Equal("twice-R1", second.GetProperty("revises").GetString());
        Assert.All(second.GetProperty("themes").EnumerateArray(), t => Assert.False(t.GetProperty("notRevised").GetBoolean()));
        Assert.Equal(first, await BytesAsync(host, "releases/twice-R1"));
        // Eleven at 50 and eleven at 100 before; then ten of the former at 0.
        Assert.Equal(75m, System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(first).GetProperty("themes")[0].GetProperty("mean").GetProperty("value").GetDecimal());
        Assert.Equal(50m, second.GetProperty("themes")[0].GetProperty("mean").GetProperty("value").GetDecimal());
        var (trend, _) = await host.Presidency().DoAsync(HttpMethod.Get, "trends/twice");
        Assert.Equal(["twice-R2"], trend.GetProperty("releases").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
        (_, etag) = await host.Administrator().DoAsync(HttpMethod.Get, "cycles/twice");
        var third = await host.Administrator().CallAsync(HttpMethod.Post, "cycles/twice/reopen", ifMatch: etag);
        Assert.Equal("urn:selfassess:problem:reopened-before", third.Body.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Second_release_that_one_State_changed_says_nothing_new()
    {
        var clock = new SetClock();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.ConfigureTestServices(s => s.AddSingleton<TimeProvider>(clock)));
        await PrepareAsync(host, "once", 20);
        await host.Whoever().FreezeAsync("once-R1");
        var (_, etag) = await host.Administrator().DoAsync(HttpMethod.Get, "cycles/once");
        await host.Administrator().DoAsync(HttpMethod.Post, "cycles/once/reopen", ifMatch: etag);
        await AmendAsync(host, "W00", "once");
        // One withdraws, one comes late.
        var (_, consent) = await host.Coordinator("W01").DoAsync(HttpMethod.Get, "states/W01/assessments/once/consent");
        await host.Coordinator("W01").DoAsync(HttpMethod.Put, "states/W01/assessments/once/consent", new { choice = "keepNational" }, consent);
        await host.Whoever().AssessAsync("WLATE", "once", "absent", "once");
        clock.Now = clock.Now.AddMonths(7);
        await host.Whoever().CloseAsync("once");
        var (first, _) = await host.Presidency().DoAsync(HttpMethod.Get, "releases/once-R1");
        var (second, _) = await host.Presidency().DoAsync(HttpMethod.Get, "releases/once-R2");
        Assert.Equal(20, second.GetProperty("participation").GetProperty("participants").GetInt32());
        foreach (var (then, now) in first.GetProperty("themes").EnumerateArray().Zip(second.GetProperty("themes").EnumerateArray()))
        {
            Assert.True(now.GetProperty("notRevised").GetBoolean());
            Assert.Equal(then.GetProperty("mean").ToString(), now.GetProperty("mean").ToString());
        }
    }

    [Fact]
    public async Task Run_tells_its_progress_as_events_until_it_has_ended()
    {
        var host = await postgres.SharedApiAsync();
        var run = await PrepareAsync(host, "events", 10);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/release-runs/{run}/events");
        using var response = await host.Presidency().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("event: progress", text, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"succeeded\"", text, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await host.Presidency().GetAsync($"release-runs/{Guid.NewGuid()}/events", null)).Response.StatusCode);
    }

    [Fact]
    public async Task Cancelled_run_stops_and_goes_on_when_it_is_started_again()
    {
        var host = await postgres.SharedApiAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("cancel");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"CA{i}", "cancel", "some");
        }

        var (_, etag) = await client.DoAsync(HttpMethod.Get, "cycles/cancel");
        var (run, _) = await client.DoAsync(HttpMethod.Post, "cycles/cancel/close", ifMatch: etag);
        var id = run.GetProperty("id").GetString()!;
        // The job is quick: whichever is first, the end is the same.
        var (cancelled, body) = await client.CallAsync(HttpMethod.Post, $"release-runs/{id}/cancel");
        if (cancelled.IsSuccessStatusCode)
        {
            Assert.Equal("cancelled", body.GetProperty("status").GetString());
            await client.DoAsync(HttpMethod.Post, "cycles/cancel/release-runs");
        }

        await client.RunEndedAsync(id);
        Assert.Equal("urn:selfassess:problem:run-ended", (await client.CallAsync(HttpMethod.Post, $"release-runs/{id}/cancel")).Body.GetProperty("type").GetString());
        await client.FreezeAsync("cancel-R1");
        Assert.Equal(10, (await client.DoAsync(HttpMethod.Get, "releases/cancel-R1")).Body.GetProperty("participation").GetProperty("participants").GetInt32());
    }

    [Fact]
    public async Task Frozen_release_is_a_document_that_its_schema_describes_and_a_table_that_says_what_it_is()
    {
        var host = await postgres.SharedApiAsync();
        await PrepareAsync(host, "table", 45);
        await host.Whoever().FreezeAsync("table-R1");
        var schema = await JsonSchema.FromJsonAsync(Encoding.UTF8.GetString(await BytesAsync(host, "schemas/release")), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(Encoding.UTF8.GetString(await BytesAsync(host, "releases/table-R1"))));
        Assert.NotEmpty(schema.Validate("""{"id":7}"""));

        var csv = Encoding.UTF8.GetString(await BytesAsync(host, "releases/table-R1/observations.csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var (metadata, _) = await host.Presidency().DoAsync(HttpMethod.Get, "releases/table-R1/observations.csv-metadata.json");
        Assert.Equal(csv[0].Split(','), metadata.GetProperty("tableSchema").GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Contains("table-R1,table,all,,participants,,45,,states,,published,,", csv);
        Assert.Contains(csv, line => line.StartsWith("table-R1,table,all,A,mean,,", StringComparison.Ordinal) && line.Contains(",points,2.5,published,40,99", StringComparison.Ordinal));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/releases/table-R1/observations.csv");
        var response = await host.Presidency().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(CacheControlHeaderValue.Parse("private, max-age=31536000, immutable"), response.Headers.CacheControl);
        Assert.Equal(304, (int)(await host.Presidency().GetAsync("releases/table-R1/observations.csv", response.Headers.ETag!.Tag)).Response.StatusCode);
    }

    private static async Task<byte[]> BytesAsync(ApiHost host, string path) =>
        await host.Presidency().GetByteArrayAsync($"/api/v1/{path}", TestContext.Current.CancellationToken);

    /// <summary>A closed cycle whose release waits; half of the States are at the middle, half at the top. Answers the run.</summary>
    private static async Task<string> PrepareAsync(ApiHost host, string cycle, int states)
    {
        var client = host.Whoever();
        await client.OpenCycleAsync(cycle);
        for (var i = 0; i < states; i++)
        {
            await client.AssessAsync($"W{i:00}", cycle, i < states / 2 ? "some" : "full", cycle);
        }

        return (await client.PrepareReleaseAsync(cycle)).GetProperty("id").GetString()!;
    }

    private static async Task<string> TakeUpAsync(ApiHost host, string state, string cycle)
    {
        var client = host.Coordinator(state);
        var path = $"states/{state}/assessments/{cycle}";
        var (_, etag) = await client.DoAsync(HttpMethod.Get, path);
        (_, etag) = await client.DoAsync(HttpMethod.Post, $"{path}/take-up-again", ifMatch: etag);
        (_, etag) = await client.DoAsync(HttpMethod.Post, $"{path}/revisions", new { reason = "A mistake." }, etag);
        return etag!;
    }

    private static async Task AmendAsync(ApiHost host, string state, string cycle)
    {
        var client = host.Coordinator(state);
        var path = $"states/{state}/assessments/{cycle}";
        var etag = await TakeUpAsync(host, state, cycle);
        var answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { value = "absent" });
        (_, var next) = await client.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers }, etag);
        await client.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: next);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
