using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Benchmarks;
using SelfAssess.TestKit;

namespace SelfAssess.Faults;

/// <summary>
/// Respondents of several States who save all the time, as patient clients: the same request with the same Idempotency-Key until it is acknowledged. What was
/// acknowledged is remembered, and read back in the end.
/// </summary>
internal sealed class Crowd : IDisposable
{
    public const string Cycle = "drill";
    private const int States = 6;
    private const int EntitiesOfAState = 4;
    private static readonly string[] Questions = ["a1", "a2", "b1", "b2"];
    private static readonly string[] Levels = ["absent", "some", "full"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Longer than any answer may take: ten seconds for a statement, the same again for its repetition, and connecting.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;
    private readonly List<Respondent> respondents = [];
    private readonly ConcurrentBag<string> wrong = [];
    private readonly ConcurrentBag<Save> saves = [];
    private readonly CancellationTokenSource done = new();
    private Task working = Task.CompletedTask;
    private int refusals;
    private int cut;

    private Crowd(string address) => client = new HttpClient { BaseAddress = new Uri(address), Timeout = Hang };

    /// <summary>One save that was acknowledged: when it was sent first, and when it was acknowledged.</summary>
    private sealed record Save(long Sent, long Acknowledged);

    /// <summary>Registers the States, opens their rounds, and lets everybody begin.</summary>
    public static async Task<Crowd> GatherAsync(Deployment deployment)
    {
        var people = (from s in Enumerable.Range(0, States) from e in Enumerable.Range(0, EntitiesOfAState) select (State: $"L{s}", Entity: $"entity-{e}")).ToArray();
        await using var tokens = new Tokens(deployment.ConnectionString);
        var made = await tokens.MakeAsync([(Role.Administrator, null, null)], [.. people.Select(p => p.State).Distinct(StringComparer.Ordinal).Select(s => (Role.Coordinator, (string?)s, (string?)null))]);
        var authorizations = await tokens.MakeAsync([.. people.Select(p => (IReadOnlyList<(Role, string?, string?)>)[(Role.Respondent, p.State, p.Entity)])]);
        using var administrator = SignedIn(deployment.Address, made[0]);
        using var coordinator = SignedIn(deployment.Address, made[1]);
        await administrator.DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files(Cycle) });
        var questionnaire = new { id = Cycle, version = "1.0" };
        var (_, etag) = await administrator.DoAsync(HttpMethod.Put, $"cycles/{Cycle}", new { name = "Drill", questionnaire, startsOn = "2026-01-01" });
        await administrator.DoAsync(HttpMethod.Post, $"cycles/{Cycle}/open", ifMatch: etag);
        foreach (var state in people.GroupBy(p => p.State, StringComparer.Ordinal))
        {
            await administrator.DoAsync(HttpMethod.Put, $"states/{state.Key}", new { name = $"Fictitious {state.Key}" });
            await coordinator.DoAsync(HttpMethod.Put, $"states/{state.Key}/profile", new { questionnaire, fields = new { exporter = true } });
            await coordinator.DoAsync(HttpMethod.Post, $"states/{state.Key}/assessments", new { cycle = Cycle });
            var round = $"states/{state.Key}/assessments/{Cycle}/round";
            (_, etag) = await coordinator.DoAsync(HttpMethod.Put, round, new { entities = state.Select(p => new { id = p.Entity, name = p.Entity, questions = Questions }) }, "\"1\"");
            await coordinator.DoAsync(HttpMethod.Post, $"{round}/open", ifMatch: etag);
        }

