using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Questionnaires;

public sealed record ScoreRequest
{
    [FromBody]
    public ScoreBody Body { get; init; } = null!;
}

/// <summary>Answers, and exactly one questionnaire: published, or as files.</summary>
public sealed record ScoreBody
{
    /// <summary>A published questionnaire; or else <see cref="Files"/>.</summary>
    public QuestionnaireReference? Questionnaire { get; init; }

    /// <summary>A questionnaire that is not published; or else <see cref="Questionnaire"/>.</summary>
    public IReadOnlyList<QuestionnaireFile>? Files { get; init; }

    /// <summary>By profile field; none is a profile of which nothing is known.</summary>
    public Profile? Profile { get; init; }

    /// <summary>By question.</summary>
    public required IReadOnlyDictionary<string, AnswerBody> Answers { get; init; }
}

internal sealed class ScoreValidator : Validator<ScoreRequest>
{
    public ScoreValidator() => RuleForEach(r => r.Body.Files).NotNull().OverridePropertyName("files");
}

[PermitsSignedIn]
[StoresNothing]
internal sealed class ScoreEndpoint(QuestionnaireCatalogue questionnaires) : Endpoint<ScoreRequest, ScoreExplanation>
{
    public override void Configure()
    {
        Post("score");
        Summary(s =>
        {
            s.Summary = "Score answers without storing anything";
            s.Description = "Takes a published questionnaire or the files of another one, and answers the whole breakdown: every section, its method, what was counted, "
                + "what was left out and why.";
            s.Responses[200] = "The scores, and how each came about.";
            s.Responses[400] = "The questionnaire is not published or has violations, or the answers or the profile do not fit it: `errors` names each.";
        });
    }

    public override async Task HandleAsync(ScoreRequest request, CancellationToken ct)
    {
        var (questionnaire, refusal) = await QuestionnaireAsync(request.Body, ct);
        if (questionnaire is null)
        {
            await refusal!.WriteAsync(HttpContext);
            return;
        }

        var profile = request.Body.Profile ?? Profile.Empty;
        var (answers, problems) = AnswerReading.Read(questionnaire, request.Body.Answers!);
        problems.AddRange(questionnaire.CheckProfile(profile).Select(p => new FieldProblem($"profile.{p.Field}", p.Message, p.Code)));
        if (problems.Count > 0)
        {
            await Refusal.Invalid("The answers or the profile do not fit the questionnaire.", problems).WriteAsync(HttpContext);
            return;
        }

        await Send.OkAsync(ScoreSheet.Score(questionnaire, profile, answers!).Explain(), ct);
    }

    private async Task<(Questionnaire?, Refusal?)> QuestionnaireAsync(ScoreBody body, CancellationToken ct)
    {
        switch (body)
        {
            case { Questionnaire: { } reference, Files: null }:
                return await questionnaires.FindAsync(reference, ct) is { } found ? (found.Questionnaire, null)
                    : (null, Refusal.Invalid("questionnaire", $"Questionnaire {reference} is not published.", "unknownQuestionnaire"));
            case { Questionnaire: null, Files: { } files }:
                var reading = QuestionnaireFiles.Read(files);
                return (reading.Questionnaire, Refusal.Invalid("The questionnaire has violations.",
                    reading.Problems.AsFields()));
            default:
                return (null, Refusal.Invalid("questionnaire", "Name a published questionnaire, or send the files of one: exactly one of the two.", "exactlyOne"));
        }
    }
}
