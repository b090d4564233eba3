using System.Runtime.CompilerServices;
using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Releases;

[Permits(Role.Administrator, Role.Presidency)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class FollowReleaseRunEndpoint(ICommonStore store) : Endpoint<ReleaseRunRequest>
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public override void Configure()
    {
        Get("release-runs/{run}/events");
        Description(route => route.Produces<ReleaseRunView>(StatusCodes.Status200OK, "text/event-stream"));
        Summary(s =>
        {
            s.Summary = "Follow the making of a release as it goes on";
            s.Description = "Server-sent events named `progress`, each with the run as `GET /release-runs/{run}` answers it: at once, then whenever it changes, whichever server works on it. "
                + "The stream ends when the run has succeeded or was cancelled.";
        });
    }

    public override async Task HandleAsync(ReleaseRunRequest request, CancellationToken ct)
    {
        if (await FindAsync(request.Run, ct) is null)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Send.EventStreamAsync("progress", ChangesAsync(request.Run, ct), ct);
    }

    private async IAsyncEnumerable<ReleaseRunView> ChangesAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0;
        while (await FindAsync(id, cancellationToken) is { } run)
        {
            if (run.Version != seen)
            {
                seen = run.Version;
                yield return ReleaseRunView.Of(run);
            }

            if (run.Status is ReleaseRunStatus.Succeeded or ReleaseRunStatus.Cancelled)
            {
                yield break;
            }

            await Task.Delay(Between, cancellationToken);
        }
    }

    private async Task<ReleaseRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<ReleaseRun>(id, cancellationToken);
    }
}
