using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>A request that was made up.</summary>
/// <param name="Broken">What was broken on purpose; null where it should fit.</param>
internal sealed record FuzzRequest(FuzzOperation Operation, FuzzCaller Caller, HttpRequestMessage Message, string Sent, string? Broken);

/// <summary>Makes requests up: four in ten fit as well as the world knows how, the others are broken in one place or made of nothing but the schema.</summary>
internal sealed class RequestMaker(ApiDocument document, FuzzWorld world, HttpClient http, Random random, IReadOnlyDictionary<string, Role[]> admitted)
{
    private static readonly Role[] roles = Enum.GetValues<Role>();

    /// <summary>At which stage an assessment has to be for an operation to succeed; every other one takes any that has begun.</summary>
    private static readonly Dictionary<string, string[]> stages = new(StringComparer.Ordinal)
    {
        ["openAssessment"] = ["new"],
        ["importAssessment"] = ["gone"],
        ["putStateProfile"] = ["new"],
        ["eraseState"] = ["erased"],
        ["saveAnswers"] = ["begun"],
        ["signOff"] = ["answered"],
        ["decideConsent"] = ["signed"],
        ["beginRevision"] = ["to be revised"],
        ["verifySeal"] = ["signed"],
        ["getComparisonChart"] = ["past"],
        ["takeUpAgain"] = ["past"],
        ["takeProfile"] = ["begun"],
        ["getNationalReport"] = ["signed", "past"],
        ["planRound"] = ["planned"],
        ["openRound"] = ["to be opened"],
        ["closeRound"] = ["to be closed"],
        ["reopenRound"] = ["to be reopened"],
        ["reconcile"] = ["compared"],
        ["acceptAgreed"] = ["agreed"],
        ["getReconciliation"] = ["compared"],
        ["getDivergence"] = ["compared"],
        ["getResponse"] = ["asked", "compared"],
        ["getResponseForm"] = ["asked", "compared"],
        ["listOwnResponses"] = ["asked", "compared"],
        ["saveResponse"] = ["asked"],
        ["confirmResponse"] = ["asked"],
        ["prefillResponse"] = ["asked before"],
        ["returnResponse"] = ["to be returned"],
        ["withdrawConfirmation"] = ["confirmed"],
        ["handOver"] = ["people"],
        ["listPeople"] = ["people"],
        ["grantStateRoles"] = ["people"],
        ["endStateRole"] = ["people"],
        ["withdrawStateInvitation"] = ["people"],
    };

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private FuzzOperation operation = null!;
    private FuzzCaller caller = null!;
    private string? authenticator;
    private int serial;

    public async Task<FuzzRequest> MakeAsync(FuzzOperation chosen, bool fits)
    {
        operation = chosen;
        serial++;
        var manner = fits ? 0 : random.Next(10);
        authenticator = null;
        await ChooseAsync(likely: manner < 6);
        if (manner < 4)
        {
            await PrepareAsync();
        }

        var bodies = new BodyMaker(document, random, manner < 8 ? Known : _ => null, plain: manner < 4);
        var body = operation.Body is { } schema && operation.ContentType!.EndsWith("json", StringComparison.Ordinal) ? bodies.Of(schema, "") : null;
        var text = operation.ContentType == "text/csv" ? world.Register : body?.ToJsonString();
        var broken = manner < 4 ? null : await BreakAsync();
        if (broken is not null && text is not null && random.Next(3) > 0)
        {
            text = operation.ContentType == "text/csv" ? text.Replace("State", BodyMaker.Nasty[random.Next(BodyMaker.Nasty.Length)], StringComparison.Ordinal) : bodies.Broken(body);
            broken += " body";
        }

        var path = Address(broken is not null);
        var message = new HttpRequestMessage(HttpMethod.Parse(operation.Method), $"/api/v1{path}");
        if (text is not null)
        {
            message.Content = new StringContent(text, Encoding.UTF8);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(broken is not null && random.Next(15) == 0
                ? ((string[])["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16"])[random.Next(5)] : operation.ContentType!);
        }

        FuzzWorld.Sign(message, caller, antiforgery: broken is null || random.Next(4) > 0);
        await AddHeadersAsync(message, path, broken is not null);
        return new FuzzRequest(operation, caller, message, $"{operation.Method} {path} {text}", broken);
    }

