using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Administration;

/// <summary>The work of those who keep the deployment. They see no answers, and no results before everybody does.</summary>
internal sealed class AdministrationArea(ApiClient api) : IArea
{
    private static readonly Words T = Words.Of("Administration");

    public int Order => 60;

    public IEnumerable<Destination> DestinationsFor(SessionView session) => IsAdministrator(session)
        ?
        [
            new(T["cycles.nav"], "/administration/cycles"),
            new(T["states.nav"], "/administration/states"),
            new(T["accounts.nav"], "/administration/accounts"),
            new(T["questionnaires.nav"], "/administration/questionnaires"),
            new(T["system.nav"], "/administration/system"),
        ]
        : [];

    public async Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken)
    {
        if (!IsAdministrator(session))
        {
            return [];
        }

        var tasks = new List<HomeTask>();
        if ((await api.ListStatesAsync(1, cancellationToken: cancellationToken)).Result.Items.Count == 0)
        {
            tasks.Add(new HomeTask(T["task.register"], T["task.register.text"], null, null, null, null, new Destination(T["task.register.action"], "/administration/states/table")));
        }

        var cycles = await Listing.AllAsync(async after => (await api.ListCyclesAsync(200, after, cancellationToken: cancellationToken)).Result, p => p.Items, p => p.Next);
        tasks.AddRange(cycles.Where(c => c.Status != CycleStatus.Closed).OrderBy(c => c.StartsOn).Select(c =>
            new HomeTask(T["cycle.title", c.Name], T[$"cycle.{c.Status}.expected"], null, null, null, null, new Destination(T["task.cycle.action"], $"/administration/cycles/{c.Id}"))));
        if (cycles.Count == 0)
        {
            tasks.Add(new HomeTask(T["task.cycle"], T["cycles.empty"], null, null, null, null, new Destination(T["cycles.new"], "/administration/cycles/new")));
        }

        return tasks;
    }

    private static bool IsAdministrator(SessionView session) => session.Grants.Any(g => g.Role == Role.Administrator);
}
