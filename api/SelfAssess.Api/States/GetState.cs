using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.States;

/// <summary>Addresses one State.</summary>
public record StateRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";
}

[PermitsSignedIn]
internal sealed class GetStateEndpoint(ICommonStore store) : Endpoint<StateRequest, StateView>
{
    public override void Configure()
    {
        Get("states/{state}");
        Summary(s =>
        {
            s.Summary = "Read one State of the register";
            s.Description = "Its ETag is what a change of the entry takes as If-Match.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<RegisteredState>(request.State, ct) is not { } state)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
        }
        else if (!Conditional.NotModified(HttpContext, Conditional.ETag(state.Version)))
        {
            await Conditional.SendAsync(HttpContext, StateView.Of(state), state.Version, StatusCodes.Status200OK, ct);
        }
    }
}
