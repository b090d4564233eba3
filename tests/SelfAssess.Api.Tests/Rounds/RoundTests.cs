using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Rounds;

public sealed class RoundTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Entities_answer_blind_until_the_round_closes()
    {
        var (host, path) = await BeginAsync("blind", "BLI", "customs", "police");
        var coordinator = host.Coordinator("BLI");
        await host.Respondent("BLI", "customs").RespondAsync("BLI", "blind", "customs", ("a1", "some"), ("a2", "full"));
        var (list, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/responses");
        var customs = list.GetProperty("items")[0];
        Assert.Equal((2, 4, "confirmed"), (customs.GetProperty("answered").GetInt32(), customs.GetProperty("asked").GetInt32(), customs.GetProperty("status").GetString()));
        foreach (var blind in (string[])["", "/responses", "/round", "/result", "/progress"])
        {
            var text = (await coordinator.DoAsync(HttpMethod.Get, $"{path}{blind}")).Body.ToString();
            Assert.DoesNotContain("\"some\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"full\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_to_a_question_that_is_not_assigned_is_refused_whole()
    {
        var (host, path) = await BeginAsync("unassigned", "UNA");
        var coordinator = host.Coordinator("UNA");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/round");
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { new { id = "customs", name = "Customs", questions = new[] { "a1" } } } }, etag);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/round/open", ifMatch: etag);
        var respondent = host.Respondent("UNA", "customs");
        (_, etag) = await respondent.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        var (response, problem) = await respondent.CallAsync(HttpMethod.Patch, $"{path}/responses/customs/answers",
            new { answers = new { a1 = new { value = "some" }, b1 = new { value = "some" }, zz = new { value = "some" }, a2 = new { value = "purple" } } }, etag);
        Assert.Equal(400, (int)response.StatusCode);
        var errors = problem.GetProperty("errors").EnumerateArray().Select(e => (e.GetProperty("name").GetString()!, e.GetProperty("code").GetString()!)).ToArray();
        Assert.Contains(("answers.b1", "notAssigned"), errors);
        Assert.Contains(("answers.zz", "unknownQuestion"), errors);
        Assert.Contains(errors, e => e.Item1.StartsWith("answers.a2", StringComparison.Ordinal));
        var (after, unchanged) = await respondent.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        Assert.Equal(etag, unchanged);
        Assert.Equal("{}", after.GetProperty("answers").ToString());
    }

    [Fact]
    public async Task Closed_round_takes_no_answer_and_can_be_reopened_with_a_reason()
    {
        var (host, path) = await BeginAsync("closing", "CLO", "customs", "police");
        var (coordinator, customs) = (host.Coordinator("CLO"), host.Respondent("CLO", "customs"));
        await customs.RespondAsync("CLO", "closing", "customs", ("a1", "some"));
        await coordinator.CloseRoundAsync("CLO", "closing");
        Assert.Equal("round-closed", await RefusedAsync(customs, $"{path}/responses/customs/answers", new { answers = new { a1 = new { value = "full" } } }));
        Assert.Equal("round-closed", await RefusedAsync(customs, $"{path}/responses/customs/withdraw-confirmation"));
        Assert.Equal("round-closed", await RefusedAsync(coordinator, $"{path}/responses/customs/return", new { comment = "Again, please." }, as_: customs));
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        Assert.Equal(400, (int)(await coordinator.CallAsync(HttpMethod.Post, $"{path}/round/reopen", new { reason = "" }, etag)).Response.StatusCode);
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/round/reopen", new { reason = "The police were on leave." }, etag);
        var (response, _) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        Assert.Equal("open", response.GetProperty("status").GetString());
        Assert.Equal("some", response.GetProperty("answers").GetProperty("a1").GetProperty("value").GetString());
    }

    [Fact]
    public async Task Confirmed_response_changes_only_after_it_is_taken_back_or_returned()
    {
        var (host, path) = await BeginAsync("returned", "RET", "customs");
        var (coordinator, customs) = (host.Coordinator("RET"), host.Respondent("RET", "customs"));
        Assert.Equal("response-empty", await RefusedAsync(customs, $"{path}/responses/customs/confirm", new { by = "Nobody" }));
        await customs.RespondAsync("RET", "returned", "customs", ("a1", "some"));
        Assert.Equal("response-confirmed", await RefusedAsync(customs, $"{path}/responses/customs/answers", new { answers = new { a1 = new { value = "full" } } }));
        var (list, _) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/responses");
        await coordinator.DoAsync(HttpMethod.Post, $"{path}/responses/customs/return", new { comment = "Three questions are open." }, list.GetProperty("items")[0].GetProperty("eTag").GetString());
        var (response, etag) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        Assert.Equal(("open", "Three questions are open."), (response.GetProperty("status").GetString(), response.GetProperty("returnComment").GetString()));
        (_, etag) = await customs.DoAsync(HttpMethod.Patch, $"{path}/responses/customs/answers", new { answers = new { a2 = new { state = "dontKnow" } } }, etag);
        (_, etag) = await customs.DoAsync(HttpMethod.Post, $"{path}/responses/customs/confirm", new { by = "Head of customs" }, etag);
        (_, etag) = await customs.DoAsync(HttpMethod.Post, $"{path}/responses/customs/withdraw-confirmation", ifMatch: etag);
        Assert.Equal("response-open", await RefusedAsync(customs, $"{path}/responses/customs/withdraw-confirmation"));
    }

    [Fact]
    public async Task Entity_is_added_reassigned_and_taken_off_while_the_round_is_open()
    {
        var (host, path) = await BeginAsync("changing", "CHA", "customs", "police");
        var (coordinator, police) = (host.Coordinator("CHA"), host.Respondent("CHA", "police"));
        await police.RespondAsync("CHA", "changing", "police", ("a1", "some"), ("b1", "full"));
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/round");
        object Entity(string id, params string[] questions) => new { id, name = $"The {id}", questions };
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { Entity("police", "a1"), Entity("ports", "b2") } }, etag);
        var (reassigned, _) = await police.DoAsync(HttpMethod.Get, $"{path}/responses/police");
        Assert.Equal("open", reassigned.GetProperty("status").GetString());
        Assert.Equal("full", reassigned.GetProperty("answers").GetProperty("b1").GetProperty("value").GetString());
        Assert.Equal("notAssigned", await RefusedAsync(police, $"{path}/responses/police/answers", new { answers = new { b1 = new { value = "some" } } }));
        Assert.Equal("round-closed", await RefusedAsync(host.Respondent("CHA", "customs"), $"{path}/responses/customs/answers", new { answers = new { a1 = new { value = "some" } } }));
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { Entity("police", "a1"), Entity("customs", "a1") } }, etag);
        var (customs, _) = await host.Respondent("CHA", "customs").DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        Assert.Equal("open", customs.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Earlier_answers_count_only_once_saved_again_and_unchanged_ones_are_flagged()
    {
        var (host, _) = await BeginAsync("before", "PFI", "customs");
        var (client, customs) = (host.Coordinator("PFI"), host.Respondent("PFI", "customs"));
        await customs.RespondAsync("PFI", "before", "customs", ("a1", "some"), ("a2", "full"));
        await host.Administrator().OpenCycleAsync("before", "2027-01-01", "after");
        await client.BeginAsync("PFI", "before", "after");
        await client.OpenRoundAsync("PFI", "after", "customs");
        const string response = "states/PFI/assessments/after/responses/customs";
        var (_, etag) = await customs.DoAsync(HttpMethod.Get, response);
        Assert.Equal(400, (int)(await customs.CallAsync(HttpMethod.Post, $"{response}/prefill", new { fromCycle = "never" }, etag)).Response.StatusCode);
        (_, etag) = await customs.DoAsync(HttpMethod.Post, $"{response}/prefill", new { fromCycle = "before" }, etag);
        var (view, _) = await customs.DoAsync(HttpMethod.Get, response);
        Assert.Equal(("{}", 2), (view.GetProperty("answers").ToString(), view.GetProperty("prefilled").EnumerateObject().Count()));
        await customs.DoAsync(HttpMethod.Patch, $"{response}/answers", new { answers = new { a1 = new { value = "some" }, a2 = new { value = "absent" } } }, etag);
        (view, _) = await customs.DoAsync(HttpMethod.Get, response);
        Assert.Equal(["a1"], view.GetProperty("unchanged").EnumerateArray().Select(q => q.GetString()!));
    }

    [Fact]
    public async Task List_of_entities_names_every_problem_at_once()
    {
        var (host, path) = await BeginAsync("listing", "LIS");
        var coordinator = host.Coordinator("LIS");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, $"{path}/round");
        var (response, problem) = await coordinator.CallAsync(HttpMethod.Put, $"{path}/round", new
        {
            entities = new object[]
            {
                new { id = "Customs!", name = "Customs", questions = new[] { "a1" } },
                new { id = "police", name = " ", questions = new[] { "a1", "zz" } },
                new { id = "police", name = "Police", kind = "navy", questions = Array.Empty<string>() },
            },
        }, etag);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(["entities[0].id", "entities[1].name", "entities[1].questions", "entities[2].id", "entities[2].kind", "entities[2].questions"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("no-entities", await RefusedAsync(coordinator, $"{path}/round/open"));
    }

    [Fact]
    public async Task State_that_answered_directly_asks_nobody_and_the_other_way_round()
    {
        var (host, path) = await BeginAsync("either", "EIT");
        var coordinator = host.Coordinator("EIT");
        var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = new { a1 = new { value = "some" } } }, etag);
        var planned = new { entities = new[] { new { id = "customs", name = "Customs", questions = new[] { "a1" } } } };
        var (response, problem) = await coordinator.CallAsync(HttpMethod.Put, $"{path}/round", planned, etag);
        Assert.Equal((409, "urn:selfassess:problem:answers-exist"), ((int)response.StatusCode, problem.GetProperty("type").GetString()));
        (_, etag) = await coordinator.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = new { a1 = (object?)null } }, etag);
        await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", planned, etag);
        Assert.Equal("round-exists", await RefusedAsync(coordinator, $"{path}/answers", new { answers = new { a1 = new { value = "some" } } }));
        (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
        (_, etag) = await coordinator.DoAsync(HttpMethod.Put, $"{path}/round", new { entities = Array.Empty<object>() }, etag);
        await coordinator.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = new { a1 = new { value = "some" } } }, etag);
    }

    [Fact]
    public async Task Cycle_that_closes_during_a_round_ends_it()
    {
        var (host, path) = await BeginAsync("expiring", "EXP", "customs");
        var customs = host.Respondent("EXP", "customs");
        await host.Administrator().CloseAsync("expiring");
        Assert.Equal("expired", (await host.Coordinator("EXP").DoAsync(HttpMethod.Get, path)).Body.GetProperty("status").GetString());
        Assert.Equal("round-closed", await RefusedAsync(customs, $"{path}/responses/customs/answers", new { answers = new { a1 = new { value = "some" } } }));
    }

    [Fact]
    public async Task Save_and_close_at_the_same_moment_leave_the_answer_in_or_refuse_it()
    {
        var (host, path) = await BeginAsync("moment", "MOM", "customs");
        var (coordinator, customs) = (host.Coordinator("MOM"), host.Respondent("MOM", "customs"));
        var (_, etag) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        var closing = coordinator.CloseRoundAsync("MOM", "moment");
        var acknowledged = 0;
        for (var i = 0; i < 50; i++)
        {
            var (response, _) = await customs.CallAsync(HttpMethod.Patch, $"{path}/responses/customs/answers", new { answers = new { a1 = new { value = i % 2 == 0 ? "some" : "full" } } }, etag);
            if (!response.IsSuccessStatusCode)
            {
                break;
            }

            (acknowledged, etag) = (acknowledged + 1, response.Headers.ETag!.Tag);
        }

        await closing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var (view, _) = await customs.DoAsync(HttpMethod.Get, $"{path}/responses/customs");
        Assert.Equal("closed", view.GetProperty("status").GetString());
        Assert.Equal(acknowledged == 0 ? null : acknowledged % 2 == 1 ? "some" : "full",
            view.GetProperty("answers").TryGetProperty("a1", out var kept) ? kept.GetProperty("value").GetString() : null);
    }

    [Fact]
    public async Task Rounds_close_and_open_while_every_entity_keeps_saving()
    {
        string[] entities = ["customs", "police", "ports"];
        var (host, path) = await BeginAsync("busy", "BUS", entities);
        var coordinator = host.Coordinator("BUS");
        using var done = new CancellationTokenSource();
        var saving = entities.Select(async entity =>
        {
            var (respondent, saved, refused) = (host.Respondent("BUS", entity), 0, new List<string>());
            while (!done.IsCancellationRequested)
            {
                var (_, etag) = await respondent.DoAsync(HttpMethod.Get, $"{path}/responses/{entity}");
                var (response, problem) = await respondent.CallAsync(HttpMethod.Patch, $"{path}/responses/{entity}/answers", new { answers = new { a1 = new { value = "some" } } }, etag, Guid.NewGuid().ToString("N"));
                if (response.IsSuccessStatusCode)
                {
                    saved++;
                }
                else
                {
                    refused.Add(problem.GetProperty("type").GetString()!.Split(':')[^1]);
                }
            }

            return (Saved: saved, Refused: refused);
        }).ToArray();
        for (var i = 0; i < 6; i++)
        {
            // Long enough for saves to be under way at every step.
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await coordinator.CloseRoundAsync("BUS", "busy");
            var (_, etag) = await coordinator.DoAsync(HttpMethod.Get, path);
            await coordinator.DoAsync(HttpMethod.Post, $"{path}/round/reopen", new { reason = "Some were late." }, etag);
        }

        await done.CancelAsync();
        foreach (var (saved, refused) in await Task.WhenAll(saving))
        {
            Assert.True(saved > 0);
            Assert.Empty(refused.Except(["round-closed", "stale-version"], StringComparer.Ordinal));
        }
    }

    private async Task<(ApiHost Host, string Path)> BeginAsync(string cycle, string state, params string[] entities)
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync(cycle);
        await host.Administrator().BeginAsync(state, cycle);
        if (entities.Length > 0)
        {
            await host.Coordinator(state).OpenRoundAsync(state, cycle, entities);
        }

        return (host, $"states/{state}/assessments/{cycle}");
    }

    /// <summary>Tries a write with the version that is current, and answers why it was refused.</summary>
    private static async Task<string> RefusedAsync(HttpClient client, string path, object? body = null, HttpClient? as_ = null)
    {
        var resource = path[..path.LastIndexOf('/')];
        var (_, etag) = await (as_ ?? client).DoAsync(HttpMethod.Get, resource);
        var (response, problem) = await client.CallAsync(path.EndsWith("/answers", StringComparison.Ordinal) ? HttpMethod.Patch : HttpMethod.Post, path, body, etag);
        Assert.False(response.IsSuccessStatusCode);
        return problem.TryGetProperty("errors", out var errors) && errors.ValueKind == System.Text.Json.JsonValueKind.Array
            ? errors[0].GetProperty("code").GetString()! : problem.GetProperty("type").GetString()!.Split(':')[^1];
    }
}
