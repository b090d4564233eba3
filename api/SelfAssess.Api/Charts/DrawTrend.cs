using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts;

public sealed record TrendChartRequest : ChartRequest
{
    /// <summary>The questionnaire's id.</summary>
    [RouteParam]
    public string Questionnaire { get; init; } = "";
}

internal sealed class TrendChartValidator : ChartValidator<TrendChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetTrendChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<TrendChartRequest>
{
    public override void Configure()
    {
        Get("trends/{questionnaire}/charts/trend.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw the mean index of each theme over the cycles";
            s.Description = "One frame a theme, on one scale. Lines are broken where the participants or the questions changed too much.";
        });
    }

    public override async Task HandleAsync(TrendChartRequest request, CancellationToken ct)
    {
        var all = await releases.OfQuestionnaireAsync(request.Questionnaire, ct);
        if (all.Count == 0)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var latest = await questionnaires.GetAsync(all.MaxBy(r => r.CycleStartsOn)!.Questionnaire, ct);
        HttpContext.Response.Headers.CacheControl = "private, no-cache";
        await ChartResponses.SendAsync(HttpContext, TrendChart.Of(Trend.Of(request.Questionnaire, all), latest.Definition, request.Lang), request, ct);
    }
}
