using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
internal sealed class TakeProfileEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/take-profile");
        Summary(s =>
        {
            s.Summary = "Take the State's current profile into an open assessment";
            s.Description = "An assessment keeps the profile with which it was opened until this is asked for. Answers stay; what no longer applies is not counted.";
            s.Responses[200] = "The assessment holds the State's current profile.";
            s.Responses[409] = "The assessment is signed off (`assessment-signed-off`), its entities are answering (`round-open`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async (session, assessment) =>
        {
            if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
            {
                return refusal;
            }

            if (assessment.Round?.Status == RoundStatus.Open)
            {
                return Refusal.Conflict("round-open", "Entities are answering the questions that the profile chose. Close the round first.");
            }

            var profile = (await session.LoadAsync<StateProfile>(StateProfile.TheOnly, ct))?.Profile ?? Profile.Empty;
            var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
            return questionnaire.CheckProfile(profile) is { Count: > 0 } problems
                ? Refusal.Invalid("The State's profile does not fit the assessment's questionnaire.",
                    [.. problems.Select(p => new FieldProblem($"profile.{p.Field}", p.Message, p.Code))])
                : new AssessmentEvent.ProfileTaken(profile, clock.GetUtcNow());
        });
}
