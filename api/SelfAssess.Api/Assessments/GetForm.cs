using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Assessments;

public sealed record GetFormRequest : AssessmentRequest
{
    /// <summary>The language of its words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class GetFormValidator : Validator<GetFormRequest>
{
    public GetFormValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetFormEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<GetFormRequest, QuestionnaireForm>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/form");
        Summary(s =>
        {
            s.Summary = "Read the questions that the State answers";
            s.Description = "In one language, worded for its profile, with the questions that are shown and apply as its answers stand. Its ETag is the assessment's.";
        });
    }

    public override Task HandleAsync(GetFormRequest request, CancellationToken ct) =>
        AssessmentReading.SendAsync(HttpContext, store, request, async assessment =>
        {
            var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
            return QuestionnaireForm.Of(questionnaire.Definition, request.Lang, AssessmentProgress.Of(ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers)), _ => true);
        }, ct);
}
