using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Rounds;

/// <summary>How far one entity is, without a word of what it answered.</summary>
/// <param name="Entity">The entity's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind; absent for a kind of the State's own.</param>
/// <param name="Status">How far its response has come.</param>
/// <param name="Asked">Questions that it is asked.</param>
/// <param name="Answered">Those with a value or a state.</param>
/// <param name="ConfirmedBy">Who confirmed; absent where nobody has.</param>
/// <param name="Returned">Whether it was returned and not confirmed since.</param>
/// <param name="ChangedAt">When it last changed.</param>
/// <param name="ETag">What returning it takes as If-Match.</param>
public sealed record ResponseProgress(
    string Entity, string Name, string? Kind, ResponseStatus Status, int Asked, int Answered, string? ConfirmedBy, bool Returned, DateTimeOffset ChangedAt, string ETag);

/// <summary>How far every entity of a round is.</summary>
public sealed record ResponseList(IReadOnlyList<ResponseProgress> Items);

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListResponsesEndpoint(IStateStore store) : Endpoint<AssessmentRequest, ResponseList>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/responses");
        Summary(s =>
        {
            s.Summary = "See how far every entity of a round is";
            s.Description = "In the order of the round's list; empty until it opens. Answers are shown to nobody but their entity until the round closes.";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        if (await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(request.Cycle), ct) is not { } assessment)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var items = new List<ResponseProgress>();
        foreach (var response in await ResponseReading.AllAsync(session, assessment, ct))
        {
            var version = (await session.Events.FetchStreamStateAsync(response.Id, ct))?.Version ?? 0;
            var (entity, answered) = (response.Entity, response.CountedAnswers.Count());
            items.Add(new ResponseProgress(entity.Id, entity.Name, entity.Kind, response.Status, entity.Questions.Count, answered,
                response.ConfirmedBy, response.ReturnComment is not null, response.ChangedAt, Conditional.ETag(version)));
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new ResponseList(items), ct);
    }
}

/// <summary>One entity's response, as only the entity sees it.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Entity">The entity, and what it is asked.</param>
/// <param name="Questionnaire">The version that the round is pinned to.</param>
/// <param name="Profile">The State's context profile, which chooses and words the questions.</param>
/// <param name="Status">How far the response has come.</param>
/// <param name="Answers">By question.</param>
/// <param name="Prefilled">Answers of an earlier cycle, by question; they count only once they are saved again.</param>
/// <param name="PrefilledFrom">The cycle of those answers; absent where there are none.</param>
/// <param name="Unchanged">Questions whose answer is the earlier one, saved again without a change.</param>
/// <param name="ConfirmedBy">Who confirmed; absent where nobody has.</param>
/// <param name="ConfirmedAt">When.</param>
/// <param name="ReturnComment">Why the coordinator returned it; absent once it is confirmed again.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record ResponseView(
    string State,
    string Cycle,
    RoundEntity Entity,
    QuestionnaireReference Questionnaire,
    Profile Profile,
    ResponseStatus Status,
    IReadOnlyDictionary<string, AnswerBody> Answers,
    IReadOnlyDictionary<string, AnswerBody> Prefilled,
    string? PrefilledFrom,
    IReadOnlyList<string> Unchanged,
    string? ConfirmedBy,
    DateTimeOffset? ConfirmedAt,
    string? ReturnComment,
    DateTimeOffset ChangedAt)
{
    internal static ResponseView Of(string state, EntityResponse response) => new(
        state,
        response.CycleId,
        response.Entity,
        response.Questionnaire,
        response.Profile,
        response.Status,
        response.Answers.ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value), StringComparer.Ordinal),
        response.Prefilled.ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value), StringComparer.Ordinal),
        response.PrefilledFrom,
        [.. response.Answers.Keys.Where(response.IsUnchanged).Order(StringComparer.Ordinal)],
        response.ConfirmedBy,
        response.ConfirmedAt,
        response.ReturnComment,
        response.ChangedAt);
}

[Permits(Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetResponseEndpoint(IStateStore store) : Endpoint<ResponseRequest, ResponseView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/responses/{entity}");
        Summary(s =>
        {
            s.Summary = "Read one's own entity's response";
            s.Description = "Its ETag is what every change of it takes as If-Match. Nobody but the entity's respondents may read it; the coordinator sees answers in the reconciliation, once the round is closed.";
        });
    }

    public override async Task HandleAsync(ResponseRequest request, CancellationToken ct)
    {
        await using var session = store.LightweightSession(Tenants.Of(request.State));
        var stream = await session.Events.FetchForWriting<EntityResponse>(RoundsSetup.StreamOf(request.Cycle, request.Entity), ct);
        if (stream.Aggregate is not { } response)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        var version = stream.CurrentVersion ?? 0;
        if (!Conditional.NotModified(HttpContext, Conditional.ETag(version)))
        {
            await Conditional.SendAsync(HttpContext, ResponseView.Of(request.State, response), version, StatusCodes.Status200OK, ct);
        }
    }
}
