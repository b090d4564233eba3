using System.Globalization;
using System.Text;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>
/// Requests made up from the program's own description, valid and broken, as everybody who can be signed in and as nobody: whatever comes in, what goes out is
/// what the description promises, and tells nothing of the program's inside nor of anybody's State.
/// </summary>
public sealed class FuzzTests(PostgresFixture postgres)
{
    private const int EachWorld = 1000;

    [Fact]
    public Task Thousand_requests_are_answered_as_described() => RunAsync(1000, 2026);

    [Fact(Explicit = true)]
    public Task As_many_requests_as_are_asked_for_are_answered_as_described() => RunAsync(
        int.Parse(Environment.GetEnvironmentVariable("REQUESTS") ?? "10000", CultureInfo.InvariantCulture),
        int.Parse(Environment.GetEnvironmentVariable("SEED") ?? "1", CultureInfo.InvariantCulture));

    private async Task RunAsync(int requests, int seed)
    {
        await using var provider = await IdentityProvider.StartAsync();
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync(), provider.Configure);
        await using var running = host;
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = address };
        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var admitted = Admitted(document);
        var random = new Random(seed);
        var tally = document.Operations.ToDictionary(o => o.Id, _ => new SortedDictionary<int, int>(), StringComparer.Ordinal);
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        FuzzWorld? first = null;
        for (var (sent, number) = (0, 1); sent < requests; number++)
        {
            var world = new FuzzWorld(host, http, number, first);
            await world.MakeAsync();
            first ??= world;
            var maker = new RequestMaker(document, world, http, random, admitted);
            var check = new ResponseCheck(document, world.States);
            var order = document.Operations.ToArray();
            for (var i = 0; i < EachWorld && sent < requests; i++, sent++)
            {
                if (i % order.Length == 0)
                {
                    random.Shuffle(order);
                }

                // Each third time round every operation gets a request that fits; in between whatever chance brings.
                await SendAsync(await maker.MakeAsync(order[i % order.Length], fits: i / order.Length % 3 == 0), http, check, tally, faults);
            }
        }

        Report(requests, tally);
        Assert.True(faults.Count == 0, string.Join("\n\n", faults.Values));
        string[] never = [.. tally.Where(t => !needsMore.Contains(t.Key) && !t.Value.Keys.Any(s => s is >= 200 and < 300)).Select(t => $"{t.Key} never succeeded: {Counts(t.Value)}")];
        Assert.True(never.Length == 0, string.Join('\n', never));
    }

    /// <summary>
    /// What no request can do that is made up from the description alone: it takes a signed or sealed file, an address that a webhook may have, or what others did before
    /// in its order. They are answered as described here too; that they succeed is shown by their own tests.
    /// </summary>
    private static readonly HashSet<string> needsMore = new(StringComparer.Ordinal)
    {
        "acceptContribution", "acceptWithdrawal", "takePackage", "getContributionFile", "deliverContribution", "keepDeliveryToken",
        "readXlsForm", "getResponseWorkbook", "checkResponseWorkbook", "takeResponseWorkbook",
        "writePractice", "getPractice", "rewritePractice", "approvePractice", "withdrawPractice", "includePractice", "leaveOutPractice",
        "makeStateWebhook", "removeStateWebhook", "listStateDeliveries", "resendStateDelivery",
        "makeCommunityWebhook", "removeCommunityWebhook", "listCommunityDeliveries", "resendCommunityDelivery",
    };

    private static async Task SendAsync(FuzzRequest made, HttpClient http, ResponseCheck check, Dictionary<string, SortedDictionary<int, int>> tally, SortedDictionary<string, string> faults)
    {
        using var message = made.Message;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
        var status = (int)response.StatusCode;
        tally[made.Operation.Id][status] = tally[made.Operation.Id].GetValueOrDefault(status) + 1;
        foreach (var fault in await check.FaultsAsync(made.Operation, made.Caller, made.Sent, response, body))
        {
            var sent = made.Sent.Length > 600 ? made.Sent[..600] : made.Sent;
            faults.TryAdd($"{made.Operation.Id} {fault[..Math.Min(50, fault.Length)]}", $"{made.Operation.Id} as {made.Caller.Name} ({made.Broken ?? "fitting"}), {status}: {fault}\n  {sent}");
        }
    }

    /// <summary>Who may call what, as the reviewed table says.</summary>
    private static Dictionary<string, Role[]> Admitted(ApiDocument document)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Security", "access.csv")).Select(l => l.Split(',')).ToArray();
        var columns = Enum.GetValues<Role>().ToDictionary(r => r, r => Array.IndexOf(lines[0], r.ToString().ToLowerInvariant()));
        return lines.Skip(1).Select(l => (Operation: document.Operations.Single(o => $"{o.Method} {o.Path.TrimStart('/')}" == l[0]), Line: l))
            .ToDictionary(l => l.Operation.Id, l => columns.Where(c => l.Line[c.Value] == "yes").Select(c => c.Key).ToArray(), StringComparer.Ordinal);
    }

    private static void Report(int requests, Dictionary<string, SortedDictionary<int, int>> tally)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{requests} requests, {tally.Count} operations: ");
        text.AppendLine(string.Join(", ", tally.Values.SelectMany(t => t).GroupBy(t => t.Key).OrderBy(g => g.Key).Select(g => $"{g.Key}: {g.Sum(t => t.Value)}")));
        foreach (var (operation, counts) in tally.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{operation} {Counts(counts)}");
        }

        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "fuzz.txt"), text.ToString());
    }

    private static string Counts(SortedDictionary<int, int> counts) => string.Join(", ", counts.Select(c => $"{c.Key}: {c.Value}"));
}
