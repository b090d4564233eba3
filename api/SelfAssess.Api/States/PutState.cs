using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

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
}

internal sealed class PutStateValidator : Validator<PutStateRequest>
{
    public PutStateValidator()
    {
        RuleFor(r => r.State).Matches(StatesSetup.CodePattern).WithMessage("A State's code is two to eight capital letters and digits.");
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(200).OverridePropertyName("name");
    }
}

[Permits(Role.Administrator)]
internal sealed class PutStateEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<PutStateRequest, StateView>
{
    public override void Configure()
    {
        Put("states/{state}");
        Summary(s =>
        {
            s.Summary = "Register a State, or change its entry";
            s.Description = "Without If-Match a new State is registered; with it, the entry read before is changed.";
            s.Responses[200] = "The State's entry as it is now.";
        });
    }

    public override Task HandleAsync(PutStateRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Body, request.IfMatch }, clock,
            session => ChangeAsync(session, request.State, request.Body.Name, request.IfMatch, ct));

    public static async Task<Outcome<StateView>> ChangeAsync(IDocumentSession session, string code, string name, string? ifMatch, CancellationToken ct)
    {
        var existing = await session.LoadAsync<RegisteredState>(code, ct);
        if (Preconditions.Refuse(existing?.Version, ifMatch) is { } refusal)
        {
            return refusal;
        }

        var state = new RegisteredState { Id = code, Name = name };
        return Outcome<StateView>.Of(StateView.Of(state), session.Put(state, existing?.Version));
    }
}
