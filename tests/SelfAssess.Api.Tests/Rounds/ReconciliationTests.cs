using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

public sealed class ReconciliationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Reconciled_answers_are_signed_off_under_a_seal_that_the_export_verifies()
    {
        var (host, path) = await ClosedRoundAsync("sealed", "SEA", ("customs", "some"), ("police", "full"));
        var coordinator = host.Coordinator("SEA");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var (refused, problem) = await coordinator.CallAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        Assert.Equal((409, "urn:selfassess:problem:not-reconciled"), ((int)refused.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Equal(["answers.a1", "answers.a2"], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation",
            new { answers = new { a1 = Agreed("some", "The police do not take part in every case."), a2 = Agreed("some", "As above.", "The police would say more.") } }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);

        var (export, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/export");
        var seal = export.GetProperty("seal").GetProperty("hash").GetString();
        // What is sent is canonical already, so that a hash over the very text is the seal.
        Assert.Equal(seal, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(export.GetProperty("content").GetRawText()))));
        var (verified, _) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/verify", new { content = export.GetProperty("content") });
        Assert.True(verified.GetProperty("sealed").GetBoolean());
        var forged = JsonSerializer.Deserialize<JsonElement>(export.GetProperty("content").GetRawText().Replace("would say more", "agree", StringComparison.Ordinal));
        (verified, _) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/verify", new { content = forged });
        Assert.False(verified.GetProperty("sealed").GetBoolean());
    }

    [Fact]
    public async Task Answers_on_which_all_agree_are_recorded_at_once()
    {
        var (host, path) = await ClosedRoundAsync("agreed", "AGR", ("customs", "some"), ("police", "some"));
        var coordinator = host.Coordinator("AGR");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/reconciliation/accept-agreed", new { reason = "Both say so." }, etag);
        var (assessment, _) = await coordinator.DoAsync(HttpMethod.Get, path);
        Assert.Equal(["a1", "a2"], assessment.GetProperty("answers").EnumerateObject().Select(a => a.Name).Order(StringComparer.Ordinal));
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
    }

    [Fact]
    public async Task Answer_changed_in_a_reopened_round_has_to_be_recorded_again()
    {
        var (host, path) = await ClosedRoundAsync("again", "AGA", ("customs", "some"), ("police", "some"));
        var (coordinator, customs) = (host.Coordinator("AGA"), host.Respondent("AGA", "customs"));
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/reconciliation/accept-agreed", new { reason = "Both say so." }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/round/reopen", new { reason = "Customs erred." }, etag);
        await customs.RespondAsync("AGA", "again", "customs", ("a1", "full"), ("a2", "some"));
        await coordinator.CloseRoundAsync("AGA", "again");
        (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var (_, problem) = await coordinator.CallAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("answers.a1", "changedSince"), (error.GetProperty("name").GetString(), error.GetProperty("code").GetString()));
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("some", "The lower of both.") } }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
    }

    [Fact]
    public async Task Two_coordinators_at_once_do_not_overwrite_each_other()
    {
        var (host, path) = await ClosedRoundAsync("atonce", "TWO", ("customs", "some"), ("police", "full"));
        var coordinator = host.Coordinator("TWO");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var outcomes = await Task.WhenAll(new[] { "absent", "some", "full" }.Select(level =>
            coordinator.CallAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed(level, $"Because {level}.") } }, etag)));
        Assert.Equal([200, 412, 412], outcomes.Select(o => (int)o.Response.StatusCode).Order());
    }

    [Fact]
    public async Task Reconciling_demands_a_closed_round_and_a_reason_for_each_answer()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("reasons");
        await host.Administrator().BeginAsync("REA", "reasons");
        var coordinator = host.Coordinator("REA");
        await coordinator.OpenRoundAsync("REA", "reasons", "customs", "police");
        const string path = "states/REA/assessments/reasons";
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var (_, open) = await coordinator.CallAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("some", "Too early.") } }, etag);
        Assert.Equal("urn:selfassess:problem:round-not-closed", open.GetProperty("type").GetString());
        await coordinator.CloseRoundAsync("REA", "reasons");
        (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        var (_, problem) = await coordinator.CallAsync(HttpMethod.Patch, $"{path}/reconciliation",
            new { answers = new { a1 = Agreed("some", " "), a2 = Agreed("some", "Good.", new string('x', 2001)), b1 = Agreed("purple", "No such level.") } }, etag);
        Assert.Equal(["answers.a1.reason", "answers.a2.dissent", "answers.b1"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()!.Replace(".value", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sealed_revision_stays_verifiable_after_an_amendment()
    {
        var (host, path) = await ClosedRoundAsync("amended", "AME", ("customs", "some"), ("police", "some"));
        var coordinator = host.Coordinator("AME");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/reconciliation/accept-agreed", new { reason = "Both say so." }, etag);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        Assert.Equal(409, (int)(await coordinator.CallAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("full", "More.") } }, etag)).Response.StatusCode);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/revisions", new { reason = "A figure was wrong." }, etag);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("full", "More.") } }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        foreach (var (revision, level) in new[] { (1, "some"), (2, "full") })
        {
            var (export, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/export?revision={revision}");
            Assert.Equal(level, export.GetProperty("content").GetProperty("answers").GetProperty("a1").GetProperty("value").GetString());
            var (verified, _) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/verify", new { content = export.GetProperty("content") });
            Assert.Equal((true, revision), (verified.GetProperty("sealed").GetBoolean(), verified.GetProperty("revision").GetInt32()));
        }

        Assert.Equal(404, (int)(await coordinator.CallAsync(HttpMethod.Get, $"{path}/export?revision=3")).Response.StatusCode);
    }

    [Fact]
    public async Task History_tells_who_changed_what_and_from_where()
    {
        var (host, path) = await ClosedRoundAsync("told", "TOL", ("customs", "some"), ("police", "full"));
        var coordinator = host.Coordinator("TOL");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("some", "The lower.") } }, etag);
        var (history, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/history?limit=200");
        var entries = history.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal("opened", entries[0].GetProperty("happened").GetString());
        Assert.All(entries, e => Assert.NotEmpty(e.GetProperty("by").GetProperty("account").GetString()!));
        var saved = entries.First(e => e.GetProperty("happened").GetString() == "answersSaved" && e.GetProperty("entity").GetString() == "customs");
        Assert.Equal("some", saved.GetProperty("changes").EnumerateArray().First(c => c.GetProperty("field").GetString() == "answers.a1").GetProperty("after").GetProperty("value").GetString());
        var (filtered, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/history?entity=customs&question=a1");
        Assert.Equal(["answersSaved"], filtered.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("happened").GetString()!));
        var read = new List<int>();
        for (string? after = "0"; after is not null;)
        {
            var (page, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/history?limit=3&after={after}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("position").GetInt32()));
            after = page.GetProperty("next").GetString();
        }

        Assert.Equal(Enumerable.Range(1, entries.Length), read);
    }

    [Fact]
    public async Task History_of_an_open_round_withholds_every_answer()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("withheld");
        await host.Administrator().BeginAsync("WIT", "withheld");
        await host.Coordinator("WIT").OpenRoundAsync("WIT", "withheld", "customs", "police");
        await host.Respondent("WIT", "customs").RespondAsync("WIT", "withheld", "customs", ("a1", "some"));
        var (history, _) = await host.Coordinator("WIT").DoAsync(HttpMethod.Get, "states/WIT/assessments/withheld/history?limit=200");
        Assert.DoesNotContain("\"some\"", history.ToString(), StringComparison.Ordinal);
        var saved = history.GetProperty("items").EnumerateArray().Single(e => e.GetProperty("happened").GetString() == "answersSaved");
        Assert.Equal((1, 0), (saved.GetProperty("withheld").GetInt32(), saved.GetProperty("changes").GetArrayLength()));
        var (refused, problem) = await host.Coordinator("WIT").CallAsync(HttpMethod.Get, "states/WIT/assessments/withheld/export");
        Assert.Equal((409, "urn:selfassess:problem:round-open"), ((int)refused.StatusCode, problem.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Entity_that_is_taken_off_the_list_stays_blind_until_the_round_closes()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("peeking");
        await host.Administrator().BeginAsync("PEE", "peeking");
        var coordinator = host.Coordinator("PEE");
        const string path = "states/PEE/assessments/peeking";
        await coordinator.OpenRoundAsync("PEE", "peeking", "customs", "police");
        await host.Respondent("PEE", "customs").RespondAsync("PEE", "peeking", "customs", ("a1", "some"));
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/round");
        await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { new { id = "police", name = "Police", questions = new[] { "a1" } } } }, etag);
        foreach (var reader in new[] { coordinator, host.Auditor("PEE") })
        {
            var (history, _) = await reader.DoAsync(HttpMethod.Get, $"{path}/history?limit=200");
            Assert.DoesNotContain("\"some\"", history.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(409, (int)(await coordinator.CallAsync(HttpMethod.Get, $"{path}/export")).Response.StatusCode);
        await coordinator.CloseRoundAsync("PEE", "peeking");
        Assert.Contains("\"some\"", (await coordinator.DoAsync(HttpMethod.Get, $"{path}/history?limit=200")).Body.ToString(), StringComparison.Ordinal);
        await coordinator.DoAsync(HttpMethod.Get, $"{path}/export");
    }

    [Fact]
    public async Task Export_is_imported_whole_into_another_instance_and_refused_when_changed()
    {
        var (host, path) = await ClosedRoundAsync("moving", "MOV", ("customs", "some"), ("police", "full"));
        var coordinator = host.Coordinator("MOV");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = new { a1 = Agreed("some", "The lower."), a2 = Agreed("full", "Both.", "No.") } }, etag);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag);
        await coordinator.DoAsync(HttpMethod.Put, $"{path}/consent", new { choice = "joinAggregate" }, etag);
        var (export, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/export");
        var (history, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/history?limit=200");

        await using var elsewhere = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var there = elsewhere.Coordinator("MOV");
        var body = JsonSerializer.Deserialize<JsonElement>(export.GetRawText());
        Assert.Equal(404, (int)(await there.CallAsync(HttpMethod.Post, "states/MOV/assessments/import", body)).Response.StatusCode);
        await elsewhere.Administrator().DoAsync(HttpMethod.Put, "states/MOV", new { name = "Demo State MOV" });
        Assert.Contains("unknownQuestionnaire", (await there.CallAsync(HttpMethod.Post, "states/MOV/assessments/import", body)).Body.ToString(), StringComparison.Ordinal);
        await elsewhere.Administrator().OpenCycleAsync("moving");
        var forged = JsonSerializer.Deserialize<JsonElement>(export.GetRawText().Replace("\"reason\":\"Both.\"", "\"reason\":\"Nobody.\"", StringComparison.Ordinal));
        Assert.Contains("sealBroken", (await there.CallAsync(HttpMethod.Post, "states/MOV/assessments/import", forged)).Body.ToString(), StringComparison.Ordinal);
        await elsewhere.Administrator().DoAsync(HttpMethod.Put, "states/OTH", new { name = "Another" });
        Assert.Contains("sealBroken", (await elsewhere.Coordinator("OTH").CallAsync(HttpMethod.Post, "states/OTH/assessments/import", body)).Body.ToString(), StringComparison.Ordinal);

        await there.DoAsync(HttpMethod.Post, "states/MOV/assessments/import", body);
        var (again, _) = await there.DoAsync(HttpMethod.Get, $"{path}/export");
        Assert.Equal(export.GetProperty("content").GetRawText(), again.GetProperty("content").GetRawText());
        Assert.Equal(export.GetProperty("seal").GetRawText(), again.GetProperty("seal").GetRawText());
        var (told, _) = await there.DoAsync(HttpMethod.Get, $"{path}/history?limit=200");
        Assert.Equal(history.GetProperty("items").EnumerateArray().Select(e => e.ToString()),
            told.GetProperty("items").EnumerateArray().Select(e => e.ToString()).Take(history.GetProperty("items").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, (await there.DoAsync(HttpMethod.Get, $"{path}/consent")).Body.GetProperty("choice").ValueKind);
        Assert.Equal(409, (int)(await there.CallAsync(HttpMethod.Post, "states/MOV/assessments/import", body)).Response.StatusCode);
    }

    [Fact]
    public async Task Without_consent_nothing_is_contributed_and_late_withdrawal_is_recorded()
    {
        var host = await postgres.SharedApiAsync();
        var admin = host.Administrator();
        await admin.OpenCycleAsync("consenting");
        for (var i = 0; i < 10; i++)
        {
            await admin.AssessAsync($"CN{i}", "consenting", i < 5 ? "some" : "full");
        }

        await admin.AssessAsync("CNX", "consenting", "absent");
        var coordinator = host.Coordinator("CNX");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, "states/CNX/assessments/consenting");
        await coordinator.DoAsync(HttpMethod.Put, "states/CNX/assessments/consenting/consent", new { choice = "keepNational" }, etag);
        await admin.CloseAsync("consenting");
        Assert.Equal(10, (await admin.DoAsync(HttpMethod.Get, "releases/consenting-R1")).Body.GetProperty("participation").GetProperty("participants").GetInt32());
        Assert.Equal("national", (await coordinator.DoAsync(HttpMethod.Get, "states/CNX/assessments/consenting")).Body.GetProperty("status").GetString());
        (var consent, etag) = await coordinator.DoAsync(HttpMethod.Get, "states/CNX/assessments/consenting/consent");
        Assert.False(consent.GetProperty("canChange").GetBoolean());
        Assert.Equal(409, (int)(await coordinator.CallAsync(HttpMethod.Put, "states/CNX/assessments/consenting/consent", new { choice = "joinAggregate" }, etag)).Response.StatusCode);

        (_, etag) = await host.Coordinator("CN0").DoAsync(HttpMethod.Get, "states/CN0/assessments/consenting");
        var (late, _) = await host.Coordinator("CN0").DoAsync(HttpMethod.Put, "states/CN0/assessments/consenting/consent", new { choice = "keepNational" }, etag);
        Assert.Equal(("keepNational", true), (late.GetProperty("choice").GetString(), late.GetProperty("inAggregate").GetBoolean()));
    }

    [Fact]
    public async Task Erased_state_leaves_nothing_of_its_own_and_others_untouched()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var admin = host.Administrator();
        await admin.OpenCycleAsync("leaving");
        for (var i = 0; i < 11; i++)
        {
            await admin.AssessAsync($"LV{i}", "leaving", i < 5 ? "some" : "full");
        }

        await admin.CloseAsync("leaving");
        var release = (await admin.DoAsync(HttpMethod.Get, "releases/leaving-R1")).Body.ToString();
        var both = await host.TokenAsync([ApiHost.Granted(Api.Platform.Security.Role.Coordinator, "LV0"), ApiHost.Granted(Api.Platform.Security.Role.Coordinator, "LV1")]);
        var only = host.Coordinator("LV0");
        Assert.Equal(400, (int)(await admin.CallAsync(HttpMethod.Post, "states/LV0/erase", new { confirm = "LV1" })).Response.StatusCode);
        var (receipt, _) = await admin.DoAsync(HttpMethod.Post, "states/LV0/erase", new { confirm = "LV0" });
        Assert.Equal((1, 2), (receipt.GetProperty("contributions").GetInt32(), receipt.GetProperty("people").GetInt32()));
        Assert.NotEmpty(receipt.GetProperty("stays").EnumerateArray());
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var tables = new List<string>();
        await using (var list = new Npgsql.NpgsqlCommand("select table_name from information_schema.columns where table_schema = 'state' and column_name = 'tenant_id'", connection))
        await using (var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.Contains("mt_events", tables);
        foreach (var table in tables)
        {
            await using var count = new Npgsql.NpgsqlCommand($"select count(*) from state.{table} where tenant_id = 'LV0'", connection);
            Assert.Equal(0L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        // Whoever had no other role is gone; whoever had keeps it.
        Assert.Equal(401, (int)(await only.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);
        Assert.Equal(404, (int)(await host.With(both).Client.CallAsync(HttpMethod.Get, "states/LV0/people")).Response.StatusCode);
        Assert.Equal(200, (int)(await host.With(both).Client.CallAsync(HttpMethod.Get, "states/LV1/people")).Response.StatusCode);
        Assert.Equal("included", (await host.Coordinator("LV1").DoAsync(HttpMethod.Get, "states/LV1/assessments/leaving")).Body.GetProperty("status").GetString());
        Assert.Equal(release, (await admin.DoAsync(HttpMethod.Get, "releases/leaving-R1")).Body.ToString());
    }

    private static object Agreed(string level, string reason, string? dissent = null) => new { answer = new { value = level }, reason, dissent };

    /// <summary>A closed round in which each entity answered a1 and a2 with one level.</summary>
    private async Task<(ApiHost Host, string Path)> ClosedRoundAsync(string cycle, string state, params (string Entity, string Level)[] entities)
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync(cycle);
        await host.Administrator().BeginAsync(state, cycle);
        await host.Coordinator(state).OpenRoundAsync(state, cycle, [.. entities.Select(e => e.Entity)]);
        foreach (var (entity, level) in entities)
        {
            await host.Respondent(state, entity).RespondAsync(state, cycle, entity, ("a1", level), ("a2", level));
        }

        await host.Coordinator(state).CloseRoundAsync(state, cycle);
        return (host, $"states/{state}/assessments/{cycle}");
    }
}
