using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;

namespace SelfAssess.Api.States;

public sealed record PutStateRequest : StateRequest
{
    /// <summary>The ETag that was read; left out to register a new State.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    [FromBody]
    public PutStateBody Body { get; init; } = null!;
}

/// <summary>A State's entry in the register.</summary>
public sealed record PutStateBody
{
    /// <summary>The State's name in English, up to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its names by language: ar, es, fr, ru, zh.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    /// <summary>UN M49, three digits.</summary>
    public string? M49 { get; init; }

    /// <summary>Its UN regional group.</summary>
    public RegionalGroup? RegionalGroup { get; init; }

    /// <summary>Its standing in the United Nations.</summary>
    public UnitedNations? UnitedNations { get; init; }

    /// <summary>Its standing towards the Arms Trade Treaty.</summary>
    public AttStanding? Att { get; init; }

    /// <summary>The server that is to hold what belongs to the State, if there are several (`GET /servers`); where none is named, the deployment's default. It is chosen once: later a State is moved.</summary>
    public string? Server { get; init; }
}

internal sealed class PutStateValidator : Validator<PutStateRequest>
{
    public PutStateValidator()
    {
        RuleFor(r => r.State).Matches(StatesSetup.CodePattern).WithMessage("A State's code is two to eight capital letters and digits.");
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(StatesSetup.LongestName).Must(StatesSetup.IsName).WithMessage(StatesSetup.NameRule).OverridePropertyName("name");
        RuleForEach(r => r.Body.Names)
            .Must(n => StatesSetup.OtherLanguages.Contains(n.Key, StringComparer.Ordinal)).WithMessage($"The languages of other names are {string.Join(", ", StatesSetup.OtherLanguages)}.")
            .Must(n => StatesSetup.IsName(n.Value)).WithMessage(StatesSetup.NameRule)
            .OverridePropertyName("names");
        RuleFor(r => r.Body.M49).Matches(StatesSetup.M49Pattern).OverridePropertyName("m49").WithMessage("An M49 code has three digits.");
    }
}

[Permits(Role.Administrator)]
internal sealed class PutStateEndpoint(ICommonStore store, Placement placement, TimeProvider clock) : Endpoint<PutStateRequest, StateView>
{
    public override void Configure()
    {
        Put("states/{state}");
        Summary(s =>
        {
            s.Summary = "Register a State, or change its entry";
            s.Description = "Without If-Match a new State is registered; with it, the entry read before is changed.";
            s.Responses[200] = "The State's entry as it is now.";
            s.Responses[400] = "The entry is not valid, or no server has that name (`unknownServer`).";
            s.Responses[409] = "The State is on another server already (`on-another-server`).";
        });
    }

    public override Task HandleAsync(PutStateRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Body, request.IfMatch }, clock,
            session => ChangeAsync(session, placement, Entry(request.State, request.Body), request.Body.Server, request.IfMatch, ct));

    public static async Task<Outcome<StateView>> ChangeAsync(
        IDocumentSession session, Placement placement, RegisteredState state, string? server, string? ifMatch, CancellationToken ct)
    {
        if (server is not null && !placement.Names.Contains(server, StringComparer.Ordinal))
        {
            return Refusal.Invalid("server", placement.IsPool ? $"There are {string.Join(", ", placement.Names)}." : "There are no several servers.", "unknownServer");
        }

        var existing = await session.LoadAsync<RegisteredState>(state.Id, ct);
        if (Preconditions.Refuse(existing?.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        // Before the entry: a State in the register has a place, whatever happens in between.
        if (placement.IsPool && await placement.AssignAsync(state.Id, server, ct) is var place && server is not null && server != place)
        {
            return Refusal.Conflict("on-another-server", $"The State is on {place} already. Moving it is the work of whoever operates the servers.");
        }

        return Outcome<StateView>.Of(StateView.Of(state), session.Put(state, existing?.Version));
    }

    private static RegisteredState Entry(string code, PutStateBody body) => new()
    {
        Id = code,
        Name = body.Name,
        Names = body.Names ?? new Dictionary<string, string>(StringComparer.Ordinal),
        M49 = body.M49,
        RegionalGroup = body.RegionalGroup,
        UnitedNations = body.UnitedNations,
        Att = body.Att,
    };
}
