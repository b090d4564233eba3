using System.Diagnostics;
using System.Net;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Benchmarks;
using SelfAssess.TestKit;

namespace SelfAssess.Faults;

/// <summary>What is done to a deployment while people work, and how it has to come out of it.</summary>
internal static class Drills
{
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(5);

    /// <summary>Within this the service is back after its primary is lost, its promotion by hand not counted.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(30);

    public static IReadOnlyDictionary<string, Func<Deployment, Report, Task>> All { get; } = new Dictionary<string, Func<Deployment, Report, Task>>(StringComparer.Ordinal)
    {
        ["node-killed"] = NodeKilledAsync,
        ["database-restarted"] = DatabaseRestartedAsync,
        ["primary-lost"] = PrimaryLostAsync,
        ["replica-away"] = ReplicaAwayAsync,
        ["release-raced"] = ReleaseRacedAsync,
    };

    private static async Task NodeKilledAsync(Deployment deployment, Report report)
    {
        using var crowd = await Crowd.GatherAsync(deployment);
        await Task.Delay(AWhile);
        await deployment.KillNodeAsync(0);
        var killed = Stopwatch.GetTimestamp();
        var without = await crowd.ServedAgainAsync(killed, report);
        report.Expect(without < AWhile, $"{without.TotalSeconds:0.0} s without an acknowledgement, while the other node runs");
        await Task.Delay(AWhile);
        await deployment.StartNodeAsync(0);
        await Task.Delay(AWhile);
        await crowd.FinishAsync(report);
        report.Measured($"acknowledged again {without.TotalMilliseconds:0} ms after a node was killed");
    }

    private static async Task DatabaseRestartedAsync(Deployment deployment, Report report)
    {
        using var crowd = await Crowd.GatherAsync(deployment);
        await Task.Delay(AWhile);
        await deployment.Primary.StopAsync();
        await deployment.Primary.StartAsync();
        var restarted = Stopwatch.GetTimestamp();
        var first = await crowd.ServedAgainAsync(restarted, report);
        await Task.Delay(AWhile);
        await deployment.Primary.KillAsync();
        await deployment.Primary.StartAsync();
        restarted = Stopwatch.GetTimestamp();
        var second = await crowd.ServedAgainAsync(restarted, report);
        await Task.Delay(AWhile);
        await crowd.FinishAsync(report);
        report.Expect(first < Back && second < Back, $"acknowledged again {first.TotalSeconds:0.0} and {second.TotalSeconds:0.0} s after the database was back");
        report.Measured($"acknowledged again {first.TotalSeconds:0.0} s after the database was restarted, {second.TotalSeconds:0.0} s after it was killed and came back");
    }

    private static async Task PrimaryLostAsync(Deployment deployment, Report report)
    {
        using var crowd = await Crowd.GatherAsync(deployment);
        await Task.Delay(AWhile);
        var lost = Stopwatch.GetTimestamp();
        await deployment.Primary.KillAsync();
        await deployment.Replica.PromoteAsync();
        var promoted = Stopwatch.GetElapsedTime(lost);
        var back = await crowd.ServedAgainAsync(lost, report);
        report.Expect(back < Back, $"acknowledged again {back.TotalSeconds:0.0} s after the primary was lost");
        await Task.Delay(AWhile);
        await crowd.FinishAsync(report);
        report.Measured($"promoted {promoted.TotalSeconds:0.0} s, acknowledged again {back.TotalSeconds:0.0} s after the primary was killed");
    }

    /// <summary>Twice without the replica; the second time the primary is lost as well, and what it had alone must have been promised to nobody.</summary>
    private static async Task ReplicaAwayAsync(Deployment deployment, Report report)
    {
        using var crowd = await Crowd.GatherAsync(deployment);
        await Task.Delay(AWhile);
        await LoseReplicaAsync();
        await deployment.Replica.StartAsync();
        var returned = Stopwatch.GetTimestamp();
        var back = await crowd.ServedAgainAsync(returned, report);
        report.Expect(back < Back, $"acknowledged again {back.TotalSeconds:0.0} s after the replica was back");
        await Task.Delay(AWhile);
        await LoseReplicaAsync();
        await deployment.Primary.KillAsync();
        await deployment.Replica.StartAsync();
        await deployment.Replica.PromoteAsync();
        var promoted = Stopwatch.GetTimestamp();
        var again = await crowd.ServedAgainAsync(promoted, report);
        report.Expect(again < Back, $"acknowledged again {again.TotalSeconds:0.0} s after the promotion");
        await Task.Delay(AWhile);
        await crowd.FinishAsync(report);
        report.Measured($"acknowledged again {back.TotalSeconds:0.0} s after the replica was back, and {again.TotalSeconds:0.0} s after it was promoted");

        async Task LoseReplicaAsync()
        {
            await deployment.Replica.KillAsync();
            // What was on its way may have arrived.
            await Task.Delay(TimeSpan.FromSeconds(1));
            var lost = Stopwatch.GetTimestamp();
            var longest = TimeSpan.Zero;
            while (Stopwatch.GetElapsedTime(lost) < TimeSpan.FromSeconds(25))
            {
                var asked = Stopwatch.GetTimestamp();
                using var read = await crowd.ReadAsync();
                var took = Stopwatch.GetElapsedTime(asked);
                longest = took > longest ? took : longest;
                report.Expect(read.StatusCode == HttpStatusCode.OK, $"reading answered {(int)read.StatusCode} while the replica was away");
                await Task.Delay(250);
            }

            report.Expect(crowd.AcknowledgedSince(lost) == 0, $"{crowd.AcknowledgedSince(lost)} saves were acknowledged without the replica");
            report.Measured($"without the replica nothing was acknowledged in 25 s, and reading took {longest.TotalMilliseconds:0} ms at most");
        }
    }

