using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Assessments;

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

/// <summary>What every change of an assessment has in common: load at the expected version, decide, append.</summary>
internal static class AssessmentWriting
{
    /// <summary>Appends what <paramref name="decide"/> answers, without saving.</summary>
    public static async Task<Outcome<AssessmentReceipt>> AppendAsync(
        IDocumentSession session,
        string state,
        string cycle,
        string? ifMatch,
        Func<Assessment, ValueTask<Decision>> decide,
        CancellationToken cancellationToken)
    {
        var id = AssessmentsSetup.StreamOf(cycle);
        var stream = await session.Events.FetchForWriting<Assessment>(id, cancellationToken);
        if (stream.Aggregate is not { } assessment)
        {
            return Refusal.NotFound;
        }

        var current = stream.CurrentVersion ?? 0;
        if (Preconditions.Refuse(current, ifMatch) is { } refusal)
        {
            return refusal;
        }

        var decision = await decide(assessment);
        if (decision.Refusal is { } refused)
        {
            return refused;
        }

        foreach (var happened in decision.Events)
        {
            stream.AppendOne(happened);
            assessment = Assessment.Fold(assessment, happened, id);
        }

        var version = current + decision.Events.Count;
        return Outcome<AssessmentReceipt>.Of(AssessmentReceipt.Of(state, assessment, version), version);
    }

    /// <summary>Runs a change as the answer to a request.</summary>
    public static Task RunAsync(
        HttpContext context, IStateStore store, TimeProvider clock, AssessmentChangeRequest request, object? body, Func<Assessment, ValueTask<Decision>> decide) =>
        Writing.RunAsync(context, store, Tenants.Of(request.State), new { body, request.IfMatch }, clock,
            session => AppendAsync(session, request.State, request.Cycle, request.IfMatch, decide, context.RequestAborted));

    /// <summary>The refusal of a change to an assessment that can no longer be changed; null while it is open.</summary>
    public static Refusal? RefuseUnlessOpen(Assessment assessment) => assessment.Status switch
    {
        AssessmentStatus.Open => null,
        AssessmentStatus.Submitted => Refusal.Conflict("assessment-submitted", "The assessment is submitted. Reopen it to change it."),
        _ => Refusal.Conflict("cycle-closed", "The cycle is closed; the assessment can be read but no longer changed."),
    };
}

/// <summary>What follows from a request: events, or a refusal.</summary>
internal readonly record struct Decision(IReadOnlyList<AssessmentEvent> Events, Refusal? Refusal)
{
    public static implicit operator Decision(AssessmentEvent happened) => new([happened], null);

    public static implicit operator Decision(Refusal refusal) => new([], refusal);
}
