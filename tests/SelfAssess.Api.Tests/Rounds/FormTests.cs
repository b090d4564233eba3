using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

/// <summary>What somebody is asked, as it is filled in, and by when.</summary>
public sealed class FormTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Entity_sees_its_own_questions_worded_for_its_state_and_those_alone()
    {
        var (host, path) = await BeginAsync("form-own", "FOA", exporter: false);
        var customs = host.Respondent("FOA", "customs");
        var (form, _) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs/form?lang=ar");
        // The sample speaks English only; a2 applies to exporters only, and "basis" is not asked of customs.
        Assert.Equal(("en", 3, 0), (form.GetProperty("language").GetString(), form.GetProperty("applicable").GetInt32(), form.GetProperty("answered").GetInt32()));
        Assert.Equal(["A: a1", "B: b1, b2"], Sections(form));
        var question = form.GetProperty("sections")[0].GetProperty("questions")[0];
        Assert.Equal(["absent", "some", "full"], question.GetProperty("options").EnumerateArray().Select(o => o.GetProperty("id").GetString()));
        Assert.Equal(["notApplicable", "dontKnow", "declined"], question.GetProperty("states").EnumerateArray().Select(s => s.GetProperty("state").GetString()));
        await customs.RespondAsync("FOA", "form-own", "customs", ("a1", "some"));
        (form, _) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs/form");
        Assert.Equal((1, true), (form.GetProperty("sections")[0].GetProperty("answered").GetInt32(), form.GetProperty("sections")[0].GetProperty("questions")[0].GetProperty("answered").GetBoolean()));
        Assert.Equal(400, (int)(await customs.CallAsync(HttpMethod.Get, $"{path}/responses/customs/form?lang=xx")).Response.StatusCode);
        Assert.Equal(404, (int)(await customs.CallAsync(HttpMethod.Get, $"states/FOA/assessments/nothing/responses/customs/form")).Response.StatusCode);
    }

    [Fact]
    public async Task Instrument_is_worded_for_the_profile_and_in_the_language_that_is_asked_for()
    {
        var host = await postgres.SharedApiAsync();
        var admin = host.Whoever();
        var questionnaire = new { id = "att-interagency", version = "1.0" };
        var (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/form-instrument", new { name = "form", questionnaire, startsOn = "2031-01-01" });
        await admin.DoAsync(HttpMethod.Post, "cycles/form-instrument/open", ifMatch: etag);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (state, role) in ((string, string)[])[("FWX", "exporter"), ("FWM", "importer")])
        {
            await admin.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}" });
            await admin.DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire, fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { role }, governmentEntities = 1 } });
            await admin.DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle = "form-instrument" });
            var (form, _) = await host.Coordinator(state).DoAsync(HttpMethod.Get, $"states/{state}/assessments/form-instrument/form?lang=ar");
            Assert.Equal("ar", form.GetProperty("language").GetString());
            var questions = form.GetProperty("sections").EnumerateArray().SelectMany(s => s.GetProperty("questions").EnumerateArray()).ToDictionary(q => q.GetProperty("id").GetString()!, StringComparer.Ordinal);
            // Where one entity does everything nobody can describe the others' roles.
            Assert.False(questions.ContainsKey("2.3"));
            Assert.Equal("customsBorder", questions["lead5.1"].GetProperty("options").EnumerateArray().Select(o => o.GetProperty("id").GetString()).Single(o => o == "customsBorder"));
            Assert.Equal(["basis", "permanence", "fit"], questions["F14.1"].GetProperty("dimensions").EnumerateArray().Select(d => d.GetProperty("id").GetString()));
            Assert.All(questions["1.1"].GetProperty("options").EnumerateArray(), o => Assert.NotEqual(JsonValueKind.Null, o.GetProperty("descriptor").ValueKind));
            texts[state] = questions["1.5"].GetProperty("text").GetString()!;
        }

        Assert.NotEqual(texts["FWX"], texts["FWM"]);
        var (preview, _) = await host.Presidency().DoAsync(HttpMethod.Get, "questionnaires/att-interagency/1.0/form");
        Assert.Contains("2.3", Sections(preview)[1], StringComparison.Ordinal);
        Assert.Equal(404, (int)(await host.Presidency().CallAsync(HttpMethod.Get, "questionnaires/att-interagency/9.9/form")).Response.StatusCode);
    }

    [Fact]
    public async Task Entity_is_told_what_it_is_asked_by_when_and_how_far_it_is()
    {
        var (host, path) = await BeginAsync("form-due", "FOD");
        var (coordinator, customs) = (host.Coordinator("FOD"), host.Respondent("FOD", "customs"));
        var (round, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/round");
        Assert.Equal(JsonValueKind.Null, round.GetProperty("answerBy").ValueKind);
        var entities = new[] { new { id = "customs", name = "Customs", questions = new[] { "a1", "b1" } } };
        (round, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities, answerBy = "2026-09-30" }, etag);
        Assert.Equal("2026-09-30", round.GetProperty("answerBy").GetString());
        await customs.RespondAsync("FOD", "form-due", "customs", ("a1", "some"));
        var (own, _) = await customs.DoAsync(HttpMethod.Get, "states/FOD/entities/customs/responses");
        var item = Assert.Single(own.GetProperty("items").EnumerateArray());
        Assert.Equal(("form-due", "confirmed", "2026-09-30", 2, 1, false), (item.GetProperty("cycle").GetString(), item.GetProperty("status").GetString(), item.GetProperty("answerBy").GetString(),
            item.GetProperty("applicable").GetInt32(), item.GetProperty("answered").GetInt32(), item.GetProperty("withdrawn").GetBoolean()));

        // An entity that is taken off the list still finds what it answered.
        entities = [entities[0] with { id = "police", name = "Police" }];
        await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities }, etag);
        (own, _) = await customs.DoAsync(HttpMethod.Get, "states/FOD/entities/customs/responses");
        item = Assert.Single(own.GetProperty("items").EnumerateArray());
        Assert.Equal((true, JsonValueKind.Null), (item.GetProperty("withdrawn").GetBoolean(), item.GetProperty("answerBy").ValueKind));
    }

    [Fact]
    public async Task Closing_day_is_told_moved_and_taken_away_until_the_cycle_is_closed()
    {
        var host = await postgres.SharedApiAsync();
        var admin = host.Administrator();
        await host.Whoever().OpenCycleAsync("closing-day");
        var (cycle, etag) = await admin.DoAsync(HttpMethod.Get, "cycles/closing-day");
        Assert.Equal(JsonValueKind.Null, cycle.GetProperty("closesOn").ValueKind);
        (cycle, var next) = await admin.DoAsync(HttpMethod.Put, "cycles/closing-day/closing-day", new { closesOn = "2026-10-31" }, etag);
        Assert.Equal("2026-10-31", cycle.GetProperty("closesOn").GetString());
        Assert.Equal(412, (int)(await admin.CallAsync(HttpMethod.Put, "cycles/closing-day/closing-day", new { closesOn = "2026-11-30" }, etag)).Response.StatusCode);
        (cycle, _) = await admin.DoAsync(HttpMethod.Put, "cycles/closing-day/closing-day", new { closesOn = (string?)null }, next);
        Assert.Equal(JsonValueKind.Null, cycle.GetProperty("closesOn").ValueKind);
        Assert.Equal(404, (int)(await admin.CallAsync(HttpMethod.Put, "cycles/no-such-cycle/closing-day", new { closesOn = "2026-11-30" }, etag)).Response.StatusCode);
        await admin.CloseAsync("closing-day");
        (_, etag) = await admin.DoAsync(HttpMethod.Get, "cycles/closing-day");
        Assert.Equal(409, (int)(await admin.CallAsync(HttpMethod.Put, "cycles/closing-day/closing-day", new { closesOn = "2026-11-30" }, etag)).Response.StatusCode);
    }

    private static string[] Sections(JsonElement form) => [.. form.GetProperty("sections").EnumerateArray()
        .Select(s => $"{s.GetProperty("id").GetString()}: {string.Join(", ", s.GetProperty("questions").EnumerateArray().Select(q => q.GetProperty("id").GetString()))}")];

    private async Task<(ApiHost Host, string Path)> BeginAsync(string cycle, string state, bool exporter = true)
    {
        var host = await postgres.SharedApiAsync();
        await host.Whoever().OpenCycleAsync(cycle);
        await host.Whoever().BeginAsync(state, cycle, exporter: exporter);
        await host.Whoever().OpenRoundAsync(state, cycle, "customs");
        return (host, $"states/{state}/assessments/{cycle}");
    }
}
