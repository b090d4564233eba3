using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Demo;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Security;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>
/// Saving a batch of 40 answers durably: the program beside a hand-written endpoint that writes the same rows (with Npgsql as it comes, and
/// with statements prepared as the program has them), and beside a bare insert of one row. All run as processes of their own on one
/// PostgreSQL, with the same clients, in turns.
/// </summary>
internal static class SavingBenchmark
{
    private const int MostClients = 16;
    private const int Rounds = 7;
    private const string Cycle = "benchmark";
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        await using var database = await Database.StartAsync();
        await using var program = Server.Program(new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings:SelfAssess"] = database.ConnectionString });
        await program.ReadyAsync("/health/ready");
        await using var tokens = new Tokens(database.ConnectionString);
        var made = await tokens.MakeAsync([(Role.Administrator, null, null)], [.. Enumerable.Range(0, MostClients).Select(i => (Role.Coordinator, (string?)State(i), (string?)null))]);
        using var administrator = SignedIn(program.Address, made[0]);
        using var client = SignedIn(program.Address, made[1]);
        var bodies = await PrepareAsync(administrator, client);
        await database.ExecuteAsync(HandWrittenServer.Tables);
        await using var plainServer = Server.HandWritten(database.ConnectionString);
        await using var preparedServer = Server.HandWritten(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 100 }.ConnectionString);
        await plainServer.ReadyAsync("/ready");
        await preparedServer.ReadyAsync("/ready");
        using var toPlain = new HttpClient { BaseAddress = new Uri(plainServer.Address) };
        using var toPrepared = new HttpClient { BaseAddress = new Uri(preparedServer.Address) };

        var stream = AssessmentsSetup.StreamOf(Cycle);
        string[] versions = [.. Enumerable.Repeat("\"1\"", MostClients)];
        var measured = new Target("program", client, bodies, [.. versions], state => $"/api/v1/states/{state}/assessments/{Cycle}/answers");
        Target[] yardsticks =
        [
            // Both write the same streams.
            new("hand-written", toPlain, bodies, versions, state => $"/states/{state}/assessments/{stream}/answers"),
            new("hand-written, prepared", toPrepared, bodies, versions, state => $"/states/{state}/assessments/{stream}/answers"),
            new("bare insert", toPlain, bodies, [.. versions], state => $"/bare/{state}"),
        ];
        foreach (var target in yardsticks.Prepend(measured))
        {
            await target.RunAsync(MostClients, keyed: false, WarmUp);
            await target.RunAsync(MostClients, keyed: true, WarmUp / 2);
        }

        Print($"saving 40 answers ({bodies[0][0].Length} bytes), {Rounds} rounds of {Turn.TotalSeconds:0} s, median requests a second (range)");
        foreach (var keyed in (bool[])[false, true])
        {
            foreach (var clients in (int[])[1, 8, MostClients])
            {
                List<double> ours = [];
                var others = yardsticks.Select(_ => new List<double>()).ToArray();
                for (var round = 0; round < Rounds; round++)
                {
                    ours.Add(await measured.RunAsync(clients, keyed, Turn));
                    foreach (var (i, yardstick) in yardsticks.Index())
                    {
                        others[i].Add(await yardstick.RunAsync(clients, keyed, Turn));
                    }
                }

                Print($"  {clients} clients{(keyed ? ", Idempotency-Key" : "")}");
                Print($"    {measured.Name,-23} {Spread(ours, "0")}");
                foreach (var (i, yardstick) in yardsticks.Index())
                {
                    Print($"    {yardstick.Name,-23} {Spread(others[i], "0")}   ratio {Spread([.. ours.Zip(others[i], (o, y) => o / y)])}");
                }
            }
        }
    }

    internal static HttpClient SignedIn(string address, AuthenticationHeaderValue authorization) =>
        new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = authorization } };

    private static string State(int number) => $"B{number:000}";

    /// <summary>Registers a State for each client and opens its assessment; answers two different batches for each.</summary>
    private static async Task<byte[][][]> PrepareAsync(HttpClient administrator, HttpClient client)
    {
        var questionnaire = Instrument.Read();
        var world = new DemoWorld(questionnaire.Definition, MostClients, cycles: 2, seed: 14);
        await ChangeAsync(administrator, HttpMethod.Put, $"cycles/{Cycle}", new { name = "Benchmark", questionnaire = questionnaire.Reference, startsOn = "2026-01-01" });
        await ChangeAsync(administrator, HttpMethod.Post, $"cycles/{Cycle}/open", null, "\"1\"");
        var bodies = new List<byte[][]>();
        foreach (var (number, state) in world.States.Index())
        {
            await ChangeAsync(administrator, HttpMethod.Put, $"states/{State(number)}", new { name = state.Name });
            await ChangeAsync(client, HttpMethod.Put, $"states/{State(number)}/profile", new { questionnaire = questionnaire.Reference, fields = state.Profile });
            await ChangeAsync(client, HttpMethod.Post, $"states/{State(number)}/assessments", new { cycle = Cycle });
            bodies.Add([.. new[] { 0, 1 }.Select(cycle => JsonSerializer.SerializeToUtf8Bytes(new SaveAnswersBody
            {
                Answers = Instrument.IndicatorAnswers(world, state, questionnaire.Definition, cycle).ToDictionary(a => a.Key, a => (AnswerBody?)AnswerBody.Of(a.Value)),
            }, Compact))]);
        }

        return [.. bodies];
    }

    private static readonly JsonSerializerOptions Compact = new(Json.Http) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    internal static async Task ChangeAsync(HttpClient client, HttpMethod method, string path, object? body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body, options: Json.Http) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await client.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>One way to save, and the version that each State has come to with it.</summary>
    private sealed class Target(string name, HttpClient client, byte[][][] bodies, string[] versions, Func<string, string> path)
    {
        public string Name => name;

        /// <summary>Requests a second, each client sending the next when it has the answer to the one before.</summary>
        public async Task<double> RunAsync(int clients, bool keyed, TimeSpan duration)
        {
            var since = Stopwatch.GetTimestamp();
            var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => ClientAsync(c, keyed, since, duration))));
            return counts.Sum() / Stopwatch.GetElapsedTime(since).TotalSeconds;
        }

        private async Task<int> ClientAsync(int number, bool keyed, long since, TimeSpan duration)
        {
            var address = path(State(number));
            var count = 0;
            while (Stopwatch.GetElapsedTime(since) < duration)
            {
                using var request = new HttpRequestMessage(HttpMethod.Patch, address) { Content = new ByteArrayContent(bodies[number][count % 2]) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.TryAddWithoutValidation("If-Match", versions[number]);
                if (keyed)
                {
                    request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
                }

                using var response = await client.SendAsync(request);
                if (!response.IsSuccessStatusCode)
                {
                    throw new InvalidOperationException($"{address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                }

                versions[number] = response.Headers.ETag!.Tag;
                count++;
            }

            return count;
        }
    }
}
