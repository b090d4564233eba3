using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>
/// Reading what is published, a frozen release and its charts from the cache: the program beside Kestrel that serves the same bytes as files, as processes of
/// their own, with the same clients, in turns: for anybody, where releases are public, and for somebody whose token is checked each time. And what a chart costs that nobody has asked for yet.
/// </summary>
internal static class ReadingBenchmark
{
    private const int Rounds = 7;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        var folder = Database.Scratch();
        var files = Directory.CreateDirectory(folder + "-files");
        await using var database = await Database.StartAsync();
        await using var program = Server.Program(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings:SelfAssess"] = database.ConnectionString, ["SelfAssess:Releases:Public"] = "true" }, "--demo");
        await program.SaysAsync("Demo data:");
        await using var tokens = new Tokens(database.ConnectionString);
        var made = await tokens.MakeAsync([(Role.Presidency, null, null)]);
        using var client = SavingBenchmark.SignedIn(program.Address, made[0]);
        using var anybody = new HttpClient { BaseAddress = new Uri(program.Address) };
        var release = await LatestAsync(client);
        var cold = await ColdAsync(client, release);

        (string Name, string Path, string File)[] read =
        [
            ("frozen release (JSON)", $"/api/v1/releases/{release}", "release.json"),
            ("chart from the cache (PNG)", $"/api/v1/releases/{release}/charts/distribution.png?lang=en", "chart.png"),
            ("chart from the cache (SVG)", $"/api/v1/releases/{release}/charts/distribution.svg?lang=en", "chart.svg"),
        ];
        foreach (var (_, path, file) in read)
        {
            await File.WriteAllBytesAsync(Path.Combine(files.FullName, file), await client.GetByteArrayAsync(path));
        }

        await using var statics = Server.Static(files.FullName);
        await statics.ReadyAsync("/ready");
        using var toFiles = new HttpClient { BaseAddress = new Uri(statics.Address) };
        Print($"reading, {Rounds} rounds of {Turn.TotalSeconds:0} s, median requests a second (range)");
        foreach (var (name, path, file) in read)
        {
            await RunAsync(client, path, 8, null, WarmUp);
            await RunAsync(anybody, path, 8, null, WarmUp);
            await RunAsync(toFiles, file, 8, null, WarmUp);
            var (ours, theirs) = (await TagAsync(client, path), await TagAsync(toFiles, file));
            var size = new FileInfo(Path.Combine(files.FullName, file)).Length;
            foreach (var (who, reader) in ((string, HttpClient)[])[("published for anybody", anybody), ("by somebody with a token", client)])
            {
                foreach (var clients in (int[])[1, 8])
                {
                    await CompareAsync($"{name}, {size} bytes, {who}, {clients} clients", () => RunAsync(reader, path, clients, null, Turn), () => RunAsync(toFiles, file, clients, null, Turn));
                }

                await CompareAsync($"{name}, unchanged (304), {who}, 8 clients", () => RunAsync(reader, path, 8, ours, Turn), () => RunAsync(toFiles, file, 8, theirs, Turn));
            }
        }

        Print($"charts that nobody has asked for yet, {cold.Count} pictures: {Spread(cold, "0")} ms   at most 60 is wanted");
        files.Delete(recursive: true);
    }

    private static async Task CompareAsync(string name, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        List<double> program = [], files = [];
        for (var round = 0; round < Rounds; round++)
        {
            program.Add(await ours());
            files.Add(await theirs());
        }

        Print($"  {name}");
        Print($"    program {Spread(program, "0")}   files {Spread(files, "0")}   ratio {Spread([.. program.Zip(files, (o, t) => o / t)])}   at least 0.8 is wanted");
    }

    /// <summary>Milliseconds until each chart of a release arrived, in languages and a scheme in which it was not drawn before. The first of the process is left out.</summary>
    private static async Task<List<double>> ColdAsync(HttpClient client, string release)
    {
        await client.GetByteArrayAsync($"/api/v1/releases/{release}/charts/distribution.png?lang=en&scheme=dark");
        List<double> all = [];
        foreach (var language in (string[])["ar", "en", "es", "fr", "ru", "zh"])
        {
            foreach (var kind in (string[])["distribution", "groups", "divergence"])
            {
                foreach (var format in (string[])["png", "svg"])
                {
                    var since = Stopwatch.GetTimestamp();
                    await client.GetByteArrayAsync($"/api/v1/releases/{release}/charts/{kind}.{format}?lang={language}&scheme=dark");
                    all.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                }
            }
        }

        return all;
    }

    private static async Task<string> LatestAsync(HttpClient client)
    {
        using var list = JsonDocument.Parse(await client.GetStringAsync("/api/v1/releases"));
        return list.RootElement.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()!).Max(StringComparer.Ordinal)!;
    }

    private static async Task<EntityTagHeaderValue> TagAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.Headers.ETag!;
    }

    /// <summary>Requests a second, each client sending the next when it has the answer to the one before.</summary>
    private static async Task<double> RunAsync(HttpClient client, string path, int clients, EntityTagHeaderValue? known, TimeSpan duration)
    {
        var since = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (Stopwatch.GetElapsedTime(since) < duration)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                if (known is not null)
                {
                    request.Headers.IfNoneMatch.Add(known);
                }

                using var response = await client.SendAsync(request);
                await response.Content.CopyToAsync(Stream.Null);
                if (response.StatusCode != (known is null ? HttpStatusCode.OK : HttpStatusCode.NotModified))
                {
                    throw new InvalidOperationException($"{path}: {(int)response.StatusCode}");
                }

                count++;
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
