using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Releases;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.AtHome;

/// <summary>Two deployments on one machine: a State's own, and the community's.</summary>
public sealed class AtHomeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task State_at_home_takes_part_as_if_it_were_hosted()
    {
        var (community, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var _ = community;
        await using var home = await HomeAsync(address.ToString());
        var (there, here) = (community.Whoever(), home.Whoever());

        // The community: eleven States are hosted, one is not.
        await there.OpenCycleAsync("athome");
        for (var i = 0; i < 11; i++)
        {
            await there.AssessAsync($"HO{i}", "athome", i % 2 == 0 ? "some" : "full");
        }

        await there.DoAsync(HttpMethod.Put, "states/OWN", new { name = "Demo State at home", regionalGroup = "africa" });
        var token = (await there.DoAsync(HttpMethod.Post, "states/OWN/delivery-tokens")).Body.GetProperty("secret").GetString()!;
        var (package, etag) = await there.DoAsync(HttpMethod.Get, "states/OWN/packages/athome.json");

        // At home: the package, a round, the sign-off, the consent.
        await here.DoAsync(HttpMethod.Post, "packages", package);
        await here.DoAsync(HttpMethod.Post, "packages", package);
        await here.DoAsync(HttpMethod.Put, "states/OWN/profile", new { questionnaire = new { id = "athome", version = "1.0" }, fields = new { exporter = true } });
        await here.DoAsync(HttpMethod.Post, "states/OWN/assessments", new { cycle = "athome" });
        await here.OpenRoundAsync("OWN", "athome", "customs", "police");
        await here.RespondAsync("OWN", "athome", "customs", ("a1", "full"), ("a2", "full"), ("b1", "full"), ("b2", "full"));
        await here.RespondAsync("OWN", "athome", "police", ("a1", "absent"), ("a2", "full"), ("b1", "full"), ("b2", "full"));
        await here.CloseRoundAsync("OWN", "athome");
        await AnswerAsync(here, "athome");
        var coordinator = home.Coordinator("OWN");
        Assert.Equal("no-token", await RefusedAsync(coordinator, HttpMethod.Get, "states/OWN/assessments/athome/contribution.json"));
        await coordinator.DoAsync(HttpMethod.Post, "states/OWN/delivery-token", new { secret = token });
        Assert.Equal("not-signed-off", await RefusedAsync(coordinator, HttpMethod.Get, "states/OWN/assessments/athome/contribution.json"));
        (var _, etag) = await coordinator.DoAsync(HttpMethod.Post, "states/OWN/assessments/athome/sign-off", ifMatch: await ETagAsync(here, "athome"));
        Assert.Equal("no-consent", await RefusedAsync(coordinator, HttpMethod.Post, "states/OWN/assessments/athome/contribution/deliver"));
        await coordinator.DoAsync(HttpMethod.Put, "states/OWN/assessments/athome/consent", new { choice = "joinAggregate" }, etag);

        // What leaves names neither State nor entity, and holds no text and no time.
        var file = (await coordinator.DoAsync(HttpMethod.Get, "states/OWN/assessments/athome/contribution.json")).Body;
        var text = file.ToString();
        Assert.All((string[])["OWN", "customs", "police", "at home", "Agreed"], s => Assert.DoesNotContain(s, text, StringComparison.Ordinal));
        Assert.Equal(["counted", "cycle", "diverges", "format", "group", "indicators", "number", "questionnaire", "questionnaireHash", "signature", "themes", "token"],
            file.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));

        // Sent, taken back, and sent again; twice the same is once.
        Assert.True(await DeliverAsync(coordinator, "athome"));
        Assert.True(await DeliverAsync(coordinator, "athome"));
        await there.DoAsync(HttpMethod.Post, "contributions", file);
        await ConsentAsync(coordinator, "keepNational");
        Assert.True(await DeliverAsync(coordinator, "athome"));
        await ConsentAsync(coordinator, "joinAggregate");
        Assert.True(await DeliverAsync(coordinator, "athome"));

        await there.CloseAsync("athome");
        var (release, _) = await there.DoAsync(HttpMethod.Get, "releases/athome-R1");
        Assert.Equal(12, release.GetProperty("participation").GetProperty("participants").GetInt32());
        await using var session = community.Services.GetRequiredService<ICommonStore>().QuerySession();
        var delivered = await session.Query<DeliveredContribution>().ToListAsync(TestContext.Current.CancellationToken);
        var pseudonym = await community.Services.GetRequiredService<Pseudonyms>().OfAsync("OWN", TestContext.Current.CancellationToken);
        var own = delivered.Single(d => d.Contribution.Pseudonym == pseudonym);
        Assert.Equal(("africa", true), (own.Details.Group, own.Details.Diverges["A"]));
        Assert.Equal("full", own.Details.Indicators["b1"]);
        Assert.All(delivered, d => Assert.Equal(delivered[0].Contribution.Themes.Count, d.Contribution.Themes.Count));

        // Nothing else is stored: of what came only that it came.
        await using (var tenant = community.Services.GetRequiredService<IStateStore>().QuerySession("OWN"))
        {
            var kept = (await tenant.LoadAsync<HomeDelivery>("athome-R1", TestContext.Current.CancellationToken))!;
            Assert.Equal((HomeDeliveryStatus.Delivered, null, null), (kept.Status, kept.Contribution, kept.Details));
        }

        Assert.False(await DeliverAsync(coordinator, "athome", "cycle-not-open"));

        // The next cycle: the same token, the same pseudonym.
        await NextAsync(there, here, coordinator);
        delivered = await session.Query<DeliveredContribution>().Where(d => d.ReleaseId == "athome-2-R1").ToListAsync(TestContext.Current.CancellationToken);
        Assert.Contains(delivered, d => d.Contribution.Pseudonym == pseudonym);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_with_the_reason_and_nothing_is_stored()
    {
        await using var community = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var home = await HomeAsync("https://community.example.org");
        var (there, here) = (community.Whoever(), home.Whoever());
        await there.OpenCycleAsync("checked");
        await there.DoAsync(HttpMethod.Put, "states/OWN", new { name = "Demo State", regionalGroup = "africa" });
        var first = (await there.DoAsync(HttpMethod.Post, "states/OWN/delivery-tokens")).Body.GetProperty("secret").GetString()!;
        var token = (await there.DoAsync(HttpMethod.Post, "states/OWN/delivery-tokens")).Body.GetProperty("secret").GetString()!;
        var (package, _) = await there.DoAsync(HttpMethod.Get, "states/OWN/packages/checked.json");
        var damaged = JsonNode.Parse(package.GetRawText())!;
        damaged["questionnaire"]!["version"] = "1.1";
        Assert.Equal("questionnaire", await FieldAsync(here, "packages", damaged));
        Assert.Equal("not-at-home", await RefusedAsync(there, HttpMethod.Post, "packages", package));
        await here.DoAsync(HttpMethod.Post, "packages", package);
        await here.DoAsync(HttpMethod.Put, "states/OWN/profile", new { questionnaire = new { id = "checked", version = "1.0" }, fields = new { exporter = true } });
        await here.AssessAsync("OWN", "checked", "some");
        await home.Coordinator("OWN").DoAsync(HttpMethod.Post, "states/OWN/delivery-token", new { secret = token });
        var file = (await home.Coordinator("OWN").DoAsync(HttpMethod.Get, "states/OWN/assessments/checked/contribution.json")).Body;
        var anonymous = community.Anonymous();

        // Changed on the way, signed by nobody, by a token that has ended, or by one of another deployment.
        Assert.Equal("not-signed", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Changed(file, f => f["cycle"] = "other")));
        Assert.Equal("not-signed", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Changed(file, f => f["signature"] = "")));
        Assert.Equal("not-signed", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Changed(file, f => f["token"] = Guid.NewGuid().ToString())));
        Assert.Equal("not-signed", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Signed(file, first, _ => { })));
        Assert.Equal("not-signed", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Signed(file, DeliveryKeys.New("OWN", default).Secret, _ => { })));

        // Signed, and still not what the cycle asks.
        foreach (var (field, change) in ((string, Action<JsonObject>)[])
        [
            ("cycle", f => f["cycle"] = "nowhere"),
            ("number", f => f["number"] = 2),
            ("questionnaire", f => f["questionnaire"]!["version"] = "2.0"),
            ("questionnaire", f => f["questionnaireHash"] = new string('0', 64)),
            ("themes", f => f["themes"]!.AsArray().RemoveAt(0)),
            ("themes.A", f => f["themes"]![0]!["level"] = 99),
            ("themes.A", f => f["themes"]![0]!["index"] = 100_000_001),
            ("indicators.a1", f => f["indicators"]!["a1"] = "excellent"),
            ("indicators.zz", f => f["indicators"]!["zz"] = "some"),
            ("counted.a1", f => f["counted"]!["a1"] = new JsonArray("some")),
            ("diverges", f => f["diverges"]!["Z"] = true),
            ("group", f => f["group"] = "atlantis"),
            ("group", f => f["group"] = "asiaPacific"),
        ])
        {
            Assert.Equal((field, field), (field, await FieldAsync(anonymous, "contributions", Signed(file, token, change))));
        }

        Assert.Equal(400, (int)(await anonymous.CallAsync(HttpMethod.Post, "contributions", Changed(file, f => f["entity"] = "customs"))).Response.StatusCode);
        await using var tenant = community.Services.GetRequiredService<IStateStore>().QuerySession("OWN");
        Assert.Empty(await tenant.Query<HomeDelivery>().ToListAsync(TestContext.Current.CancellationToken));

        // Accepted once: another one has to wait for a withdrawal.
        await anonymous.DoAsync(HttpMethod.Post, "contributions", file);
        Assert.Equal("already-delivered", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Signed(file, token, f => f["indicators"]!["a1"] = "full")));

        // Whoever is hosted does not deliver.
        await there.BeginAsync("TWO", "checked");
        var two = (await there.DoAsync(HttpMethod.Post, "states/TWO/delivery-tokens")).Body.GetProperty("secret").GetString()!;
        Assert.Equal("assessed-here", await RefusedAsync(anonymous, HttpMethod.Post, "contributions", Signed(file, two, f => f["group"] = null)));
    }

    [Fact]
    public async Task Delivery_at_the_moment_of_the_lock_is_in_or_refused()
    {
        await using var community = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await using var home = await HomeAsync("https://community.example.org");
        var (there, here) = (community.Whoever(), home.Whoever());
        await there.OpenCycleAsync("raced");
        await there.DoAsync(HttpMethod.Put, "states/OWN", new { name = "Demo State" });
        var token = (await there.DoAsync(HttpMethod.Post, "states/OWN/delivery-tokens")).Body.GetProperty("secret").GetString()!;
        await here.DoAsync(HttpMethod.Post, "packages", (await there.DoAsync(HttpMethod.Get, "states/OWN/packages/raced.json")).Body);
        await here.DoAsync(HttpMethod.Put, "states/OWN/profile", new { questionnaire = new { id = "raced", version = "1.0" }, fields = new { exporter = true } });
        await here.AssessAsync("OWN", "raced", "some");
        await home.Coordinator("OWN").DoAsync(HttpMethod.Post, "states/OWN/delivery-token", new { secret = token });
        var file = (await home.Coordinator("OWN").DoAsync(HttpMethod.Get, "states/OWN/assessments/raced/contribution.json")).Body;
        var closing = there.PrepareReleaseAsync("raced");
        var accepted = false;
        for (var i = 0; i < 20 && !closing.IsCompleted; i++)
        {
            accepted |= (await community.Anonymous().CallAsync(HttpMethod.Post, "contributions", file)).Response.IsSuccessStatusCode;
        }

        await closing;
        await using var session = community.Services.GetRequiredService<ICommonStore>().QuerySession();
        Assert.Equal(accepted, await session.Query<DeliveredContribution>().AnyAsync(TestContext.Current.CancellationToken));
        Assert.Equal("cycle-not-open", await RefusedAsync(community.Anonymous(), HttpMethod.Post, "contributions", file));
    }

    private async Task<ApiHost> HomeAsync(string community) => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.UseSetting(HomeInstance.Setting, community));

    private static async Task NextAsync(HttpClient there, HttpClient here, HttpClient coordinator)
    {
        var (_, etag) = await there.DoAsync(HttpMethod.Put, "cycles/athome-2", new { name = "athome-2", questionnaire = new { id = "athome", version = "1.0" }, startsOn = "2027-01-01" });
        await there.DoAsync(HttpMethod.Post, "cycles/athome-2/open", ifMatch: etag);
        await here.DoAsync(HttpMethod.Post, "packages", (await there.DoAsync(HttpMethod.Get, "states/OWN/packages/athome-2.json")).Body);
        await here.AssessAsync("OWN", "athome", "full", "athome-2");
        Assert.True(await DeliverAsync(coordinator, "athome-2"));
        await there.PrepareReleaseAsync("athome-2");
    }

    private static async Task AnswerAsync(HttpClient client, string cycle)
    {
        var path = $"states/OWN/assessments/{cycle}/reconciliation";
        var answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { answer = new { value = "full" }, reason = "Agreed among the entities." });
        await client.DoAsync(HttpMethod.Patch, path, new { answers }, await ETagAsync(client, cycle));
    }

    private static async Task ConsentAsync(HttpClient coordinator, string choice) =>
        await coordinator.DoAsync(HttpMethod.Put, "states/OWN/assessments/athome/consent", new { choice }, await ETagAsync(coordinator, "athome"));

    private static async Task<string> ETagAsync(HttpClient client, string cycle) => (await client.DoAsync(HttpMethod.Get, $"states/OWN/assessments/{cycle}")).ETag!;

    private static async Task<bool> DeliverAsync(HttpClient coordinator, string cycle, string? reason = null)
    {
        var (answer, _) = await coordinator.DoAsync(HttpMethod.Post, $"states/OWN/assessments/{cycle}/contribution/deliver");
        Assert.Equal(reason, answer.GetProperty("reason").GetString());
        return answer.GetProperty("accepted").GetBoolean();
    }

    private static async Task<string> RefusedAsync(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        var (response, problem) = await client.CallAsync(method, path, body);
        Assert.False(response.IsSuccessStatusCode, path);
        return problem.GetProperty("type").GetString()!.Split(':')[^1];
    }

    private static async Task<string> FieldAsync(HttpClient client, string path, object body)
    {
        var (response, problem) = await client.CallAsync(HttpMethod.Post, path, body);
        Assert.Equal(400, (int)response.StatusCode);
        return problem.GetProperty("errors")[0].GetProperty("name").GetString()!;
    }

    private static JsonObject Changed(JsonElement file, Action<JsonObject> change)
    {
        var changed = JsonNode.Parse(file.GetRawText())!.AsObject();
        change(changed);
        return changed;
    }

    /// <summary>The file, changed and signed anew as whoever holds a token could.</summary>
    private static JsonElement Signed(JsonElement file, string secret, Action<JsonObject> change)
    {
        var (id, key) = DeliveryKeys.Read(secret)!.Value;
        using (key)
        {
            var unsigned = JsonSerializer.Deserialize<ContributionFile>(Changed(file, change), SelfAssess.Api.Platform.Json.Http)! with { Token = id, Signature = "" };
            return JsonSerializer.SerializeToElement(unsigned with { Signature = DeliveryKeys.Sign(key, unsigned) }, SelfAssess.Api.Platform.Json.Http);
        }
    }
}
