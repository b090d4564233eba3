using System.Globalization;
using SelfAssess.Api.Platform.Security;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>
/// What an idle node holds in memory, and whether many requests leave something behind: rounds of the same requests (pages, readings, saves), with the
/// process's resident memory after each. A leak grows with every round; caches and the runtime's own warming end.
/// </summary>
internal static class Soak
{
    private const string Cycle = "soak";
    private const string State = "S00";

    /// <param name="minutes">How long; ten where nothing else is said.</param>
    public static async Task RunAsync(int minutes)
    {
        await using var database = await Database.StartAsync();
        await using var program = Server.Program(new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings:SelfAssess"] = database.ConnectionString });
        await program.ReadyAsync("/health/ready");
        await Task.Delay(TimeSpan.FromSeconds(20));
        var idle = program.ResidentMiB();
        Print($"idle node, 20 s after it was ready: {idle:0} MiB resident   at most 150 is wanted");
        await using var tokens = new Tokens(database.ConnectionString);
        var made = await tokens.MakeAsync([(Role.Administrator, null, null)], [(Role.Coordinator, State, null), (Role.Reader, State, null)]);
        using var administrator = SavingBenchmark.SignedIn(program.Address, made[0]);
        using var client = SavingBenchmark.SignedIn(program.Address, made[1]);
        var questionnaire = Instrument.Read();
        await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Put, $"cycles/{Cycle}", new { name = "Soak", questionnaire = questionnaire.Reference, startsOn = "2026-01-01" });
        await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Post, $"cycles/{Cycle}/open", null, "\"1\"");
        await SavingBenchmark.ChangeAsync(administrator, HttpMethod.Put, $"states/{State}", new { name = "Fictitious State" });
        await SavingBenchmark.ChangeAsync(client, HttpMethod.Put, $"states/{State}/profile",
            new { questionnaire = questionnaire.Reference, fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer" } } });
        await SavingBenchmark.ChangeAsync(client, HttpMethod.Post, $"states/{State}/assessments", new { cycle = Cycle });

        var assessment = $"states/{State}/assessments/{Cycle}";
        string[] reads = [assessment, $"{assessment}/result", $"{assessment}/form?lang=ar", $"{assessment}/history", $"{assessment}/charts/profile.png?lang=fr", "cycles", "releases", "questionnaires"];
        var questions = Instrument.Indicators(questionnaire.Definition);
        var levels = questionnaire.Definition.Scales[0].Levels.Select(l => l.Id).ToArray();
        var (until, version, sent) = (TimeProvider.System.GetUtcNow().AddMinutes(minutes), 1, 0);
        for (var round = 1; TimeProvider.System.GetUtcNow() < until; round++)
        {
            for (var i = 0; i < 200; i++)
            {
                await Task.WhenAll(reads.Select(async path =>
                {
                    using var response = await client.GetAsync($"/api/v1/{path}");
                    response.EnsureSuccessStatusCode();
                    await response.Content.CopyToAsync(Stream.Null);
                }));
                var answers = new Dictionary<string, object> { [questions[(round + i) % questions.Count]] = new { value = levels[(round + i) % levels.Length] } };
                await SavingBenchmark.ChangeAsync(client, HttpMethod.Patch, $"{assessment}/answers", new { answers }, string.Create(CultureInfo.InvariantCulture, $"\"{version++}\""));
                sent += reads.Length + 1;
            }

            Print($"  {sent} requests   {program.ResidentMiB():0} MiB resident");
        }
    }
}
