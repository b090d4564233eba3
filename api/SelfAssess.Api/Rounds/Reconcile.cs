using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Rounds;

public sealed record ReconcileRequest : AssessmentChangeRequest
{
    [FromBody]
    public ReconcileBody Body { get; init; } = null!;
}

/// <summary>Answers that are recorded as the State's.</summary>
public sealed record ReconcileBody
{
    /// <summary>By question.</summary>
    public required IReadOnlyDictionary<string, ReconciledBody> Answers { get; init; }
}

/// <summary>One answer that is recorded as the State's.</summary>
public sealed record ReconciledBody
{
    public const int LongestText = 2000;

    /// <summary>The State's answer: a value or a state.</summary>
    public required AnswerBody Answer { get; init; }

    /// <summary>Why; up to 2,000 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>What an entity that disagrees wants kept; up to 2,000 characters.</summary>
    public string? Dissent { get; init; }
}

[Permits(Role.Coordinator)]
internal sealed class ReconcileEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<ReconcileRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Patch("states/{state}/assessments/{cycle}/reconciliation");
        Summary(s =>
        {
            s.Summary = "Record the State's answers, each with its reason";
            s.Description = "All of the batch is recorded, or none. What the entities answered is never changed by this; dissent is kept beside it.";
            s.Responses[200] = "All answers of the batch are recorded.";
            s.Responses[400] = "An answer is not valid, a question unknown, or a reason missing: `errors` names each as `answers.<question>…`. Nothing was recorded.";
            s.Responses[409] = "The round is not closed (`round-not-closed`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(ReconcileRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body, async assessment =>
            Decide(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment, request.Body.Answers, clock.GetUtcNow()));

    public static AssessmentDecision Decide(Questionnaire questionnaire, Assessment assessment, IReadOnlyDictionary<string, ReconciledBody> bodies, DateTimeOffset now)
    {
        if (RefuseUnlessReconciling(assessment) is { } refusal)
        {
            return refusal;
        }

        var (read, problems) = AnswerReading.Read(questionnaire, bodies.ToDictionary(b => b.Key, b => (AnswerBody?)b.Value.Answer, StringComparer.Ordinal));
        foreach (var (question, body) in bodies)
        {
            Check(question, "reason", body.Reason, required: true);
            Check(question, "dissent", body.Dissent, required: false);
        }

        return problems.Count > 0 ? Refusal.Invalid("Some answers are not valid; nothing was recorded.", problems)
            : read.Count == 0 ? Refusal.Invalid("answers", "Name at least one question.", "empty")
            : new AssessmentEvent.Reconciled(read.ToDictionary(a => a.Key, a => new ReconciledAnswer(a.Value!, bodies[a.Key].Reason, bodies[a.Key].Dissent), StringComparer.Ordinal), now);

        void Check(string question, string field, string? text, bool required)
        {
            if (required && string.IsNullOrWhiteSpace(text))
            {
                problems.Add(new FieldProblem($"answers.{question}.{field}", "Say why this is the State's answer.", "required"));
            }
            else if (text?.Length > ReconciledBody.LongestText)
            {
                problems.Add(new FieldProblem($"answers.{question}.{field}", $"At most {ReconciledBody.LongestText} characters.", "tooLong"));
            }
        }
    }

    /// <summary>The refusal where there is nothing to reconcile yet, or any more; null while it goes on.</summary>
    public static Refusal? RefuseUnlessReconciling(Assessment assessment) => AssessmentWriting.RefuseUnlessOpen(assessment)
        ?? (assessment.Round is { Status: RoundStatus.Closed } ? null
            : Refusal.Conflict("round-not-closed", "Entities' answers are brought together once their round is closed."));
}

public sealed record AcceptAgreedRequest : AssessmentChangeRequest
{
    [FromBody]
    public AcceptAgreedBody Body { get; init; } = null!;
}

/// <summary>Why answers on which all agree are the State's.</summary>
public sealed record AcceptAgreedBody
{
    /// <summary>Recorded with each of them; up to 2,000 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed class AcceptAgreedValidator : Validator<AcceptAgreedRequest>
{
    public AcceptAgreedValidator() => RuleFor(r => r.Body.Reason).NotEmpty().MaximumLength(ReconciledBody.LongestText).OverridePropertyName("reason");
}

[Permits(Role.Coordinator)]
internal sealed class AcceptAgreedEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<AcceptAgreedRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/reconciliation/accept-agreed");
        Summary(s =>
        {
            s.Summary = "Record every answer on which all entities agree";
            s.Description = "For questions that are not recorded yet, or on which an entity has changed its answer since. Those on which entities differ are recorded one by one.";
            s.Responses[200] = "They are recorded; there may be none.";
            s.Responses[409] = "The round is not closed (`round-not-closed`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(AcceptAgreedRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body, async (session, assessment) =>
            Decide(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment, await ResponseReading.AllAsync(session, assessment, ct), request.Body.Reason, clock.GetUtcNow()));

    public static AssessmentDecision Decide(Questionnaire questionnaire, Assessment assessment, IReadOnlyList<EntityResponse> responses, string reason, DateTimeOffset now)
    {
        if (ReconcileEndpoint.RefuseUnlessReconciling(assessment) is { } refusal)
        {
            return refusal;
        }

        var agreed = questionnaire.Definition.AllQuestions().Select(q => q.Id)
            .Where(q => !assessment.Reconciliations.TryGetValue(q, out var recorded) || Reconciling.IsStale(q, recorded, responses))
            .Select(q => (Question: q, Answer: Reconciling.Agreed(questionnaire, q, responses)))
            .Where(a => a.Answer is not null)
            .ToDictionary(a => a.Question, a => new ReconciledAnswer(a.Answer!, reason, null), StringComparer.Ordinal);
        return agreed.Count == 0 ? new AssessmentDecision([], null) : new AssessmentEvent.Reconciled(agreed, now);
    }
}
