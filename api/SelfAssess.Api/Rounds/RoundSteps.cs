using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Rounds;

[Permits(Role.Coordinator)]
internal sealed class OpenRoundEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/round/open");
        Summary(s =>
        {
            s.Summary = "Open the round: the entities are asked";
            s.Description = "Each answers on its own. Until the round closes, nobody sees an entity's answers but the entity itself.";
            s.Responses[200] = "The round is open.";
            s.Responses[400] = "A required field of the State's profile is not known: `errors` names each as `profile.<field>`. Nothing was changed.";
            s.Responses[409] = "No entity is listed (`no-entities`), the round was opened before (`round-open`, `round-closed`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async (session, assessment) =>
            await DecideAsync(session, questionnaires, assessment, clock.GetUtcNow(), ct));

    public static async Task<AssessmentDecision> DecideAsync(
        IDocumentSession session, QuestionnaireCatalogue questionnaires, Assessment assessment, DateTimeOffset now, CancellationToken ct)
    {
        if ((AssessmentWriting.RefuseUnlessOpen(assessment) ?? AssessmentWriting.RefuseWithoutProfile(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment)) is { } refusal)
        {
            return refusal;
        }

        switch (assessment.Round)
        {
            case null:
                return Refusal.Conflict("no-entities", "List the entities first. A State where one entity does everything needs no round: it answers directly and signs off.");
            case { Status: RoundStatus.Open }:
                return Refusal.Conflict("round-open", "The round is open already.");
            case { Status: RoundStatus.Closed }:
                return Refusal.Conflict("round-closed", "The round is closed; reopen it with a reason.");
        }

        foreach (var entity in assessment.Round.Entities)
        {
            await ResponseWriting.AskAsync(session, assessment, entity, now, ct);
        }

        return new AssessmentEvent.RoundOpened(now);
    }
}

[Permits(Role.Coordinator)]
internal sealed class CloseRoundEndpoint(IStateStore store, TimeProvider clock) : Endpoint<AssessmentChangeRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/round/close");
        Summary(s =>
        {
            s.Summary = "Close the round: answers are compared";
            s.Description = "No entity's answer changes any more. An entity that has not confirmed counts as silent in the findings; what it answered is kept.";
            s.Responses[200] = "The round is closed.";
            s.Responses[409] = "The round is not open (`round-not-open`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(AssessmentChangeRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, null, async (session, assessment) => await DecideAsync(session, assessment, clock.GetUtcNow(), ct));

    public static async Task<AssessmentDecision> DecideAsync(IDocumentSession session, Assessment assessment, DateTimeOffset now, CancellationToken ct)
    {
        if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
        {
            return refusal;
        }

        if (assessment.Round?.Status != RoundStatus.Open)
        {
            return Refusal.Conflict("round-not-open", "The round is not open.");
        }

        await ResponseWriting.CloseAllAsync(session, assessment, now, ct);
        return new AssessmentEvent.RoundClosed(now);
    }
}

public sealed record ReopenRoundRequest : AssessmentChangeRequest
{
    [FromBody]
    public ReopenRoundBody Body { get; init; } = null!;
}

/// <summary>Why entities are asked again.</summary>
public sealed record ReopenRoundBody
{
    /// <summary>Why, for the history; up to 1,000 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed class ReopenRoundValidator : Validator<ReopenRoundRequest>
{
    public ReopenRoundValidator() => RuleFor(r => r.Body.Reason).NotEmpty().MaximumLength(1000).OverridePropertyName("reason");
}

[Permits(Role.Coordinator)]
internal sealed class ReopenRoundEndpoint(IStateStore store, TimeProvider clock) : Endpoint<ReopenRoundRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/round/reopen");
        Summary(s =>
        {
            s.Summary = "Reopen a closed round";
            s.Description = "Every entity may answer again and has to confirm again. What was reconciled stays; where an entity changes its answer, it has to be recorded again.";
            s.Responses[200] = "The round is open.";
            s.Responses[409] = "The round is not closed (`round-not-closed`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(ReopenRoundRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body, async (session, assessment) =>
        {
            if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
            {
                return refusal;
            }

            if (assessment.Round is not { Status: RoundStatus.Closed } round)
            {
                return Refusal.Conflict("round-not-closed", "The round is not closed.");
            }

            foreach (var entity in round.Entities)
            {
                await ResponseWriting.AskAsync(session, assessment, entity, clock.GetUtcNow(), ct);
            }

            return new AssessmentEvent.RoundReopened(request.Body.Reason, clock.GetUtcNow());
        });
}
