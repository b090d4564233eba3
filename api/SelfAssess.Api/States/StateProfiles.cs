using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.States;

/// <summary>A State's context profile: facts by which questions are chosen and worded.</summary>
/// <param name="Fields">By profile field of the questionnaire: a string, a list of strings, a number, or true or false.</param>
public sealed record StateProfileView(Profile Fields);

[Permits(Role.Coordinator, Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetStateProfileEndpoint(IStateStore store) : Endpoint<StateRequest, StateProfileView>
{
    public override void Configure()
    {
        Get("states/{state}/profile");
        Summary(s =>
        {
            s.Summary = "Read a State's context profile";
            s.Description = "As it was last written; an assessment holds the profile that it took.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        if (await session.LoadAsync<StateProfile>(StateProfile.TheOnly, ct) is not { } profile)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
        }
        else if (!Conditional.NotModified(HttpContext, Conditional.ETag(profile.Version)))
        {
            HttpContext.Response.Headers.CacheControl = "no-store";
            await Conditional.SendAsync(HttpContext, new StateProfileView(profile.Profile), profile.Version, StatusCodes.Status200OK, ct);
        }
    }
}

public sealed record PutStateProfileRequest : StateRequest
{
    /// <summary>The ETag that was read; left out for the first profile.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    [FromBody]
    public PutStateProfileBody Body { get; init; } = null!;
}

/// <summary>A context profile, and the questionnaire that it is written for.</summary>
public sealed record PutStateProfileBody
{
    /// <summary>The questionnaire whose profile fields these are.</summary>
    public required QuestionnaireReference Questionnaire { get; init; }

    /// <summary>By profile field: a string, a list of strings, a number, or true or false.</summary>
    public required Profile Fields { get; init; }
}

[Permits(Role.Coordinator)]
internal sealed class PutStateProfileEndpoint(IStateStore store, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<PutStateProfileRequest, StateProfileView>
{
    public override void Configure()
    {
        Put("states/{state}/profile");
        Summary(s =>
        {
            s.Summary = "Write a State's context profile";
            s.Description = "The fields are those that the named questionnaire declares. Assessments that are open keep the profile they hold until they take this one.";
            s.Responses[200] = "The profile as it is now.";
            s.Responses[400] = "The questionnaire is not published, or a field does not fit it: `errors` names each as `fields.<field>`. Nothing was changed.";
        });
    }

    public override async Task HandleAsync(PutStateProfileRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, store, request.State, new { request.Body, request.IfMatch }, clock,
            session => ChangeAsync(session, questionnaires, request.Body.Questionnaire, request.Body.Fields, request.IfMatch, ct));
    }

    public static async Task<Outcome<StateProfileView>> ChangeAsync(
        IDocumentSession session, QuestionnaireCatalogue questionnaires, QuestionnaireReference reference, Profile fields, string? ifMatch, CancellationToken ct)
    {
        if (await questionnaires.FindAsync(reference, ct) is not { } found)
        {
            return Refusal.Invalid("questionnaire", $"Questionnaire {reference} is not published.", "unknownQuestionnaire");
        }

        if (found.Questionnaire.CheckProfile(fields) is { Count: > 0 } problems)
        {
            return Refusal.Invalid("The profile does not fit the questionnaire.", [.. problems.Select(p => new FieldProblem($"fields.{p.Field}", p.Message, p.Code))]);
        }

        var existing = await session.LoadAsync<StateProfile>(StateProfile.TheOnly, ct);
        if (Preconditions.Refuse(existing?.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        return Outcome<StateProfileView>.Of(new StateProfileView(fields), session.Put(new StateProfile { Profile = fields }, existing?.Version));
    }
}
