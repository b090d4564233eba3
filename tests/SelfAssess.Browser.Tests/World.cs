using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>Somebody who can sign in, with <see cref="ApiHost.Password"/>.</summary>
public sealed record Visitor(string Email);

/// <summary>What every page is looked at with: one State with an open round over the shipped instrument, and somebody for each role.</summary>
public sealed class World
{
    public const string State = "XAA";
    public const string Cycle = "2026";
    public const string Entity = "customs";

    /// <summary>A cycle that is not open yet.</summary>
    public const string PlannedCycle = "2028";

    /// <summary>A questionnaire of two versions.</summary>
    public const string Revised = "revised";
    public const string Assessment = $"states/{State}/assessments/{Cycle}";

    /// <summary>The instrument on interagency cooperation.</summary>
    public static readonly object Questionnaire = new { id = "att-interagency", version = "1.0" };

    /// <summary>Customs' workbook from before <see cref="Answers"/>.</summary>
    /// <param name="Filled">Filled in: with a conflict of which one answer stays, one whose answers can be joined, and what nobody else answered.</param>
    /// <param name="Broken">With cells that cannot be taken.</param>
    public sealed record Workbooks(byte[] Filled, byte[] Broken);

    private IReadOnlyList<Visitor> newcomers = [];
    private IReadOnlyList<Visitor> careful = [];
    private int turn;

