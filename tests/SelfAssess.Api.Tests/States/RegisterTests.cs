using System.Net;
using System.Text;
using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.States;

public sealed class RegisterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Exported_register_imported_elsewhere_is_the_same_to_the_byte()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var other = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (client, elsewhere) = (host.Administrator(), other.Administrator());
        await client.DoAsync(HttpMethod.Put, "states/XAA", new
        {
            name = "Demo State, \"A\"",
            names = new { ar = "دولة تجريبية", zh = "示范国" },
            m49 = "901",
            regionalGroup = "asiaPacific",
            unitedNations = "member",
            att = new { status = "stateParty", signedOn = "2013-06-03", consentedOn = "2014-09-01", inForceOn = "2014-12-24" },
        });
        await client.DoAsync(HttpMethod.Put, "states/XBB", new { name = "Demo State B" });
        var table = await ExportAsync(client);
        var (status, report) = await ImportAsync(elsewhere, table.Csv, (await ExportAsync(elsewhere)).ETag);
        Assert.Equal((HttpStatusCode.OK, 2), (status, report.GetProperty("added").GetInt32()));
        Assert.Equal(table.Csv, (await ExportAsync(elsewhere)).Csv);
        var (_, again) = await ImportAsync(elsewhere, table.Csv, (await ExportAsync(elsewhere)).ETag);
        Assert.Equal((0, 0, 2), (again.GetProperty("added").GetInt32(), again.GetProperty("changed").GetInt32(), again.GetProperty("unchanged").GetInt32()));
    }

    [Fact]
    public async Task Columns_that_are_left_out_stay_as_they_are()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Administrator();
        await client.DoAsync(HttpMethod.Put, "states/XCC", new { name = "Demo State C", regionalGroup = "africa", att = new { status = "signatory" } });
        var (_, report) = await ImportAsync(client, "code,fr\r\nXCC,État fictif C\r\n", (await ExportAsync(client)).ETag);
        Assert.Equal(1, report.GetProperty("changed").GetInt32());
        var (state, _) = await client.DoAsync(HttpMethod.Get, "states/XCC");
        Assert.Equal(("africa", "signatory", "État fictif C"),
            (state.GetProperty("regionalGroup").GetString(), state.GetProperty("att").GetProperty("status").GetString(), state.GetProperty("names").GetProperty("fr").GetString()));
    }

    [Fact]
    public async Task Table_with_problems_changes_nothing_and_each_is_named_with_its_line()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Administrator();
        var table = "code,en,regionalGroup,attStatus,attSignedOn,colour\nXDD,Demo State D,africa,,,\nxdd,Small,,,,\nXEE,,,,,\nXFF,F,moon,stateParty,yesterday,\nXDD,Again,,,2014-01-01,\n";
        var (status, problem) = await ImportAsync(client, table, (await ExportAsync(client)).ETag);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["line 1, column 6", "line 3, code", "line 4, en", "line 5, attSignedOn", "line 5, regionalGroup", "line 6, attSignedOn", "line 6, code"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()).Order(StringComparer.Ordinal).Distinct());
        Assert.Empty((await client.DoAsync(HttpMethod.Get, "states")).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Import_over_a_register_that_has_changed_is_refused()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Administrator();
        var seen = await ExportAsync(client);
        await client.DoAsync(HttpMethod.Put, "states/XGG", new { name = "Demo State G" });
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ImportAsync(client, "code,en\nXGG,Other\n", seen.ETag)).Status);
        Assert.Equal(428, (int)(await ImportAsync(client, "code,en\nXGG,Other\n", null)).Status);
        var (_, dry) = await ImportAsync(client, "code,en\nXGG,Other\nXHH,New\n", (await ExportAsync(client)).ETag, "?dryRun=true");
        Assert.Equal((1, 1, true), (dry.GetProperty("added").GetInt32(), dry.GetProperty("changed").GetInt32(), dry.GetProperty("dryRun").GetBoolean()));
        Assert.Equal("Demo State G", (await client.DoAsync(HttpMethod.Get, "states/XGG")).Body.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("code\n\"XAA\n")]
    [InlineData("name\nA\n")]
    [InlineData("code,code\nXAA,XAA\n")]
    [InlineData("code,en\nXAA,a\0b\n")]
    public async Task Table_that_is_none_is_refused(string table)
    {
        var client = (await postgres.SharedApiAsync()).Administrator();
        var (status, problem) = await ImportAsync(client, table, (await ExportAsync(client)).ETag);
        Assert.True(status == HttpStatusCode.BadRequest, $"{status} {problem}");
    }

    [Fact]
    public async Task Shipped_list_imports_whole_with_every_name_in_six_languages()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Administrator();
        var list = await (await client.GetAsync("/api/v1/register/un-states.csv", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var (status, report) = await ImportAsync(client, list, (await ExportAsync(client)).ETag);
        Assert.True(status == HttpStatusCode.OK, report.ToString());
        Assert.Equal(195, report.GetProperty("added").GetInt32());
        var states = new List<JsonElement>();
        for (string? after = null; ;)
        {
            var (page, _) = await client.DoAsync(HttpMethod.Get, $"states?limit=200{(after is null ? "" : $"&after={after}")}");
            states.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (after is null)
            {
                break;
            }
        }

        Assert.Equal(193, states.Count(s => s.GetProperty("unitedNations").GetString() == "member"));
        Assert.Equal(195, states.Select(s => s.GetProperty("m49").GetString()).Distinct().Count());
        Assert.All(states, s => Assert.Equal(["ar", "es", "fr", "ru", "zh"], s.GetProperty("names").EnumerateObject().Select(n => n.Name).Order(StringComparer.Ordinal)));
        // Standing towards the Treaty is entered, never shipped as fact.
        Assert.All(states, s => Assert.Equal(JsonValueKind.Null, s.TryGetProperty("att", out var att) ? att.ValueKind : JsonValueKind.Null));
    }

    private static async Task<(string Csv, string ETag)> ExportAsync(HttpClient client)
    {
        var response = await client.GetAsync("/api/v1/register.csv");
        return (await response.Content.ReadAsStringAsync(), response.Headers.ETag!.Tag);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ImportAsync(HttpClient client, string table, string? ifMatch, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/register/import{query}") { Content = new StringContent(table, Encoding.UTF8, "text/csv") };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        var response = await client.SendAsync(request);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }
}
