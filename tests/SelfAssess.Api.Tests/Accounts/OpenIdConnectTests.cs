using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Accounts;

/// <summary>Signing in with a real OpenID provider (OpenIddict), which listens on loopback.</summary>
public sealed class OpenIdConnectTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Invited_person_signs_in_with_the_states_own_provider()
    {
        await using var provider = await IdentityProvider.StartAsync();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), provider.Configure);
        var providers = await host.Anonymous().GetFromJsonAsync<JsonElement>("/api/v1/sign-in/providers", TestContext.Current.CancellationToken);
        Assert.Equal("A ministry's own", providers.GetProperty("items")[0].GetProperty("name").GetString());
        await host.Administrator().DoAsync(HttpMethod.Put, "states/OID", new { name = "Demo State" });
        var (link, _) = await host.Administrator().DoAsync(HttpMethod.Post, "invitations", new { email = "officer@example.org", grants = new[] { new { role = "reader", state = "OID" } } });
        provider.Person = ("officer-1", "A. Officer", "somebody.else@example.org");

        // Nobody is let in by an address, or by being known to the provider alone.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(host, new CookieContainer(), new { })).StatusCode);
        var cookies = new CookieContainer();
        var accepted = await SignInAsync(host, cookies, new { invitation = link.GetProperty("secret").GetString(), returnPath = "/welcome" });
        Assert.Equal((HttpStatusCode.Redirect, "/welcome"), (accepted.StatusCode, accepted.Headers.Location?.ToString()));
        var session = await SessionAsync(host, cookies);
        Assert.Equal(("officer@example.org", "A. Officer", "reader"),
            (session.GetProperty("email").GetString(), session.GetProperty("name").GetString(), session.GetProperty("grants")[0].GetProperty("role").GetString()));

        // The next time no invitation is needed; the used one does not let another person in.
        var again = new CookieContainer();
        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(host, again, new { })).StatusCode);
        Assert.Equal("officer@example.org", (await SessionAsync(host, again)).GetProperty("email").GetString());
        provider.Person = ("officer-2", "B. Officer", "officer@example.org");
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(host, new CookieContainer(), new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await SignInAsync(host, new CookieContainer(), new { invitation = link.GetProperty("secret").GetString() })).StatusCode);
    }

    [Fact]
    public async Task Whoever_is_signed_in_adds_the_provider_to_the_own_account()
    {
        await using var provider = await IdentityProvider.StartAsync();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), provider.Configure);
        provider.Person = ("admin-at-home", "The administrator", "x@example.org");
        var cookies = new CookieContainer();
        using var signedIn = await host.CreateDefaultClient(new CookieContainerHandler(cookies)).PostAsJsonAsync("/api/v1/sign-in", new { email = "admin@localhost", password = ApiHost.Password }, TestContext.Current.CancellationToken);
        Assert.True(signedIn.IsSuccessStatusCode);
        var antiforgery = (await signedIn.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("antiforgeryToken").GetString()!;

        // Nothing is added by coming back alone, nor to nobody, nor by a page of somebody else's.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(host, cookies, new { })).StatusCode);
        foreach (var stranger in new[] { host.Anonymous(), host.CreateDefaultClient(new CookieContainerHandler(cookies)) })
        {
            using var refused = await stranger.PostAsJsonAsync("/api/v1/sign-in/providers/ministry", new { add = true }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(host, cookies, new { add = true }, antiforgery)).StatusCode);
        var fresh = new CookieContainer();
        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(host, fresh, new { })).StatusCode);
        Assert.Equal("admin@localhost", (await SessionAsync(host, fresh)).GetProperty("email").GetString());
    }

    [Fact]
    public async Task Invitation_is_accepted_by_whoever_comes_back_and_not_by_the_session_that_was_left_open()
    {
        await using var provider = await IdentityProvider.StartAsync();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), provider.Configure);
        await host.Administrator().DoAsync(HttpMethod.Put, "states/OID", new { name = "Demo State" });
        await host.Administrator().DoAsync(HttpMethod.Put, "states/OIE", new { name = "Another" });
        async Task<string> InviteAsync(string email, string state, string role) =>
            (await host.Administrator().DoAsync(HttpMethod.Post, "invitations", new { email, grants = new[] { new { role, state } } })).Body.GetProperty("secret").GetString()!;
        var left = new CookieContainer();
        using var signedIn = await host.CreateDefaultClient(new CookieContainerHandler(left)).PostAsJsonAsync("/api/v1/sign-in", new { email = "admin@localhost", password = ApiHost.Password }, TestContext.Current.CancellationToken);
        provider.Person = ("officer-1", "A. Officer", "x@example.org");
        await SignInAsync(host, left, new { invitation = await InviteAsync("officer@example.org", "OID", "reader") });
        Assert.Equal("officer@example.org", (await SessionAsync(host, left)).GetProperty("email").GetString());

        // Somebody who signs in there only, and has no password, takes another role in the same way; the invitation of somebody else gives none.
        var cookies = new CookieContainer();
        await SignInAsync(host, cookies, new { invitation = await InviteAsync("officer@example.org", "OIE", "auditor") });
        var grants = (await SessionAsync(host, cookies)).GetProperty("grants").EnumerateArray().Select(g => $"{g.GetProperty("role").GetString()} {g.GetProperty("state").GetString()}").ToArray();
        Assert.Equal(["reader OID", "auditor OIE"], grants);
        var refused = await SignInAsync(host, new CookieContainer(), new { invitation = await InviteAsync("somebody.else@example.org", "OIE", "coordinator") });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(2, (await SessionAsync(host, cookies)).GetProperty("grants").GetArrayLength());
    }

    [Fact]
    public async Task Return_path_leads_nowhere_else_and_an_unknown_provider_is_not_there()
    {
        await using var provider = await IdentityProvider.StartAsync();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), provider.Configure);
        foreach (var path in (string[])["https://evil.example", "//evil.example", "/\\evil.example"])
        {
            Assert.Equal(400, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in/providers/ministry", new { returnPath = path })).Response.StatusCode);
        }

        Assert.Equal(404, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in/providers/other", new { })).Response.StatusCode);
        // Somebody comes back who never left.
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Anonymous().GetAsync("/sign-in/ministry/callback?code=x&state=y", TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>Goes to the provider and back, as a browser does; answers what the program says then.</summary>
    private static async Task<HttpResponseMessage> SignInAsync(ApiHost host, CookieContainer cookies, object body, string? antiforgery = null)
    {
        var browser = host.CreateDefaultClient(new CookieContainerHandler(cookies));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sign-in/providers/ministry") { Content = JsonContent.Create(body) };
        request.Headers.Add(SessionAuthentication.AntiforgeryHeader, antiforgery ?? "");
        using var begin = await browser.SendAsync(request);
        Assert.True(begin.IsSuccessStatusCode, await begin.Content.ReadAsStringAsync());
        var location = (await begin.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("location").GetString()!;
        Assert.Contains("code_challenge_method=S256", location, StringComparison.Ordinal);
        using var toProvider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var back = await toProvider.GetAsync(location);
        Assert.True(back.StatusCode == HttpStatusCode.Redirect, $"{(int)back.StatusCode} {await back.Content.ReadAsStringAsync()}");
        return await browser.GetAsync(back.Headers.Location!.PathAndQuery);
    }

    private static async Task<JsonElement> SessionAsync(ApiHost host, CookieContainer cookies) =>
        await host.CreateDefaultClient(new CookieContainerHandler(cookies)).GetFromJsonAsync<JsonElement>("/api/v1/session");
}
