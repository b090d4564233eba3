using FastEndpoints;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.AtHome;

/// <summary>A delivery token, which is shown this once.</summary>
/// <param name="Secret">The token: whoever has it can deliver for the State.</param>
public sealed record IssuedToken(string Secret);

[Permits(Role.Administrator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class IssueDeliveryTokenEndpoint(ICommonStore common, DeliveryTokens tokens, TimeProvider clock) : Endpoint<StateRequest, IssuedToken>
{
    public override void Configure()
    {
        Post("states/{state}/delivery-tokens");
        Summary(s =>
        {
            s.Summary = "Issue a delivery token to a State that runs the program at home";
            s.Description = "With it the State signs its contributions of every cycle, which keep one pseudonym as those of other States do. It is shown this once; only its public half is kept here. "
                + "A new one ends the one before.";
            s.Responses[200] = "The token.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var secret = await tokens.IssueAsync(request.State, clock.GetUtcNow(), ct);
        HttpContext.MarkResponseStart();
        HttpContext.Response.Headers.CacheControl = "no-store";
        HttpContext.Response.StatusCode = StatusCodes.Status200OK;
        await HttpContext.Response.WriteAsJsonAsync(new IssuedToken(secret), Platform.Json.Http, ct);
    }
}

/// <summary>What a State needs at home to take part in one cycle.</summary>
public sealed record CyclePackage
{
    public const string Kind = "selfassess-cycle/1";

    /// <summary>The kind of file: <c>selfassess-cycle/1</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The State, as the register has it.</summary>
    public required PackagedState State { get; init; }

    /// <summary>The cycle.</summary>
    public required PackagedCycle Cycle { get; init; }

    /// <summary>The questionnaire that is asked.</summary>
    public required QuestionnaireDefinition Questionnaire { get; init; }

    /// <summary>SHA-256 over the questionnaire's canonical JSON, lower-case hexadecimal.</summary>
    public required string QuestionnaireHash { get; init; }
}

/// <summary>A State in a package.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name in English.</param>
/// <param name="Names">Its names in other languages.</param>
/// <param name="RegionalGroup">The UN regional group; null where the register does not say.</param>
/// <param name="Att">The status under the Treaty; null where the register does not say.</param>
public sealed record PackagedState(string Code, string Name, IReadOnlyDictionary<string, string> Names, RegionalGroup? RegionalGroup, AttStatus? Att);

/// <summary>A cycle in a package, with what of its plan decides a State's place. Blocs, which name other States, stay with the community.</summary>
/// <param name="Id">The cycle.</param>
/// <param name="Name">As people write it.</param>
/// <param name="StartsOn">Its place among the cycles.</param>
/// <param name="ClosesOn">The day on which it is meant to be closed; null where none is set.</param>
/// <param name="Number">The release for which it is open: 1, or 2.</param>
/// <param name="Population">Whom its release counts.</param>
/// <param name="Partition">Into which groups its release may divide them.</param>
public sealed record PackagedCycle(string Id, string Name, DateOnly StartsOn, DateOnly? ClosesOn, int Number, PlannedPopulation Population, PlannedPartition Partition);

public sealed record CyclePackageRequest : StateRequest
{
    /// <summary>An open cycle.</summary>
    [RouteParam]
    public string Cycle { get; init; } = "";
}

[Permits(Role.Administrator)]
internal sealed class GetCyclePackageEndpoint(ICommonStore common, QuestionnaireCatalogue questionnaires) : Endpoint<CyclePackageRequest, CyclePackage>
{
    public override void Configure()
    {
        Get("states/{state}/packages/{cycle}.json");
        Summary(s =>
        {
            s.Summary = "Read what a State needs at home to take part in a cycle";
            s.Description = "The cycle, its questionnaire, and the State's own entry in the register. There is no secret in it: the delivery token is handed over in another way.";
            s.Responses[409] = "The cycle is not open (`cycle-not-open`).";
        });
    }

    public override async Task HandleAsync(CyclePackageRequest request, CancellationToken ct)
    {
        await using var session = common.QuerySession();
        if (await session.LoadAsync<RegisteredState>(request.State, ct) is not { } state || await session.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        if (cycle.Status != CycleStatus.Open)
        {
            await Accepting.NotOpen(cycle.Id).WriteAsync(HttpContext);
            return;
        }

        var published = await questionnaires.PublishedAsync(cycle.Questionnaire, ct);
        await Conditional.SendHashedAsync(HttpContext, new CyclePackage
        {
            Format = CyclePackage.Kind,
            State = new PackagedState(state.Id, state.Name, state.Names, state.RegionalGroup, state.Att?.Status),
            Cycle = new PackagedCycle(cycle.Id, cycle.Name, cycle.StartsOn, cycle.ClosesOn, cycle.Number, cycle.Plan.Population, cycle.Plan.Partition),
            Questionnaire = published.Published.Definition,
            QuestionnaireHash = published.Hash,
        }, ct);
    }
}
