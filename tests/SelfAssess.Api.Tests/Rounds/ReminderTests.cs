using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Rounds;
using SelfAssess.Domain.Assessments;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

public sealed class ReminderTests(PostgresFixture postgres)
{
    [Fact]
    public async Task People_who_have_not_sent_their_answers_are_reminded_once_each_time_in_their_language()
    {
        using var smtp = new TcpListener(IPAddress.Loopback, 0);
        smtp.Start();
        var mails = MailServer.ReceiveAsync(smtp, 3);
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b =>
        {
            b.UseSetting("SelfAssess:Smtp:Host", "127.0.0.1");
            b.UseSetting("SelfAssess:Smtp:Port", ((IPEndPoint)smtp.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
            b.UseSetting("SelfAssess:Smtp:Encrypted", "false");
            b.UseSetting("SelfAssess:PublicUrl", "https://assess.example.org");
        });
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var answerBy = today.AddDays(10);
        await OpenAsync(host, "RMD", answerBy);
        foreach (var (email, language, entity) in ((string, string, string)[])[("customs@example.org", "fr", "customs"), ("police@example.org", "en", "police"), ("sent@example.org", "en", "sent")])
        {
            await host.AccountAsync(email, "Somebody", ApiHost.Granted(Role.Respondent, "RMD", entity));
            await SpeakAsync(host, email, language);
        }

        await host.AccountAsync("coordinator@example.org", "Somebody", ApiHost.Granted(Role.Coordinator, "RMD"));
        await host.AccountAsync("elsewhere@example.org", "Somebody", ApiHost.Granted(Role.Respondent, "RMX", "customs"));
        await host.AccountAsync("ended@example.org", "Somebody", ApiHost.Granted(Role.Respondent, "RMD", "customs") with { Until = today.AddDays(1) });
        await host.Respondent("RMD", "sent").RespondAsync("RMD", "reminded", "sent", ("a1", "some"));

        await At(host, answerBy.AddDays(-8)).RunAsync(TestContext.Current.CancellationToken);
        // Two nodes at the same moment, and once more.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => At(host, answerBy.AddDays(-6)).RunAsync(TestContext.Current.CancellationToken)));
        await At(host, answerBy.AddDays(-5)).RunAsync(TestContext.Current.CancellationToken);
        await host.Respondent("RMD", "police").RespondAsync("RMD", "reminded", "police", ("a1", "some"));
        await At(host, answerBy).RunAsync(TestContext.Current.CancellationToken);
        await At(host, answerBy.AddDays(1)).RunAsync(TestContext.Current.CancellationToken);
        var received = await mails.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["customs@example.org", "customs@example.org", "police@example.org"], received.Select(m => m.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.All(received, m =>
        {
            Assert.Contains("https://assess.example.org/", m, StringComparison.Ordinal);
            Assert.DoesNotContain("RMD", m, StringComparison.Ordinal);
        });
        var french = received.Where(m => m.StartsWith("customs", StringComparison.Ordinal)).ToArray();
        Assert.All(french, m => Assert.Contains($"au plus tard le {answerBy.ToString("D", CultureInfo.GetCultureInfo("fr"))}", m, StringComparison.Ordinal));
        Assert.Contains("They are asked for by", received.Single(m => m.StartsWith("police", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_that_is_not_taken_is_tried_again()
    {
        using var smtp = new TcpListener(IPAddress.Loopback, 0);
        smtp.Start();
        var port = ((IPEndPoint)smtp.LocalEndpoint).Port;
        smtp.Stop();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b =>
        {
            b.UseSetting("SelfAssess:Smtp:Host", "127.0.0.1");
            b.UseSetting("SelfAssess:Smtp:Port", port.ToString(CultureInfo.InvariantCulture));
            b.UseSetting("SelfAssess:Smtp:Encrypted", "false");
        });
        var answerBy = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(10);
        await OpenAsync(host, "RMT", answerBy);
        await host.AccountAsync("customs@example.org", "Somebody", ApiHost.Granted(Role.Respondent, "RMT", "customs"));
        await At(host, answerBy.AddDays(-7)).RunAsync(TestContext.Current.CancellationToken);
        using var again = new TcpListener(IPAddress.Loopback, port);
        again.Start();
        var mails = MailServer.ReceiveAsync(again, 1);
        await At(host, answerBy.AddDays(-7)).RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(await mails.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("2026-03-10", "2026-03-01", null)]
    [InlineData("2026-03-10", "2026-03-03", 7)]
    [InlineData("2026-03-10", "2026-03-08", 7)]
    [InlineData("2026-03-10", "2026-03-09", 1)]
    [InlineData("2026-03-10", "2026-03-10", 1)]
    [InlineData("2026-03-10", "2026-03-11", null)]
    [InlineData("2026-02-05", "2026-02-03", null)]
    [InlineData("2026-02-05", "2026-02-04", 1)]
    [InlineData(null, "2026-03-09", null)]
    public void Reminder_is_due_when_its_day_has_come_and_the_round_was_open_then(string? answerBy, string today, int? expected)
    {
        var opened = new DateTimeOffset(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
        var round = new Round(RoundStatus.Open, [], opened, null, answerBy is null ? null : DateOnly.ParseExact(answerBy, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.Equal(expected, RemindRespondents.Due(round, DateOnly.ParseExact(today, "yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Null(RemindRespondents.Due(round with { Status = RoundStatus.Closed }, DateOnly.ParseExact(today, "yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }

    private static async Task OpenAsync(ApiHost host, string state, DateOnly answerBy)
    {
        var client = host.Whoever();
        await client.OpenCycleAsync("reminded");
        var etag = await client.BeginAsync(state, "reminded");
        var path = $"states/{state}/assessments/reminded/round";
        var entities = new[] { "customs", "police", "sent" }.Select(e => new { id = e, name = e, questions = new[] { "a1", "a2", "b1", "b2" } });
        (_, etag) = await client.DoAsync(HttpMethod.Put, path, new { entities, answerBy }, etag);
        await client.DoAsync(HttpMethod.Post, $"{path}/open", ifMatch: etag);
    }

    private static async Task SpeakAsync(ApiHost host, string email, string language)
    {
        await using var session = host.Services.GetRequiredService<IAccountStore>().LightweightSession();
        var account = Marten.QueryableExtensions.ToListAsync(session.Query<Account>().Where(a => a.Email == email), TestContext.Current.CancellationToken);
        var person = (await account)[0];
        person.Language = language;
        session.UpdateRevision(person, person.Version + 1);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static RemindRespondents At(ApiHost host, DateOnly day)
    {
        var services = host.Services;
        return new RemindRespondents(services.GetRequiredService<IStateStore>(), services.GetRequiredService<ICommonStore>(), services.GetRequiredService<IAccountStore>(),
            services.GetRequiredService<Mailing>(), services.GetRequiredService<Placement>(), new DayClock(day));
    }

    private sealed class DayClock(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(9, 0), TimeSpan.Zero);
    }
}
