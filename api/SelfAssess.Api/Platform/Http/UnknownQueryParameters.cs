using System.Collections.Concurrent;
using System.Reflection;
using FastEndpoints;

namespace SelfAssess.Api.Platform.Http;

/// <summary>Refuses query parameters that an endpoint does not know: a misspelt one must not be ignored in silence.</summary>
internal sealed class UnknownQueryParameters(RequestDelegate next)
{
    private readonly ConcurrentDictionary<Type, string[]> known = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<EndpointDefinition>() is not { } endpoint)
        {
            return next(context);
        }

        var names = known.GetOrAdd(endpoint.ReqDtoType, static type =>
            [.. type.GetProperties().Where(p => p.GetCustomAttribute<QueryParamAttribute>() is not null)
                .Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..])]);
        var unknown = context.Request.Query.Keys.Where(k => !names.Contains(k, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (context.Request.Query.FirstOrDefault(q => q.Value.Any(v => v?.Contains('\0', StringComparison.Ordinal) == true)) is { Key: { } name })
        {
            return Refusal.Invalid(name, "The value has a null character.", "unstorable").WriteAsync(context);
        }

        return unknown.Length == 0 ? next(context)
            : Refusal.Invalid("The address has query parameters that are not known here.",
                [.. unknown.Select(k => new FieldProblem(k, names.Length == 0 ? "This address takes no query parameter." : $"Known are: {string.Join(", ", names)}.", "unknownParameter"))])
                .WriteAsync(context);
    }
}
