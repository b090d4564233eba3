using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

/// <summary>A round over the shipped instrument, from the list of entities to the State's result.</summary>
public sealed class InstrumentRoundTests(PostgresFixture postgres)
{
    private const string State = "INS";
    private const string Path = $"states/{State}/assessments/instrument";
    private static readonly string[] entities = ["licensing", "customs", "police"];

    [Fact]
    public async Task Entities_are_asked_by_kind_compared_reconciled_and_told_what_follows()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var coordinator = host.Coordinator(State);
        await OpenAsync(host, "instrument", "2027-01-01");
        await PlanAsync(coordinator);
        Assert.Equal(409, (int)(await coordinator.CallAsync(HttpMethod.Get, $"{Path}/divergence")).Response.StatusCode);
        Assert.Equal(409, (int)(await coordinator.CallAsync(HttpMethod.Get, $"{Path}/reconciliation")).Response.StatusCode);

        // What customs is asked: the core, and what the instrument asks of its kind.
        var (own, _) = await host.Respondent(State, "customs").DoAsync(HttpMethod.Get, $"{Path}/responses/customs");
        var asked = own.GetProperty("entity").GetProperty("questions").EnumerateArray().Select(q => q.GetString()!).ToArray();
        Assert.Contains("5.3", asked);
        Assert.Contains("6.5", asked);
        Assert.Contains("lead5.1", asked);
        Assert.DoesNotContain("1.2", asked);
        Assert.DoesNotContain("nationalChallenges", asked);

        await AnswerAsync(host, "licensing", "leadLicensing", "sustained", "sustained");
        await AnswerAsync(host, "customs", "leadLicensing", "caseByCase", "sharedUnderstanding");
        await AnswerAsync(host, "police", "customsBorder", "caseByCase", "absent");
        await coordinator.CloseRoundAsync(State, "instrument");

