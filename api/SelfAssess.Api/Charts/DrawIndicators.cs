using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record IndicatorsChartRequest : ReleaseChartRequest
{
    /// <summary>A theme of the release, for example <c>P14.1</c>.</summary>
    [RouteParam]
    public string Section { get; init; } = "";
}

internal sealed class IndicatorsChartValidator : ChartValidator<IndicatorsChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetIndicatorsChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<IndicatorsChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/indicators/{section}.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw the levels of each indicator of one theme";
            s.Description = "100 % stacked bars, one for each scored question of the theme. Shares are computed from the release's rounded counts; what is not published is hatched and said. "
                + "Not found where the release has no indicators in that section.";
        });
    }

    public override Task HandleAsync(IndicatorsChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => IndicatorChart.Of(release, definition, request.Section, request.Lang), ct);
}
