using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Demo;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>
/// Results of fictitious States: over the shipped instrument one cycle that is published, and of a small questionnaire two cycles that are published and one
/// that waits for the presidency.
/// </summary>
public static class Results
{
    public const string Published = "demo-2021-R1";
    public const string PublishedCycle = "demo-2021";

    /// <summary>Fictitious States, most of which took part in <see cref="PublishedCycle"/>.</summary>
    public static readonly string[] Demonstrated = ["D001", "D002", "D003", "D004", "D005"];
    public const string Waiting = "trend-3-R1";
    public const string WaitingCycle = "trend-3";

    /// <summary>A questionnaire with two published cycles.</summary>
    public const string Trend = "trend";
    public const string Small = "trend-1-R1";

    private const int States = 12;

    public static async Task MakeAsync(ApiHost api)
    {
        var client = api.Whoever();
        await client.OpenCycleAsync(Trend, "2024-01-01", "trend-1");
        await AssessAsync(client, "trend-1");
        await client.CloseAsync("trend-1");
        foreach (var (cycle, startsOn) in ((string, string)[])[("trend-2", "2025-01-01"), (WaitingCycle, "2026-01-01")])
        {
            var (_, etag) = await client.DoAsync(HttpMethod.Put, $"cycles/{cycle}", new { name = cycle, questionnaire = new { id = Trend, version = "1.0" }, startsOn });
            await client.DoAsync(HttpMethod.Post, $"cycles/{cycle}/open", ifMatch: etag);
            await AssessAsync(client, cycle);
        }

        await VolunteerAsync(client, "trend-2");
        await client.CloseAsync("trend-2");
        await VolunteerAsync(client, WaitingCycle);
        await client.PrepareReleaseAsync(WaitingCycle);

        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoData>().RunAsync(cycles: 1, frozen: 1, CancellationToken.None);
    }

    /// <summary>Practices of three States, in three languages, one of them unnamed.</summary>
    private static async Task VolunteerAsync(HttpClient client, string cycle)
    {
        (string State, string Theme, string Language, string Title, string Text, bool Attributed)[] practices =
        [
            ("T00", "A", "en", "One table, once a month", "Everybody who handles a transfer sits at one table once a month.\nWhat was agreed is sent round the same day, and read out at the next meeting.", true),
            ("T01", "A", "ar", "قائمة اتصال واحدة", "لدى كل جهة قائمة اتصال واحدة تُحدَّث كل ثلاثة أشهر.", false),
            ("T02", "B", "fr", "Une adresse fonctionnelle", "Chaque entité répond à une adresse fonctionnelle, jamais à celle d’une personne.", true),
        ];
        foreach (var (state, theme, language, title, text, attributed) in practices)
        {
            var (written, etag) = await client.DoAsync(HttpMethod.Post, $"states/{state}/practices", new { cycle, theme, language, title, text });
            await client.DoAsync(HttpMethod.Post, $"states/{state}/practices/{written.GetProperty("id").GetString()}/approve", new { consent = true, attributed }, etag);
        }
    }

    private static async Task AssessAsync(HttpClient client, string cycle)
    {
        for (var i = 0; i < States; i++)
        {
            await client.AssessAsync($"T{i:00}", Trend, i % 3 == 0 || cycle != "trend-1" ? "full" : "some", cycle);
        }
    }
}
