using FastEndpoints;

namespace SelfAssess.Api.Platform.Http;

/// <summary>One thing wrong with one field.</summary>
/// <param name="Name">The field, as a path into the body, or the name of a header, path or query parameter.</param>
/// <param name="Reason">What is wrong and the way out.</param>
/// <param name="Code">Stable, for programs.</param>
public sealed record FieldProblem(string Name, string Reason, string? Code = null);

/// <summary>Every error of the API, in the form of RFC 9457 (problem details).</summary>
public sealed record Problem
{
    /// <summary>A URN that names the kind of problem: <c>urn:selfassess:problem:stale-version</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in a few words; always the same for one <see cref="Type"/>.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened here and what to do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>For finding the request in the server's log.</summary>
    public string? TraceId { get; init; }

    /// <summary>The fields concerned; absent where the problem is not one of fields.</summary>
    public IReadOnlyList<FieldProblem>? Errors { get; init; }

    /// <summary>With 412: the version to read before trying again.</summary>
    public string? CurrentVersion { get; init; }
}

/// <summary>A request that is not carried out, and why. <see cref="RefusalResponses"/> turns it into a <see cref="Problem"/>.</summary>
public sealed record Refusal(int Status, string Code, string Title, string Detail)
{
    public IReadOnlyList<FieldProblem>? Errors { get; init; }

    public string? CurrentVersion { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public static Refusal NotFound { get; } = new(404, "not-found", "Not found", "There is nothing at this address, or nothing that you may see.");

    public static Refusal Invalid(string detail, params IReadOnlyList<FieldProblem> errors) =>
        new(400, "invalid-request", "The request is not valid", detail) { Errors = errors };

    public static Refusal Invalid(string field, string reason, string code) =>
        Invalid($"{field}: {reason}", new FieldProblem(field, reason, code));

    public static Refusal Conflict(string code, string detail) => new(409, code, "The request conflicts with the current state", detail);

    public static Refusal Stale(string current) =>
        new(412, "stale-version", "The resource has changed", $"If-Match names another version. Read the resource again (version {current}), apply your change to it and repeat.")
        {
            CurrentVersion = current,
        };

    public static Refusal PreconditionRequired { get; } =
        new(428, "precondition-required", "If-Match is required", "Send the resource's ETag as If-Match, so that nobody's change is overwritten.")
        {
            Errors = [new FieldProblem("If-Match", "The header is missing.", "required")],
        };

    public static Refusal Unconfirmed { get; } =
        new(503, "unconfirmed", "Temporarily unavailable", "The second database server, which has every change before it is acknowledged, does not confirm changes at the moment. "
            + "Reading works. Repeat the request with the same Idempotency-Key: it will be carried out once.")
        {
            RetryAfterSeconds = 5,
        };

    public static Refusal Unavailable { get; } =
        new(503, "unavailable", "Temporarily unavailable", "The database cannot be reached at the moment. Nothing was lost or half done; repeat the request.") { RetryAfterSeconds = 2 };
}

/// <summary>The one place where a refusal becomes a response.</summary>
internal static class RefusalResponses
{
    public const string ContentType = "application/problem+json";

    public static async Task WriteAsync(this Refusal refusal, HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await WriteWithHeadersAsync(refusal, context);
    }

    /// <summary>As <see cref="WriteAsync"/>, keeping the headers that are set already (a challenge, for one).</summary>
    public static async Task WriteWithHeadersAsync(this Refusal refusal, HttpContext context)
    {
        context.MarkResponseStart();
        context.Response.StatusCode = refusal.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsJsonAsync(refusal.ToProblem(context), Json.Http, ContentType, CancellationToken.None);
    }

    public static Problem ToProblem(this Refusal refusal, HttpContext context) => new()
    {
        Type = $"urn:selfassess:problem:{refusal.Code}",
        Title = refusal.Title,
        Status = refusal.Status,
        Detail = refusal.Detail,
        TraceId = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
        Errors = refusal.Errors,
        CurrentVersion = refusal.CurrentVersion,
    };
}