    /// <summary>Both nodes are asked for one release again and again, and the one that closed the cycle is killed.</summary>
    private static async Task ReleaseRacedAsync(Deployment deployment, Report report)
    {
        const int contributors = 10;
        await using var tokens = new Tokens(deployment.ConnectionString);
        var states = Enumerable.Range(0, contributors).Select(i => $"R{i}").ToArray();
        var made = await tokens.MakeAsync([(Role.Administrator, null, null), (Role.Presidency, null, null)], [.. states.Select(s => (Role.Coordinator, (string?)s, (string?)null))]);
        using var first = Crowd.SignedIn(deployment.Nodes[0], made[0]);
        using var second = Crowd.SignedIn(deployment.Nodes[1], made[0]);
        using var coordinator = Crowd.SignedIn(deployment.Address, made[1]);
        var questionnaire = new { id = "race", version = "1.0" };
        await first.DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files("race") });
        var (_, etag) = await first.DoAsync(HttpMethod.Put, "cycles/race", new { name = "Race", questionnaire, startsOn = "2026-01-01" });
        await first.DoAsync(HttpMethod.Post, "cycles/race/open", ifMatch: etag);
        foreach (var (i, state) in states.Index())
        {
            var assessment = $"states/{state}/assessments/race";
            await first.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Fictitious {state}" });
            await coordinator.DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire, fields = new { exporter = true } });
            (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle = "race" });
            var answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { value = i < 5 ? "some" : "full" }, StringComparer.Ordinal);
            (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{assessment}/answers", new { answers }, etag);
            (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{assessment}/sign-off", ifMatch: etag);
            await coordinator.DoAsync(HttpMethod.Put, $"{assessment}/consent", new { choice = "joinAggregate" }, etag);
        }

        (_, etag) = await first.DoAsync(HttpMethod.Get, "cycles/race");
        var closed = Stopwatch.GetTimestamp();
        var (run, _) = await first.DoAsync(HttpMethod.Post, "cycles/race/close", ifMatch: etag);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? first : second).DoAsync(HttpMethod.Post, "cycles/race/release-runs")));
        await deployment.KillNodeAsync(0);
        var path = $"release-runs/{run.GetProperty("id").GetString()}";
        while (Stopwatch.GetElapsedTime(closed) < TimeSpan.FromMinutes(6) && (await second.DoAsync(HttpMethod.Get, path)).Body.GetProperty("status").GetString() != "succeeded")
        {
            await Task.Delay(100);
        }

        var took = Stopwatch.GetElapsedTime(closed);
        await deployment.StartNodeAsync(0);
        // Whatever is still in the queue comes too late.
        await Task.Delay(AWhile);
        var (preview, version) = await second.DoAsync(HttpMethod.Get, "release-previews/race-R1");
        var participants = preview.GetProperty("release").GetProperty("participation").GetProperty("participants").GetInt32();
        report.Expect(participants == contributors, $"{participants} States took part");
        await second.DoAsync(HttpMethod.Post, "release-previews/race-R1/freeze", ifMatch: version);
        var here = (await first.DoAsync(HttpMethod.Get, "releases/race-R1")).Body.ToString();
        var there = (await second.DoAsync(HttpMethod.Get, "releases/race-R1")).Body.ToString();
        report.Expect(here == there, $"two nodes read two releases");
        var releases = (await first.DoAsync(HttpMethod.Get, "releases")).Body.GetProperty("items").GetArrayLength();
        report.Expect(releases == 1, $"{releases} releases");
        var contributions = (long)(await deployment.Primary.ExecuteAsync("select count(*) from common.mt_doc_deliveredcontribution"))!;
        report.Expect(contributions == contributors, $"{contributions} contributions were delivered");
        report.Measured($"one release of {participants} States, {took.TotalSeconds:0.0} s after the cycle was closed, the node that closed it killed");
    }
}
