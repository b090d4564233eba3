using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Tests.Maintenance;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Telemetry;

/// <summary>
/// A State assesses itself, from the register to the frozen release, with mistakes on the way. Then everything that left the program is searched: traces, metrics and
/// logs at a collector, the console's log at its ordinary levels, and the tables of the jobs.
/// </summary>
public sealed class NothingLeaksTests(PostgresFixture postgres)
{
    /// <summary>Long enough not to be found in random bytes by chance.</summary>
    private const string State = "ZQXWKJVP";
    private static readonly string[] Texts = ["Statequxquxqux", "entityquxquxqux", "commentquxquxqux", "evidencequxquxqux", "headquxquxqux", "reasonquxquxqux", "dissentquxquxqux", "personquxquxqux"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_metrics_logs_and_jobs_tell_no_secret_no_answer_and_no_state()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var collector = await Collector.StartAsync();
        using var log = new KeptLog();
        List<string> secrets = [ApiHost.Password, .. Texts, State];
        var (host, address) = await ApiHost.ListenAsync(database, builder =>
        {
            builder.UseSetting("SelfAssess:Telemetry:Endpoint", collector.Address);
            builder.UseSetting("SelfAssess:Telemetry:Protocol", "http");
            // As a deployment has it.
            builder.UseSetting("Logging:LogLevel:Default", "Information");
            builder.ConfigureTestServices(s => s.AddLogging(l => l.AddProvider(log)));
        });
        await using (host)
        {
            var roles = host.Services.GetRequiredService<DatabaseRoles>();
            secrets.AddRange(new[] { database, roles.State, roles.Common, roles.Jobs, roles.Accounts, roles.Aggregation }.Select(c => new NpgsqlConnectionStringBuilder(c).Password!));
            secrets.AddRange([host.TokenOf(Role.Administrator), host.TokenOf(Role.Coordinator, State), host.TokenOf(Role.Respondent, State, Texts[1])]);
            await RunAsync(host);
            await VisitAsync(address);

            // The controls: each source is looked at, and something that must be there is.
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("SelfAssess.Control").LogWarning("A control of {Anything}", "planted-in-the-log");
        }

        Assert.Contains("planted-in-the-log", log.Text, StringComparison.Ordinal);
        var sent = new Dictionary<string, string>(StringComparer.Ordinal) { ["the console"] = log.Text };
        foreach (var (signal, known) in new (string, string[])[]
        {
            ("traces", ["api/v1/states/{state}/assessments/{cycle}/sign-off", "ReleaseJob.RunAsync", "postgresql", "Marten"]),
            ("metrics", ["selfassess.writes", "saveResponse", "selfassess.releases", "http.server.request.duration", "db.client"]),
            // The template is sent, and what somebody put into it is not.
            ("logs", ["A control of {Anything}"]),
        })
        {
            sent.Add(signal, collector.Of(signal));
            Assert.All(known, k => Assert.Contains(k, sent[signal], StringComparison.Ordinal));
            Assert.DoesNotContain("planted-in-the-log", sent[signal], StringComparison.Ordinal);
        }

        foreach (var secret in secrets)
        {
            foreach (var (where, text) in sent)
            {
                var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
                Assert.True(at < 0, $"{secret} is in {where}: {(at < 0 ? "" : text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)])}");
            }
        }

        // The same search finds them where they belong; of the jobs' tables it finds none.
        Assert.NotEmpty(await Compared.FindAsync(database, Texts[2]));
        foreach (var own in (string[])[.. Texts, State])
        {
            Assert.DoesNotContain(await Compared.FindAsync(database, own), found => found.StartsWith("jobs.", StringComparison.Ordinal));
        }

        Assert.Contains(await Compared.FindAsync(database, "ReleaseJob"), found => found.StartsWith("jobs.", StringComparison.Ordinal));
    }

