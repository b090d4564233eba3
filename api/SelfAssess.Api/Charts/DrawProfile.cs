using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Charts;

public sealed record ProfileChartRequest : ChartRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";

    /// <summary>The cycle's id.</summary>
    [RouteParam]
    public string Cycle { get; init; } = "";
}

internal sealed class ProfileChartValidator : ChartValidator<ProfileChartRequest>;

[Permits(Role.Coordinator, Role.Reader)]
internal sealed class GetProfileChartEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires) : Endpoint<ProfileChartRequest>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/charts/profile.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw a State's own themes";
            s.Description = "A radar and a dot for each theme, with the last cycle where the State took part in it with a comparable questionnaire. It is the State's own and is stored nowhere on the way.";
        });
    }

    public override async Task HandleAsync(ProfileChartRequest request, CancellationToken ct)
    {
        var found = await AssessmentReading.FindAsync(states, request.State, request.Cycle, ct);
        await using var session = common.QuerySession();
        if (found is not var (assessment, _) || await session.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
        if (questionnaire.Definition.Reporting is null)
        {
            await Refusal.Conflict("nothing-to-report", "The questionnaire reports no themes.").WriteAsync(HttpContext);
            return;
        }

        var sheet = ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers);
        var (last, lastName) = await LastAsync(request.State, cycle, ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await ChartResponses.SendAsync(HttpContext, ProfileChart.Of(sheet, cycle.Name, last, lastName, request.Lang), request, ct);
    }

    /// <summary>The State's assessment in the cycle before, where it was of the same version of the questionnaire.</summary>
    private async Task<(ScoreSheet? Sheet, string? Cycle)> LastAsync(string state, Cycle cycle, CancellationToken cancellationToken)
    {
        if (await EarlierAssessments.LastAsync(states, common, state, cycle, cancellationToken) is var (earlier, assessment) && assessment.Questionnaire == cycle.Questionnaire)
        {
            var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, cancellationToken);
            return (ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers), earlier.Name);
        }

        return (null, null);
    }
}
