using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>What keeps a browser from making more of an answer than it is, on every kind of answer.</summary>
public sealed class HeaderTests(PostgresFixture postgres, ListeningApi api) : IClassFixture<ListeningApi>
{
    [Theory]
    [InlineData("a page", "/sign-in", 200)]
    [InlineData("a page that is not", "/nothing", 404)]
    [InlineData("a redirect of a page", "/releases", 302)]
    [InlineData("data", "/api/v1/cycles", 200)]
    [InlineData("a list of a State's own", "/api/v1/states/HEA/invitations", 200)]
    [InlineData("nobody signed in", "/api/v1/accounts?anonymous", 401)]
    [InlineData("what is not there", "/api/v1/releases/nothing", 404)]
    [InlineData("an address that is none", "/api/v1/nowhere", 404)]
    [InlineData("a bad request", "/api/v1/cycles?limit=none", 400)]
    [InlineData("a table", "/api/v1/register.csv", 200)]
    [InlineData("a file through the pages", "/files/register.csv", 200)]
    [InlineData("a file through the pages that is not", "/files/releases/nothing/charts/trend.svg", 404)]
    [InlineData("what pages load", "/assets/nothing.css", 404)]
    [InlineData("the description", "/openapi/v1.json", 200)]
    [InlineData("the reference", "/docs/", 200)]
    [InlineData("the queue", "/jobs", 200)]
    [InlineData("the health", "/health/live", 200)]
    public async Task Every_answer_says_what_a_browser_may_do_with_it(string kind, string address, int status)
    {
        var host = api.Host;
        await host.Administrator().CallAsync(HttpMethod.Put, "states/HEA", new { name = "Headland" });
        using var browser = api.Browser();
        if (address.StartsWith("/files/", StringComparison.Ordinal))
        {
            // Pages know cookies only.
            await browser.DoAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = ApiHost.Password });
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address.Replace("?anonymous", "", StringComparison.Ordinal));
        request.Headers.Accept.ParseAdd(address.StartsWith("/api", StringComparison.Ordinal) ? "application/json" : "text/html");
        if (!address.Contains("anonymous", StringComparison.Ordinal) && !kind.Contains("page", StringComparison.Ordinal))
        {
            request.Headers.Authorization = (address.Contains("/states/", StringComparison.Ordinal) ? host.Coordinator("HEA") : host.Administrator()).DefaultRequestHeaders.Authorization;
        }

        using var response = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{kind}: {(int)response.StatusCode}");
        string Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        var policy = Header("Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy.Replace("default-src 'self'", kind is "the reference" or "the queue" ? "default-src 'none'" : "", StringComparison.Ordinal), StringComparison.Ordinal);
        if (!address.StartsWith("/files/", StringComparison.Ordinal) || status != 200)
        {
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        }

        Assert.Equal("", Header("Server") + Header("X-Powered-By") + Header("Access-Control-Allow-Origin"));
        Assert.True(response.Headers.CacheControl is { NoStore: true } or { NoCache: true } or { Private: true } or { Public: true }, $"{kind}: {response.Headers.CacheControl}");
        if (status >= 400 || address.Contains("/states/", StringComparison.Ordinal))
        {
            Assert.True(response.Headers.CacheControl!.NoStore, $"{kind}: {response.Headers.CacheControl}");
        }
    }

    [Fact]
    public async Task Pages_run_no_script_that_is_written_into_them()
    {
        using var browser = api.Browser();
        foreach (var page in (string[])["/sign-in", "/password-reset", "/invitation", "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.Accept.ParseAdd("text/html");
            using var response = await browser.SendAsync(request, TestContext.Current.CancellationToken);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotMatch("<script(?![^>]* src=)", html);
            Assert.DoesNotMatch(" on[a-z]+=\"", html);
        }
    }

    [Fact]
    public async Task Session_cookie_is_for_the_program_alone_and_for_encrypted_connections_where_there_are_such()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        foreach (var scheme in (string[])["http", "https"])
        {
            using var client = host.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false, BaseAddress = new Uri($"{scheme}://localhost") });
            var (response, _) = await client.CallAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = ApiHost.Password });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var cookies = response.Headers.GetValues("Set-Cookie").Where(c => c.StartsWith("selfassess-", StringComparison.Ordinal) && !c.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal)).ToArray();
            Assert.Equal(2, cookies.Length);
            Assert.All(cookies, c => Assert.Contains("httponly", c, StringComparison.OrdinalIgnoreCase));
            Assert.All(cookies, c => Assert.Matches("(?i)samesite=(lax|strict)", c));
            Assert.All(cookies, c => Assert.DoesNotContain("domain=", c, StringComparison.OrdinalIgnoreCase));
            Assert.All(cookies, c => Assert.Equal(scheme == "https", c.Contains("; secure", StringComparison.OrdinalIgnoreCase)));
        }
    }
}
