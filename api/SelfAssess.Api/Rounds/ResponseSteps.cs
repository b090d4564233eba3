using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using ResponseDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.ResponseEvent>;

namespace SelfAssess.Api.Rounds;

public sealed record ConfirmResponseRequest : ResponseChangeRequest
{
    [FromBody]
    public ConfirmResponseBody Body { get; init; } = null!;
}

/// <summary>Who stands by an entity's answers.</summary>
public sealed record ConfirmResponseBody
{
    /// <summary>Name and function of the entity's head, or of whoever signs for them; up to 200 characters.</summary>
    public required string By { get; init; }
}

internal sealed class ConfirmResponseValidator : Validator<ConfirmResponseRequest>
{
    public ConfirmResponseValidator() => RuleFor(r => r.Body.By).NotEmpty().MaximumLength(200).OverridePropertyName("by");
}

[Permits(Role.Respondent)]
internal sealed class ConfirmResponseEndpoint(IStateStore store, TimeProvider clock) : Endpoint<ConfirmResponseRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/confirm");
        Summary(s =>
        {
            s.Summary = "Confirm an entity's response";
            s.Description = "Questions may stay open: that is an answer too. Until the round closes, the confirmation can be taken back, and the coordinator can return the response.";
            s.Responses[200] = "The response is confirmed.";
            s.Responses[409] = "It is confirmed already (`response-confirmed`), nothing is answered (`response-empty`), or the round is closed (`round-closed`).";
        });
    }

    public override Task HandleAsync(ConfirmResponseRequest request, CancellationToken ct) =>
        ResponseWriting.RunAsync(HttpContext, store, clock, request, request.Body, response => ValueTask.FromResult(Decide(response, request.Body.By, clock.GetUtcNow())));

    public static ResponseDecision Decide(EntityResponse response, string by, DateTimeOffset now) =>
        ResponseWriting.RefuseUnlessOpen(response) is { } refusal ? refusal
        : response.CountedAnswers.Any() ? new ResponseEvent.Confirmed(by, now)
        : Refusal.Conflict("response-empty", "Nothing is answered yet; answer at least one question, or say that you do not know.");
}

[Permits(Role.Respondent)]
internal sealed class WithdrawConfirmationEndpoint(IStateStore store, TimeProvider clock) : Endpoint<ResponseChangeRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/withdraw-confirmation");
        Summary(s =>
        {
            s.Summary = "Take an entity's confirmation back";
            s.Description = "Its answers can be changed again, and have to be confirmed again to count as the entity's.";
            s.Responses[200] = "The response is open again.";
            s.Responses[409] = "It is not confirmed (`response-open`), or the round is closed (`round-closed`).";
        });
    }

    public override Task HandleAsync(ResponseChangeRequest request, CancellationToken ct) =>
        ResponseWriting.RunAsync(HttpContext, store, clock, request, null, response => ValueTask.FromResult<ResponseDecision>(response.Status switch
        {
            ResponseStatus.Confirmed => new ResponseEvent.ConfirmationWithdrawn(clock.GetUtcNow()),
            ResponseStatus.Open => Refusal.Conflict("response-open", "The response is not confirmed."),
            _ => ResponseWriting.RoundClosed,
        }));
}

public sealed record ReturnResponseRequest : ResponseChangeRequest
{
    [FromBody]
    public ReturnResponseBody Body { get; init; } = null!;
}

/// <summary>What an entity is asked to look at again.</summary>
public sealed record ReturnResponseBody
{
    /// <summary>For the entity; up to 2,000 characters.</summary>
    public required string Comment { get; init; }
}

internal sealed class ReturnResponseValidator : Validator<ReturnResponseRequest>
{
    public ReturnResponseValidator() => RuleFor(r => r.Body.Comment).NotEmpty().MaximumLength(2000).OverridePropertyName("comment");
}

[Permits(Role.Coordinator)]
internal sealed class ReturnResponseEndpoint(IStateStore store, TimeProvider clock) : Endpoint<ReturnResponseRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/return");
        Summary(s =>
        {
            s.Summary = "Return a response to its entity with a comment";
            s.Description = "The coordinator does not see the answers while the round is open, and returns a response for what can be seen: open questions, or a confirmation by the wrong person.";
            s.Responses[200] = "The response is open again, and the entity sees the comment.";
            s.Responses[409] = "The round is closed (`round-closed`).";
        });
    }

    public override Task HandleAsync(ReturnResponseRequest request, CancellationToken ct) =>
        ResponseWriting.RunAsync(HttpContext, store, clock, request, request.Body, response => ValueTask.FromResult<ResponseDecision>(
            response.Status == ResponseStatus.Closed ? ResponseWriting.RoundClosed : new ResponseEvent.Returned(request.Body.Comment, clock.GetUtcNow())));
}

public sealed record PrefillResponseRequest : ResponseChangeRequest
{
    [FromBody]
    public PrefillResponseBody Body { get; init; } = null!;
}

/// <summary>Where earlier answers are taken from.</summary>
public sealed record PrefillResponseBody
{
    /// <summary>An earlier cycle in which the same entity answered.</summary>
    public required string FromCycle { get; init; }
}

[Permits(Role.Respondent)]
internal sealed class PrefillResponseEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<PrefillResponseRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/prefill");
        Summary(s =>
        {
            s.Summary = "Lay an earlier cycle's answers beside the questions";
            s.Description = "Each earlier answer counts only once it is saved again; one that is saved unchanged is flagged. Answers that the questionnaire no longer takes are left out.";
            s.Responses[200] = "The earlier answers are laid beside the questions; nothing is answered by this.";
            s.Responses[400] = "The entity did not answer in that cycle. Nothing was changed.";
            s.Responses[409] = "The response is confirmed (`response-confirmed`), or the round is closed (`round-closed`).";
        });
    }

    public override async Task HandleAsync(PrefillResponseRequest request, CancellationToken ct) =>
        await ResponseWriting.RunAsync(HttpContext, store, clock, request, request.Body, async response =>
        {
            await using var session = store.QuerySession(Tenants.Of(request.State));
            var earlier = await session.LoadAsync<EntityResponse>(RoundsSetup.StreamOf(request.Body.FromCycle, request.Entity), ct);
            return Decide(await questionnaires.GetAsync(response.Questionnaire, ct), response, request.Body.FromCycle, earlier, clock.GetUtcNow());
        });

    public static ResponseDecision Decide(
        Domain.Questionnaires.Questionnaire questionnaire, EntityResponse response, string from, EntityResponse? earlier, DateTimeOffset now)
    {
        if (ResponseWriting.RefuseUnlessOpen(response) is { } refusal)
        {
            return refusal;
        }

        return earlier is null || earlier.Id == response.Id || earlier.Questionnaire.Id != response.Questionnaire.Id
            ? Refusal.Invalid("fromCycle", "Your entity has no response to this questionnaire in that cycle.", "unknownCycle")
            : new ResponseEvent.Prefilled(from, earlier.CountedAnswers
                .Where(a => response.Entity.Questions.Contains(a.Key, StringComparer.Ordinal) && questionnaire.Check(a.Key, a.Value).Count == 0)
                .ToDictionary(StringComparer.Ordinal), now);
    }
}
