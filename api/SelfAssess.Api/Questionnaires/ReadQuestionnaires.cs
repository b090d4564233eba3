using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires;

/// <summary>A published version of a questionnaire.</summary>
/// <param name="Id">The questionnaire.</param>
/// <param name="Version"><c>major.minor</c>.</param>
/// <param name="Title">In its default language.</param>
/// <param name="Languages">The languages in which it is offered.</param>
/// <param name="PublishedAt">When it was published.</param>
public sealed record QuestionnaireSummary(string Id, string Version, string Title, IReadOnlyList<string> Languages, DateTimeOffset PublishedAt)
{
    internal static QuestionnaireSummary Of(PublishedQuestionnaire published) => new(
        published.QuestionnaireId,
        published.Version,
        published.Definition.Texts[published.Definition.DefaultLanguage].Title,
        published.Definition.Languages,
        published.PublishedAt);
}

public sealed record ListQuestionnairesRequest : PagedRequest;

internal sealed class ListQuestionnairesValidator : PagedValidator<ListQuestionnairesRequest>;

[PermitsSignedIn]
internal sealed class ListQuestionnairesEndpoint(ICommonStore store) : Endpoint<ListQuestionnairesRequest, Page<QuestionnaireSummary>>
{
    public override void Configure()
    {
        Get("questionnaires");
        Summary(s =>
        {
            s.Summary = "List the published questionnaires";
            s.Description = "Every version, ordered by id and version.";
        });
    }

    public override async Task HandleAsync(ListQuestionnairesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<PublishedQuestionnaire>().OrderBy(q => q.Id).AsQueryable();
        query = request.After is { } after ? query.Where(q => q.Id.CompareTo(after) > 0) : query;
        var published = await query.Take(request.Limit + 1).ToListAsync(ct);
        await Conditional.SendHashedAsync(HttpContext, request.Cut([.. published.Select(QuestionnaireSummary.Of)], q => $"{q.Id}/{q.Version}"), ct);
    }
}

public record QuestionnaireRequest
{
    /// <summary>The questionnaire's id.</summary>
    [RouteParam]
    public string Questionnaire { get; init; } = "";

    /// <summary>The version, <c>major.minor</c>.</summary>
    [RouteParam]
    public string Version { get; init; } = "";
}

[PermitsSignedIn]
internal sealed class GetQuestionnaireEndpoint(QuestionnaireCatalogue questionnaires) : Endpoint<QuestionnaireRequest, QuestionnaireDefinition>
{
    public override void Configure()
    {
        Get("questionnaires/{questionnaire}/{version}");
        Summary(s =>
        {
            s.Summary = "Read one version of a questionnaire";
            s.Description = "Structure and texts in all its languages. A published version never changes.";
        });
    }

    public override async Task HandleAsync(QuestionnaireRequest request, CancellationToken ct)
    {
        if (await questionnaires.FindAsync(new QuestionnaireReference(request.Questionnaire, request.Version), ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Conditional.SendHashedAsync(HttpContext, found.Published.Definition, ct);
    }
}

public sealed record PreviewQuestionnaireRequest
{
    /// <summary>The questionnaire's id.</summary>
    [RouteParam]
    public string Questionnaire { get; init; } = "";

    /// <summary>The version, <c>major.minor</c>.</summary>
    [RouteParam]
    public string Version { get; init; } = "";

    /// <summary>The language of its words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class PreviewQuestionnaireValidator : Validator<PreviewQuestionnaireRequest>
{
    public PreviewQuestionnaireValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[PermitsSignedIn]
internal sealed class PreviewQuestionnaireEndpoint(QuestionnaireCatalogue questionnaires) : Endpoint<PreviewQuestionnaireRequest, QuestionnaireForm>
{
    public override void Configure()
    {
        Get("questionnaires/{questionnaire}/{version}/form");
        Summary(s =>
        {
            s.Summary = "See a questionnaire as it is filled in";
            s.Description = "In one language, with every question in its ordinary wording, whether or not it would apply to a State.";
        });
    }

    public override async Task HandleAsync(PreviewQuestionnaireRequest request, CancellationToken ct)
    {
        if (await questionnaires.FindAsync(new QuestionnaireReference(request.Questionnaire, request.Version), ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Conditional.SendHashedAsync(HttpContext, QuestionnaireForm.Of(found.Published.Definition, request.Lang, null, _ => true), ct);
    }
}
