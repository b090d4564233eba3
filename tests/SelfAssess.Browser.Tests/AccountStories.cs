using System.Text.RegularExpressions;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>What people do about their accounts.</summary>
public sealed partial class AccountStories(BrowserFixture fixture)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invitation_is_accepted_by_its_link_with_and_without_a_script(bool script)
    {
        var email = $"invited-{script}@example.org".ToLowerInvariant();
        var (made, _) = await fixture.Api.Coordinator(World.State).DoAsync(HttpMethod.Post, $"states/{World.State}/invitations",
            new { email, language = "fr", grants = new[] { new { role = "respondent", entity = "police" } } });
        await using var context = await fixture.OpenAsync(script: script);
        var page = await context.NewPageAsync();
        await page.GotoAsync(made.GetProperty("link").GetString()!);
        if (!script)
        {
            await page.FillAsync("#secret", fixture.Address + made.GetProperty("link").GetString()![1..]);
        }

        await page.FillAsync("#name", "Irène Invitée");
        await page.FillAsync("#password", "short");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary a")).ToHaveTextAsync("The password is too short; it needs 12 characters or more.");
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");

        // In the language of the invitation, unless another one was chosen here.
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Ce qui est attendu de vous");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("Irène Invitée");
    }

    [Fact]
    public async Task Second_factor_is_set_up_asked_for_and_taken_away()
    {
        var email = await fixture.Api.AccountAsync("factor@example.org", "Farid Factor");
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/profile/second-factor");
        await SignInAsync(page, email);
        await Assertions.Expect(page).ToHaveURLAsync(SecondFactor());
        await page.ClickAsync("main .btn-primary");
        var key = (await page.Locator(".secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".qr svg")).ToBeVisibleAsync();
        await page.FillAsync("#code", "000000");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary")).ToContainTextAsync("The code is wrong");
        await page.FillAsync("#code", Authenticator.CodeOf(key));
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        var recovery = await page.Locator(".codes code").First.InnerTextAsync();

        await page.ClickAsync("[data-sign-out] button");
        await Assertions.Expect(page.Locator("[role=status]")).ToContainTextAsync("You are signed out");
        await SignInAsync(page, email);
        await page.FillAsync("#code", "111111");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".field-error")).ToContainTextAsync("This code is wrong");
        await page.FillAsync("#code", recovery);
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("Farid Factor");

        await page.GotoAsync("/profile/second-factor");
        await page.FillAsync("#password", ApiHost.Password);
        await page.FillAsync("#code", Authenticator.CodeOf(key, 1));
        await page.ClickAsync("main .btn-quiet");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Set up a second factor");
    }

    [Fact]
    public async Task Token_is_made_shown_once_used_and_revoked()
    {
        var email = await fixture.Api.AccountAsync("token@example.org", "Tara Token", ApiHost.Granted(Role.Presidency));
        await using var context = await fixture.OpenAsync(new Visitor(email));
        var page = await context.NewPageAsync();
        await page.GotoAsync("/profile/tokens");
        await page.FillAsync("#days", "many");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary li")).ToHaveTextAsync(["Enter a name.", "Enter a number of days from 1 to 365."]);
        await page.FillAsync("#name", "Statistics");
        await page.FillAsync("#days", "30");
        await page.ClickAsync("main .btn-primary");
        var token = await page.Locator(".secret").InnerTextAsync();
        Assert.Equal(200, (int)(await fixture.Api.With(token).Client.GetAsync("cycles", null)).Response.StatusCode);
        await page.GotoAsync("/profile/tokens");
        await Assertions.Expect(page.Locator(".secret")).ToHaveCountAsync(0);
        await page.ClickAsync("tbody .link-button");
        await Assertions.Expect(page.Locator(".empty")).ToBeVisibleAsync();
        Assert.Equal(401, (int)(await fixture.Api.With(token).Client.GetAsync("cycles", null)).Response.StatusCode);
    }

    [Fact]
    public async Task Name_language_and_password_are_changed_and_other_sessions_end()
    {
        var email = await fixture.Api.AccountAsync("changes@example.org", "Old Name");
        await using var elsewhere = await fixture.OpenAsync();
        var other = await elsewhere.NewPageAsync();
        await other.GotoAsync("/sign-in");
        await SignInAsync(other, email);
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await SignInAsync(page, email);
        await page.GotoAsync("/profile/name");
        await page.FillAsync("#name", "New Name");
        await page.SelectOptionAsync("#language", "ru");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Моя учётная запись");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("New Name");

        await page.GotoAsync("/profile/password");
        await page.FillAsync("#current", "not the password");
        await page.FillAsync("#password", "another long password");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".field-error")).ToHaveTextAsync(new Regex("Текущий пароль неверен", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.FillAsync("#current", ApiHost.Password);
        await page.FillAsync("#password", "another long password");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("[role=status]")).ToBeVisibleAsync();
        await other.GotoAsync("/profile");
        await Assertions.Expect(other.Locator("h1")).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task Password_that_was_forgotten_is_set_anew_by_a_link()
    {
        var email = await fixture.Api.AccountAsync("forgot@example.org", "Fatima Forgot");
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/password-reset");
        await page.FillAsync("#email", email);
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Look at your mail");
        var people = (await fixture.Api.Administrator().DoAsync(HttpMethod.Get, "accounts?limit=200")).Body.GetProperty("items").EnumerateArray();
        var account = people.Single(p => p.GetProperty("email").GetString() == email).GetProperty("account").GetString();
        var (link, _) = await fixture.Api.Administrator().DoAsync(HttpMethod.Post, $"accounts/{account}/password-reset");
        await page.GotoAsync(link.GetProperty("link").GetString()!);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Choose a new password");
        await page.FillAsync("#password", "a password after the reset");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("[role=status]")).ToContainTextAsync("Sign in with your address");
        await page.GotoAsync(link.GetProperty("link").GetString()!);
        await page.FillAsync("#password", "a password after the reset");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary")).ToContainTextAsync("This link was used already");
    }

    [Fact]
    public async Task Sign_in_leads_back_to_where_one_wanted_and_nowhere_else()
    {
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in?return=https://elsewhere.example/");
        await SignInAsync(page, fixture.World.Reader.Email);
        Assert.Equal(fixture.Address.ToString(), page.Url);
    }

    [Fact]
    public async Task Language_and_colours_are_chosen_on_any_page_without_a_script()
    {
        await using var context = await fixture.OpenAsync(script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in?left=true");
        await page.ClickAsync(".masthead summary");
        await page.ClickAsync("button[value=ar]");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await Assertions.Expect(page.Locator("[role=status]")).ToBeVisibleAsync();
        await page.ClickAsync(".foot summary");
        await page.ClickAsync("button[value=dark]");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-scheme", "dark");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ar");
    }

    [Fact]
    public async Task Form_of_another_site_is_refused()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Reader);
        var answer = await context.APIRequest.PostAsync("/sign-out", new() { Form = context.APIRequest.CreateFormData() });
        Assert.Equal(400, answer.Status);
        Assert.Contains("This page was open for too long", await answer.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await context.APIRequest.GetAsync("/api/v1/session")).Status);
    }

    private static async Task SignInAsync(IPage page, string email)
    {
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");
    }

    [GeneratedRegex("/profile/second-factor$")]
    private static partial Regex SecondFactor();
}
