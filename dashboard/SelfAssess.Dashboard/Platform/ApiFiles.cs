using Microsoft.Net.Http.Headers;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Platform;

/// <summary>
/// Files of the api for whoever looks at a page: pictures of charts, tables, papers. A page names the api's own path below <c>/files</c>, so that it is the
/// same wherever the api is.
/// </summary>
internal static class ApiFiles
{
    private static readonly string[] kinds = [".png", ".svg", ".csv", ".docx", ".pdf", ".xlsx", ".zip", ".json", ".html"];

    /// <summary>Kept from the api's answer.</summary>
    private static readonly string[] kept = [HeaderNames.ETag, HeaderNames.CacheControl, HeaderNames.ContentDisposition];

    public static void MapApiFiles(this IEndpointRouteBuilder routes) => routes.MapGet("/files/{**path}", (HttpContext context, IHttpClientFactory clients, string path) =>
        kinds.Contains(Path.GetExtension(path), StringComparer.Ordinal) ? PassAsync(context, clients, path) : Task.FromResult(Results.NotFound()))
        .AllowAnonymous().ExcludeFromDescription();

    /// <summary>Answers what the api answers to whoever asks, as it comes.</summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="clients">The api's client.</param>
    /// <param name="path">Below the api's own address.</param>
    public static async Task<IResult> PassAsync(HttpContext context, IHttpClientFactory clients, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}{context.Request.QueryString}");
        if (context.Request.Headers.IfNoneMatch is { Count: > 0 } known)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.IfNoneMatch, known.ToString());
        }

        using var client = clients.CreateClient(nameof(ApiClient));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (!answer.IsSuccessStatusCode)
        {
            return Results.StatusCode((int)answer.StatusCode);
        }

        foreach (var name in kept)
        {
            if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        // An SVG or a page of its own, opened in a window, runs nothing and fetches nothing.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await using var content = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            // What comes bit by bit (events) goes on bit by bit.
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        return Results.Empty;
    }
}
