using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Tests.Fuzz;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>What another site can make a browser do with somebody's session: nothing.</summary>
public sealed class CrossSiteTests(PostgresFixture postgres, ListeningApi api) : IClassFixture<ListeningApi>
{
    [Fact]
    public async Task Every_change_that_comes_with_a_cookie_alone_is_refused()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().CallAsync(HttpMethod.Put, "states/CSF", new { name = "Forgotten Land" });
        using var http = host.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false });
        var cookies = new Dictionary<Role, string>();
        foreach (var role in Enum.GetValues<Role>())
        {
            var ofState = role is Role.Administrator or Role.Presidency ? null : "CSF";
            await host.AccountAsync($"forged-{role}@example.org", $"Forged {role}", ApiHost.Granted(role, ofState, role == Role.Respondent ? "customs" : null));
            using var signedIn = await http.PostAsJsonAsync("/api/v1/sign-in", new { email = $"forged-{role}@example.org", password = ApiHost.Password }, TestContext.Current.CancellationToken);
            cookies[role] = string.Join("; ", signedIn.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]).Where(c => !c.EndsWith('=')));
        }

        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var table = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Security", "access.csv")).Select(l => l.Split(',')).ToArray();
        var tried = 0;
        foreach (var operation in document.Operations.Where(o => !o.Reads))
        {
            var line = table.Single(l => l[0] == $"{operation.Method} {operation.Path.TrimStart('/')}");
            // What anyone may send needs nobody's cookie.
            if (line[Array.IndexOf(table[0], "anonymous")] == "yes")
            {
                continue;
            }

            var role = Enum.GetValues<Role>().First(r => line[Array.IndexOf(table[0], r.ToString().ToLowerInvariant())] == "yes");
            foreach (var token in (string?[])[null, "forged"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), operation.Path.Replace("{state}", "CSF", StringComparison.Ordinal).Replace("{entity}", "customs", StringComparison.Ordinal));
                request.Headers.Add("Cookie", cookies[role]);
                request.Headers.Add("Origin", "https://evil.example");
                if (token is not null)
                {
                    request.Headers.Add(SessionAuthentication.AntiforgeryHeader, token);
                }

                request.Content = operation.ContentType is { } type ? new StringContent("{}", Encoding.UTF8, type) : null;
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True((int)response.StatusCode == 400 && text.Contains("urn:selfassess:problem:antiforgery", StringComparison.Ordinal), $"{operation.Id}: {(int)response.StatusCode} {text}");
                Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
                tried++;
            }
        }

        Assert.InRange(tried, 100, 1000);
    }

    [Fact]
    public async Task No_body_that_a_form_of_another_site_can_send_is_taken()
    {
        var host = await postgres.SharedApiAsync();
        using var http = host.Anonymous();
        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        foreach (var operation in document.Operations.Where(o => o.ContentType is not null))
        {
            foreach (var type in (string[])["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), operation.Path.Replace("{state}", "CSF", StringComparison.Ordinal)) { Content = new ByteArrayContent("{}"u8.ToArray()) };
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True((int)response.StatusCode == 415, $"{operation.Id} {type}: {(int)response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Another_site_is_permitted_nothing_beforehand()
    {
        using var http = (await postgres.SharedApiAsync()).Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/cycles/x");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "PUT");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(response.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/language", "language=fr&return=/")]
    [InlineData("/scheme", "scheme=dark&return=/")]
    [InlineData("/sign-out", "")]
    [InlineData("/sign-in", "_handler=password&email=a%40example.org&password=x")]
    public async Task Form_without_its_token_is_refused(string address, string form)
    {
        using var browser = api.Browser();
        using var response = await browser.PostAsync(address, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"), TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.Contains("language", StringComparison.Ordinal) || c.Contains("scheme", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\tevil")]
    [InlineData("javascript:alert(1)")]
    public async Task Return_leads_to_our_own_pages_only(string back)
    {
        using var browser = api.Browser();
        var page = await browser.GetStringAsync($"/sign-in?return={Uri.EscapeDataString(back)}", TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("(href|action|value)=\"(https?:)?(//|/\\\\)?evil", page.Replace("javascript:alert", "evil", StringComparison.Ordinal));
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        foreach (var (address, choice) in (ValueTuple<string, string>[])[("/language", "language"), ("/scheme", "scheme")])
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, [choice] = "fr", ["return"] = back });
            using var response = await browser.PostAsync(address, form, TestContext.Current.CancellationToken);
            Assert.Equal((302, "/"), ((int)response.StatusCode, response.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task Host_that_a_client_makes_up_stands_in_no_answer()
    {
        using var http = api.Browser();
        foreach (var (method, address) in (ValueTuple<string, string>[])[("GET", "/"), ("GET", "/releases"), ("GET", "/sign-in"), ("GET", "/openapi/v1.json"), ("POST", "/api/v1/password-resets")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), address) { Content = method == "POST" ? JsonContent.Create(new { email = "nobody@example.org" }) : null };
            request.Headers.Host = "evil.example";
            request.Headers.Add("X-Forwarded-Host", "evil.example");
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("evil.example", response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }
}
