using System.Globalization;
using System.Security.Cryptography;
using FastEndpoints;

namespace SelfAssess.Api.Platform.Http;

/// <summary>Conditional requests (RFC 9110, section 13): If-None-Match answers 304, If-Match guards writes.</summary>
internal static class Conditional
{
    /// <summary>The strong ETag of a versioned resource.</summary>
    public static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The strong ETag of bytes.</summary>
    public static string ETag(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return $"\"{Convert.ToHexStringLower(hash[..16])}\"";
    }

    /// <summary>True where the client already holds what <paramref name="etag"/> stands for; the response is then a finished 304.</summary>
    public static bool NotModified(HttpContext context, string etag)
    {
        context.Response.Headers.ETag = etag;
        var sent = context.Request.Headers.IfNoneMatch;
        if (sent.Count == 0 || !sent.SelectMany(v => (v ?? "").Split(',')).Select(v => v.Trim()).Any(v => v == "*" || v == etag || v == $"W/{etag}"))
        {
            return false;
        }

        context.MarkResponseStart();
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>
    /// Reads If-Match as the version that the client has seen. Null together with a refusal where it is missing (428); a tag that
    /// cannot be one of ours matches no version (412 follows).
    /// </summary>
    public static (long Version, Refusal? Refusal) ExpectedVersion(string? ifMatch)
    {
        if (string.IsNullOrWhiteSpace(ifMatch))
        {
            return (0, Refusal.PreconditionRequired);
        }

        var tag = ifMatch.Trim();
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"'
            && long.TryParse(tag[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (version, null)
            : (-1, null);
    }

    /// <summary>Sends a value with the ETag of its version.</summary>
    public static async Task SendAsync<T>(HttpContext context, T value, long version, int status, CancellationToken cancellationToken)
    {
        context.MarkResponseStart();
        context.Response.Headers.ETag = ETag(version);
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(value, Json.Http, cancellationToken);
    }

    /// <summary>Sends a value that has no version.</summary>
    public static async Task SendPlainAsync<T>(HttpContext context, T value, CancellationToken cancellationToken)
    {
        context.MarkResponseStart();
        context.Response.StatusCode = StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(value, Json.Http, cancellationToken);
    }

    /// <summary>Sends a value with an ETag over its bytes, or 304.</summary>
    public static async Task SendHashedAsync<T>(HttpContext context, T value, CancellationToken cancellationToken)
    {
        var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value, Json.Http);
        await SendBytesAsync(context, bytes, "application/json; charset=utf-8", cancellationToken);
    }

    /// <summary>Sends bytes with an ETag over them, or 304.</summary>
    public static Task SendBytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancellationToken) =>
        SendBytesAsync(context, bytes, contentType, ETag(bytes.Span), cancellationToken);

    /// <summary>The same with the ETag that is known for the bytes.</summary>
    public static async Task SendBytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string contentType, string etag, CancellationToken cancellationToken)
    {
        if (NotModified(context, etag))
        {
            return;
        }

        context.MarkResponseStart();
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
    }
}
