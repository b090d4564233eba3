using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Cycles;

public sealed record PutCycleRequest : CycleRequest
{
    /// <summary>The ETag that was read; left out to plan a new cycle.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    [FromBody]
    public PutCycleBody Body { get; init; } = null!;
}

/// <summary>A cycle as it is planned.</summary>
public sealed record PutCycleBody
{
    /// <summary>As people write it, up to 100 characters: "2026".</summary>
    public required string Name { get; init; }

    /// <summary>A published questionnaire that reports themes.</summary>
    public required QuestionnaireReference Questionnaire { get; init; }

    /// <summary>Its place among the cycles; no two cycles of a questionnaire share it.</summary>
    public required DateOnly StartsOn { get; init; }
}

internal sealed class PutCycleValidator : Validator<PutCycleRequest>
{
    public PutCycleValidator()
    {
        RuleFor(r => r.Cycle).Matches(CyclesSetup.IdPattern).WithMessage("A cycle's id is 1 to 40 small letters, digits and inner hyphens.");
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(100).OverridePropertyName("name");
    }
}

[Permits(Role.Administrator)]
internal sealed class PutCycleEndpoint(ICommonStore store, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<PutCycleRequest, CycleView>
{
    public override void Configure()
    {
        Put("cycles/{cycle}");
        Summary(s =>
        {
            s.Summary = "Plan a cycle, or change a planned one";
            s.Description = "Without If-Match a new cycle is planned. Once it is open it can no longer be changed.";
            s.Responses[200] = "The cycle is planned.";
            s.Responses[409] = "The cycle is no longer planned (`cycle-not-planned`), or somebody else changed it at the same time (`conflict`).";
        });
    }

    public override Task HandleAsync(PutCycleRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Body, request.IfMatch }, clock,
            session => ChangeAsync(session, questionnaires, request.Cycle, request.Body, request.IfMatch, ct));

    public static async Task<Outcome<CycleView>> ChangeAsync(
        IDocumentSession session, QuestionnaireCatalogue questionnaires, string id, PutCycleBody body, string? ifMatch, CancellationToken ct)
    {
        var existing = await session.LoadAsync<Cycle>(id, ct);
        if (Preconditions.Refuse(existing?.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (existing is { Status: not CycleStatus.Planned })
        {
            return Refusal.Conflict("cycle-not-planned", $"Cycle {id} is no longer planned; plan another one.");
        }

        if (await questionnaires.FindAsync(body.Questionnaire, ct) is not { } found)
        {
            return Refusal.Invalid("questionnaire", $"Questionnaire {body.Questionnaire} is not published.", "unknownQuestionnaire");
        }

        if (found.Published.Definition.Reporting is null)
        {
            return Refusal.Invalid("questionnaire", $"Questionnaire {body.Questionnaire} declares no reporting, so that no release could be made of it.", "nothingToReport");
        }

        var questionnaire = body.Questionnaire.Id;
        if (await session.Query<Cycle>().AnyAsync(c => c.Id != id && c.Questionnaire.Id == questionnaire && c.StartsOn == body.StartsOn, ct))
        {
            return Refusal.Invalid("startsOn", "Another cycle of the same questionnaire starts on that day; their order would be unknown.", "taken");
        }

        var cycle = new Cycle { Id = id, Name = body.Name, Questionnaire = body.Questionnaire, StartsOn = body.StartsOn, ClosesOn = existing?.ClosesOn, Plan = existing?.Plan ?? PublicationPlan.Default };
        return Outcome<CycleView>.Of(CycleView.Of(cycle), session.Put(cycle, existing?.Version));
    }
}
