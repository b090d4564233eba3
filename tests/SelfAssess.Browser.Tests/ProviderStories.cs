using System.Text.RegularExpressions;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>Signing in at another identity provider, through the browser: there and back.</summary>
public sealed partial class ProviderStories(BrowserFixture fixture)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invitation_is_accepted_with_the_states_own_provider_and_a_stranger_is_told_so(bool script)
    {
        await using var provider = await IdentityProvider.StartAsync();
        var (api, address) = await ApiHost.ListenAsync(await fixture.CreateDatabaseAsync(), provider.Configure);
        await using var _ = api;
        await api.Administrator().DoAsync(HttpMethod.Put, "states/OID", new { name = "Demo State" });
        var (made, _) = await api.Administrator().DoAsync(HttpMethod.Post, "invitations", new { email = "officer@example.org", grants = new[] { new { role = "reader", state = "OID" } } });
        provider.Person = ("officer", "A. Officer", "elsewhere@example.org");
        await using var context = await fixture.OpenAsync(script: script, address: address);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in?return=/profile");
        await page.ClickAsync("main .btn-quiet");
        await Assertions.Expect(page.Locator(".error-summary")).ToContainTextAsync("That sign-in is not known here.");

        await page.GotoAsync(made.GetProperty("link").GetString()!);
        if (!script)
        {
            await page.FillAsync("#secret", address + made.GetProperty("link").GetString()![1..]);
        }

        await page.ClickAsync("main .btn-quiet");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("A. Officer");
        await page.ClickAsync("[data-sign-out] button");
        await page.GotoAsync("/sign-in?return=/profile");
        await page.ClickAsync("main .btn-quiet");
        await Assertions.Expect(page).ToHaveURLAsync(Profile());
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("officer@example.org");
    }

    [GeneratedRegex("/profile$")]
    private static partial Regex Profile();
}
