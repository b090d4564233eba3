namespace SelfAssess.Api.Platform.Http;

/// <summary>
/// On every answer, whoever gives it: what keeps a browser from making more of it than it is. Where something is said already, by a page for one, it stands.
/// Strict-Transport-Security is the proxy's to say, which has the certificate.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>Of what is data: it runs nothing, fetches nothing, and stands in nobody's frame.</summary>
    public const string Data = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

    /// <summary>Of the two tools that come from elsewhere, the API's reference and the queue: both write scripts and styles into their pages.</summary>
    public const string Tools = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment: an answer that becomes an error is cleared before.
        context.Response.OnStarting(static state =>
        {
            Complete((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    private static void Complete(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.TryAdd("Content-Security-Policy", IsTool(context.Request.Path) ? Tools : Data);
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
        if (headers.CacheControl.Count == 0)
        {
            // What says nothing of its own may be kept by the browser that asked, and has to be asked for again; what is one State's, and what went wrong, is not kept at all.
            headers.CacheControl = context.Response.StatusCode >= 400 || context.Request.RouteValues.ContainsKey("state") ? "no-store" : "private, no-cache";
        }
    }

    private static bool IsTool(PathString path) =>
        path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/jobs", StringComparison.OrdinalIgnoreCase);
}