    /// <summary>Who asks, and about what.</summary>
    private async Task ChooseAsync(bool likely)
    {
        values.Clear();
        var able = admitted[operation.Id];
        var role = likely && able.Length > 0 ? able[random.Next(able.Length)] : roles[random.Next(roles.Length)];
        var wanted = stages.GetValueOrDefault(operation.Id, ["begun", "answered", "signed", "compared", "past"]);
        var stage = wanted[random.Next(wanted.Length)];
        var state = world.Stages[stage][random.Next(world.Stages[stage].Count)];
        values["state"] = state;
        values["cycle"] = stage == "past" && world.Pool("past") is [var past, ..] ? past : stage == "asked before" ? world.Again : world.Cycle;
        values["entity"] = operation.Id is "getResponse" or "listOwnResponses" ? "police" : "customs";
        var own = role is Role.Administrator or Role.Presidency ? null : likely || random.Next(3) > 0 ? state : world.States.Keys.ElementAt(random.Next(world.States.Count));
        caller = !likely && random.Next(6) == 0 ? await world.CallerAsync(null)
            : await world.CallerAsync(role, own, role == Role.Respondent ? values["entity"] : null);
        // Half of what people do for themselves, and some of the rest, comes from browsers.
        if (caller.Role is { } signedIn && random.Next(able.Length == roles.Length && !operation.Reads ? 2 : 20) == 0 && signedIn != Role.Respondent)
        {
            caller = await world.BrowserAsync(signedIn, caller.State);
        }

        foreach (var parameter in operation.Parameters.Where(p => p.Place == "path" && !values.ContainsKey(p.Name)))
        {
            values[parameter.Name] = Value(parameter) ?? Text(parameter.Schema);
        }

        if (operation.Path.StartsWith("/api/v1/cycles/", StringComparison.Ordinal))
        {
            values["cycle"] = Cycle() ?? world.Cycle;
        }
    }

