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

    public required Visitor Administrator { get; init; }

    public required Visitor Presidency { get; init; }

    public required Visitor Coordinator { get; init; }

    public required Visitor Respondent { get; init; }

    public required Visitor Reader { get; init; }

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
        return new World
        {
            Administrator = new(await api.AccountAsync("administrator@example.org", "Ada Administrator", ApiHost.Granted(Role.Administrator))),
            Presidency = new(await api.AccountAsync("presidency@example.org", "Petra Presidency", ApiHost.Granted(Role.Presidency))),
            Coordinator = new(await api.AccountAsync("coordinator@example.org", "Carla Coordinator", ApiHost.Granted(Role.Coordinator, State))),
            Respondent = new(await api.AccountAsync("respondent@example.org", "Rafiq Respondent", ApiHost.Granted(Role.Respondent, State, Entity))),
            Reader = new(await api.AccountAsync("reader@example.org", "Rita Reader", ApiHost.Granted(Role.Reader, State))),
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
        (_, etag) = await admin.DoAsync(HttpMethod.Put, $"states/{state}/assessments/{Cycle}/round", new { entities }, etag);
        await admin.DoAsync(HttpMethod.Post, $"states/{state}/assessments/{Cycle}/round/open", ifMatch: etag);
    }
}
