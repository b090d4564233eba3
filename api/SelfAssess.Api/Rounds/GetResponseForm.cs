using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Rounds;

public sealed record GetResponseFormRequest : ResponseRequest
{
    /// <summary>The language of its words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class GetResponseFormValidator : Validator<GetResponseFormRequest>
{
    public GetResponseFormValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetResponseFormEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<GetResponseFormRequest, QuestionnaireForm>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/responses/{entity}/form");
        Summary(s =>
        {
            s.Summary = "Read the questions that one's own entity is asked";
            s.Description = "In one language, worded for the State's profile, with the questions that are shown and apply as the entity's answers stand.";
        });
    }

    public override async Task HandleAsync(GetResponseFormRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        if (await session.LoadAsync<EntityResponse>(RoundsSetup.StreamOf(request.Cycle, request.Entity), ct) is not { } response)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, FormOf(response, await questionnaires.GetAsync(response.Questionnaire, ct), request.Lang), ct);
    }

    public static QuestionnaireForm FormOf(EntityResponse response, Questionnaire questionnaire, string language)
    {
        var asked = response.Entity.Questions.ToHashSet(StringComparer.Ordinal);
        return QuestionnaireForm.Of(questionnaire.Definition, language, AssessmentProgress.Of(ScoreSheet.Score(questionnaire, response.Profile, response.Answers)), asked.Contains);
    }
}

/// <summary>How far one's own entity is in one cycle.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Name">The entity's name.</param>
/// <param name="Status">How far its response has come.</param>
/// <param name="AnswerBy">The day by which the coordinator asks for it; absent where none is set.</param>
/// <param name="Applicable">Questions that it is asked, that are shown and apply.</param>
/// <param name="Answered">Those of them that have a value or a state.</param>
/// <param name="Returned">Whether the coordinator returned it and it was not confirmed since.</param>
/// <param name="Withdrawn">Whether the round no longer lists the entity.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record OwnResponse(
    string Cycle, string Name, ResponseStatus Status, DateOnly? AnswerBy, int Applicable, int Answered, bool Returned, bool Withdrawn, DateTimeOffset ChangedAt);

/// <summary>What one's own entity is or was asked.</summary>
/// <param name="Items">Ordered by cycle.</param>
public sealed record OwnResponses(IReadOnlyList<OwnResponse> Items);

public sealed record ListOwnResponsesRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";

    /// <summary>The entity's id.</summary>
    [RouteParam]
    public string Entity { get; init; } = "";
}

[Permits(Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListOwnResponsesEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<ListOwnResponsesRequest, OwnResponses>
{
    public override void Configure()
    {
        Get("states/{state}/entities/{entity}/responses");
        Summary(s =>
        {
            s.Summary = "See what one's own entity is asked, by when, and how far it is";
            s.Description = "In every cycle in which it was asked.";
        });
    }

    public override async Task HandleAsync(ListOwnResponsesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        var items = new List<OwnResponse>();
        foreach (var assessment in await session.Query<Assessment>().OrderBy(a => a.CycleId).ToListAsync(ct))
        {
            if (await session.LoadAsync<EntityResponse>(RoundsSetup.StreamOf(assessment.CycleId, request.Entity), ct) is { } response)
            {
                var form = GetResponseFormEndpoint.FormOf(response, await questionnaires.GetAsync(response.Questionnaire, ct), "en");
                items.Add(new OwnResponse(assessment.CycleId, response.Entity.Name, response.Status, assessment.Round?.AnswerBy, form.Applicable, form.Answered,
                    response.ReturnComment is not null, assessment.Round?.Find(request.Entity) is null, response.ChangedAt));
            }
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new OwnResponses(items), ct);
    }
}
