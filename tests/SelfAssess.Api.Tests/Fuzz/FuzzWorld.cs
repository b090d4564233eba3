using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>Who sends a request: nobody, the holder of a token, or a browser with a session.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Role">Null where nobody is signed in.</param>
/// <param name="State">The State to which the role belongs.</param>
/// <param name="Token">A personal token.</param>
/// <param name="Cookies">A browser's cookies instead.</param>
/// <param name="Antiforgery">The session's antiforgery token.</param>
internal sealed record FuzzCaller(string Name, Role? Role, string? State, string? Token, string? Cookies = null, string? Antiforgery = null, string? Email = null);

/// <summary>
/// States, cycles, rounds, releases, people and links in every stage, so that a request that fits can succeed. What requests use up is made again with each world;
/// worlds of one run share the program and the first one's published release.
/// </summary>
internal sealed class FuzzWorld(ApiHost host, HttpClient http, int number, FuzzWorld? first)
{
    private readonly Dictionary<string, FuzzCaller> callers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> pools = new(StringComparer.Ordinal);
    private readonly HttpClient whoever = host.Whoever();
    private int people;

    /// <summary>Code and name of each State, which nobody else may be told.</summary>
    public Dictionary<string, string> States { get; } = new(StringComparer.Ordinal);

    /// <summary>A State's code by the stage at which its assessment is.</summary>
    public Dictionary<string, List<string>> Stages { get; } = new(StringComparer.Ordinal);

    /// <summary>Grants of an account that may be ended.</summary>
    public Dictionary<string, string> Grants { get; } = new(StringComparer.Ordinal);

    /// <summary>What was exported of a State, by its code; of some the State has lost everything since, so that it can be imported.</summary>
    public Dictionary<string, JsonNode> Exports { get; } = new(StringComparer.Ordinal);

    public string Register { get; private set; } = "";

    public string Questionnaire { get; } = $"fuzz{number}";

    public string Cycle => $"open{number}";

    /// <summary>An open cycle of the questionnaire that was asked before.</summary>
    public string Again => $"again{number}";

    public IReadOnlyList<string> Pool(string name) => pools.TryGetValue(name, out var values) ? values : [];

    /// <summary>Takes something that can be used once.</summary>
    public string? Take(string name)
    {
        if (!pools.TryGetValue(name, out var values) || values.Count == 0)
        {
            return null;
        }

        var taken = values[^1];
        values.RemoveAt(values.Count - 1);
        return taken;
    }

    public async Task MakeAsync()
    {
        await whoever.OpenCycleAsync(Questionnaire, "2026-01-01", Cycle);
        await MakeReleasesAsync();
        await MakeStatesAsync();
        await MakeCyclesAsync();
        await MakePeopleAsync();
        Register = await (await whoever.GetAsync("/api/v1/register.csv")).Content.ReadAsStringAsync();
    }

    public async Task<FuzzCaller> CallerAsync(Role? role, string? state = null, string? entity = null, bool anew = false)
    {
        var name = role is null ? "anonymous" : $"{role} {state} {entity}".Trim();
        if (anew || !callers.TryGetValue(name, out var caller))
        {
            callers[name] = caller = new FuzzCaller(name, role, state, role is null ? null : await host.TokenAsync([ApiHost.Granted(role.Value, state, entity)]));
        }

        return caller;
    }

    /// <summary>A browser in which somebody with the role is, or was, signed in.</summary>
    public async Task<FuzzCaller> BrowserAsync(Role role, string? state) =>
        callers.TryGetValue($"{role} {state} browser", out var known) ? known : callers[$"{role} {state} browser"] = await NewBrowserAsync(role, state);

