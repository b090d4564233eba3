using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using FastEndpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>
/// Every endpoint with every kind of caller, over HTTP, against the reviewed table access.csv. A new endpoint without a row fails; a decision is changed
/// by changing its row, where a reviewer sees it.
/// </summary>
public sealed partial class AccessTableTests(PostgresFixture postgres)
{
    private static readonly string[] callers =
    [
        "anonymous", "no role", "administrator", "presidency", "coordinator", "respondent", "respondent of another entity", "reader", "auditor",
        "coordinator of another State", "ended coordinator", "future coordinator", "disabled administrator", "reading administrator", "reading coordinator",
    ];

    [Fact]
    public async Task Every_endpoint_admits_whom_the_table_says_and_nobody_else()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), ShowDecisions);
        var table = Table().ToDictionary(r => r[0], r => r[1..], StringComparer.Ordinal);
        var endpoints = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<EndpointDefinition>() is not null)
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText!.TrimStart('/')}")).Order(StringComparer.Ordinal).ToArray();
        var tokens = await TokensAsync(host);
        var actual = new List<string>();
        using var client = host.Anonymous();
        foreach (var endpoint in endpoints)
        {
            var decisions = new List<string>();
            foreach (var caller in callers)
            {
                decisions.Add(await AskAsync(client, endpoint, tokens[caller]));
            }

            actual.Add($"{endpoint},{string.Join(',', decisions)}");
        }

        // What the program does, to be compared with what was reviewed; written beside the tests for whoever changes it on purpose.
        await File.WriteAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "access.actual.csv"), [$"endpoint,{string.Join(',', callers)}", .. actual], TestContext.Current.CancellationToken);
        Assert.Equal(endpoints, table.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(table.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key},{string.Join(',', r.Value)}"), actual);
    }

    [Fact]
    public void Endpoint_without_a_declaration_admits_nobody()
    {
        var everything = new Caller(new Account(), [.. Enum.GetValues<Role>().Select(r => new Grant(Guid.NewGuid(), r, null, null, default, null))], ReadOnly: false);
        Assert.Equal(Admission.Forbidden, Gate.Decide(null, everything, null, null, publicReleases: true, reads: true));
        Assert.Equal(Admission.SignInFirst, Gate.Decide(null, null, null, null, publicReleases: true, reads: true));
    }

    [Fact]
    public async Task Releases_are_open_to_anyone_only_where_the_deployment_says_so()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.UseSetting(Gate.PublicReleases, "true"));
        Assert.Equal(200, (int)(await host.Anonymous().CallAsync(HttpMethod.Get, "releases")).Response.StatusCode);
        Assert.Equal(401, (int)(await host.Anonymous().CallAsync(HttpMethod.Get, "cycles")).Response.StatusCode);
    }

    [Fact]
    public async Task Address_of_another_state_answers_as_one_that_is_not()
    {
        var host = await postgres.SharedApiAsync();
        await host.Whoever().OpenCycleAsync("stranger");
        await host.Whoever().AssessAsync("STR", "stranger", "some");
        await host.Whoever().OpenRoundAsync(await BegunAsync(host), "stranger", "customs");
        var stranger = host.Coordinator("ELS");
        foreach (var path in (string[])["", "/result", "/progress", "/history", "/export", "/round", "/responses", "/responses/customs", "/divergence", "/reconciliation", "/consent", "/charts/profile.svg", "/charts/comparison.svg"])
        {
            var (known, one) = await stranger.CallAsync(HttpMethod.Get, $"states/STR/assessments/stranger{path}");
            var (unknown, other) = await stranger.CallAsync(HttpMethod.Get, $"states/NIL/assessments/nothing{path}");
            Assert.Equal((404, 404), ((int)known.StatusCode, (int)unknown.StatusCode));
            Assert.Equal(Told(one), Told(other));
            Assert.Equal(known.Headers.Select(h => h.Key), unknown.Headers.Select(h => h.Key));
        }

        // And within one State, of an entity whose respondent one is not.
        var customs = host.Respondent("STQ", "customs");
        var (there, said) = await customs.CallAsync(HttpMethod.Get, "states/STQ/assessments/stranger/responses/police");
        var (nowhere, silent) = await customs.CallAsync(HttpMethod.Get, "states/STQ/assessments/stranger/responses/nobody");
        Assert.Equal((404, 404, Told(said)), ((int)there.StatusCode, (int)nowhere.StatusCode, Told(silent)));

        static string Told(System.Text.Json.JsonElement problem) =>
            string.Join('|', problem.EnumerateObject().Where(p => p.Name != "traceId").Select(p => p.ToString()));

        static async Task<string> BegunAsync(ApiHost host)
        {
            await host.Whoever().BeginAsync("STQ", "stranger");
            return "STQ";
        }
    }

    private static async Task<Dictionary<string, string?>> TokensAsync(ApiHost host)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        async Task<string?> Of(params Grant[] grants) => await host.TokenAsync(grants);
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["anonymous"] = null,
            ["no role"] = await Of(),
            ["administrator"] = await Of(ApiHost.Granted(Role.Administrator)),
            ["presidency"] = await Of(ApiHost.Granted(Role.Presidency)),
            ["coordinator"] = await Of(ApiHost.Granted(Role.Coordinator, "OWN")),
            ["respondent"] = await Of(ApiHost.Granted(Role.Respondent, "OWN", "customs")),
            ["respondent of another entity"] = await Of(ApiHost.Granted(Role.Respondent, "OWN", "police")),
            ["reader"] = await Of(ApiHost.Granted(Role.Reader, "OWN")),
            ["auditor"] = await Of(ApiHost.Granted(Role.Auditor, "OWN")),
            ["coordinator of another State"] = await Of(ApiHost.Granted(Role.Coordinator, "OTH")),
            ["ended coordinator"] = await Of(ApiHost.Granted(Role.Coordinator, "OWN") with { Until = today.AddDays(-1) }),
            ["future coordinator"] = await Of(ApiHost.Granted(Role.Coordinator, "OWN") with { From = today.AddDays(2) }),
            ["disabled administrator"] = await host.TokenAsync([ApiHost.Granted(Role.Administrator)], disabled: true),
            ["reading administrator"] = await host.TokenAsync([ApiHost.Granted(Role.Administrator)], readOnly: true),
            ["reading coordinator"] = await host.TokenAsync([ApiHost.Granted(Role.Coordinator, "OWN")], readOnly: true),
        };
    }

    /// <summary>Sends a request that no handler can carry out, and answers what the gate decided.</summary>
    private static async Task<string> AskAsync(HttpClient client, string endpoint, string? token)
    {
        var (method, route) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        var path = Parameter().Replace(route, m => m.Value switch { "{state}" => "OWN", "{entity}" => "customs", _ => "nothing" });
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), "/" + path);
        if (method is not ("GET" or "DELETE"))
        {
            request.Content = new StringContent("not json");
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(route.EndsWith("register/import", StringComparison.Ordinal) ? "text/csv" : "application/json");
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request);
        var decision = response.Headers.GetValues("Admission").Single();
        Assert.Equal(decision switch { "SignInFirst" => 401, "Forbidden" => 403, "Unknown" => 404, _ => 0 }, decision == "Admitted" ? 0 : (int)response.StatusCode);
        return decision switch { "Admitted" => "yes", "SignInFirst" => "401", "Forbidden" => "403", _ => "404" };
    }

    private static IEnumerable<string[]> Table() =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Security", "access.csv")).Skip(1).Select(l => l.Split(','));

    private static void ShowDecisions(IWebHostBuilder builder) => builder.ConfigureServices(s => s.AddSingleton<IStartupFilter>(new DecisionFilter()));

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    /// <summary>Tells the gate's decision in a header, apart from what a handler then answers.</summary>
    private sealed class DecisionFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Items[Gate.DecisionItem] is { } decision)
                    {
                        context.Response.Headers["Admission"] = Convert.ToString(decision, CultureInfo.InvariantCulture);
                    }

                    return Task.CompletedTask;
                });
                return following(context);
            });
            next(app);
        };
    }
}