    private static async Task RunAsync(ApiHost host)
    {
        await host.Administrator().OpenCycleAsync("leaks");
        for (var i = 0; i < 9; i++)
        {
            await host.Administrator().AssessAsync($"OTH{i}", "leaks", "some");
        }

        var (path, entity) = ($"states/{State}/assessments/leaks", Texts[1]);
        await host.Administrator().DoAsync(HttpMethod.Put, $"states/{State}", new { name = Texts[0] });
        var coordinator = host.Coordinator(State);
        await coordinator.DoAsync(HttpMethod.Put, $"states/{State}/profile", new { questionnaire = new { id = "leaks", version = "1.0" }, fields = new { exporter = true } });
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"states/{State}/assessments", new { cycle = "leaks" });
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { new { id = entity, name = entity, questions = new[] { "a1", "a2", "b1", "b2" } } } }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/round/open", ifMatch: etag);
        var respondent = host.Respondent(State, entity);
        var (_, response) = await respondent.DoAsync(HttpMethod.Get, $"{path}/responses/{entity}");
        var answers = new { a1 = new { value = "some", comment = Texts[2], evidence = new[] { Texts[3] } }, a2 = new { value = "full" }, b1 = new { value = "some" }, b2 = new { value = "some" } };
        // Mistakes are answered with what was sent, and must not be logged with it.
        Assert.Equal(400, (int)(await respondent.CallAsync(HttpMethod.Patch, $"{path}/responses/{entity}/answers", new { answers = new { a1 = new { value = Texts[2] } } }, response)).Response.StatusCode);
        Assert.Equal(412, (int)(await respondent.CallAsync(HttpMethod.Patch, $"{path}/responses/{entity}/answers", new { answers }, "\"99\"")).Response.StatusCode);
        using (var broken = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/{path}/responses/{entity}/answers") { Content = new StringContent($"{{\"answers\": {Texts[2]}", Encoding.UTF8, "application/json") })
        {
            Assert.Equal(400, (int)(await respondent.SendAsync(broken, Cancellation)).StatusCode);
        }

        (_, response) = await respondent.DoAsync(HttpMethod.Patch, $"{path}/responses/{entity}/answers", new { answers }, response);
        // The database goes away in the middle.
        await Platform.Sql.RunAsync(host.ConnectionString, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and usename = 'selfassess_state'");
        await respondent.CallAsync(HttpMethod.Get, $"{path}/responses/{entity}");
        await respondent.CallAsync(HttpMethod.Get, $"{path}/responses/{entity}");
        await respondent.DoAsync(HttpMethod.Post, $"{path}/responses/{entity}/confirm", new { by = Texts[4] }, response);
        await host.Administrator().CloseRoundAsync(State, "leaks");
        (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var agreed = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { answer = new { value = "some" }, reason = Texts[5], dissent = Texts[6] }, StringComparer.Ordinal);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = agreed }, etag);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        await coordinator.DoAsync(HttpMethod.Put, $"{path}/consent", new { choice = "joinAggregate" }, etag);
        var email = await host.AccountAsync($"{Texts[7]}@example.org", Texts[7], ApiHost.Granted(Role.Coordinator, State));
        Assert.Equal(401, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email, password = "not the password quxqux" })).Response.StatusCode);
        await host.Anonymous().DoAsync(HttpMethod.Post, "sign-in", new { email, password = ApiHost.Password });
        await host.Administrator().CloseAsync("leaks");
    }

    /// <summary>Pages of the dashboard call the API, with the State in the address.</summary>
    private static async Task VisitAsync(Uri address)
    {
        using var browser = new HttpClient { BaseAddress = address };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/sign-in", new { email = $"{Texts[7]}@example.org", password = ApiHost.Password }, Cancellation);
        Assert.True(signedIn.IsSuccessStatusCode);
        foreach (var page in (string[])["/", $"/coordinate/{State}", $"/coordinate/{State}/cycles/leaks", $"/result/{State}/leaks", $"/seal/{State}/leaks"])
        {
            using var response = await browser.GetAsync(page, Cancellation);
            Assert.True(response.IsSuccessStatusCode, $"{page}: {(int)response.StatusCode}");
            Assert.EndsWith(page == "/" ? "" : page, response.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        }
    }
}
