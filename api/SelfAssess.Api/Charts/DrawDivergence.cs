using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record DivergenceChartRequest : ReleaseChartRequest;

internal sealed class DivergenceChartValidator : ChartValidator<DivergenceChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetDivergenceChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<DivergenceChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/divergence.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw in which share of States entities see a theme differently";
            s.Description = "100 % stacked bars, one for each theme: States whose entities diverge, States whose entities agree, and States where there was nothing to compare. Divergence lowers no level.";
        });
    }

    public override Task HandleAsync(DivergenceChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => DivergenceChart.Of(release, definition, request.Lang), ct);
}
