using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Rounds;

/// <summary>A State's round in one cycle.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Entities">Who is asked what.</param>
/// <param name="OpenedAt">When it was last opened; absent while it is planned.</param>
/// <param name="ClosedAt">When it was last closed; absent before.</param>
/// <param name="AnswerBy">The day by which entities are asked to answer; absent where none is set.</param>
public sealed record RoundView(
    string State, string Cycle, RoundStatus Status, IReadOnlyList<RoundEntity> Entities, DateTimeOffset? OpenedAt, DateTimeOffset? ClosedAt, DateOnly? AnswerBy)
{
    internal static RoundView Of(string state, Assessment assessment) => assessment.Round is { } round
        ? new(state, assessment.CycleId, round.Status, round.Entities, round.OpenedAt, round.ClosedAt, round.AnswerBy)
        : new(state, assessment.CycleId, RoundStatus.Planned, [], null, null, null);
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetRoundEndpoint(IStateStore store) : Endpoint<AssessmentRequest, RoundView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/round");
        Summary(s =>
        {
            s.Summary = "Read a State's round: who is asked what";
            s.Description = "Its ETag is the assessment's. Without a round the list is empty, and the State answers directly.";
        });
    }

    public override Task HandleAsync(AssessmentRequest request, CancellationToken ct) =>
        AssessmentReading.SendAsync(HttpContext, store, request, assessment => RoundView.Of(request.State, assessment), ct);
}

public sealed record PlanRoundRequest : AssessmentChangeRequest
{
    [FromBody]
    public PlanRoundBody Body { get; init; } = null!;
}

/// <summary>The entities that a State asks.</summary>
public sealed record PlanRoundBody
{
    /// <summary>All of them; an empty list takes the round back while it is planned.</summary>
    public required IReadOnlyList<PlannedEntity> Entities { get; init; }

    /// <summary>The day by which entities are asked to answer. It is told to them, and closes nothing by itself.</summary>
    public DateOnly? AnswerBy { get; init; }
}

/// <summary>A government entity that is asked.</summary>
public sealed record PlannedEntity
{
    /// <summary>Short and stable over the State's rounds: lower-case letters, digits and hyphens, up to 40.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, as the State writes it; up to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>One of the questionnaire's kinds of entity; left out for a kind of the State's own.</summary>
    public string? Kind { get; init; }

    /// <summary>The questions that it is asked; left out for those that the questionnaire asks of its kind.</summary>
    public IReadOnlyList<string>? Questions { get; init; }
}

internal sealed class PlanRoundValidator : Validator<PlanRoundRequest>
{
    public const int MostEntities = 50;

    public PlanRoundValidator() => RuleFor(r => r.Body.Entities).Must(e => e.Count <= MostEntities)
        .WithMessage($"A round has at most {MostEntities} entities.").OverridePropertyName("entities");

    /// <summary>Reads the list as the questionnaire knows it, with every problem at once.</summary>
    public static (List<RoundEntity> Entities, List<FieldProblem> Problems) Read(Questionnaire questionnaire, IReadOnlyList<PlannedEntity> planned)
    {
        var problems = new List<FieldProblem>();
        var entities = new List<RoundEntity>();
        for (var i = 0; i < planned.Count; i++)
        {
            var (entity, at) = (planned[i], $"entities[{i}]");
            void Refuse(string field, string reason, string code) => problems.Add(new FieldProblem($"{at}.{field}", reason, code));
            if (!RoundEntity.IsId(entity.Id))
            {
                Refuse("id", "An entity's id has 1 to 40 lower-case letters, digits and inner hyphens.", "invalid");
            }
            else if (entities.Exists(e => e.Id == entity.Id))
            {
                Refuse("id", "Another entity has this id.", "duplicate");
            }

            if (string.IsNullOrWhiteSpace(entity.Name) || entity.Name.Length > 200)
            {
                Refuse("name", "Give a name of 1 to 200 characters.", "invalid");
            }

            if (entity.Kind is { } kind && !questionnaire.Definition.EntityKinds.Contains(kind, StringComparer.Ordinal))
            {
                Refuse("kind", "The questionnaire has no such kind of entity; leave it out for a kind of your own.", "unknownKind");
            }

            var asked = entity.Questions ?? RoundDefaults.QuestionsFor(questionnaire.Definition, entity.Kind);
            foreach (var unknown in asked.Where(q => !questionnaire.Has(q)).Distinct(StringComparer.Ordinal))
            {
                Refuse("questions", $"The questionnaire has no question {unknown}.", "unknownQuestion");
            }

            if (asked.Count == 0)
            {
                Refuse("questions", "Ask the entity at least one question.", "empty");
            }

            var wanted = asked.ToHashSet(StringComparer.Ordinal);
            entities.Add(new RoundEntity(entity.Id, entity.Name, entity.Kind, [.. questionnaire.Definition.AllQuestions().Select(q => q.Id).Where(wanted.Contains)]));
        }

        return (entities, problems);
    }
}

