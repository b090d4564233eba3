using FastEndpoints;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
internal sealed class TakeUpAgainEndpoint(IStateStore states, ICommonStore common, TimeProvider clock) : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/take-up-again");
        Summary(s =>
        {
            s.Summary = "Take an assessment up again in a reopened cycle";
            s.Description = "For the cycle's second release: an assessment that was signed off is as it was then and can be amended as a new revision, one that was not can be finished, and consent "
                + "can be given or withdrawn. A State that does nothing stays with what it contributed first.";
            s.Responses[200] = "The assessment is signed off, or open, as it was before the cycle closed.";
            s.Responses[409] = "The cycle is not open (`cycle-not-open`), or the assessment is in work already (`assessment-open`).";
        });
    }

    public override async Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct)
    {
        await using var session = common.QuerySession();
        var cycle = await session.LoadAsync<Cycle>(request.Cycle, ct);
        await AssessmentWriting.RunAsync(HttpContext, states, clock, request, null, assessment => ValueTask.FromResult(Decide(assessment, cycle, clock.GetUtcNow())));
    }

    public static AssessmentDecision Decide(Assessment assessment, Cycle? cycle, DateTimeOffset now) => (cycle?.Status, assessment.Status) switch
    {
        (CycleStatus.Open, AssessmentStatus.Included or AssessmentStatus.National or AssessmentStatus.Expired) => new AssessmentEvent.TakenUpAgain(now),
        (CycleStatus.Open, _) => Refusal.Conflict("assessment-open", "The assessment is in work already."),
        _ => Refusal.Conflict("cycle-not-open", "The cycle is not open; what was decided in it stands."),
    };
}
