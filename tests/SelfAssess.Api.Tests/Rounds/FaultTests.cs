using System.Net;
using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

/// <summary>The database goes away in the middle of things, again and again. Nothing is half done, and nothing that was acknowledged is lost.</summary>
public sealed class FaultTests(PostgresFixture postgres)
{
    private const int States = 12;

    [Fact]
    public async Task Sign_off_that_is_interrupted_is_done_whole_or_not_at_all()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Administrator().OpenCycleAsync("faults");
        for (var i = 0; i < States; i++)
        {
            var etag = await host.Administrator().BeginAsync($"FT{i}", "faults");
            await host.Coordinator($"FT{i}").DoAsync(HttpMethod.Patch, $"states/FT{i}/assessments/faults/answers", new { answers = new { a1 = new { value = "some" } } }, etag);
        }

        using var done = new CancellationTokenSource();
        var cutting = CutAsync(host, done.Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, States).Select(i => SignOffAsync(host, $"FT{i}")));
        await done.CancelAsync();
        var cuts = await cutting;
        Assert.True(cuts > 3, $"only {cuts} connections were cut");
        Assert.All(outcomes, o => Assert.True(o.Acknowledged));
        // Unless the cuts met requests, nothing was tried.
        Assert.Contains(outcomes, o => o.Refused > 0);
        for (var i = 0; i < States; i++)
        {
            var (coordinator, path) = (host.Coordinator($"FT{i}"), $"states/FT{i}/assessments/faults");
            var (export, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/export");
            Assert.Equal(["opened", "answersSaved", "signedOff"], export.GetProperty("history").EnumerateArray().Select(e => e.GetProperty("happened").GetString()!));
            var (verified, _) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/verify", new { content = export.GetProperty("content") });
            Assert.True(verified.GetProperty("sealed").GetBoolean());
            var (assessment, _) = await coordinator.DoAsync(HttpMethod.Get, path);
            Assert.Equal(("signedOff", export.GetProperty("seal").GetProperty("hash").GetString()), (assessment.GetProperty("status").GetString(), assessment.GetProperty("seal").GetString()));
        }
    }

    /// <summary>As a patient client does it: the same request with the same key, until it is answered. In between, what can be read is whole.</summary>
    private static async Task<(bool Acknowledged, int Refused)> SignOffAsync(ApiHost host, string state)
    {
        var (coordinator, path, key) = (host.Coordinator(state), $"states/{state}/assessments/faults", Guid.NewGuid().ToString("N"));
        var refused = 0;
        string? etag = null;
        for (var attempt = 0; attempt < 400; attempt++)
        {
            var (read, assessment) = await coordinator.CallAsync(HttpMethod.Get, path);
            if (read.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                refused++;
                continue;
            }

            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            Assert.Equal(assessment.GetProperty("status").GetString() == "signedOff", assessment.GetProperty("seal").ValueKind == JsonValueKind.String);
            etag ??= read.Headers.ETag!.Tag;
            var (response, problem) = await coordinator.CallAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag, key: key);
            if (response.IsSuccessStatusCode)
            {
                return (true, refused);
            }

            Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null, $"{(int)response.StatusCode}: {problem}");
            refused++;
        }

        return (false, refused);
    }

    /// <summary>Ends the server's connections to the States' data, as a restart of the database would; answers how many.</summary>
    private static async Task<int> CutAsync(ApiHost host, CancellationToken until)
    {
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        var cuts = 0;
        for (var i = 0; i < 15 || !until.IsCancellationRequested; i++)
        {
            await using var cut = new Npgsql.NpgsqlCommand(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'selfassess_state' and datname = current_database()", connection);
            cuts += (int)(long)(await cut.ExecuteScalarAsync(CancellationToken.None))!;
            await Task.Delay(i < 60 ? 3 : 60, CancellationToken.None);
        }

        return cuts;
    }
}
