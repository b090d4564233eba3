using System.Diagnostics;
using System.Net;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Faults;

/// <summary>One State's coordinator who saves, again and again, and knows what was acknowledged.</summary>
internal sealed class Saving(ApiHost host, string state, string cycle)
{
    /// <summary>No answer may take longer: a statement and its repetition, and a connection before them.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(25);
    private static readonly string[] Levels = ["absent", "some", "full"];
    private string version = "";
    private int turn;

    /// <summary>Saves that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    public string Path => $"states/{state}/assessments/{cycle}";

    public string Version => version;

    public static async Task<Saving> BeginAsync(ApiHost host, string state, string cycle) =>
        new(host, state, cycle) { version = await host.Administrator().BeginAsync(state, cycle) };

    /// <summary>The kind of the last refusal.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the next save sends, until it is acknowledged: the same again after a refusal.</summary>
    public (object Body, string Key) Next { get; private set; } = (BodyOf(0, ""), Guid.NewGuid().ToString("N"));

    /// <summary>Sends the next save once; answers whether it was acknowledged, and if not, that it was refused as it has to be.</summary>
    public async Task<bool> TryAsync(string comment = "", string? problem = null)
    {
        if (comment.Length > 0)
        {
            Next = (BodyOf(turn, comment), Next.Key);
        }

        var began = Stopwatch.GetTimestamp();
        var (response, body) = await host.Coordinator(state).CallAsync(HttpMethod.Patch, $"{Path}/answers", Next.Body, version, Next.Key);
        Assert.True(Stopwatch.GetElapsedTime(began) < Hang, $"answered after {Stopwatch.GetElapsedTime(began)}");
        if (response.IsSuccessStatusCode)
        {
            Acknowledge(response.Headers.ETag!.Tag);
            return true;
        }

        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null, $"{(int)response.StatusCode}: {body}");
        Problem = body.GetProperty("type").GetString()!.Split(':')[^1];
        Assert.True(problem is null || Problem == problem, $"{body}");
        return false;
    }

    /// <summary>Sends it until it is acknowledged.</summary>
    public async Task SaveAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); !await TryAsync(); await Task.Delay(100))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(1), "not acknowledged within a minute");
        }
    }

    public void Acknowledge(string etag) => (version, Acknowledged, turn, Next) = (etag, Acknowledged + 1, turn + 1, (BodyOf(turn + 1, ""), Guid.NewGuid().ToString("N")));

    /// <summary>Reads back what was acknowledged last, and that each save happened once and whole.</summary>
    public async Task ReadBackAsync()
    {
        var (assessment, etag) = await host.Coordinator(state).DoAsync(HttpMethod.Get, Path);
        Assert.Equal(version, etag);
        var answers = assessment.GetProperty("answers");
        foreach (var (i, question) in new[] { "a1", "a2", "b1", "b2" }.Index())
        {
            Assert.Equal(Levels[(turn - 1 + i) % Levels.Length], answers.GetProperty(question).GetProperty("value").GetString());
        }

        var saves = 0;
        for (string? after = ""; after is not null;)
        {
            var (page, _) = await host.Coordinator(state).DoAsync(HttpMethod.Get, $"{Path}/history?limit=200{(after.Length > 0 ? $"&after={after}" : "")}");
            saves += page.GetProperty("items").EnumerateArray().Count(e => e.GetProperty("happened").GetString() == "answersSaved");
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(Acknowledged, saves);
    }

    private static object BodyOf(int turn, string comment) =>
        new { answers = new[] { "a1", "a2", "b1", "b2" }.Select((q, i) => (q, Level: Levels[(turn + i) % Levels.Length])).ToDictionary(a => a.q, a => comment.Length > 0 ? (object)new { value = a.Level, comment } : new { value = a.Level }, StringComparer.Ordinal) };
}
