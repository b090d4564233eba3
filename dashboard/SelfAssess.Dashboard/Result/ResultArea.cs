using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Coordinator;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Result;

/// <summary>Reading a State's own result, and its history.</summary>
internal sealed class ResultArea(ApiClient api, StateNames names, CycleNames cycles) : IArea
{
    private static readonly Words T = Words.Of("Result");

    public int Order => 30;

    public IEnumerable<Destination> DestinationsFor(SessionView session) =>
    [
        .. Named(Of(session, Role.Coordinator, Role.Reader), "nav", "/result/"),
        .. Named(Of(session, Role.Coordinator, Role.Auditor), "nav.history", "/history/"),
    ];

    /// <summary>The State is named only where there are several.</summary>
    private static IEnumerable<Destination> Named(IReadOnlyCollection<string> states, string key, string path) =>
        states.Select(s => new Destination(states.Count == 1 ? T[key] : T[$"{key}.of", s], path + Uri.EscapeDataString(s)));

    public async Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken)
    {
        var tasks = new List<HomeTask>();
        var (readers, auditors) = (Of(session, Role.Reader), Of(session, Role.Auditor));
        foreach (var state in readers.Union(auditors, StringComparer.Ordinal))
        {
            var newest = (await api.ListAssessmentsAsync(state, limit: 200, cancellationToken: cancellationToken)).Result.Items.OrderBy(a => a.ChangedAt).LastOrDefault();
            if (newest is null)
            {
                continue;
            }

            var at = new AssessmentAddress(state, newest.Cycle);
            var name = (await names.OfAsync([state]))[state];
            var cycle = (await cycles.OfAsync(newest.Cycle))[newest.Cycle];
            if (readers.Contains(state))
            {
                tasks.Add(new HomeTask(T["home.result", name, cycle], T["home.result.text"], null, null, null, null, new(T["home.result.action"], at.Result), Finished: true));
            }

            if (auditors.Contains(state))
            {
                tasks.Add(new HomeTask(T["home.history", name, cycle], T["home.history.text"], null, null, null, null, new(T["home.history.action"], at.History), Finished: true));
            }
        }

        return tasks;
    }

    private static IReadOnlyList<string> Of(SessionView session, params Role[] roles) =>
        [.. session.Grants.Where(g => roles.Contains(g.Role) && g.State is not null).Select(g => g.State!).Distinct(StringComparer.Ordinal)];
}
