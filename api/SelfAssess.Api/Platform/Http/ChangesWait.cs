using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Http;

/// <summary>While the replica is missed, a change is refused before it takes a connection and waits in vain; reading goes on.</summary>
internal sealed class ChangesWait(RequestDelegate next, ReplicaWatch watch)
{
    public Task InvokeAsync(HttpContext context) =>
        watch.IsMissed && !IsReading(context.Request.Method) && context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            ? Refusal.Unconfirmed.WriteAsync(context)
            : next(context);

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
