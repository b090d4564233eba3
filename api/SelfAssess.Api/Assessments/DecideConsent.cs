using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Assessments;

/// <summary>What a State decided about leaving the country in one cycle.</summary>
/// <param name="Choice">Absent until the State decides: then nothing leaves it.</param>
/// <param name="DecidedAt">When it last decided.</param>
/// <param name="CanChange">Whether the choice still has an effect on this cycle: it has until the cycle closes.</param>
/// <param name="InAggregate">Whether the State's contribution is in the cycle's aggregate; absent until the cycle is closed.</param>
public sealed record ConsentView(Consent? Choice, DateTimeOffset? DecidedAt, bool CanChange, bool? InAggregate)
{
    internal static ConsentView Of(Assessment assessment) => new(
        assessment.Consent,
        assessment.ConsentDecidedAt,
        assessment.Status is AssessmentStatus.Open or AssessmentStatus.SignedOff,
        assessment.Status is AssessmentStatus.Open or AssessmentStatus.SignedOff ? null : assessment.Status == AssessmentStatus.Included);
}

[Permits(Role.Coordinator, Role.Reader, Role.Auditor)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetConsentEndpoint(IStateStore store) : Endpoint<AssessmentRequest, ConsentView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/consent");
        Summary(s =>
        {
            s.Summary = "Read what a State decided about joining the anonymous aggregate";
            s.Description = "Its ETag is the assessment's.";
        });
    }

    public override Task HandleAsync(AssessmentRequest request, CancellationToken ct) => AssessmentReading.SendAsync(HttpContext, store, request, ConsentView.Of, ct);
}

public sealed record DecideConsentRequest : AssessmentChangeRequest
{
    [FromBody]
    public DecideConsentBody Body { get; init; } = null!;
}

/// <summary>A State's decision.</summary>
public sealed record DecideConsentBody
{
    /// <summary>Keep everything in the State, or join the anonymous aggregate of this cycle.</summary>
    public required Consent Choice { get; init; }
}

[Permits(Role.Coordinator)]
internal sealed class DecideConsentEndpoint(IStateStore store, TimeProvider clock) : Endpoint<DecideConsentRequest, ConsentView>
{
    public override void Configure()
    {
        Put("states/{state}/assessments/{cycle}/consent");
        Summary(s =>
        {
            s.Summary = "Decide whether an assessment joins the anonymous aggregate";
            s.Description = "Separate from the sign-off, for this cycle only, and withdrawable until the cycle closes. After that a withdrawal takes effect from the next cycle: "
                + "what is published stays, and later releases no longer use the contribution. The rules that protect a release are public; they protect single States well and do not protect "
                + "against somebody who knows the answers of nearly all others.";
            s.Responses[200] = "The decision as it is now.";
            s.Responses[409] = "The cycle is closed, and this assessment is not in its aggregate (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(DecideConsentRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, Tenants.Of(request.State), new { request.Body, request.IfMatch }, clock, async session =>
            (await session.AppendAsync<Assessment, AssessmentEvent>(AssessmentsSetup.StreamOf(request.Cycle), request.IfMatch, Assessment.Fold,
                assessment => ValueTask.FromResult(Decide(assessment, request.Body.Choice, clock.GetUtcNow())), ct)).Select((assessment, _) => ConsentView.Of(assessment)));

    public static AssessmentDecision Decide(Assessment assessment, Consent choice, DateTimeOffset now) => (assessment.Status, choice) switch
    {
        _ when assessment.Consent == choice => new AssessmentDecision([], null),
        (AssessmentStatus.Open or AssessmentStatus.SignedOff, _) or (AssessmentStatus.Included, Consent.KeepNational) => new AssessmentEvent.ConsentDecided(choice, now),
        _ => Refusal.Conflict("cycle-closed", "The cycle is closed. What a State decides now counts from the next cycle: decide it there."),
    };
}
