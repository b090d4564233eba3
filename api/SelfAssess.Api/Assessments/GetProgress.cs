using FastEndpoints;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetProgressEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<AssessmentRequest, AssessmentProgress>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/progress");
        Summary(s =>
        {
            s.Summary = "See how far an assessment is";
            s.Description = "By section: questions that apply, that have a value or a state, and that are open.";
        });
    }

    public override Task HandleAsync(AssessmentRequest request, CancellationToken ct) =>
        AssessmentReading.SendAsync(HttpContext, store, request, async assessment =>
            AssessmentProgress.Of(ScoreSheet.Score(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment.Profile, assessment.Answers)), ct);
}
