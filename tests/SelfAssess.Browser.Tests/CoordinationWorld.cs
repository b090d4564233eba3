using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>States at every stage of an assessment, each with its coordinator.</summary>
public sealed class CoordinationWorld
{
    /// <summary>Nothing is begun.</summary>
    public const string New = "XBA";

    /// <summary>Begun, with entities chosen.</summary>
    public const string Planned = "XBB";

    /// <summary>The round is closed, and next to nothing is agreed.</summary>
    public const string Closed = "XBC";

    /// <summary>The one question on which it is agreed in <see cref="Closed"/>.</summary>
    public const string Recorded = "2.3";

    /// <summary>Signed off, with an earlier cycle and with consent.</summary>
    public const string Sealed = "XBD";

    /// <summary>One entity answers directly.</summary>
    public const string Direct = "XBE";

    private const string Earlier = "2025";

    public required Visitor NewCoordinator { get; init; }

    public required Visitor PlannedCoordinator { get; init; }

    public required Visitor ClosedCoordinator { get; init; }

    public required Visitor SealedCoordinator { get; init; }

    public required Visitor SealedReader { get; init; }

    public required Visitor SealedAuditor { get; init; }

    public required Visitor DirectCoordinator { get; init; }

    public static async Task<CoordinationWorld> MakeAsync(ApiHost api)
    {
        await RegisterAsync(api, New, profile: false);
        await BeginAsync(api, Planned, World.Cycle);
        await PlanAsync(api, Planned, await ETagAsync(api, Planned));
        await CloseRoundAsync(api, Closed);
        await RecordAsync(api, Closed, Recorded);
        await SignOffAsync(api);
        await BeginAsync(api, Direct, World.Cycle);
        await AnswerAsync(api, Direct, World.Cycle, "operating", ["1.1", "1.2", "1.3"]);
        return new CoordinationWorld
        {
            NewCoordinator = await CoordinatorAsync(api, New),
            PlannedCoordinator = await CoordinatorAsync(api, Planned),
            ClosedCoordinator = await CoordinatorAsync(api, Closed),
            SealedCoordinator = await CoordinatorAsync(api, Sealed),
            SealedReader = new(await api.AccountAsync("reader@xbd.example.org", "Rosa Reader", ApiHost.Granted(Role.Reader, Sealed))),
            SealedAuditor = new(await api.AccountAsync("auditor@xbd.example.org", "Aurel Auditor", ApiHost.Granted(Role.Auditor, Sealed))),
            DirectCoordinator = await CoordinatorAsync(api, Direct),
        };
    }

    /// <summary>A coordinator of a State.</summary>
    public static async Task<Visitor> CoordinatorAsync(ApiHost api, string state, string name = "Carla Coordinator") =>
        new(await api.AccountAsync($"{name.Split(' ')[0].ToLowerInvariant()}@{state.ToLowerInvariant()}.example.org", name, ApiHost.Granted(Role.Coordinator, state)));

