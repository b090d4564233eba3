using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
internal sealed class SignOffEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/sign-off");
        Summary(s =>
        {
            s.Summary = "Sign an assessment off";
            s.Description = "Seals it: a hash over its canonical content is kept. Nothing leaves the State by this; that is decided by its consent. Until the cycle closes it can be amended as a new revision.";
            s.Responses[200] = "The assessment is signed off.";
            s.Responses[400] = "A required field of the State's profile is not known: `errors` names each as `profile.<field>`. Nothing was changed.";
            s.Responses[409] = "It is signed off already (`assessment-signed-off`), nothing is answered (`assessment-empty`), its round is not closed (`round-not-closed`), "
                + "an answer is not reconciled (`not-reconciled`: `errors` names each question), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async (session, assessment) =>
            Decide(await questionnaires.PublishedAsync(assessment.Questionnaire, ct), request.State, assessment, await ResponseReading.AllAsync(session, assessment, ct), clock.GetUtcNow()));

    public static AssessmentDecision Decide(
        QuestionnaireCatalogue.PublishedAndCompiled published, string state, Assessment assessment, IReadOnlyList<EntityResponse> responses, DateTimeOffset now)
    {
        var questionnaire = published.Questionnaire;
        return AssessmentWriting.RefuseUnlessOpen(assessment)
            ?? AssessmentWriting.RefuseWithoutProfile(questionnaire, assessment)
            ?? RefuseUnreconciled(questionnaire, assessment, responses)
            ?? (assessment.Answers.Count == 0
                ? (AssessmentDecision)Refusal.Conflict("assessment-empty", "Nothing is answered yet; answer at least one question, or say that you would rather not.")
                : new AssessmentEvent.SignedOff(assessment.Revision, CanonicalJson.Hash(SealedContent.Of(published, state, assessment, responses)), now));
    }

    private static Refusal? RefuseUnreconciled(Questionnaire questionnaire, Assessment assessment, IReadOnlyList<EntityResponse> responses)
    {
        if (assessment.Round is not { } round)
        {
            return null;
        }

        if (round.Status != RoundStatus.Closed)
        {
            return Refusal.Conflict("round-not-closed", "Close the round first, then reconcile what the entities answered.");
        }

        var open = AssessmentProgress.Of(ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers))
            .Sections.SelectMany(s => s.Questions).Where(q => q.Standing == Standing.Unanswered).Select(q => q.Question);
        var answered = responses.SelectMany(r => r.CountedAnswers.Select(a => a.Key)).ToHashSet(StringComparer.Ordinal);
        FieldProblem[] problems =
        [
            .. open.Where(q => answered.Contains(q) && questionnaire.IsScored(q))
                .Select(q => new FieldProblem($"answers.{q}", "Entities answered this; record the State's answer.", "notReconciled")),
            .. assessment.Reconciliations.Where(r => Reconciling.IsStale(r.Key, r.Value, responses))
                .Select(r => new FieldProblem($"answers.{r.Key}", "An entity changed its answer after this was agreed; record the State's answer again.", "changedSince")),
        ];
        return problems.Length == 0 ? null : Refusal.Conflict("not-reconciled", "Some answers are not reconciled yet.") with { Errors = problems };
    }
}

public sealed record BeginRevisionRequest : AssessmentChangeRequest
{
    [FromBody]
    public BeginRevisionBody Body { get; init; } = null!;
}

/// <summary>Why a sealed assessment is amended.</summary>
public sealed record BeginRevisionBody
{
    /// <summary>Why, for the assessment's own history; up to 1,000 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed class BeginRevisionValidator : Validator<BeginRevisionRequest>
{
    public BeginRevisionValidator() => RuleFor(r => r.Body.Reason).NotEmpty().MaximumLength(1000).OverridePropertyName("reason");
}

[Permits(Role.Coordinator)]
internal sealed class BeginRevisionEndpoint(IStateStore store, TimeProvider clock) : Endpoint<BeginRevisionRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/revisions");
        Summary(s =>
        {
            s.Summary = "Amend a signed-off assessment as a new revision";
            s.Description = "Possible until the cycle closes. The sealed revision stays readable and verifiable; the new one has to be signed off to count.";
            s.Responses[200] = "The new revision is open.";
            s.Responses[409] = "The assessment is open already (`assessment-open`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(BeginRevisionRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body,
            assessment => ValueTask.FromResult(Decide(assessment, request.Body.Reason, clock.GetUtcNow())));

    public static AssessmentDecision Decide(Assessment assessment, string reason, DateTimeOffset now) => assessment.Status switch
    {
        AssessmentStatus.SignedOff => new AssessmentEvent.RevisionBegun(reason, now),
        AssessmentStatus.Open => Refusal.Conflict("assessment-open", "The assessment is open already."),
        _ => AssessmentWriting.RefuseUnlessOpen(assessment)!,
    };
}
