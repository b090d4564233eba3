using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;

namespace SelfAssess.Api.Rounds;

/// <summary>Everything that is needed to agree on the State's answers.</summary>
/// <param name="Questions">Every question that some entity was asked, or that is recorded, in the questionnaire's order.</param>
public sealed record ReconciliationView(IReadOnlyList<QuestionReconciliation> Questions);

/// <summary>One question on its way to the State's answer.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Confidential">Whether single entities' answers are shown to nobody.</param>
/// <param name="Answers">What each entity answered, with comment and evidence; empty for a confidential question.</param>
/// <param name="Answered">Entities that gave a value; absent for a confidential question.</param>
/// <param name="Lowest">The lowest level given; absent where there is none, or where it may not be shown.</param>
/// <param name="Highest">The highest level given; absent as the lowest.</param>
/// <param name="Proposal">What is proposed: the lower median, or what all agree on; absent where there is nothing to propose. It decides nothing.</param>
/// <param name="Recorded">The State's answer; absent until it is recorded.</param>
/// <param name="Reason">Why it is.</param>
/// <param name="Dissent">What an entity that disagrees wants kept.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="ChangedSince">Whether an entity changed its answer after that: then it has to be recorded again.</param>
public sealed record QuestionReconciliation(
    string Question,
    bool Confidential,
    IReadOnlyList<EntityAnswerView> Answers,
    int? Answered,
    string? Lowest,
    string? Highest,
    AnswerBody? Proposal,
    AnswerBody? Recorded,
    string? Reason,
    string? Dissent,
    DateTimeOffset? RecordedAt,
    bool ChangedSince);

/// <summary>What one entity answered.</summary>
/// <param name="Entity">The entity's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Confirmed">Whether its head confirmed.</param>
/// <param name="Answer">The answer; absent where there is none.</param>
/// <param name="Unchanged">Whether it is the earlier cycle's, saved again without a change.</param>
public sealed record EntityAnswerView(string Entity, string Name, bool Confirmed, AnswerBody? Answer, bool Unchanged);

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetReconciliationEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<AssessmentRequest, ReconciliationView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/reconciliation");
        Summary(s =>
        {
            s.Summary = "See all answers side by side, with what is proposed and what is recorded";
            s.Description = "Once the round is closed. Its ETag is the assessment's, which recording takes as If-Match. Answers to confidential questions come as a range over all entities, never one by one.";
            s.Responses[409] = "There is no closed round (`round-not-closed`).";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        var (round, refusal) = await ClosedRound.FindAsync(store, questionnaires, request, ct);
        if (round is null)
        {
            await refusal!.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        if (!Conditional.NotModified(HttpContext, Conditional.ETag(round.Version)))
        {
            await Conditional.SendAsync(HttpContext, View(round), round.Version, StatusCodes.Status200OK, ct);
        }
    }

    private static ReconciliationView View(ClosedRound round)
    {
        var (answers, compared) = (round.Answers, round.Compare().Questions.ToDictionary(q => q.Question, StringComparer.Ordinal));
        return new ReconciliationView(
        [
            .. round.Questionnaire.Definition.AllQuestions().Where(q => answers.Any(a => a.Asked.Contains(q.Id)) || round.Assessment.Answers.ContainsKey(q.Id)).Select(q =>
            {
                var recorded = round.Assessment.Reconciliations.GetValueOrDefault(q.Id);
                var range = compared.GetValueOrDefault(q.Id);
                return new QuestionReconciliation(
                    q.Id,
                    q.Confidential,
                    q.Confidential ? [] : [.. round.Responses.Where(r => r.Entity.Questions.Contains(q.Id, StringComparer.Ordinal)).Select(r => new EntityAnswerView(r.Entity.Id, r.Entity.Name,
                        r.ConfirmedBy is not null, r.Answers.TryGetValue(q.Id, out var answer) ? AnswerBody.Of(answer) : null, r.IsUnchanged(q.Id)))],
                    q.Confidential ? null : answers.Count(a => a.Asked.Contains(q.Id) && a.Answers.TryGetValue(q.Id, out var given) && given.Value is not null),
                    range?.Lowest,
                    range?.Highest,
                    Divergences.Proposal(round.Questionnaire, q.Id, answers) is { } proposal ? AnswerBody.Of(new Answer { Value = proposal }) : null,
                    round.Assessment.Answers.TryGetValue(q.Id, out var own) ? AnswerBody.Of(own) : null,
                    recorded?.Reason,
                    recorded?.Dissent,
                    recorded?.At,
                    recorded is not null && Reconciling.IsStale(q.Id, recorded, round.Responses));
            }),
        ]);
    }
}
