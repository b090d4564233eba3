using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using ResponseDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.ResponseEvent>;

namespace SelfAssess.Api.Rounds;

public sealed record SaveResponseRequest : ResponseChangeRequest
{
    [FromBody]
    public SaveAnswersBody Body { get; init; } = null!;
}

[Permits(Role.Respondent)]
internal sealed class SaveResponseEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<SaveResponseRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Patch("states/{state}/assessments/{cycle}/responses/{entity}/answers");
        Summary(s =>
        {
            s.Summary = "Save an entity's answers in a batch";
            s.Description = "All of the batch is saved, or, where one answer is not valid, none of it; every problem is named at once. Never enter classified content: evidence is pointed to, not attached.";
            s.Responses[200] = "All answers of the batch are saved.";
            s.Responses[400] = "An answer is not valid, a question unknown, or the entity is not asked it (`notAssigned`): `errors` names each as `answers.<question>`. Nothing was saved.";
            s.Responses[409] = "The response is confirmed (`response-confirmed`), or the round is closed (`round-closed`).";
        });
    }

    public override Task HandleAsync(SaveResponseRequest request, CancellationToken ct) =>
        ResponseWriting.RunAsync(HttpContext, store, clock, request, request.Body, async response =>
            ResponseAnswers.Decide(await questionnaires.GetAsync(response.Questionnaire, ct), response, request.Body.Answers, clock.GetUtcNow()));
}

/// <summary>Saving answers, wherever they come from: a batch, or a workbook.</summary>
internal static class ResponseAnswers
{
    public static ResponseDecision Decide(Questionnaire questionnaire, EntityResponse response, IReadOnlyDictionary<string, AnswerBody?> answers, DateTimeOffset now)
    {
        if (ResponseWriting.RefuseUnlessOpen(response) is { } refusal)
        {
            return refusal;
        }

        var (read, problems) = AnswerReading.Read(questionnaire, answers);
        problems.AddRange(read.Keys.Where(q => questionnaire.Has(q) && !response.Entity.Questions.Contains(q, StringComparer.Ordinal))
            .Select(q => new FieldProblem($"answers.{q}", "Your entity is not asked this question.", "notAssigned")));
        return problems.Count > 0 ? Refusal.Invalid("Some answers are not valid; nothing was saved.", problems)
            : read.Count == 0 ? Refusal.Invalid("answers", "Name at least one question.", "empty")
            : new ResponseEvent.AnswersSaved(read, now);
    }
}
