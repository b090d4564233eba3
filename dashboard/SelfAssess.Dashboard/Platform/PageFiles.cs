using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace SelfAssess.Dashboard.Platform;

/// <summary>
/// What a browser loads beside the pages. The build embeds it, compressed and named by its content (Styles/build.mjs), so that it is served in the same way
/// wherever the program runs, and a browser may keep it for ever.
/// </summary>
internal static class PageFiles
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, string> names = JsonSerializer.Deserialize<Dictionary<string, string>>(Read("manifest.json")!)!.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Asset> files = names.Values.ToFrozenDictionary(n => n, n => new Asset(TypeOf(n), Read(n)!, Read($"{n}.br"), Read($"{n}.gz")), StringComparer.Ordinal);

    /// <summary>The address of a file under the name that it was written under: <c>ltr.css</c>.</summary>
    public static string Url(string name) => $"/{Prefix}{names[name]}";

    public static void MapPageFiles(this IEndpointRouteBuilder routes) => routes.MapMethods($"/{Prefix}{{name}}", ["GET", "HEAD"], (string name, HttpContext context) =>
    {
        if (!files.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var accepted = context.Request.Headers.AcceptEncoding.ToString();
        var (bytes, encoding) = asset.Brotli is { } brotli && accepted.Contains("br", StringComparison.Ordinal) ? (brotli, "br")
            : asset.Gzip is { } gzip && accepted.Contains("gzip", StringComparison.Ordinal) ? (gzip, "gzip")
            : (asset.Plain, null);
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ContentEncoding = encoding;
        return Results.Bytes(bytes, asset.ContentType);
    }).AllowAnonymous().ExcludeFromDescription();

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "font/woff2",
    };

    private static byte[]? Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Asset(string ContentType, byte[] Plain, byte[]? Brotli, byte[]? Gzip);
}
