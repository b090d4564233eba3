using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.States;

/// <summary>A State in the register.</summary>
/// <param name="Code">Its code: two to eight capital letters and digits.</param>
/// <param name="Name">Its name in English.</param>
/// <param name="Names">Its names in other languages of the Conference.</param>
/// <param name="M49">UN M49, three digits.</param>
/// <param name="RegionalGroup">Its UN regional group.</param>
/// <param name="UnitedNations">Its standing in the United Nations.</param>
/// <param name="Att">Its standing towards the Arms Trade Treaty, as the deployment enters it.</param>
public sealed record StateView(
    string Code, string Name, IReadOnlyDictionary<string, string> Names, string? M49, RegionalGroup? RegionalGroup, UnitedNations? UnitedNations, AttStanding? Att)
{
    internal static StateView Of(RegisteredState state) =>
        new(state.Id, state.Name, state.Names, state.M49, state.RegionalGroup, state.UnitedNations, state.Att);
}

public sealed record ListStatesRequest : PagedRequest;

internal sealed class ListStatesValidator : PagedValidator<ListStatesRequest>;

[PermitsSignedIn]
internal sealed class ListStatesEndpoint(ICommonStore store) : Endpoint<ListStatesRequest, Page<StateView>>
{
    public override void Configure()
    {
        Get("states");
        Summary(s =>
        {
            s.Summary = "List the States in the register";
            s.Description = "Ordered by code.";
        });
    }

    public override async Task HandleAsync(ListStatesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<RegisteredState>().OrderBy(s => s.Id).AsQueryable();
        query = request.After is { } after ? query.Where(s => s.Id.CompareTo(after) > 0) : query;
        var states = await query.Take(request.Limit + 1).ToListAsync(ct);
        await Conditional.SendHashedAsync(HttpContext, request.Cut([.. states.Select(StateView.Of)], s => s.Code), ct);
    }
}
