using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Questionnaires;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>
/// Respondents of many States save at the same time, the server is killed in the middle and started again, and in the end every answer that
/// was acknowledged is read back. Each respondent does what a patient client does: it sends the same request, with the same Idempotency-Key,
/// until it has an answer.
/// </summary>
internal static class LoadDrill
{
    private const int States = 60;
    private const int Respondents = 500;
    private const int AnswersInABatch = 5;
    private const string Cycle = "drill";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KilledAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <returns>How many acknowledged answers were lost.</returns>
    public static async Task<int> RunAsync()
    {
        await using var database = await Database.StartAsync();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings:SelfAssess"] = database.ConnectionString };
        var address = Server.FreeAddress();
        var program = Server.Program(settings, address, []);
        try
        {
            await program.ReadyAsync("/health/ready");
            var questionnaire = Instrument.Read();
            await using var tokens = new Tokens(database.ConnectionString);
            var respondents = await PrepareAsync(address, tokens, questionnaire);
            using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };

            var since = Stopwatch.GetTimestamp();
            var working = Task.WhenAll(respondents.Select((r, i) => Task.Run(() => r.WorkAsync(client, since, Every * ((double)i / respondents.Count)))));
            await Task.Delay(KilledAfter);
            await program.KillAsync();
            var killed = Stopwatch.GetElapsedTime(since);
            program = Server.Program(settings, address, []);
            await program.ReadyAsync("/health/ready");
            var back = Stopwatch.GetElapsedTime(since);
            await working;

            var lost = 0;
            foreach (var respondent in respondents)
            {
                lost += await respondent.LostAsync(client);
            }

            var saves = respondents.SelectMany(r => r.Saves).ToArray();
            var steady = saves.Where(s => s.Ended < killed || s.Began > back + Recovery).ToArray();
            Print($"load drill: {respondents.Count} respondents of {States} States, {AnswersInABatch} answers each {Every.TotalSeconds:0} s for {Lasts.TotalSeconds:0} s, killed after {KilledAfter.TotalSeconds:0} s");
            Print($"  {saves.Length} saves acknowledged, {saves.Length * AnswersInABatch} answers; down for {(back - killed).TotalSeconds:0.0} s");
            Print($"  before the kill, and from {Recovery.TotalSeconds:0} s after the return: {Latencies(steady)}");
            Print($"  in between, the wait for the server included: {Latencies([.. saves.Except(steady)])}");
            Print($"  acknowledged answers that were lost: {lost}");
            return lost;
        }
        finally
        {
            await program.DisposeAsync();
        }
    }

    private static string Latencies((TimeSpan Began, TimeSpan Ended)[] saves)
    {
        var ordered = saves.Select(s => (s.Ended - s.Began).TotalMilliseconds).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{ordered.Length} saves, p50 {At(0.5):0} ms, p99 {At(0.99):0} ms, longest {ordered[^1]:0} ms");

        double At(double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];
    }

    private static async Task<List<Respondent>> PrepareAsync(string address, Tokens tokens, Questionnaire questionnaire)
    {
        var people = Enumerable.Range(0, Respondents).Select(r => (State: StateOf(r % States), Entity: $"entity-{r / States}")).ToArray();
        var made = await tokens.MakeAsync([(Role.Administrator, null, null)], [.. Enumerable.Range(0, States).Select(i => (Role.Coordinator, (string?)StateOf(i), (string?)null))]);
        var authorizations = await tokens.MakeAsync([.. people.Select(p => (IReadOnlyList<(Role, string?, string?)>)[(Role.Respondent, p.State, p.Entity)])]);
        using var administrator = SavingBenchmark.SignedIn(address, made[0]);
        using var client = SavingBenchmark.SignedIn(address, made[1]);
        await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Put, $"cycles/{Cycle}", new { name = "Drill", questionnaire = questionnaire.Reference, startsOn = "2026-01-01" });
        await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Post, $"cycles/{Cycle}/open", null, "\"1\"");
        var (levels, questions) = (questionnaire.Definition.Scales[0].Levels.Select(l => l.Id).ToArray(), Instrument.Indicators(questionnaire.Definition));
        await Parallel.ForAsync(0, States, async (number, _) =>
        {
            var state = StateOf(number);
            var entities = people.Where(p => p.State == state).Select(p => p.Entity).ToArray();
            await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Put, $"states/{state}", new { name = $"Fictitious {state}" });
            await SavingBenchmark.ChangeAsync(client, HttpMethod.Put, $"states/{state}/profile",
                new { questionnaire = questionnaire.Reference, fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer" } } });
            await SavingBenchmark.ChangeAsync(client, HttpMethod.Post, $"states/{state}/assessments", new { cycle = Cycle });
            var round = $"states/{state}/assessments/{Cycle}/round";
            await SavingBenchmark.ChangeAsync(client, HttpMethod.Put, round, new { entities = entities.Select(e => new { id = e, name = e, questions }) }, "\"1\"");
            await SavingBenchmark.ChangeAsync(client, HttpMethod.Post, $"{round}/open", null, "\"2\"");
        });
        return [.. people.Zip(authorizations, (p, a) => new Respondent($"/api/v1/states/{p.State}/assessments/{Cycle}/responses/{p.Entity}", a, questions, levels))];
    }

    private static string StateOf(int number) => string.Create(CultureInfo.InvariantCulture, $"D{number:00}");

    private sealed class Respondent(string address, AuthenticationHeaderValue authorization, IReadOnlyList<string> questions, string[] levels)
    {
        private readonly Dictionary<string, string> acknowledged = new(StringComparer.Ordinal);
        private string version = "\"1\"";

        public List<(TimeSpan Began, TimeSpan Ended)> Saves { get; } = [];

        public async Task WorkAsync(HttpClient client, long since, TimeSpan start)
        {
            for (var turn = 0; start + (Every * turn) is var due && due < Lasts; turn++)
            {
                if (due - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait);
                }

                var batch = Enumerable.Range(0, AnswersInABatch).ToDictionary(i => questions[((turn * AnswersInABatch) + i) % questions.Count], i => levels[(turn + i) % levels.Length], StringComparer.Ordinal);
                var began = Stopwatch.GetElapsedTime(since);
                await SaveAsync(client, batch);
                Saves.Add((began, Stopwatch.GetElapsedTime(since)));
            }
        }

        /// <summary>Reads everything back; answers how much of what was acknowledged is not there.</summary>
        public async Task<int> LostAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = authorization } };
            using var response = await client.SendAsync(request);
            var kept = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("answers");
            return acknowledged.Count(a => !kept.TryGetProperty(a.Key, out var answer) || answer.GetProperty("value").GetString() != a.Value);
        }

        private async Task SaveAsync(HttpClient client, Dictionary<string, string> batch)
        {
            var key = Guid.NewGuid().ToString("N");
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Patience; await Task.Delay(250))
            {
                using var request = new HttpRequestMessage(HttpMethod.Patch, address + "/answers") { Content = JsonContent.Create(new { answers = batch.ToDictionary(b => b.Key, b => new { value = b.Value }) }) };
                request.Headers.TryAddWithoutValidation("If-Match", version);
                request.Headers.Add("Idempotency-Key", key);
                request.Headers.Authorization = authorization;
                try
                {
                    using var response = await client.SendAsync(request);
                    if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    {
                        continue;
                    }

                    if (!response.IsSuccessStatusCode)
                    {
                        throw new InvalidOperationException($"{address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                    }

                    version = response.Headers.ETag!.Tag;
                    foreach (var (question, level) in batch)
                    {
                        acknowledged[question] = level;
                    }

                    return;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    // The server is gone: the same request again.
                }
            }

            throw new TimeoutException($"{address} was not acknowledged within {Patience}.");
        }
    }
}
