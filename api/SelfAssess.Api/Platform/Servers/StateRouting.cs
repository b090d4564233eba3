using System.Collections.Concurrent;
using FastEndpoints;
using JasperFx.MultiTenancy;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>
/// Before an endpoint opens a session of a State, looks up where the State is now. A node that remembered only where it was would answer from there.
/// What asks for the state store's data is known by its constructor: the register, for one, is read while a State's server is away.
/// </summary>
internal sealed class StateRouting(RequestDelegate next, Placement placement)
{
    private static readonly ConcurrentDictionary<Type, bool> ofStates = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (!placement.IsPool || context.Request.RouteValues["state"] is not string state
            || context.GetEndpoint()?.Metadata.GetMetadata<EndpointDefinition>() is not { } endpoint || !ofStates.GetOrAdd(endpoint.EndpointType, AsksForStates))
        {
            await next(context);
            return;
        }

        try
        {
            await placement.RouteAsync(Tenants.Of(state), context.RequestAborted);
            await next(context);
        }
        catch (UnknownTenantIdException)
        {
            await Refusal.NotFound.WriteAsync(context);
        }
    }

    private static bool AsksForStates(Type endpoint) => endpoint.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == typeof(IStateStore)));
}
