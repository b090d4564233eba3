using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Questionnaires;

public sealed record MeetQuestionnaireRequest : QuestionnaireRequest
{
    [FromBody]
    public MeetQuestionnaireBody Body { get; init; } = null!;
}

/// <summary>As which State a questionnaire is looked at.</summary>
public sealed record MeetQuestionnaireBody
{
    /// <summary>By profile field; an empty one is a profile of which nothing is known.</summary>
    public required Profile Fields { get; init; }
}

[Permits(Role.Administrator)]
[StoresNothing]
internal sealed class MeetQuestionnaireEndpoint(QuestionnaireCatalogue questionnaires) : Endpoint<MeetQuestionnaireRequest, AssessmentProgress>
{
    public override void Configure()
    {
        Post("questionnaires/{questionnaire}/{version}/preview");
        Summary(s =>
        {
            s.Summary = "Meet a questionnaire as a State with some profile would";
            s.Description = "Which questions are shown and apply, and in which wording, before anything is answered. Nothing is stored.";
            s.Responses[200] = "Where each question stands.";
            s.Responses[400] = "The profile does not fit the questionnaire: `errors` names each field.";
        });
    }

    public override async Task HandleAsync(MeetQuestionnaireRequest request, CancellationToken ct)
    {
        if (await questionnaires.FindAsync(new QuestionnaireReference(request.Questionnaire, request.Version), ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var profile = request.Body.Fields;
        if (found.Questionnaire.CheckProfile(profile) is { Count: > 0 } problems)
        {
            await Refusal.Invalid("The profile does not fit the questionnaire.", [.. problems.Select(p => new FieldProblem($"fields.{p.Field}", p.Message, p.Code))]).WriteAsync(HttpContext);
            return;
        }

        await Send.OkAsync(AssessmentProgress.Of(ScoreSheet.Score(found.Questionnaire, profile, new Dictionary<string, Answer>(StringComparer.Ordinal))), ct);
    }
}
