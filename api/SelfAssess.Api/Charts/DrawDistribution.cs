using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record DistributionChartRequest : ChartRequest
{
    /// <summary>The release's id.</summary>
    [RouteParam]
    public string Release { get; init; } = "";
}

internal sealed class DistributionChartValidator : ChartValidator<DistributionChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetDistributionChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<DistributionChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/distribution.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw the levels of each theme in one release";
            s.Description = "100 % stacked bars, one for each theme. Shares are computed from the release's rounded counts; what is not published is hatched and said.";
        });
    }

    public override async Task HandleAsync(DistributionChartRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(frozen.Release.Questionnaire, ct);
        HttpContext.Response.Headers.CacheControl = "private, no-cache";
        await ChartResponses.SendAsync(HttpContext, DistributionChart.Of(frozen.Release, questionnaire.Definition, request.Lang), request, ct);
    }
}
