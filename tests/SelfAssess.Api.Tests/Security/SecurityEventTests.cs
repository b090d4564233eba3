using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>What whoever watches over a deployment sees, and what they do not.</summary>
public sealed class SecurityEventTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Signing_in_and_what_is_refused_are_logged_without_names()
    {
        var log = new LogLines();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b =>
        {
            b.UseSetting("Logging:LogLevel:SelfAssess", "Information");
            b.ConfigureServices(s => s.AddSingleton<ILoggerProvider>(log));
        });
        await host.Administrator().DoAsync(HttpMethod.Put, "states/EVE", new { name = "Eventland" });
        using var browser = host.CreateClient();
        await browser.DoAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = ApiHost.Password });
        await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = "typed by mistake" });
        await host.Coordinator("OTH").CallAsync(HttpMethod.Get, "states/EVE/assessments");
        await host.Presidency().CallAsync(HttpMethod.Get, "accounts");
        await browser.CallAsync(HttpMethod.Post, "account/sessions/end-others");
        var lines = log.Written.ToArray();
        Assert.Contains(lines, l => l.StartsWith("Account ", StringComparison.Ordinal) && l.EndsWith(" signed in.", StringComparison.Ordinal));
        Assert.Contains("Signing in was refused: wrong-credentials.", lines);
        Assert.Contains(lines, l => l.StartsWith("listAssessments was refused", StringComparison.Ordinal) && l.EndsWith(": Unknown.", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("listAccounts was refused", StringComparison.Ordinal) && l.EndsWith(": Forbidden.", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("endOtherSessions was refused", StringComparison.Ordinal) && l.EndsWith(": antiforgery.", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("refused", StringComparison.Ordinal) && (l.Contains("EVE", StringComparison.Ordinal) || l.Contains("admin@", StringComparison.Ordinal) || l.Contains("typed by mistake", StringComparison.Ordinal)));
    }
}
