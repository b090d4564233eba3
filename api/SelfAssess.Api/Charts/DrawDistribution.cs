using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record DistributionChartRequest : ReleaseChartRequest;

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

    public override Task HandleAsync(DistributionChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => DistributionChart.Of(release, definition, request.Lang), ct);
}