    /// <summary>A State in the register; with the facts that choose its questions.</summary>
    public static async Task RegisterAsync(ApiHost api, string state, bool profile = true, object? questionnaire = null)
    {
        var client = api.Whoever();
        await client.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}" });
        if (profile)
        {
            var fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer", "transit" } };
            await client.DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire = questionnaire ?? World.Questionnaire, fields });
        }
    }

    /// <summary>A State with a closed round: three entities that agree on some indicators and differ on others, one of them unconfirmed.</summary>
    public static async Task CloseRoundAsync(ApiHost api, string state)
    {
        var client = api.Whoever();
        await BeginAsync(api, state, World.Cycle);
        var etag = await PlanAsync(api, state, await ETagAsync(api, state));
        (_, etag) = await client.DoAsync(HttpMethod.Post, $"{PathOf(state)}/round/open", ifMatch: etag);
        string[][] levels = [["operating", "sharedUnderstanding", "sustained"], ["operating", "caseByCase", "operating"], ["sharedUnderstanding", "absent", "operating"], ["operating", "operating", "operating"]];
        string[] entities = ["licensing", "customs", "police", "foreign"];
        foreach (var (entity, own) in entities.Zip(levels))
        {
            await RespondAsync(api, state, entity, own, confirm: entity != "foreign");
        }

        await client.DoAsync(HttpMethod.Post, $"{PathOf(state)}/round/close", ifMatch: etag);
    }

    /// <summary>Answers an entity's indicators with these levels in turn; every seventh it does not know.</summary>
    public static async Task RespondAsync(ApiHost api, string state, string entity, string[] levels, bool confirm)
    {
        var client = api.Whoever();
        var path = $"{PathOf(state)}/responses/{entity}";
        var (response, etag) = await client.DoAsync(HttpMethod.Get, path);
        var asked = response.GetProperty("entity").GetProperty("questions").EnumerateArray().Select(q => q.GetString()!).Where(q => char.IsDigit(q[0])).ToArray();
        var answers = asked.Select((q, i) => (q, i)).ToDictionary(q => q.q, object (q) => q.i % 7 == 6
            ? new { state = "dontKnow" }
            : new { value = levels[q.i % levels.Length], comment = q.i == 0 ? "We meet every second Tuesday, and whenever a case needs it." : null, evidence = q.i == 0 ? new[] { "Minutes 2026/14" } : null }, StringComparer.Ordinal);
        await client.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers }, etag);
        if (confirm)
        {
            await ConfirmAsync(api, state, entity);
        }
    }

    /// <summary>The head of an entity confirms what it answered.</summary>
    public static async Task ConfirmAsync(ApiHost api, string state, string entity)
    {
        var path = $"{PathOf(state)}/responses/{entity}";
        var (_, etag) = await api.Whoever().DoAsync(HttpMethod.Get, path);
        await api.Whoever().DoAsync(HttpMethod.Post, $"{path}/confirm", new { by = "Director of the entity" }, etag);
    }

    /// <summary>Records the State's answer to one question.</summary>
    public static async Task RecordAsync(ApiHost api, string state, string question)
    {
        var answers = new Dictionary<string, object>(StringComparer.Ordinal) { [question] = new { answer = new { value = "operating" }, reason = "Agreed at the meeting of all entities.", dissent = "Police sees it lower." } };
        await api.Whoever().DoAsync(HttpMethod.Patch, $"{PathOf(state)}/reconciliation", new { answers }, await ETagAsync(api, state));
    }

    /// <summary>Records what is proposed for every indicator that is not recorded yet.</summary>
    public static async Task RecordTheRestAsync(ApiHost api, string state)
    {
        var client = api.Whoever();
        var (reconciliation, etag) = await client.DoAsync(HttpMethod.Get, $"{PathOf(state)}/reconciliation");
        var open = reconciliation.GetProperty("questions").EnumerateArray()
            .Where(q => !(q.TryGetProperty("recorded", out var recorded) && recorded.ValueKind == JsonValueKind.Object) && char.IsDigit(q.GetProperty("question").GetString()![0]));
        var answers = open.ToDictionary(q => q.GetProperty("question").GetString()!, object (q) => new
        {
            answer = q.TryGetProperty("proposal", out var proposal) && proposal.ValueKind == JsonValueKind.Object ? (object)new { value = proposal.GetProperty("value").GetString() } : new { state = "dontKnow" },
            reason = "Agreed at the meeting of all entities.",
        }, StringComparer.Ordinal);
        await client.DoAsync(HttpMethod.Patch, $"{PathOf(state)}/reconciliation", new { answers }, etag);
    }

    private static async Task SignOffAsync(ApiHost api)
    {
        var client = api.Whoever();
        var (_, cycle) = await client.DoAsync(HttpMethod.Put, $"cycles/{Earlier}", new { name = Earlier, questionnaire = World.Questionnaire, startsOn = "2025-01-01" });
        (_, cycle) = await client.DoAsync(HttpMethod.Post, $"cycles/{Earlier}/open", ifMatch: cycle);
        await BeginAsync(api, Sealed, Earlier);
        await AnswerAsync(api, Sealed, Earlier, "caseByCase", null);
        await client.DoAsync(HttpMethod.Post, $"states/{Sealed}/assessments/{Earlier}/sign-off", ifMatch: await ETagAsync(api, Sealed, Earlier));
        await client.DoAsync(HttpMethod.Post, $"cycles/{Earlier}/close", ifMatch: cycle);

        await CloseRoundAsync(api, Sealed);
        await client.DoAsync(HttpMethod.Post, $"{PathOf(Sealed)}/reconciliation/accept-agreed", new { reason = "All agree." }, await ETagAsync(api, Sealed));
        await RecordTheRestAsync(api, Sealed);
        var answers = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (theme, basis) in new[] { ("F14.1", "writtenArrangement"), ("F14.2", "informalPractice"), ("F14.6", "legalMandate") })
        {
            answers[theme] = new { answer = new { value = new { basis = new[] { basis }, permanence = "standing" } }, reason = "As everybody knows it." };
        }

        var (_, etag) = await client.DoAsync(HttpMethod.Patch, $"{PathOf(Sealed)}/reconciliation", new { answers }, await ETagAsync(api, Sealed));
        (_, etag) = await client.DoAsync(HttpMethod.Post, $"{PathOf(Sealed)}/sign-off", ifMatch: etag);
        await client.DoAsync(HttpMethod.Put, $"{PathOf(Sealed)}/consent", new { choice = "joinAggregate" }, etag);
    }

    /// <summary>A registered State answers for itself, signs off and joins the aggregate.</summary>
    public static async Task JoinAsync(ApiHost api, string state, string cycle, string level)
    {
        var client = api.Whoever();
        await client.DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle });
        await AnswerAsync(api, state, cycle, level, null);
        var (_, etag) = await client.DoAsync(HttpMethod.Post, $"states/{state}/assessments/{cycle}/sign-off", ifMatch: await ETagAsync(api, state, cycle));
        await client.DoAsync(HttpMethod.Put, $"states/{state}/assessments/{cycle}/consent", new { choice = "joinAggregate" }, etag);
    }

    private static async Task BeginAsync(ApiHost api, string state, string cycle)
    {
        var (registered, _) = await api.Administrator().CallAsync(HttpMethod.Get, $"states/{state}");
        if (!registered.IsSuccessStatusCode)
        {
            await RegisterAsync(api, state);
        }

        await api.Whoever().DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle });
    }

    private static async Task<string> PlanAsync(ApiHost api, string state, string etag)
    {
        object[] entities =
        [
            new { id = "licensing", name = "Export Licensing Office", kind = "leadLicensing" },
            new { id = "customs", name = "Customs Administration", kind = "customsBorder" },
            new { id = "police", name = "National Police", kind = "interiorPolice" },
            new { id = "foreign", name = "Ministry of Foreign Affairs", kind = "foreignAffairs" },
        ];
        return (await api.Whoever().DoAsync(HttpMethod.Put, $"{PathOf(state)}/round", new { entities }, etag)).ETag!;
    }

    private static async Task AnswerAsync(ApiHost api, string state, string cycle, string level, string[]? questions)
    {
        questions ??= ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "3.4", "3.5", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6"];
        var answers = questions.ToDictionary(q => q, _ => new { value = level }, StringComparer.Ordinal);
        await api.Whoever().DoAsync(HttpMethod.Patch, $"states/{state}/assessments/{cycle}/answers", new { answers }, await ETagAsync(api, state, cycle));
    }

    private static async Task<string> ETagAsync(ApiHost api, string state, string cycle = World.Cycle) =>
        (await api.Coordinator(state).DoAsync(HttpMethod.Get, $"states/{state}/assessments/{cycle}")).ETag!;

    private static string PathOf(string state) => $"states/{state}/assessments/{World.Cycle}";
}