        var crowd = new Crowd(deployment.Address);
        crowd.respondents.AddRange(people.Zip(authorizations, (p, a) => new Respondent(crowd, $"states/{p.State}/assessments/{Cycle}/responses/{p.Entity}", a)));
        crowd.working = Task.WhenAll(crowd.respondents.Select(r => Task.Run(() => r.WorkAsync(crowd.done.Token))));
        return crowd;
    }

    /// <summary>Reads one response, as somebody does while others save.</summary>
    public Task<HttpResponseMessage> ReadAsync() => respondents[0].ReadAsync();

    /// <summary>Saves that were acknowledged since.</summary>
    public int AcknowledgedSince(long moment) => saves.Count(s => s.Acknowledged > moment);

    /// <summary>Waits until something that was sent after a moment is acknowledged; answers how long after it that was.</summary>
    public async Task<TimeSpan> ServedAgainAsync(long moment, Report report)
    {
        while (Stopwatch.GetElapsedTime(moment) < Patience)
        {
            if (saves.Where(s => s.Sent > moment).MinBy(s => s.Acknowledged) is { } first)
            {
                return Stopwatch.GetElapsedTime(moment, first.Acknowledged);
            }

            await Task.Delay(20);
        }

        report.Wrong("Nothing was acknowledged any more.");
        return Patience;
    }

    /// <summary>Lets everybody finish, and reads back every answer that was acknowledged, and that each was saved exactly once.</summary>
    public async Task FinishAsync(Report report)
    {
        await done.CancelAsync();
        await working;
        foreach (var respondent in respondents)
        {
            if (await respondent.LostAsync() is { } lost)
            {
                report.Wrong(lost);
            }
        }

        foreach (var line in wrong)
        {
            report.Wrong(line);
        }

        var times = saves.Select(s => Stopwatch.GetElapsedTime(s.Sent, s.Acknowledged)).Order().ToArray();
        report.Expect(times.Length > 200, $"only {times.Length} saves: that is no load");
        report.Measured($"{times.Length} saves of {respondents.Count} respondents acknowledged and read back, {times.Length * Questions.Length} answers; p50 {times[times.Length / 2].TotalMilliseconds:0} ms, longest {times[^1].TotalSeconds:0.0} s; {refusals} times 503 with Retry-After, {cut} connections cut");
    }

    public void Dispose()
    {
        client.Dispose();
        done.Dispose();
    }

    public static HttpClient SignedIn(string address, AuthenticationHeaderValue authorization) =>
        new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = authorization } };

    private sealed class Respondent(Crowd crowd, string path, AuthenticationHeaderValue authorization)
    {
        private readonly Dictionary<string, string> acknowledged = new(StringComparer.Ordinal);
        private string version = "\"1\"";

        public async Task WorkAsync(CancellationToken until)
        {
            for (var turn = 0; !until.IsCancellationRequested; turn++)
            {
                var batch = Questions.Select((q, i) => (q, Level: Levels[(turn + i) % Levels.Length])).ToDictionary(a => a.q, a => a.Level, StringComparer.Ordinal);
                var sent = Stopwatch.GetTimestamp();
                if (!await SaveAsync(batch))
                {
                    return;
                }

                crowd.saves.Add(new Save(sent, Stopwatch.GetTimestamp()));
                await Task.Delay(100, CancellationToken.None);
            }
        }

        public async Task<HttpResponseMessage> ReadAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}") { Headers = { Authorization = authorization } };
            return await crowd.client.SendAsync(request);
        }

        /// <summary>What of the acknowledged is not there, or there more than once; null where all is well.</summary>
        public async Task<string?> LostAsync()
        {
            using var response = await ReadAsync();
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{path} cannot be read back: {(int)response.StatusCode}");
            }

            var kept = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("answers");
            var lost = acknowledged.Count(a => !kept.TryGetProperty(a.Key, out var answer) || answer.GetProperty("value").GetString() != a.Value);
            return lost > 0 ? string.Create(CultureInfo.InvariantCulture, $"{path}: {lost} acknowledged answers are lost")
                : response.Headers.ETag!.Tag != version ? $"{path}: version {response.Headers.ETag.Tag} where {version} was acknowledged"
                : null;
        }

        private async Task<bool> SaveAsync(Dictionary<string, string> batch)
        {
            var key = Guid.NewGuid().ToString("N");
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Patience; await Task.Delay(200))
            {
                using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/{path}/answers") { Content = JsonContent.Create(new { answers = batch.ToDictionary(b => b.Key, b => new { value = b.Value }) }) };
                request.Headers.TryAddWithoutValidation("If-Match", version);
                request.Headers.Add("Idempotency-Key", key);
                request.Headers.Authorization = authorization;
                try
                {
                    using var response = await crowd.client.SendAsync(request);
                    if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null)
                    {
                        Interlocked.Increment(ref crowd.refusals);
                        continue;
                    }

                    if (!response.IsSuccessStatusCode)
                    {
                        var said = await response.Content.ReadAsStringAsync();
                        crowd.wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)response.StatusCode} {said}"));
                        return false;
                    }

                    version = response.Headers.ETag!.Tag;
                    foreach (var (question, level) in batch)
                    {
                        acknowledged[question] = level;
                    }

                    return true;
                }
                catch (TaskCanceledException)
                {
                    crowd.wrong.Add($"{path}: no answer within {Hang.TotalSeconds:0} s");
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref crowd.cut);
                }
            }

            crowd.wrong.Add($"{path} was not acknowledged within {Patience}");
            return false;
        }
    }
}
