using FastEndpoints;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Assessments;
using ResponseDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.ResponseEvent>;

namespace SelfAssess.Api.Rounds;

/// <summary>Addresses one entity's response.</summary>
public record ResponseRequest : AssessmentRequest
{
    /// <summary>The entity's id in the round.</summary>
    [RouteParam]
    public string Entity { get; init; } = "";
}

/// <summary>A change of one entity's response.</summary>
public record ResponseChangeRequest : ResponseRequest
{
    /// <summary>The response's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }
}

/// <summary>What a change of a response answers: enough to go on, without sending everything back.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Status">How far the response has come.</param>
/// <param name="Version">The new version; the same as the ETag.</param>
/// <param name="ChangedAt">When this change was made.</param>
/// <param name="Asked">Questions that the entity is asked.</param>
/// <param name="Answered">Those with a value or a state.</param>
public sealed record ResponseReceipt(string State, string Cycle, string Entity, ResponseStatus Status, long Version, DateTimeOffset ChangedAt, int Asked, int Answered)
{
    internal static ResponseReceipt Of(string state, EntityResponse response, long version) => new(
        state, response.CycleId, response.Entity.Id, response.Status, version, response.ChangedAt, response.Entity.Questions.Count, response.CountedAnswers.Count());
}

/// <summary>Changes of entities' responses.</summary>
internal static class ResponseWriting
{
    /// <summary>Runs a change as the answer to a request.</summary>
    public static Task RunAsync(
        HttpContext context, IStateStore store, TimeProvider clock, ResponseChangeRequest request, object? body, Func<EntityResponse, ValueTask<ResponseDecision>> decide) =>
        Writing.RunAsync(context, store, Tenants.Of(request.State), new { body, request.IfMatch }, clock, async session =>
            (await session.AppendAsync<EntityResponse, ResponseEvent>(RoundsSetup.StreamOf(request.Cycle, request.Entity), request.IfMatch, EntityResponse.Fold, decide,
                context.RequestAborted)).Select((response, version) => ResponseReceipt.Of(request.State, response, version)));

    /// <summary>The refusal of a change to a response that does not take it now; null while it is being answered.</summary>
    public static Refusal? RefuseUnlessOpen(EntityResponse response) => response.Status switch
    {
        ResponseStatus.Open => null,
        ResponseStatus.Confirmed => Refusal.Conflict("response-confirmed", "The response is confirmed. Take the confirmation back to change it."),
        _ => RoundClosed,
    };

    public static Refusal RoundClosed { get; } = Refusal.Conflict("round-closed", "The round is closed. Ask the coordinator to reopen it.");

    /// <summary>Ends every response that is still being answered, without saving: a save at the same moment is either before it or refused.</summary>
    public static async Task CloseAllAsync(IDocumentSession session, Assessment assessment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var entity in assessment.Round is { Status: RoundStatus.Open } round ? round.Entities : [])
        {
            await CloseAsync(session, assessment.CycleId, entity.Id, now, cancellationToken);
        }
    }

    public static async Task CloseAsync(IDocumentSession session, string cycle, string entity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Whoever saves at the same moment waits and is then refused, instead of making the close start again and again.
        var stream = await session.Events.FetchForExclusiveWriting<EntityResponse>(RoundsSetup.StreamOf(cycle, entity), cancellationToken);
        if (stream.Aggregate is { Status: not ResponseStatus.Closed })
        {
            stream.AppendOne(new ResponseEvent.Closed(now));
        }
    }

    /// <summary>Asks an entity: for the first time, again, or something else than before.</summary>
    public static async Task AskAsync(IDocumentSession session, Assessment assessment, RoundEntity entity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = RoundsSetup.StreamOf(assessment.CycleId, entity.Id);
        var stream = await session.Events.FetchForExclusiveWriting<EntityResponse>(id, cancellationToken);
        switch (stream.Aggregate)
        {
            case null:
                stream.AppendOne(new ResponseEvent.Opened(assessment.CycleId, assessment.Questionnaire, assessment.Profile, entity, now));
                break;
            case { Status: ResponseStatus.Closed }:
                stream.AppendOne(new ResponseEvent.Reopened(entity, assessment.Profile, now));
                break;
            case { } asked when asked.Entity != entity:
                stream.AppendOne(new ResponseEvent.Reassigned(entity, now));
                break;
        }
    }
}

/// <summary>Reads entities' responses.</summary>
internal static class ResponseReading
{
    /// <summary>The responses of the entities that the round lists, in its order; nothing where there is no round.</summary>
    public static async Task<IReadOnlyList<EntityResponse>> AllAsync(IQuerySession session, Assessment assessment, CancellationToken cancellationToken)
    {
        if (assessment.Round is not { } round)
        {
            return [];
        }

        var ids = round.Entities.Select(e => RoundsSetup.StreamOf(assessment.CycleId, e.Id)).ToArray();
        var found = (await session.LoadManyAsync<EntityResponse>(cancellationToken, ids)).ToDictionary(r => r.Entity.Id, StringComparer.Ordinal);
        return [.. round.Entities.Where(e => found.ContainsKey(e.Id)).Select(e => found[e.Id])];
    }
}
