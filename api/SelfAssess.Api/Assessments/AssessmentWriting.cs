using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Assessments;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Assessments;

/// <summary>Addresses one State's assessment in one cycle.</summary>
public record AssessmentRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";

    /// <summary>The cycle.</summary>
    [RouteParam]
    public string Cycle { get; init; } = "";
}

/// <summary>A change of an assessment.</summary>
public record AssessmentChangeRequest : AssessmentRequest
{
    /// <summary>The assessment's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }
}

/// <summary>Changes of an assessment.</summary>
internal static class AssessmentWriting
{
    /// <summary>Appends what <paramref name="decide"/> answers, without saving.</summary>
    public static async Task<Outcome<AssessmentReceipt>> AppendAsync(
        IDocumentSession session,
        string state,
        string cycle,
        string? ifMatch,
        Func<Assessment, ValueTask<AssessmentDecision>> decide,
        CancellationToken cancellationToken) =>
        (await session.AppendAsync<Assessment, AssessmentEvent>(AssessmentsSetup.StreamOf(cycle), ifMatch, Assessment.Fold, decide, cancellationToken))
        .Select((assessment, version) => AssessmentReceipt.Of(state, assessment, version));

    /// <summary>Runs a change as the answer to a request.</summary>
    public static Task RunAsync(
        HttpContext context, IStateStore store, TimeProvider clock, AssessmentChangeRequest request, object? body, Func<Assessment, ValueTask<AssessmentDecision>> decide) =>
        RunAsync(context, store, clock, request, body, (_, assessment) => decide(assessment));

    /// <summary>The same for a change that reads or writes beside the assessment, in its session.</summary>
    public static Task RunAsync(
        HttpContext context,
        IStateStore store,
        TimeProvider clock,
        AssessmentChangeRequest request,
        object? body,
        Func<IDocumentSession, Assessment, ValueTask<AssessmentDecision>> decide) =>
        Writing.RunAsync(context, store, Tenants.Of(request.State), new { body, request.IfMatch }, clock,
            session => AppendAsync(session, request.State, request.Cycle, request.IfMatch, assessment => decide(session, assessment), context.RequestAborted));

    /// <summary>The refusal of a change to an assessment that can no longer be changed; null while it is open.</summary>
    public static Refusal? RefuseUnlessOpen(Assessment assessment) => assessment.Status switch
    {
        AssessmentStatus.Open => null,
        AssessmentStatus.SignedOff => Refusal.Conflict("assessment-signed-off", "The assessment is signed off. Begin a new revision to change it."),
        _ => Refusal.Conflict("cycle-closed", "The cycle is closed; the assessment can be read but no longer changed."),
    };

    /// <summary>The refusal where a required field of the State's profile is not known.</summary>
    public static Refusal? RefuseWithoutProfile(Domain.Questionnaires.Questionnaire questionnaire, Assessment assessment)
    {
        var unknown = questionnaire.Definition.Profile.Where(f => f.Required && !assessment.Profile.Has(f.Id)).Select(f => f.Id).ToArray();
        return unknown.Length == 0 ? null : Refusal.Invalid("The State's profile must be known first: write it, then take it into the assessment.",
            [.. unknown.Select(f => new FieldProblem($"profile.{f}", "The field is required.", "required"))]);
    }
}
