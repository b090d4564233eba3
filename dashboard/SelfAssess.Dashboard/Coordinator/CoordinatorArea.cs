using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>Leading a State's assessment.</summary>
internal sealed class CoordinatorArea(ApiClient api, AssessmentWork work, StateNames names) : IArea
{
    private static readonly Words T = Words.Of("Coordinator");

    public int Order => 20;

    public IEnumerable<Destination> DestinationsFor(SessionView session) => StatesOf(session) switch
    {
        [var only] => [new(T["nav"], new DeskAddress(only).Path)],
        var several => several.Select(s => new Destination(T["nav.of", s], new DeskAddress(s).Path)),
    };

    public async Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken)
    {
        var tasks = new List<HomeTask>();
        if (StatesOf(session) is not { Count: > 0 } states)
        {
            return tasks;
        }

        var cycles = (await api.ListCyclesAsync(limit: 200, cancellationToken: cancellationToken)).Result.Items;
        foreach (var state in states)
        {
            var begun = (await api.ListAssessmentsAsync(state, limit: 200, cancellationToken: cancellationToken)).Result.Items.Select(a => a.Cycle).ToHashSet(StringComparer.Ordinal);
            foreach (var cycle in cycles.Where(c => c.Status == CycleStatus.Open).OrderByDescending(c => c.StartsOn))
            {
                tasks.Add(begun.Contains(cycle.Id) ? await GoOnAsync(new(state, cycle.Id)) : await BeginAsync(state, cycle));
            }
        }

        return tasks;
    }

    /// <summary>The States that somebody coordinates.</summary>
    public static IReadOnlyList<string> StatesOf(SessionView session) =>
        [.. session.Grants.Where(g => g is { Role: Role.Coordinator, State: not null }).Select(g => g.State!).Distinct(StringComparer.Ordinal)];

    private async Task<HomeTask> BeginAsync(string state, CycleView cycle) =>
        new(T["home.title", (await names.OfAsync([state]))[state], cycle.Name], T["next.begin"], cycle.ClosesOn, null, null, null, new(T["next.begin.action"], new DeskAddress(state).Path));

    private async Task<HomeTask> GoOnAsync(AssessmentAddress at)
    {
        var now = await work.ReadAsync(at);
        var progress = await work.ProgressAsync(at, now);
        return new HomeTask(T["home.title", now.StateName, now.Cycle.Name], progress.Expected, progress.Finished ? null : now.Cycle.ClosesOn,
            progress.Done, progress.Of, progress.ProgressText, progress.Action, progress.Finished);
    }
}
