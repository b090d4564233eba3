using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using AssessmentDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.AssessmentEvent>;

namespace SelfAssess.Api.Assessments;

public sealed record SaveAnswersRequest : AssessmentChangeRequest
{
    [FromBody]
    public SaveAnswersBody Body { get; init; } = null!;
}

/// <summary>A batch of answers.</summary>
public sealed record SaveAnswersBody
{
    /// <summary>By question; null clears an answer, what is not named stays as it is.</summary>
    public required IReadOnlyDictionary<string, AnswerBody?> Answers { get; init; }
}

[Permits(Role.Coordinator)]
internal sealed class SaveAnswersEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<SaveAnswersRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Patch("states/{state}/assessments/{cycle}/answers");
        Summary(s =>
        {
            s.Summary = "Save answers in a batch";
            s.Description = "The short path of a State where one entity does everything. All of the batch is saved, or, where one answer is not valid, none of it; every problem is named at once.";
            s.Responses[200] = "All answers of the batch are saved.";
            s.Responses[400] = "An answer is not valid, or a question unknown: `errors` names each as `answers.<question>`. Nothing was saved.";
            s.Responses[409] = "The assessment is signed off (`assessment-signed-off`), its entities answer in a round (`round-exists`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(SaveAnswersRequest request, CancellationToken ct) =>
        AssessmentWriting.RunAsync(HttpContext, store, clock, request, request.Body, async assessment =>
            Decide(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment, request.Body.Answers, clock.GetUtcNow()));

    public static AssessmentDecision Decide(Questionnaire questionnaire, Assessment assessment, IReadOnlyDictionary<string, AnswerBody?> answers, DateTimeOffset now)
    {
        if (AssessmentWriting.RefuseUnlessOpen(assessment) is { } refusal)
        {
            return refusal;
        }

        if (assessment.Round is not null)
        {
            return Refusal.Conflict("round-exists", "The State's entities answer in a round; its own answers come from reconciling theirs.");
        }

        var (read, problems) = AnswerReading.Read(questionnaire, answers);
        return problems.Count > 0 ? Refusal.Invalid("Some answers are not valid; nothing was saved.", problems)
            : read.Count == 0 ? Refusal.Invalid("answers", "Name at least one question.", "empty")
            : new AssessmentEvent.AnswersSaved(read, now);
    }
}

/// <summary>Reads answers as they travel into answers as the engine knows them, with every problem at once.</summary>
internal static class AnswerReading
{
    public static (Dictionary<string, Answer?> Answers, List<FieldProblem> Problems) Read(
        Questionnaire questionnaire, IReadOnlyDictionary<string, AnswerBody?> bodies)
    {
        var answers = new Dictionary<string, Answer?>(bodies.Count, StringComparer.Ordinal);
        var problems = new List<FieldProblem>();
        foreach (var (question, body) in bodies)
        {
            if (body is null)
            {
                answers[question] = null;
                if (!questionnaire.Has(question))
                {
                    problems.Add(new FieldProblem($"answers.{question}", "The questionnaire has no such question.", "unknownQuestion"));
                }

                continue;
            }

            AnswerValue? value = null;
            if (body.Value is { ValueKind: not System.Text.Json.JsonValueKind.Null } json
                && !questionnaire.TryReadValue(question, json, out value, out var unreadable))
            {
                problems.AddRange(unreadable.Select(p => new FieldProblem(Name(question, p.Field), p.Message, p.Code)));
                continue;
            }

            var answer = new Answer { Value = value, State = body.State, Reason = body.Reason, Comment = body.Comment, Evidence = body.Evidence ?? [] };
            problems.AddRange(questionnaire.Check(question, answer).Select(p => new FieldProblem(Name(question, p.Field), p.Message, p.Code)));
            answers[question] = answer;
        }

        return (answers, problems);
    }

    private static string Name(string question, string? field) => string.IsNullOrEmpty(field) ? $"answers.{question}" : $"answers.{question}.{field}";
}
