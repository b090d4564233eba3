using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Tests.Fuzz;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>What is not one's own, and members of a body that nobody asked for.</summary>
public sealed class ForeignThingsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Thing_of_another_state_is_not_there_under_ones_own_address()
    {
        var host = await postgres.SharedApiAsync();
        foreach (var state in (string[])["OWA", "OWB"])
        {
            await host.Administrator().DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Owner {state}" });
            await host.AccountAsync($"reader-{state}@example.org", $"Reader {state}", ApiHost.Granted(Role.Reader, state));
        }

        var (own, other) = (host.Coordinator("OWA"), host.Coordinator("OWB"));
        var (invitation, _) = await other.DoAsync(HttpMethod.Post, "states/OWB/invitations", new { email = "foreign@example.org", grants = new[] { new { role = "reader" } } });
        var person = (await other.DoAsync(HttpMethod.Get, "states/OWB/people")).Body.GetProperty("items").EnumerateArray().First(p => p.GetProperty("email").GetString()!.StartsWith("reader-OWB", StringComparison.Ordinal));
        var (account, grant) = (person.GetProperty("account").GetString(), person.GetProperty("grants")[0].GetProperty("id").GetString());
        await AssertNothingAsync(own, HttpMethod.Delete, $"states/OWA/invitations/{invitation.GetProperty("id").GetString()}", null);
        await AssertNothingAsync(own, HttpMethod.Post, $"states/OWA/people/{account}/grants", new { grants = new[] { new { role = "reader" } } });
        await AssertNothingAsync(own, HttpMethod.Post, $"states/OWA/people/{account}/grants/{grant}/end", new { });
        await AssertNothingAsync(own, HttpMethod.Post, "states/OWA/hand-over", new { account });
        // Nor is one's own thing under another's address.
        await AssertNothingAsync(own, HttpMethod.Delete, $"states/OWB/invitations/{invitation.GetProperty("id").GetString()}", null);
        // It is where it belongs.
        Assert.Equal(204, (int)(await other.CallAsync(HttpMethod.Delete, $"states/OWB/invitations/{invitation.GetProperty("id").GetString()}")).Response.StatusCode);

        static async Task AssertNothingAsync(HttpClient client, HttpMethod method, string path, object? body)
        {
            var (response, problem) = await client.CallAsync(method, path, body);
            var (nowhere, unknown) = await client.CallAsync(method, path.Replace(path.Split('/').First(p => p.Length > 30 || p.StartsWith("OW", StringComparison.Ordinal)), "nothing", StringComparison.Ordinal), body);
            Assert.True((int)response.StatusCode is 404 or 400, $"{path}: {(int)response.StatusCode} {problem}");
            Assert.DoesNotContain("OWB", problem.ToString(), StringComparison.Ordinal);
            Assert.True((int)nowhere.StatusCode is 404 or 400, $"{path}: {(int)nowhere.StatusCode} {unknown}");
        }
    }

    [Fact]
    public async Task Session_and_token_of_another_account_are_not_there()
    {
        var host = await postgres.SharedApiAsync();
        var (one, other) = (host.With(await host.TokenAsync([ApiHost.Granted(Role.Presidency)])).Client, host.With(await host.TokenAsync([ApiHost.Granted(Role.Presidency)])).Client);
        var token = (await other.DoAsync(HttpMethod.Get, "account/tokens")).Body.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal(404, (int)(await one.CallAsync(HttpMethod.Delete, $"account/tokens/{token}")).Response.StatusCode);
        Assert.Equal(200, (int)(await other.CallAsync(HttpMethod.Get, "account/tokens")).Response.StatusCode);
        await host.AccountAsync("sessions@example.org", "Sessions", ApiHost.Granted(Role.Presidency));
        using var browser = host.CreateClient();
        await browser.DoAsync(HttpMethod.Post, "sign-in", new { email = "sessions@example.org", password = ApiHost.Password });
        var session = (await browser.DoAsync(HttpMethod.Get, "account/sessions")).Body.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal(404, (int)(await one.CallAsync(HttpMethod.Delete, $"account/sessions/{session}")).Response.StatusCode);
        Assert.Equal(200, (int)(await browser.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);
    }

    [Fact]
    public async Task Member_that_is_not_described_is_refused_in_every_body()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().CallAsync(HttpMethod.Put, "states/MAS", new { name = "Mass Land" });
        using var http = host.Anonymous();
        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var table = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Security", "access.csv")).Select(l => l.Split(',')).ToArray();
        var bodies = new BodyMaker(document, new Random(5), _ => null, plain: true);
        var tried = 0;
        foreach (var operation in document.Operations.Where(o => o.ContentType == "application/json"))
        {
            var line = table.Single(l => l[0] == $"{operation.Method} {operation.Path.TrimStart('/')}");
            var role = Enum.GetValues<Role>().First(r => line[Array.IndexOf(table[0], r.ToString().ToLowerInvariant())] == "yes");
            var client = role is Role.Administrator ? host.Administrator() : role == Role.Presidency ? host.Presidency() : role == Role.Respondent ? host.Respondent("MAS", "customs") : host.Coordinator("MAS");
            foreach (var member in (string[])["isAdministrator", "tenant", "Id", "__proto__"])
            {
                var body = bodies.Of(operation.Body!, "")!.AsObject();
                body[member] = true;
                using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), operation.Path.Replace("{state}", "MAS", StringComparison.Ordinal).Replace("{entity}", "customs", StringComparison.Ordinal)
                    .Replace("{account}", new string('0', 32), StringComparison.Ordinal).Replace("{grant}", Guid.Empty.ToString(), StringComparison.Ordinal))
                {
                    Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
                };
                request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"1\""));
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                Assert.True((int)response.StatusCode == 400 && problem.GetProperty("errors").EnumerateArray().Any(e => e.GetProperty("name").GetString() == member && e.GetProperty("code").GetString() == "unknownField"),
                    $"{operation.Id} {member}: {(int)response.StatusCode} {problem}");
                tried++;
            }
        }

        Assert.InRange(tried, 100, 1000);
    }
}
