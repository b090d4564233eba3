using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Presidency;

/// <summary>Published results, for everybody; and for the presidency what comes before them.</summary>
internal sealed class ReleasesArea(ApiClient api) : IArea
{
    private static readonly Words T = Words.Of("Presidency");

    public int Order => 50;

    public IEnumerable<Destination> DestinationsFor(SessionView session) => IsPresidency(session)
        ? [new(T["releases.nav"], "/releases"), new(T["previews.nav"], "/previews")]
        : [new(T["releases.nav"], "/releases")];

    public async Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken)
    {
        if (!IsPresidency(session))
        {
            return [];
        }

        var previews = (await api.ListPreviewsAsync(200, cancellationToken: cancellationToken)).Result.Items;
        var waiting = previews.Where(p => p.Status == StoredReleaseStatus.Preview).Select(p =>
            new HomeTask(T["task.preview", p.Id], T["task.preview.text"], null, null, null, null, new Destination(T["previews.look"], $"/previews/{p.Id}"))).ToArray();
        return waiting.Length > 0 ? waiting
            : [new HomeTask(T["task.results"], T["task.results.text"], null, null, null, null, new Destination(T["task.results.action"], "/releases"), Finished: true)];
    }

    private static bool IsPresidency(SessionView session) => session.Grants.Any(g => g.Role == Role.Presidency);
}