    /// <summary>What has to be there for a request about oneself, or that uses its sender up.</summary>
    private async Task PrepareAsync()
    {
        if (operation.Id is "handOver")
        {
            caller = await world.CallerAsync(Role.Coordinator, values["state"], anew: true);
            return;
        }

        if (operation.Id is "cancelReleaseRun" && world.Take("closingCycle") is { } cycle)
        {
            // While it is being made.
            var administrator = await world.CallerAsync(Role.Administrator);
            using var read = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/cycles/{cycle}");
            FuzzWorld.Sign(read, administrator);
            using var close = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cycles/{cycle}/close");
            FuzzWorld.Sign(close, administrator);
            using var found = await http.SendAsync(read);
            close.Headers.IfMatch.Add(found.Headers.ETag!);
            using var closed = await http.SendAsync(close);
            values["run"] = (await closed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            return;
        }

        if (operation.Id is not ("confirmAuthenticator" or "removeAuthenticator" or "beginAuthenticator" or "changePassword" or "revokeToken" or "endSession" or "makeToken" or "signOut" or "endOtherSessions"))
        {
            return;
        }

        var (role, state) = (caller.Role ?? Role.Reader, caller.Role is null ? values["state"] : caller.State);
        caller = await world.NewBrowserAsync(role, state);
        switch (operation.Id)
        {
            case "endSession":
                await world.SignInAsync(caller.Email!, role, state);
                values["session"] = (await world.AskAsync(caller, "account/sessions")).GetProperty("items")[0].GetProperty("id").GetString()!;
                break;
            case "revokeToken":
                values["token"] = (await DoAsync("account/tokens", new { name = "to be revoked" })).GetProperty("token").GetProperty("id").GetString()!;
                break;
            case "confirmAuthenticator":
                authenticator = (await DoAsync("account/authenticator", null)).GetProperty("key").GetString();
                caller = await world.SignInAsync(caller.Email!, role, state);
                break;
            case "removeAuthenticator":
                var token = (await DoAsync("account/tokens", new { name = "goes on" })).GetProperty("secret").GetString();
                authenticator = await world.SecondFactorAsync(caller.Email!);
                caller = caller with { Token = token, Cookies = null };
                break;
        }
    }

    private async Task<JsonElement> DoAsync(string path, object? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        FuzzWorld.Sign(request, caller);
        using var response = await http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private string? Cycle() => operation.Id switch
    {
        "openCycle" => world.Take("plannedCycle"),
        "putCycle" => random.Next(2) == 0 ? string.Create(CultureInfo.InvariantCulture, $"made-{serial}-{random.Next(1000)}") : Any("thoughtOf"),
        "putPublicationPlan" => Any("thoughtOf"),
        "closeCycle" => world.Take("closingCycle") ?? Any("closed"),
        "reopenCycle" => Any("past"),
        "startReleaseRun" or "listReleaseRuns" => Any("closed"),
        _ => null,
    };

    private string? Any(string pool) => world.Pool(pool) is { Count: > 0 } some ? some[random.Next(some.Count)] : null;

    private string? Value(FuzzParameter parameter) => (operation.Id, parameter.Name) switch
    {
        (_, "questionnaire") when operation.Path.Contains("/trends/", StringComparison.Ordinal) => Any("trend"),
        (_, "questionnaire") => world.Questionnaire,
        (_, "version") => "1.0",
        ("getPreview" or "freezeRelease", "release") => Any("freeze"),
        ("leaveRelease", "release") => Any("leave"),
        (_, "release") => Any("release"),
        (_, "run") => Any("run"),
        (_, "pack") => Any("pack"),
        ("disableAccount" or "enableAccount" or "makeReset" or "grantRoles" or "endRole" or "grantStateRoles" or "endStateRole", "account") => Any("account"),
        (_, "grant") => world.Grants.GetValueOrDefault(values["account"]),
        ("withdrawStateInvitation", _) => world.Take("stateInvitation"),
        ("withdrawInvitation", _) => world.Take("invitation"),
        (_, "provider") => "ministry",
        (_, "file") => ((string[])["questionnaire", "texts", "release"])[random.Next(3)],
        (_, "dimension") => "basis",
        (_, "question") => "basis.basis",
        (_, "section") => "A",
        _ => null,
    };

    private string Text(JsonObject schema) => new BodyMaker(document, random, _ => null).Of(schema, "")?.ToString() ?? "";

    /// <summary>What the world knows of a body's parts.</summary>
    private JsonNode? Known(string name)
    {
        var member = name[(name.LastIndexOf('.') + 1)..];
        return (operation.Id, name, member) switch
        {
            ("importAssessment", "AssessmentExport", _) => world.Exports.GetValueOrDefault(values["state"])?.DeepClone(),
            ("verifySeal", _, "content") => world.Exports.GetValueOrDefault(values["state"])?["content"]!.DeepClone(),
            ("reconcile", _, "answers") => new JsonObject { ["b1"] = new JsonObject { ["answer"] = Answer(), ["reason"] = "They met." } },
            (_, _, "answers") => new JsonObject(((string[])["a1", "a2", "b1", "b2"]).Take(1 + random.Next(4)).Select(q => KeyValuePair.Create(q, (JsonNode?)Answer()))),
            (_, "QuestionnaireReference", _) => new JsonObject { ["id"] = world.Questionnaire, ["version"] = "1.0" },
            (_, "Profile", _) => new JsonObject { ["exporter"] = random.Next(2) == 0 },
            ("score", _, "questionnaire") => new JsonObject { ["id"] = world.Questionnaire, ["version"] = "1.0" },
            ("score", _, "files") => null,
            (_, _, "files") => JsonSerializer.SerializeToNode(SampleQuestionnaire.Files(string.Create(CultureInfo.InvariantCulture, $"{world.Questionnaire}-{serial}"))),
            (_, "GrantBody", _) => operation.Path.Contains("{state}", StringComparison.Ordinal) || operation.Id == "inviteToState"
                ? new JsonObject { ["role"] = random.Next(2) == 0 ? "reader" : "auditor" } : new JsonObject { ["role"] = "reader", ["state"] = values["state"] },
            (_, _, "grants") => new JsonArray(Known("GrantBody")),
            (_, _, "email") when operation.Id is "signIn" => "admin@localhost",
            (_, _, "email") => string.Create(CultureInfo.InvariantCulture, $"somebody{world.Questionnaire}-{serial}@example.org"),
            (_, _, "password" or "current") => ApiHost.Password,
            (_, _, "language") => ((string[])["ar", "en", "es", "fr", "ru", "zh"])[random.Next(6)],
            ("acceptInvitation", _, "secret") => world.Take("invitationSecret"),
            ("redeemReset", _, "secret") => world.Take("resetSecret"),
            ("confirmAuthenticator" or "removeAuthenticator", _, "code") when authenticator is not null => Authenticator.CodeOf(authenticator),
            ("handOver", _, "account") => Any("successor"),
            (_, _, "returnPath") => "/profile",
            (_, _, "invitation") => null,
            ("beginProviderSignIn", _, "add") => false,
            (_, _, "confirm") => values["state"],
            (_, _, "cycle") => world.Cycle,
            (_, _, "fromCycle") => Any("past"),
            ("planRound", _, "entities") => new JsonArray(((string[])["customs", "police"]).Select(e => (JsonNode?)new JsonObject { ["id"] = e, ["name"] = e, ["questions"] = new JsonArray("a1", "b1") }).ToArray()),
            ("planClosing", _, "closesOn") => "2027-12-31",
            ("putPublicationPlan", "PublicationPlan", _) => new JsonObject { ["population"] = "allParticipants", ["partition"] = "none" },
            (_, _, "until" or "lastDay" or "answerBy") => "2027-06-30",
            _ => null,
        };
    }

    private JsonObject Answer() => random.Next(4) == 0 ? new JsonObject { ["state"] = "dontKnow" }
        : new JsonObject { ["value"] = ((string[])["absent", "some", "full"])[random.Next(3)], ["comment"] = random.Next(3) == 0 ? "=1+1 <b>said</b>" : null };

    /// <summary>Breaks something outside of the body; says what.</summary>
    private async Task<string> BreakAsync()
    {
        if (random.Next(3) == 0 && values.Keys.Where(k => operation.Path.Contains($"{{{k}}}", StringComparison.Ordinal)).ToArray() is { Length: > 0 } names)
        {
            var name = names[random.Next(names.Length)];
            values[name] = BodyMaker.Nasty[random.Next(BodyMaker.Nasty.Length)] is { Length: > 0 and < 1000 } nasty && nasty.Trim().Length > 0 ? nasty.Replace("/", "_", StringComparison.Ordinal) : "nothing";
            return name;
        }

        if (random.Next(4) == 0)
        {
            caller = await world.CallerAsync(random.Next(4) == 0 ? null : Role.Coordinator, world.States.Keys.ElementAt(random.Next(world.States.Count)));
            return "caller";
        }

        return "something";
    }

    private string Address(bool broken)
    {
        var path = operation.Path["/api/v1".Length..];
        foreach (var (name, value) in values)
        {
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var query = new List<string>();
        foreach (var parameter in operation.Parameters.Where(p => p.Place == "query"))
        {
            if (broken && random.Next(4) == 0)
            {
                query.Add($"{parameter.Name}={Uri.EscapeDataString(BodyMaker.Nasty[random.Next(BodyMaker.Nasty.Length)] is { Length: < 1000 } nasty ? nasty : "long")}");
            }
            else if (random.Next(3) == 0 && (parameter.Name is not ("after" or "revision") || broken))
            {
                query.Add($"{parameter.Name}={Uri.EscapeDataString(parameter.Name switch { "lang" => "fr", "scale" => "2", _ => Text(parameter.Schema) })}");
            }
        }

        if (broken && random.Next(20) == 0)
        {
            query.Add(random.Next(2) == 0 ? "unknown=1" : query.Count > 0 ? query[0] : "=");
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private async Task AddHeadersAsync(HttpRequestMessage message, string path, bool broken)
    {
        bool Rarely() => broken && random.Next(6) == 0;
        string Junk() => ((string[])["*", "W/\"1\"", "\"0\"", "\"99999999999999999999\"", "abc", "\"", "\"1\", \"2\"", new('"', 300), "\"é\""])[random.Next(9)];
        if (operation.Takes("If-Match") && (!broken || random.Next(5) > 0))
        {
            var tag = Rarely() ? Junk() : await CurrentAsync(path);
            if (tag is not null)
            {
                message.Headers.TryAddWithoutValidation("If-Match", tag);
            }
        }

        if (operation.Takes("If-None-Match") && (Rarely() || random.Next(10) == 0))
        {
            message.Headers.TryAddWithoutValidation("If-None-Match", random.Next(2) == 0 ? await CurrentAsync(path) ?? "*" : Junk());
        }

        if (operation.Takes("Idempotency-Key") && (Rarely() || random.Next(4) == 0))
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", !broken ? string.Create(CultureInfo.InvariantCulture, $"key-{world.Questionnaire}-{serial}")
                : ((string[])["same", "with space", "", new('k', 300), "clé"])[random.Next(5)]);
        }

        if (random.Next(5) == 0)
        {
            message.Headers.TryAddWithoutValidation("Accept-Language", ((string[])["fr", "ar;q=0.5, zh", "*", ";;;q=9", "x-klingon", new('a', 2000)])[random.Next(6)]);
        }

        if (Rarely())
        {
            message.Headers.TryAddWithoutValidation("Accept", ((string[])["text/html", "application/xml", "image/*;q=0", "nonsense"])[random.Next(4)]);
        }
    }

    /// <summary>The version of what a change is about: the nearest address above it that can be read.</summary>
    private async Task<string?> CurrentAsync(string path)
    {
        var address = operation.Id == "importRegister" ? "/register.csv" : path.Split('?')[0];
        for (var route = operation.Id == "importRegister" ? "/api/v1/register.csv" : operation.Path; address.Length > 1; address = address[..address.LastIndexOf('/')], route = route[..route.LastIndexOf('/')])
        {
            if (!document.Operations.Any(o => o.Reads && o.Path == route))
            {
                continue;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1{address}");
            // A coordinator sees no response while the round is open, but may return one.
            FuzzWorld.Sign(request, address.Contains("/responses/", StringComparison.Ordinal) ? await world.CallerAsync(Role.Respondent, values["state"], values["entity"]) : caller);
            using var response = await http.SendAsync(request);
            if (response.Headers.ETag is { } tag)
            {
                return tag.Tag;
            }

            if (response.IsSuccessStatusCode || operation.Method == "PUT")
            {
                return null;
            }
        }

        return null;
    }
}
