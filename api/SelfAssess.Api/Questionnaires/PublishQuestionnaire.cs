using System.Text.Json;
using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires;

/// <summary>A questionnaire as files.</summary>
public sealed record QuestionnaireFilesBody
{
    /// <summary><c>questionnaire.yaml</c> and one <c>texts/&lt;language&gt;.yaml</c> for each language.</summary>
    public required IReadOnlyList<QuestionnaireFile> Files { get; init; }
}

/// <summary>What is wrong with a questionnaire: nothing, or everything at once.</summary>
/// <param name="Valid">True where it could be published.</param>
/// <param name="Problems">Every violation, in the order of files and lines.</param>
/// <param name="Definition">The questionnaire as it would be published; absent where it could not be.</param>
public sealed record ValidationReport(bool Valid, IReadOnlyList<QuestionnaireProblem> Problems, QuestionnaireDefinition? Definition);

public sealed record ValidateQuestionnaireRequest
{
    [FromBody]
    public QuestionnaireFilesBody Body { get; init; } = null!;
}

internal sealed class ValidateQuestionnaireValidator : Validator<ValidateQuestionnaireRequest>
{
    public ValidateQuestionnaireValidator() => RuleForEach(r => r.Body.Files).NotNull().OverridePropertyName("files");
}

[Permits(Role.Administrator)]
[StoresNothing]
internal sealed class ValidateQuestionnaireEndpoint : Endpoint<ValidateQuestionnaireRequest, ValidationReport>
{
    public override void Configure()
    {
        Post("questionnaires/validate");
        Summary(s =>
        {
            s.Summary = "Check a questionnaire without publishing it";
            s.Description = "Answers 200 with every violation at once, each with its file, line and path.";
            s.Responses[200] = "Everything that is wrong with the questionnaire; nothing where it could be published.";
        });
    }

    public override async Task HandleAsync(ValidateQuestionnaireRequest request, CancellationToken ct)
    {
        var reading = QuestionnaireFiles.Read(request.Body.Files);
        await Send.OkAsync(new ValidationReport(reading.Questionnaire is not null, reading.Problems, reading.Questionnaire?.Definition), ct);
    }
}

public sealed record PublishQuestionnaireRequest
{
    [FromBody]
    public QuestionnaireFilesBody Body { get; init; } = null!;
}

internal sealed class PublishQuestionnaireValidator : Validator<PublishQuestionnaireRequest>
{
    public PublishQuestionnaireValidator() => RuleForEach(r => r.Body.Files).NotNull().OverridePropertyName("files");
}

[Permits(Role.Administrator)]
internal sealed class PublishQuestionnaireEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<PublishQuestionnaireRequest, QuestionnaireSummary>
{
    public override void Configure()
    {
        Post("questionnaires");
        Summary(s =>
        {
            s.Summary = "Publish a questionnaire";
            s.Description = "A questionnaire with any violation is refused as a whole. A published version never changes: publishing it again as it is "
                + "changes nothing, publishing something else under the same version is a conflict.";
            s.Response<QuestionnaireSummary>(201, "The version is published, now or before.");
            s.Responses[400] = "The questionnaire has violations: `errors` names each with its file, line, column and path. Nothing was published.";
            s.Responses[409] = "The version is published with another content (`version-published`).";
        });
    }

    public override async Task HandleAsync(PublishQuestionnaireRequest request, CancellationToken ct)
    {
        var reading = QuestionnaireFiles.Read(request.Body.Files);
        if (reading.Questionnaire is not { } questionnaire)
        {
            await Refusal.Invalid("The questionnaire has violations; nothing was published.",
                reading.Problems.AsFields()).WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, store, tenant: null, request.Body, clock,
            session => Publishing.PublishAsync(session, questionnaire.Definition, clock.GetUtcNow(), ct),
            StatusCodes.Status201Created, q => $"/api/v1/questionnaires/{q.Id}/{q.Version}");
    }
}

/// <summary>Publishing, however a questionnaire comes.</summary>
internal static class Publishing
{
    /// <summary>Publishes a version, without saving; as it is published already, nothing is changed.</summary>
    public static async Task<Outcome<QuestionnaireSummary>> PublishAsync(
        IDocumentSession session, QuestionnaireDefinition definition, DateTimeOffset now, CancellationToken ct)
    {
        var key = PublishedQuestionnaire.Key(new QuestionnaireReference(definition.Id, definition.Version));
        if (await session.LoadAsync<PublishedQuestionnaire>(key, ct) is { } existing)
        {
            return Same(existing.Definition, definition)
                ? Outcome<QuestionnaireSummary>.Of(QuestionnaireSummary.Of(existing))
                : Refusal.Conflict("version-published",
                    $"Version {definition.Version} of '{definition.Id}' is published with another content, and a published version never changes. Raise the version.");
        }

        var published = new PublishedQuestionnaire
        {
            Id = key,
            QuestionnaireId = definition.Id,
            Version = definition.Version,
            PublishedAt = now,
            Definition = definition,
        };
        session.Insert(published);
        return Outcome<QuestionnaireSummary>.Of(QuestionnaireSummary.Of(published));
    }

    private static bool Same(QuestionnaireDefinition a, QuestionnaireDefinition b) =>
        JsonElement.DeepEquals(JsonSerializer.SerializeToElement(a, Json.Http), JsonSerializer.SerializeToElement(b, Json.Http));
}

internal static class QuestionnaireProblems
{
    /// <summary>As the fields of a refused request: file, line and column, then the path in it.</summary>
    public static IReadOnlyList<FieldProblem> AsFields(this IEnumerable<QuestionnaireProblem> problems) =>
        [.. problems.Select(p => new FieldProblem($"{(p.Line is null ? p.File : $"{p.File}:{p.Line}:{p.Column}")} {p.Path}".TrimEnd(), p.Message, p.Code))];
}
