using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Respondent;

/// <summary>Answering for an entity.</summary>
internal sealed class RespondentArea(ApiClient api, StateNames states, CycleNames cycles) : IArea
{
    private static readonly Words T = Words.Of("Respondent");

    public int Order => 10;

    public IEnumerable<Destination> DestinationsFor(SessionView session) => [];

    public async Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken)
    {
        var tasks = new List<HomeTask>();
        var grants = session.Grants.Where(g => g is { Role: Role.Respondent, State: not null, Entity: not null }).ToArray();
        var names = await states.OfAsync(grants.Select(g => g.State));
        foreach (var grant in grants)
        {
            var own = (await api.ListOwnResponsesAsync(entity: grant.Entity!, state: grant.State!, cancellationToken: cancellationToken)).Result.Items;
            foreach (var response in own.Where(r => !r.Withdrawn))
            {
                var address = new ResponseAddress(grant.State!, response.Cycle, grant.Entity!);
                var finished = response.Status != ResponseStatus.Open;
                tasks.Add(new HomeTask(
                    T["home.title", response.Name, names[grant.State!], (await cycles.OfAsync(response.Cycle))[response.Cycle]],
                    T[response.Status switch { ResponseStatus.Closed => "home.closed", ResponseStatus.Confirmed => "home.confirmed", _ when response.Returned => "home.returned", _ => "home.open" }],
                    finished ? null : response.AnswerBy,
                    response.Answered,
                    response.Applicable,
                    T.Count("progress", response.Applicable, response.Answered),
                    new Destination(T[finished ? "home.look" : response.Answered == 0 ? "home.begin" : "home.continue"], address.Path),
                    finished));
            }
        }

        return tasks;
    }
}

/// <summary>The address of an entity's response.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Entity">The entity.</param>
public sealed record ResponseAddress(string State, string Cycle, string Entity)
{
    public string Path => $"/respond/{Uri.EscapeDataString(State)}/{Uri.EscapeDataString(Cycle)}/{Uri.EscapeDataString(Entity)}";

    public string PathOf(string section) => $"{Path}/{Uri.EscapeDataString(section)}";
}
