using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Charts;

public sealed record ComparisonChartRequest : ChartRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";

    /// <summary>The cycle's id.</summary>
    [RouteParam]
    public string Cycle { get; init; } = "";
}

internal sealed class ComparisonChartValidator : ChartValidator<ComparisonChartRequest>;

[Permits(Role.Coordinator, Role.Reader)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetComparisonChartEndpoint(IStateStore states, QuestionnaireCatalogue questionnaires, ReleaseCatalogue releases) : Endpoint<ComparisonChartRequest>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/charts/comparison.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw a State's own levels on what is published of all";
            s.Description = "The levels of each theme in the cycle's latest release, with a mark at the State's own. It is made of published numbers and of the State's own, and stored nowhere on the way.";
            s.Responses[409] = "The cycle has no release yet to compare with (`no-release`).";
        });
    }

    public override async Task HandleAsync(ComparisonChartRequest request, CancellationToken ct)
    {
        if (await AssessmentReading.FindAsync(states, request.State, request.Cycle, ct) is not var (assessment, _))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        if (await releases.OfCycleAsync(request.Cycle, ct) is not { } release)
        {
            await Refusal.Conflict("no-release", "The cycle has no release yet; there is nothing to compare with.").WriteAsync(HttpContext);
            return;
        }

        var sheet = ScoreSheet.Score(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment.Profile, assessment.Answers);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await ChartResponses.SendAsync(HttpContext, ComparisonChart.Of(sheet, release, request.Lang), request, ct);
    }
}