[Permits(Role.Coordinator)]
internal sealed class PlanRoundEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<PlanRoundRequest, RoundView>
{
    public override void Configure()
    {
        Put("states/{state}/assessments/{cycle}/round");
        Summary(s =>
        {
            s.Summary = "List the entities that a State asks, and what each is asked";
            s.Description = "Replaces the list. While the round is open, an entity that is added is asked at once, one whose questions change is asked to confirm again, and the answers of one that is taken off are kept and no longer count.";
            s.Responses[200] = "The round as it is now.";
            s.Responses[400] = "An entity is not valid: `errors` names each as `entities[<position>].<field>`. Nothing was changed.";
            s.Responses[409] = "The round is closed (`round-closed`), the State has answered directly (`answers-exist`), or the assessment cannot be changed (`assessment-signed-off`, `cycle-closed`).";
        });
    }

    public override Task HandleAsync(PlanRoundRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, Tenants.Of(request.State), new { request.Body, request.IfMatch }, clock, async session =>
            (await ChangeAsync(session, questionnaires, request.Cycle, request.Body, request.IfMatch, clock.GetUtcNow(), ct))
            .Select((assessment, _) => RoundView.Of(request.State, assessment)));

    public static Task<Outcome<Assessment>> ChangeAsync(
        IDocumentSession session, QuestionnaireCatalogue questionnaires, string cycle, PlanRoundBody planned, string? ifMatch, DateTimeOffset now, CancellationToken ct) =>
        session.AppendAsync<Assessment, AssessmentEvent>(AssessmentsSetup.StreamOf(cycle), ifMatch, Assessment.Fold, async assessment =>
        {
            if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
            {
                return refusal;
            }

            var (entities, problems) = PlanRoundValidator.Read(await questionnaires.GetAsync(assessment.Questionnaire, ct), planned.Entities);
            if (problems.Count > 0)
            {
                return Refusal.Invalid("The list of entities is not valid; nothing was changed.", problems);
            }

            switch (assessment.Round)
            {
                case null when assessment.Answers.Count > 0:
                    return Refusal.Conflict("answers-exist", "The State has answered directly. Clear those answers before its entities are asked.");
                case { Status: RoundStatus.Closed }:
                    return ResponseWriting.RoundClosed;
                case { Status: RoundStatus.Open } when entities.Count == 0:
                    return Refusal.Invalid("entities", "An open round has at least one entity.", "empty");
                case { Status: RoundStatus.Open } round:
                    foreach (var gone in round.Entities.Where(e => entities.TrueForAll(n => n.Id != e.Id)))
                    {
                        await ResponseWriting.CloseAsync(session, cycle, gone.Id, now, ct);
                    }

                    foreach (var entity in entities)
                    {
                        await ResponseWriting.AskAsync(session, assessment, entity, now, ct);
                    }

                    break;
            }

            return new AssessmentEvent.RoundPlanned(entities, now, planned.AnswerBy);
        }, ct);
}
