using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Http;

/// <summary>What nobody caught, as a problem: the client's fault as 4xx, the database's absence as 503, the rest as 500 without details.</summary>
internal sealed partial class ExceptionResponses(ILogger<ExceptionResponses> logger) : IExceptionHandler
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
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } or { InnerException: PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } } =>
            new Refusal(400, "invalid-request", "The request is not valid", "A part of the address has a null character."),
        UnconfirmedWriteException => Refusal.Unconfirmed,
        _ when IsUnavailable(exception) => Refusal.Unavailable,
        _ => new Refusal(500, "internal-error", "Something went wrong on our side", "The failure is in the server's log under the trace id."),
    };

    /// <summary>What cannot be read, by field, without the names of our own types.</summary>
    public static Refusal Malformed(JsonException exception)
    {
        var path = exception.Path is null or "$" ? "" : exception.Path.StartsWith("$.", StringComparison.Ordinal) ? exception.Path[2..] : exception.Path[1..];
        var message = exception.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0];
        FieldProblem[] problems = (Quoted().Matches(message), message) switch
        {
            (var names, _) when message.Contains("missing required properties", StringComparison.Ordinal) =>
                [.. names.Skip(1).Select(n => new FieldProblem(Join(path, n.Groups["text"].Value), "The field is missing.", "required"))],
            (var names, _) when message.Contains("could not be mapped", StringComparison.Ordinal) =>
                [new FieldProblem(path.Length > 0 ? path : names[0].Groups["text"].Value, "There is no such field here; mind the spelling, and capital letters.", "unknownField")],
            (var names, _) when message.Contains("Duplicate property", StringComparison.Ordinal) =>
                [new FieldProblem(Join(path, names[0].Groups["text"].Value), "The field is given twice.", "duplicate")],
            (_, var m) when m.Contains("could not be converted", StringComparison.Ordinal) => [new FieldProblem(path.Length > 0 ? path : "body", "A value of another type is expected here.", "type")],
            (_, var m) when m.Contains("doesn't allow null", StringComparison.Ordinal) || m.Contains("does not allow null", StringComparison.Ordinal) =>
                [new FieldProblem(path.Length > 0 ? path : "body", "The field cannot be null.", "required")],
            var (_, m) => [new FieldProblem(path.Length > 0 ? path : "body", m, "malformed")],
        };
        return new Refusal(400, "malformed-json", "The body cannot be read", string.Join(" ", problems.Select(p => $"{p.Name}: {p.Reason}"))) { Errors = problems };

        static string Join(string path, string name) => path.Length == 0 ? name : path == name || path.EndsWith("." + name, StringComparison.Ordinal) ? path : $"{path}.{name}";
    }

    [GeneratedRegex("'(?<text>[^']*)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    private static bool IsUnavailable(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal)
            || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.IoError,
        NpgsqlException => true,
        _ => IsUnavailable(exception.InnerException),
    };
}
