using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace SelfAssess.Api.Platform.Http;

/// <summary>What nobody caught, as a problem: the client's fault as 4xx, the database's absence as 503, the rest as 500 without details.</summary>
internal sealed class ExceptionResponses(ILogger<ExceptionResponses> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var refusal = RefusalOf(exception);
        if (refusal.Status >= 500)
        {
            logger.LogError(exception, "Request failed");
        }

        await refusal.WriteAsync(httpContext);
        return true;
    }

    public static Refusal RefusalOf(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Malformed(json),
        JsonException json => Malformed(json),
        BadHttpRequestException { StatusCode: 413 } => new Refusal(413, "too-large", "The request is too large",
            "The body is larger than this address takes. Send less at once."),
        BadHttpRequestException bad => new Refusal(bad.StatusCode, "invalid-request", "The request is not valid", bad.Message),
        _ when IsUnavailable(exception) => Refusal.Unavailable,
        _ => new Refusal(500, "internal-error", "Something went wrong on our side", "The failure is in the server's log under the trace id."),
    };

    /// <summary>The path that System.Text.Json names, as the field.</summary>
    public static Refusal Malformed(JsonException exception)
    {
        var field = exception.Path is null or "$" ? "body" : exception.Path.StartsWith("$.", StringComparison.Ordinal) ? exception.Path[2..] : exception.Path;
        var reason = exception.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0];
        return new Refusal(400, "malformed-json", "The body cannot be read", $"{field}: {reason}")
        {
            Errors = [new FieldProblem(field, reason, "malformed")],
        };
    }

    private static bool IsUnavailable(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal) || state == "25006",
        NpgsqlException => true,
        _ => IsUnavailable(exception.InnerException),
    };
}
