using SelfAssess.Dashboard;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>The dashboard as a program of its own, in front of an api elsewhere.</summary>
public sealed class StandaloneTests(BrowserFixture fixture)
{
    private const string Key = "a long random text, the same on both sides";

    [Fact]
    public async Task Dashboard_runs_on_its_own_and_speaks_for_its_browsers()
    {
        var (api, address) = await ApiHost.ListenAsync(await fixture.CreateDatabaseAsync(), b => b.UseSetting("SelfAssess:Dashboard:Key", Key));
        await using var _ = api;
        await using var app = Standalone.Build(["--urls", "http://127.0.0.1:0", "--SelfAssess:Dashboard:Api", address.ToString(), "--SelfAssess:Dashboard:Key", Key, "--Logging:LogLevel:Default", "Warning"])!;
        await app.StartAsync(TestContext.Current.CancellationToken);
        await using var context = await fixture.OpenAsync(address: new Uri(app.Urls.Single()));
        var page = await context.NewPageAsync();
        await page.GotoAsync("/profile/sessions");
        await page.FillAsync("#email", "admin@localhost");
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        // The browser that the session is of, not the dashboard.
        await Assertions.Expect(page.Locator("tbody th")).ToContainTextAsync("Chrome");
        var missing = await page.GotoAsync("/nothing-here");
        Assert.Equal(404, missing!.Status);
        await page.ClickAsync("[data-sign-out] button, .product");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("What is expected of you");
    }

    [Fact]
    public void Dashboard_without_an_api_does_not_start() => Assert.Null(Standalone.Build([]));

    [Fact]
    public async Task Whoever_has_no_key_speaks_for_nobody_else()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fixture.Address, "/api/v1/sign-in"))
        {
            Headers = { { "X-Forwarded-For", "203.0.113.7" }, { "X-Forwarded-Host", "evil.example" }, { "X-SelfAssess-Dashboard", "not the key" } },
            Content = System.Net.Http.Json.JsonContent.Create(new { email = fixture.World.Newcomer().Email, password = ApiHost.Password }),
        };
        using var client = new HttpClient();
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        using var list = new HttpRequestMessage(HttpMethod.Get, new Uri(fixture.Address, "/api/v1/account/sessions"));
        list.Headers.TryAddWithoutValidation("Cookie", answer.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
        using var sessions = await client.SendAsync(list, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("203.0.113.7", await sessions.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