    /// <summary>What customs has answered so far.</summary>
    private static object Answers => new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["2.1"] = new { value = "sharedUnderstanding", comment = "Written down by each of us, not together.", evidence = new[] { "Customs instruction 12/2024", "https://example.org/role-map" } },
        ["2.2"] = new { state = "dontKnow" },
    };

    public required Visitor Administrator { get; init; }

    public required Visitor Presidency { get; init; }

    public required Visitor Coordinator { get; init; }

    public required Visitor Respondent { get; init; }

    /// <summary>Of the licensing authority, whose questions include how cooperation is arranged.</summary>
    public required Visitor Licensing { get; init; }

    /// <summary>Of the police, whose answers are confirmed and sent.</summary>
    public required Visitor Police { get; init; }

    public required Visitor Reader { get; init; }

    /// <summary>Of States that took part in a cycle whose results are published: see <see cref="Results"/>.</summary>
    public required Visitor DemoReader { get; init; }

    public required Workbooks Workbook { get; init; }

    /// <summary>States at every stage of an assessment.</summary>
    public required CoordinationWorld Coordination { get; init; }

    /// <summary>Somebody without any role, for pages that change one's account; each time somebody else, so that they do not disturb each other.</summary>
    public Visitor Newcomer() => newcomers[Interlocked.Increment(ref turn) % newcomers.Count];

    /// <summary>Somebody who signs in with a second factor; each time somebody else, since nobody may try more than ten times in five minutes.</summary>
    public Visitor Careful() => careful[Interlocked.Increment(ref turn) % careful.Count];

    public static async Task<World> MakeAsync(ApiHost api)
    {
        var admin = api.Whoever();
        var (_, etag) = await admin.DoAsync(HttpMethod.Put, $"cycles/{Cycle}", new { name = Cycle, questionnaire = Questionnaire, startsOn = "2026-01-01" });
        await admin.DoAsync(HttpMethod.Post, $"cycles/{Cycle}/open", ifMatch: etag);
        await admin.DoAsync(HttpMethod.Put, $"cycles/{PlannedCycle}", new { name = PlannedCycle, questionnaire = Questionnaire, startsOn = "2028-01-01" });
        await admin.DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files(Revised) });
        var next = SampleQuestionnaire.Structure.Replace("ID", Revised, StringComparison.Ordinal).Replace("VERSION", "1.1", StringComparison.Ordinal)
            .Replace(""", appliesWhen: "profile('exporter')" """, " ", StringComparison.Ordinal);
        await admin.DoAsync(HttpMethod.Post, "questionnaires", new { files = new[] { new { path = "questionnaire.yaml", content = next }, new { path = "texts/en.yaml", content = SampleQuestionnaire.Texts } } });
        await OpenRoundAsync(api, State, "Demo State of Aland");
        var (newcomers, careful) = (new List<Visitor>(), new List<Visitor>());
        for (var i = 0; i < 8; i++)
        {
            newcomers.Add(new(await api.AccountAsync($"newcomer{i}@example.org", "Nadia Newcomer")));
            careful.Add(new(await api.AccountAsync($"careful{i}@example.org", "Cara Careful")));
            await api.SecondFactorAsync(careful[i].Email);
        }

        var customs = api.Respondent(State, Entity);
        var workbook = await (await customs.CallAsync(HttpMethod.Get, $"{Assessment}/responses/{Entity}/workbook.xlsx")).Response.Content.ReadAsByteArrayAsync();
        (_, etag) = await customs.DoAsync(HttpMethod.Get, $"{Assessment}/responses/{Entity}");
        await customs.DoAsync(HttpMethod.Patch, $"{Assessment}/responses/{Entity}/answers", new { answers = Answers }, etag);
        await api.Respondent(State, "police").RespondAsync(State, Cycle, "police", ("2.1", "operating"), ("2.2", "caseByCase"));
        return new World
        {
            Workbook = new(
                workbook.Enter("2.1|value", "3").Enter("2.1|comment", "Written down together in the manual of 2025.").Enter("2.2|value", "We don’t know").Enter("2.2|comment", "Nobody of ours was asked.").Enter("2.4|value", "1"),
                workbook.Change("2.1|value", c => c.CellFormula = new DocumentFormat.OpenXml.Spreadsheet.CellFormula("1+1")).Enter("2.4|value", "excellent")),
            Administrator = new(await api.AccountAsync("administrator@example.org", "Ada Administrator", ApiHost.Granted(Role.Administrator))),
            Presidency = new(await api.AccountAsync("presidency@example.org", "Petra Presidency", ApiHost.Granted(Role.Presidency))),
            Coordinator = new(await api.AccountAsync("coordinator@example.org", "Carla Coordinator", ApiHost.Granted(Role.Coordinator, State))),
            Respondent = new(await api.AccountAsync("respondent@example.org", "Rafiq Respondent", ApiHost.Granted(Role.Respondent, State, Entity))),
            Licensing = new(await api.AccountAsync("licensing@example.org", "Lina Licensing", ApiHost.Granted(Role.Respondent, State, "licensing"))),
            Police = new(await api.AccountAsync("police@example.org", "Pavel Police", ApiHost.Granted(Role.Respondent, State, "police"))),
            newcomers = newcomers,
            careful = careful,
            Reader = new(await api.AccountAsync("reader@example.org", "Rita Reader", ApiHost.Granted(Role.Reader, State))),
            DemoReader = new(await api.AccountAsync("reader@demo.example.org", "Dora Reader", [.. Results.Demonstrated.Select(s => ApiHost.Granted(Role.Reader, s))])),
            Coordination = await CoordinationWorld.MakeAsync(api),
        };
    }

    /// <summary>A State of a test's own, with an open round in the world's cycle, and a respondent of its customs.</summary>
    public static async Task<(string State, Visitor Respondent)> OwnStateAsync(ApiHost api, string state)
    {
        await OpenRoundAsync(api, state, $"Demo State {state}");
        var email = await api.AccountAsync($"respondent@{state.ToLowerInvariant()}.example.org", "Rafiq Respondent", ApiHost.Granted(Role.Respondent, state, Entity));
        return (state, new Visitor(email));
    }

    private static async Task OpenRoundAsync(ApiHost api, string state, string name)
    {
        var admin = api.Whoever();
        await admin.DoAsync(HttpMethod.Put, $"states/{state}", new { name });
        var fields = new { attStatus = "stateParty", region = "africa", tradeRoles = new[] { "importer", "transit" } };
        await admin.DoAsync(HttpMethod.Put, $"states/{state}/profile", new { questionnaire = Questionnaire, fields });
        var (_, etag) = await admin.DoAsync(HttpMethod.Post, $"states/{state}/assessments", new { cycle = Cycle });
        object[] entities =
        [
            new { id = "licensing", name = "Export Licensing Office", kind = "leadLicensing" },
            new { id = Entity, name = "Customs Administration", kind = "customsBorder" },
            new { id = "police", name = "National Police", kind = "interiorPolice" },
        ];
        (_, etag) = await admin.DoAsync(HttpMethod.Put, $"states/{state}/assessments/{Cycle}/round", new { entities, answerBy = "2026-09-30" }, etag);
        await admin.DoAsync(HttpMethod.Post, $"states/{state}/assessments/{Cycle}/round/open", ifMatch: etag);
    }
}