        var (divergence, _) = await coordinator.DoAsync(HttpMethod.Get, $"{Path}/divergence");
        var trust = divergence.GetProperty("questions").EnumerateArray().Single(q => q.GetProperty("question").GetString() == "5.3");
        Assert.Equal(("absent", "sustained", 4), (trust.GetProperty("lowest").GetString(), trust.GetProperty("highest").GetString(), trust.GetProperty("spread").GetInt32()));
        Assert.Equal("{}", trust.GetProperty("byEntity").ToString());
        Assert.Equal(JsonValueKind.Null, trust.GetProperty("agreement").ValueKind);
        var findings = divergence.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString()!).ToArray();
        Assert.Equal(["rolesSeenDifferently", "seenDifferently", "leadDisputed", "roleDenied", "gradesApart", "weakVoices"], findings);

        // Nobody reads a single entity's answer to the confidential indicator, wherever they look.
        foreach (var where in (string[])["reconciliation", "divergence", "history?limit=200&question=5.3", "export", "result"])
        {
            var text = (await coordinator.DoAsync(HttpMethod.Get, $"{Path}/{where}")).Body.ToString();
            Assert.DoesNotContain("a secret of police", text, StringComparison.Ordinal);
        }

        var (reconciliation, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{Path}/reconciliation");
        var questions = reconciliation.GetProperty("questions").EnumerateArray().ToDictionary(q => q.GetProperty("question").GetString()!, StringComparer.Ordinal);
        Assert.Equal("caseByCase", questions["1.1"].GetProperty("proposal").GetProperty("value").GetString());
        Assert.Equal(3, questions["1.1"].GetProperty("answers").GetArrayLength());
        Assert.Equal((0, JsonValueKind.Null), (questions["5.3"].GetProperty("answers").GetArrayLength(), questions["5.3"].GetProperty("proposal").ValueKind));

        // Each proposal is recorded with a reason, the confidential one and the State's challenges by agreement.
        var recorded = questions.Where(q => q.Value.GetProperty("proposal").ValueKind == JsonValueKind.Object)
            .ToDictionary(q => q.Key, q => (object)new { answer = new { value = q.Value.GetProperty("proposal").GetProperty("value") }, reason = "Agreed at the meeting." }, StringComparer.Ordinal);
        recorded["5.3"] = new { answer = new { value = "sharedUnderstanding" }, reason = "Agreed at the meeting." };
        recorded["nationalChallenges"] = new { answer = new { value = new[] { "P8.2", "P8.5" } }, reason = "Agreed at the meeting." };
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{Path}/reconciliation", new { answers = recorded }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{Path}/sign-off", ifMatch: etag);

        var (result, _) = await coordinator.DoAsync(HttpMethod.Get, $"{Path}/result");
        Assert.True(result.GetProperty("diverges").GetProperty("P14.1").GetBoolean());
        var recommended = result.GetProperty("recommendations").EnumerateArray().Where(r => r.GetProperty("section").GetString() == "P14.1").Select(r => r.GetProperty("id").GetString()!).ToArray();
        Assert.Equal(["talkFirst", "A1"], recommended);
        var arrangement = Assert.Single(result.GetProperty("arrangements").EnumerateArray());
        Assert.Equal(("F14.1", "caseByCase"), (arrangement.GetProperty("question").GetString(), arrangement.GetProperty("level").GetString()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("change").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("comparison").ValueKind);
    }

    [Fact]
    public async Task What_leaves_a_state_is_levels_options_and_flags_and_nothing_that_anybody_wrote()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (admin, coordinator) = (host.Administrator(), host.Coordinator(State));
        foreach (var state in (string[])[State, "NEI"])
        {
            await admin.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}", regionalGroup = "asiaPacific", att = new { status = "stateParty" } });
        }

        var questionnaire = new { id = "att-interagency", version = "1.0" };
        var (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/instrument", new { name = "instrument", questionnaire, startsOn = "2027-01-01" });
        (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/instrument/plan", new
        {
            population = "statesParties",
            partition = "regionalGroup",
            blocs = new object[] { new { name = "Neighbours", members = new[] { State, "NEI" } } },
        }, etag);
        await admin.DoAsync(HttpMethod.Post, "cycles/instrument/open", ifMatch: etag);
        await coordinator.DoAsync(HttpMethod.Put, $"states/{State}/profile", new { questionnaire, fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer" } } });
        await coordinator.DoAsync(HttpMethod.Post, $"states/{State}/assessments", new { cycle = "instrument" });
        await PlanAsync(coordinator);
        await AnswerAsync(host, "licensing", "leadLicensing", "sustained", "sustained");
        await AnswerAsync(host, "customs", "leadLicensing", "caseByCase", "sharedUnderstanding");
        await AnswerAsync(host, "police", "customsBorder", "caseByCase", "absent");
        await coordinator.CloseRoundAsync(State, "instrument");
        var (reconciliation, current) = await coordinator.DoAsync(HttpMethod.Get, $"{Path}/reconciliation");
        var recorded = reconciliation.GetProperty("questions").EnumerateArray().Where(q => q.GetProperty("proposal").ValueKind == JsonValueKind.Object)
            .ToDictionary(q => q.GetProperty("question").GetString()!, q => (object)new { answer = new { value = q.GetProperty("proposal").GetProperty("value"), comment = "written by us" }, reason = "written by us", dissent = "written by us" }, StringComparer.Ordinal);
        recorded["5.3"] = new { answer = new { state = "declined" }, reason = "written by us" };
        recorded["nationalChallenges"] = new { answer = new { value = new[] { "P8.5", "P8.2" } }, reason = "written by us" };
        (_, current) = await coordinator.DoAsync(HttpMethod.Patch, $"{Path}/reconciliation", new { answers = recorded }, current);
        (_, current) = await coordinator.DoAsync(HttpMethod.Post, $"{Path}/sign-off", ifMatch: current);
        await coordinator.DoAsync(HttpMethod.Put, $"{Path}/consent", new { choice = "joinAggregate" }, current);
        await admin.CloseAsync("instrument");

        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("select data::text from common.mt_doc_deliveredcontribution", connection);
        var left = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        foreach (var kept in (string[])[State, "Demo State", "customs entity", "licensing", "written by us", "a secret", "Small country", "Head of", "2027-"])
        {
            Assert.DoesNotContain(kept, left, StringComparison.Ordinal);
        }

        var details = JsonSerializer.Deserialize<JsonElement>(left).GetProperty("details");
        Assert.Equal(("asiaPacific", "Neighbours"), (details.GetProperty("group").GetString(), details.GetProperty("blocs")[0].GetString()));
        var indicators = details.GetProperty("indicators");
        Assert.Equal(40, indicators.EnumerateObject().Count());
        Assert.Equal(("caseByCase", "declined", "unanswered"), (indicators.GetProperty("1.1").GetString(), indicators.GetProperty("5.3").GetString(), indicators.GetProperty("7.6").GetString()));
        var counted = details.GetProperty("counted");
        Assert.Equal(["F14.1.basis", "F14.1.permanence", "nationalChallenges"], counted.EnumerateObject().Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["P8.2", "P8.5"], counted.GetProperty("nationalChallenges").EnumerateArray().Select(c => c.GetString()!));
        Assert.True(details.GetProperty("diverges").GetProperty("P14.1").GetBoolean());
    }

    [Fact]
    public async Task Result_tells_the_change_and_compares_with_the_release()
    {
        var host = await postgres.SharedApiAsync();
        var admin = host.Administrator();
        await admin.OpenCycleAsync("changed", "2025-01-01", "changed-1");
        await admin.AssessAsync("CHG", "changed", "some", "changed-1");
        await admin.OpenCycleAsync("changed", "2026-01-01", "changed-2");
        for (var i = 0; i < 10; i++)
        {
            await admin.AssessAsync(i == 0 ? "CHG" : $"CHG{i}", "changed", "full", "changed-2");
        }

        await admin.CloseAsync("changed-2");
        var (result, _) = await host.Coordinator("CHG").DoAsync(HttpMethod.Get, "states/CHG/assessments/changed-2/result");
        var change = result.GetProperty("change");
        Assert.Equal("changed-1", change.GetProperty("cycle").GetString());
        Assert.All(change.GetProperty("questions").EnumerateArray(), q =>
            Assert.Equal(("some", "full", true), (q.GetProperty("before").GetString(), q.GetProperty("now").GetString(), q.GetProperty("comparable").GetBoolean())));
        var comparison = result.GetProperty("comparison");
        Assert.Equal("changed-2-R1", comparison.GetProperty("release").GetString());
        var (release, _) = await admin.DoAsync(HttpMethod.Get, "releases/changed-2-R1");
        Assert.Equal(release.GetProperty("themes").EnumerateArray().Select(t => t.ToString()), comparison.GetProperty("themes").EnumerateArray().Select(t => t.GetProperty("published").ToString()));
        Assert.All(comparison.GetProperty("themes").EnumerateArray(), t => Assert.Equal("full", t.GetProperty("ownLevel").GetString()));
    }

    private static async Task OpenAsync(ApiHost host, string cycle, string startsOn)
    {
        var questionnaire = new { id = "att-interagency", version = "1.0" };
        var admin = host.Administrator();
        var (_, etag) = await admin.DoAsync(HttpMethod.Put, $"cycles/{cycle}", new { name = cycle, questionnaire, startsOn });
        await admin.DoAsync(HttpMethod.Post, $"cycles/{cycle}/open", ifMatch: etag);
        await admin.DoAsync(HttpMethod.Put, $"states/{State}", new { name = "Demo State" });
        var coordinator = host.Coordinator(State);
        await coordinator.DoAsync(HttpMethod.Put, $"states/{State}/profile", new { questionnaire, fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer" } } });
        await coordinator.DoAsync(HttpMethod.Post, $"states/{State}/assessments", new { cycle });
    }

    private static async Task PlanAsync(HttpClient coordinator)
    {
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{Path}/round");
        var kinds = new[] { "leadLicensing", "customsBorder", "interiorPolice" };
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{Path}/round",
            new { entities = entities.Zip(kinds, (e, k) => new { id = e, name = $"The {e} entity", kind = k }) }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{Path}/round/open", ifMatch: etag);
    }

    private static async Task AnswerAsync(ApiHost host, string entity, string lead, string level, string dissent)
    {
        var respondent = host.Respondent(State, entity);
        var answers = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["1.1"] = new { value = level },
            ["2.1"] = new { value = level },
            ["5.3"] = new { value = dissent, comment = $"a secret of {entity}" },
            ["lead5.2"] = new { value = lead },
            ["participants5.2"] = new { value = new[] { "customsBorder" } },
            ["mine5.2"] = new { value = entity == "customs" ? "no" : "yes" },
            ["grade"] = new { value = entity == "licensing" ? "senior" : "junior" },
        };
        if (entity == "licensing")
        {
            answers["F14.1"] = new { value = new { basis = new[] { "informalPractice" }, permanence = "adHoc", fit = "Small country." } };
            (answers["1.2"], answers["1.3"]) = (new { value = "caseByCase" }, new { value = "caseByCase" });
        }

        var (_, etag) = await respondent.DoAsync(HttpMethod.Get, $"{Path}/responses/{entity}");
        (_, etag) = await respondent.DoAsync(HttpMethod.Patch, $"{Path}/responses/{entity}/answers", new { answers }, etag);
        await respondent.DoAsync(HttpMethod.Post, $"{Path}/responses/{entity}/confirm", new { by = $"Head of {entity}" }, etag);
    }
}
