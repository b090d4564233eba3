using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record CountsChartRequest : ReleaseChartRequest
{
    /// <summary>A question that the release counts, for example <c>nationalChallenges</c>; of a matrix with the dimension behind a dot: <c>F14.1.basis</c>.</summary>
    [RouteParam]
    public string Question { get; init; } = "";
}

internal sealed class CountsChartValidator : ChartValidator<CountsChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetCountsChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<CountsChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/counts/{question}.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw how many States gave each answer to a counted question";
            s.Description = "A bar for each answer, out of all participants and in the order of the questionnaire. Counts are rounded; one that is withheld is hatched and said. "
                + "Not found where the release does not count the question.";
        });
    }

    public override Task HandleAsync(CountsChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => CountsChart.Of(release, definition, request.Question, request.Lang), ct);
}
