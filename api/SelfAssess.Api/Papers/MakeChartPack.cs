using System.Security.Cryptography;
using System.Text;
using FastEndpoints;
using Hangfire;
using SelfAssess.Api.Papers.Packs;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Papers;

/// <summary>How far the making of a chart pack has come.</summary>
/// <param name="Id">By which the pack is read.</param>
/// <param name="Release">The release whose charts it holds.</param>
/// <param name="Language">Of all words.</param>
/// <param name="Status">Queued, running, succeeded, or failed (it is tried again by itself a few times).</param>
/// <param name="Done">Charts that are drawn.</param>
/// <param name="Total">Charts in all; 0 before the first is drawn.</param>
/// <param name="Error">The kind of the last failure.</param>
public sealed record ChartPackView(Guid Id, string Release, string Language, ChartPackStatus Status, int Done, int Total, string? Error)
{
    internal static ChartPackView Of(ChartPackRun run) => new(run.Id, run.ReleaseId, run.Language, run.Status, run.Done, run.Total, run.Error);
}

/// <summary>In which language a pack is made.</summary>
public sealed record MakeChartPackRequest : ReleaseRequest
{
    /// <summary>The language of all words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class MakeChartPackValidator : Validator<MakeChartPackRequest>
{
    public MakeChartPackValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Administrator, Role.Presidency)]
[AnswersHeader("ETag")]
internal sealed class MakeChartPackEndpoint(ICommonStore store, ReleaseCatalogue releases, IBackgroundJobClient jobs, TimeProvider clock) : Endpoint<MakeChartPackRequest, ChartPackView>
{
    public override void Configure()
    {
        Post("releases/{release}/chart-packs");
        Summary(s =>
        {
            s.Summary = "Make an archive of every chart of a release";
            s.Description = "Each chart as PNG for print (300 dpi), SVG and CSV, captions, and a manifest with SHA-256 hashes. A job makes it; it is made once for each language and build of the program: "
                + "asked for again, the same run is answered, and one that did not end goes on.";
            s.Response<ChartPackView>(202, "The run that makes, or made, the archive.");
        });
    }

    public override async Task HandleAsync(MakeChartPackRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is null)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var id = IdOf(request.Release, request.Lang);
        await Writing.RunAsync(HttpContext, store, tenant: null, new { request.Lang }, clock, async session =>
            {
                if (await session.LoadAsync<ChartPackRun>(id, ct) is not { } run)
                {
                    run = new ChartPackRun { Id = id, ReleaseId = request.Release, Language = request.Lang };
                    session.Insert(run);
                    return Outcome<ChartPackView>.Of(ChartPackView.Of(run), 1);
                }

                if (run.Status != ChartPackStatus.Failed)
                {
                    return Outcome<ChartPackView>.Of(ChartPackView.Of(run), run.Version);
                }

                var again = run with { Status = ChartPackStatus.Queued, Error = null };
                return Outcome<ChartPackView>.Of(ChartPackView.Of(again), session.Put(again, run.Version));
            },
            StatusCodes.Status202Accepted, run => $"/api/v1/chart-packs/{run.Id}");
        if (HttpContext.Response.StatusCode == StatusCodes.Status202Accepted)
        {
            // A run whose queue was lost with its server goes on; one that has ended finds its archive there.
            jobs.Enqueue<ChartPackJob>(j => j.RunAsync(id, CancellationToken.None));
        }
    }

    /// <summary>Another build of the program may draw differently, and makes an archive of its own.</summary>
    private static Guid IdOf(string release, string language) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"chart-pack/{release}/{language}/{typeof(ChartPack).Module.ModuleVersionId}")).AsSpan(0, 16));
}
