using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
internal sealed class SubmitAssessmentEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/submit");
        Summary(s =>
        {
            s.Summary = "Submit an assessment";
            s.Description = "It counts in the cycle's release if it is submitted when the cycle closes. Until then it can be reopened.";
            s.Responses[200] = "The assessment is submitted.";
            s.Responses[400] = "A required field of the State's profile is not known: `errors` names each as `profile.<field>`. Nothing was changed.";
            s.Responses[409] = "It is submitted already (`assessment-submitted`), nothing is answered (`assessment-empty`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async assessment =>
            Decide(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment, clock.GetUtcNow()));

    public static Decision Decide(Questionnaire questionnaire, Assessment assessment, DateTimeOffset now)
    {
        if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
        {
            return refusal;
        }

        var unknown = questionnaire.Definition.Profile.Where(f => f.Required && !assessment.Profile.Has(f.Id)).Select(f => f.Id).ToArray();
        return unknown.Length > 0
            ? Refusal.Invalid("The State's profile must be known before the assessment is submitted: write it, then take it into the assessment.",
                [.. unknown.Select(f => new FieldProblem($"profile.{f}", "The field is required.", "required"))])
            : assessment.Answers.Count == 0
            ? Refusal.Conflict("assessment-empty", "Nothing is answered yet; answer at least one question, or say that you would rather not.")
            : new AssessmentEvent.Submitted(now);
    }
}

public sealed record ReopenAssessmentRequest : AssessmentChangeRequest
{
    [FromBody]
    public ReopenAssessmentBody Body { get; init; } = null!;
}

/// <summary>Why an assessment is taken back.</summary>
public sealed record ReopenAssessmentBody
{
    /// <summary>Why, for the assessment's own history; up to 1,000 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed class ReopenAssessmentValidator : Validator<ReopenAssessmentRequest>
{
    public ReopenAssessmentValidator() => RuleFor(r => r.Body.Reason).NotEmpty().MaximumLength(1000).OverridePropertyName("reason");
}

[Permits(Role.Coordinator)]
internal sealed class ReopenAssessmentEndpoint(IStateStore store, TimeProvider clock) : Endpoint<ReopenAssessmentRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/reopen");
        Summary(s =>
        {
            s.Summary = "Reopen a submitted assessment";
            s.Description = "Possible until the cycle closes. It has to be submitted again to count.";
            s.Responses[200] = "The assessment is open again.";
            s.Responses[409] = "It is open already (`assessment-open`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(ReopenAssessmentRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body,
            assessment => ValueTask.FromResult(Decide(assessment, request.Body.Reason, clock.GetUtcNow())));

    public static Decision Decide(Assessment assessment, string reason, DateTimeOffset now) => assessment.Status switch
    {
        AssessmentStatus.Submitted => new AssessmentEvent.Reopened(reason, now),
        AssessmentStatus.Open => Refusal.Conflict("assessment-open", "The assessment is open already."),
        _ => AssessmentWriting.RefuseUnlessOpen(assessment)!,
    };
}

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
            s.Responses[409] = "The assessment is submitted (`assessment-submitted`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async assessment =>
        {
            if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
            {
                return refusal;
            }

            await using var session = store.QuerySession(Tenants.Of(request.State));
            var profile = (await session.LoadAsync<StateProfile>(StateProfile.TheOnly, ct))?.Profile ?? Profile.Empty;
            var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
            return questionnaire.CheckProfile(profile) is { Count: > 0 } problems
                ? Refusal.Invalid("The State's profile does not fit the assessment's questionnaire.",
                    [.. problems.Select(p => new FieldProblem($"profile.{p.Field}", p.Message, p.Code))])
                : new AssessmentEvent.ProfileTaken(profile, clock.GetUtcNow());
        });
}
