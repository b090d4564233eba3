using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record ArrangementsChartRequest : ReleaseChartRequest
{
    /// <summary>A dimension of counted matrix questions, for example <c>basis</c> or <c>permanence</c>.</summary>
    [RouteParam]
    public string Dimension { get; init; } = "";
}

internal sealed class ArrangementsChartValidator : ChartValidator<ArrangementsChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetArrangementsChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<ArrangementsChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/arrangements/{dimension}.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw how many States rely on which arrangements";
            s.Description = "A row for each counted matrix question that has the dimension, the themes first, and a bar for each answer. Counts alone: never beside a level, "
                + "and no arrangement is presented as preferable. Not found where the release counts no such question.";
        });
    }

    public override Task HandleAsync(ArrangementsChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => ArrangementsChart.Of(release, definition, request.Dimension, request.Lang), ct);
}