    /// <summary>A browser in which somebody new signs in.</summary>
    public async Task<FuzzCaller> NewBrowserAsync(Role role, string? state)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"browser{number}-{people++}@example.org");
        await host.AccountAsync(email, $"Browser {people}", ApiHost.Granted(role, state));
        return await SignInAsync(email, role, state);
    }

    /// <summary>One more browser of the same person.</summary>
    public async Task<FuzzCaller> SignInAsync(string email, Role role, string? state)
    {
        using var response = await http.PostAsJsonAsync("/api/v1/sign-in", new { email, password = ApiHost.Password });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var session = await response.Content.ReadFromJsonAsync<JsonElement>();
        var cookies = string.Join("; ", response.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]).Where(c => !c.EndsWith('=')));
        return new FuzzCaller($"{role} in a browser", role, state, null, cookies, session.GetProperty("antiforgeryToken").GetString(), email);
    }

    /// <summary>A second factor for an account, set up behind its owner's back; answers the authenticator's secret.</summary>
    public Task<string> SecondFactorAsync(string email) => host.SecondFactorAsync(email);

    private void Add(string pool, string value)
    {
        pools.TryAdd(pool, []);
        pools[pool].Add(value);
    }

    /// <summary>A registered State; its code and its name stand nowhere else.</summary>
    private async Task<string> StateAsync(string stage, bool profile = true)
    {
        var code = string.Create(CultureInfo.InvariantCulture, $"ZQ{number}X{States.Count}Z");
        States[code] = $"Quondam-{number}-{States.Count}-Land";
        Stages.TryAdd(stage, []);
        Stages[stage].Add(code);
        await whoever.DoAsync(HttpMethod.Put, $"states/{code}", new { name = States[code] });
        if (profile)
        {
            await whoever.DoAsync(HttpMethod.Put, $"states/{code}/profile", new { questionnaire = new { id = Questionnaire, version = "1.0" }, fields = new { exporter = true } });
        }

        return code;
    }

    private async Task MakeReleasesAsync()
    {
        if (first is not null)
        {
            foreach (var shared in (string[])["release", "pack", "run", "past", "trend"])
            {
                pools[shared] = [.. first.Pool(shared)];
            }

            foreach (var state in first.Stages["past"].Concat(first.Stages["asked before"]))
            {
                States[state] = first.States[state];
            }

            Stages["past"] = first.Stages["past"];
            Stages["asked before"] = first.Stages["asked before"];
        }
        else
        {
            await whoever.OpenCycleAsync("trodden", "2025-01-01");
            for (var i = 0; i < 10; i++)
            {
                var state = await StateAsync("past");
                await whoever.AssessAsync(state, "trodden", i < 5 ? "some" : "full");
            }

            for (var i = 0; i < 3; i++)
            {
                var state = await StateAsync("asked before");
                await whoever.BeginAsync(state, "trodden");
                await whoever.OpenRoundAsync(state, "trodden", "customs");
                await whoever.RespondAsync(state, "trodden", "customs", ("a1", "some"));
            }

            var run = await whoever.CloseAsync("trodden");
            Add("run", run.GetProperty("id").GetString()!);
            Add("release", "trodden-R1");
            Add("past", "trodden");
            Add("trend", "trodden");
            Add("pack", await whoever.PackAsync("trodden-R1"));
        }

        // A preview to be frozen and one to be left; both with a run that has ended.
        foreach (var cycle in (string[])[$"freeze{number}", $"leave{number}"])
        {
            await whoever.OpenCycleAsync($"{cycle}q", "2025-02-01", cycle);
            var run = await whoever.PrepareReleaseAsync(cycle);
            Add(cycle[..^number.ToString(CultureInfo.InvariantCulture).Length], run.GetProperty("release").GetString()!);
            Add("run", run.GetProperty("id").GetString()!);
            Add("closed", cycle);
        }
    }

    private async Task MakeStatesAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await StateAsync("new");
            await StateAsync("erased", profile: false);
        }

        for (var i = 0; i < 3; i++)
        {
            await whoever.BeginAsync(await StateAsync("begun"), Questionnaire, Cycle);
            var answered = await StateAsync("answered");
            await AnswerAsync(answered, await whoever.BeginAsync(answered, Questionnaire, Cycle));
            await SignedAsync("signed");
            await SignedAsync("to be revised");
            await RoundAsync("planned");
            await RoundAsync("to be opened");
            await RoundAsync("to be closed", open: true);
            var asked = await RoundAsync("asked", open: true);
            await whoever.RespondAsync(asked, Cycle, "police", ("a1", "some"), ("b1", "some"));
            var (_, etag) = await whoever.DoAsync(HttpMethod.Get, $"states/{asked}/assessments/{Cycle}/responses/customs");
            await whoever.DoAsync(HttpMethod.Patch, $"states/{asked}/assessments/{Cycle}/responses/customs/answers", new { answers = new { a1 = new { value = "some" } } }, etag);
            foreach (var confirmed in (string[])["confirmed", "to be returned"])
            {
                await whoever.RespondAsync(await RoundAsync(confirmed, open: true), Cycle, "customs", ("a1", "some"));
            }

            foreach (var compared in (string[])["compared", "agreed", "to be reopened"])
            {
                var state = await RoundAsync(compared, open: true);
                await whoever.RespondAsync(state, Cycle, "customs", ("a1", "some"), ("b1", "full"));
                await whoever.RespondAsync(state, Cycle, "police", ("a1", "some"), ("b1", "some"));
                await whoever.CloseRoundAsync(state, Cycle);
            }

            var gone = await SignedAsync("gone");
            await whoever.DoAsync(HttpMethod.Post, $"states/{gone}/erase", new { confirm = gone });
        }

        Stages["people"] = [Stages["begun"][0]];
        var (_, planned) = await whoever.DoAsync(HttpMethod.Put, $"cycles/{Again}", new { name = Again, questionnaire = new { id = "trodden", version = "1.0" }, startsOn = new DateOnly(2026, 5, 1).AddDays(number) });
        await whoever.DoAsync(HttpMethod.Post, $"cycles/{Again}/open", ifMatch: planned);
        foreach (var state in Stages["asked before"])
        {
            await whoever.BeginAsync(state, "trodden", Again);
            await whoever.OpenRoundAsync(state, Again, "customs");
        }
    }

    private async Task<string> SignedAsync(string stage)
    {
        var state = await StateAsync(stage);
        var etag = await AnswerAsync(state, await whoever.BeginAsync(state, Questionnaire, Cycle));
        await whoever.DoAsync(HttpMethod.Post, $"states/{state}/assessments/{Cycle}/sign-off", ifMatch: etag);
        Exports[state] = JsonNode.Parse(await (await whoever.GetAsync($"/api/v1/states/{state}/assessments/{Cycle}/export")).Content.ReadAsStringAsync())!;
        return state;
    }

    private async Task<string> AnswerAsync(string state, string etag) => (await whoever.DoAsync(HttpMethod.Patch, $"states/{state}/assessments/{Cycle}/answers",
        new { answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { value = "some" }) }, etag)).ETag!;

    private async Task<string> RoundAsync(string stage, bool open = false)
    {
        var state = await StateAsync(stage);
        await whoever.BeginAsync(state, Questionnaire, Cycle);
        if (open)
        {
            await whoever.OpenRoundAsync(state, Cycle, "customs", "police");
            return state;
        }

        var (_, etag) = await whoever.DoAsync(HttpMethod.Get, $"states/{state}/assessments/{Cycle}/round");
        await whoever.DoAsync(HttpMethod.Put, $"states/{state}/assessments/{Cycle}/round",
            new { entities = new[] { "customs", "police" }.Select(e => new { id = e, name = e, questions = new[] { "a1", "a2", "b1", "b2" } }) }, etag);
        return state;
    }

    private async Task MakeCyclesAsync()
    {
        for (var i = 0; i < 8; i++)
        {
            var id = $"plan{number}-{i}";
            await whoever.DoAsync(HttpMethod.Put, $"cycles/{id}", new { name = id, questionnaire = new { id = Questionnaire, version = "1.0" }, startsOn = $"2026-02-{10 + i}" });
            Add("plannedCycle", id);
            var closing = $"end{number}-{i}";
            var (_, etag) = await whoever.DoAsync(HttpMethod.Put, $"cycles/{closing}", new { name = closing, questionnaire = new { id = Questionnaire, version = "1.0" }, startsOn = $"2026-03-{10 + i}" });
            await whoever.DoAsync(HttpMethod.Post, $"cycles/{closing}/open", ifMatch: etag);
            Add("closingCycle", closing);
            var plan = $"think{number}-{i}";
            await whoever.DoAsync(HttpMethod.Put, $"cycles/{plan}", new { name = plan, questionnaire = new { id = Questionnaire, version = "1.0" }, startsOn = $"2026-04-{10 + i}" });
            Add("thoughtOf", plan);
        }
    }

    private async Task MakePeopleAsync()
    {
        var administrator = host.Administrator();
        var state = Stages["begun"][0];
        for (var i = 0; i < 4; i++)
        {
            var email = $"idle{number}-{i}@example.org";
            await host.AccountAsync(email, $"Idle {i}", ApiHost.Granted(Role.Reader, state), ApiHost.Granted(Role.Auditor, state));
            await host.AccountAsync($"second{number}-{i}@example.org", $"Second {i}", ApiHost.Granted(Role.Coordinator, state));
            var (link, _) = await administrator.DoAsync(HttpMethod.Post, "invitations", new { email = $"invited{number}-{i}@example.org", grants = new[] { new { role = "reader", state } } });
            Add("invitationSecret", link.GetProperty("secret").GetString()!);
            (link, _) = await administrator.DoAsync(HttpMethod.Post, "invitations", new { email = $"withdrawn{number}-{i}@example.org", grants = new[] { new { role = "administrator" } } });
            Add("invitation", link.GetProperty("id").GetString()!);
            (link, _) = await host.Coordinator(state).DoAsync(HttpMethod.Post, $"states/{state}/invitations", new { email = $"own{number}-{i}@example.org", grants = new[] { new { role = "reader" } } });
            Add("stateInvitation", link.GetProperty("id").GetString()!);
        }

        await foreach (var person in PeopleAsync(administrator))
        {
            var (email, id) = (person.GetProperty("email").GetString()!, person.GetProperty("account").GetString()!);
            if (email.StartsWith($"idle{number}-", StringComparison.Ordinal))
            {
                Add("account", id);
                Grants[id] = person.GetProperty("grants")[0].GetProperty("id").GetString()!;
                var (reset, _) = await administrator.DoAsync(HttpMethod.Post, $"accounts/{id}/password-reset");
                Add("resetSecret", reset.GetProperty("secret").GetString()!);
            }
            else if (email.StartsWith($"second{number}-", StringComparison.Ordinal))
            {
                Add("successor", id);
            }
        }
    }

    /// <summary>Reads something as a browser.</summary>
    public async Task<JsonElement> AskAsync(FuzzCaller caller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}");
        Sign(request, caller);
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : default;
    }

    public static void Sign(HttpRequestMessage request, FuzzCaller caller, bool antiforgery = true)
    {
        request.Headers.Authorization = caller.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        if (caller.Cookies is { } cookies)
        {
            request.Headers.Add("Cookie", cookies);
            if (antiforgery)
            {
                request.Headers.Add(SessionAuthentication.AntiforgeryHeader, caller.Antiforgery);
            }
        }
    }

    private static async IAsyncEnumerable<JsonElement> PeopleAsync(HttpClient administrator)
    {
        for (string? after = ""; after is not null;)
        {
            var (page, _) = await administrator.DoAsync(HttpMethod.Get, $"accounts?limit=200{(after.Length > 0 ? $"&after={after}" : "")}");
            foreach (var person in page.GetProperty("items").EnumerateArray())
            {
                yield return person;
            }

            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
    }
}
