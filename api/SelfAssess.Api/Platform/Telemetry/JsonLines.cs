using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace SelfAssess.Api.Platform.Telemetry;

/// <summary>
/// The log as one JSON object on each line, with the id of the trace. The framework's own form writes it only together with the request's scope, which has the
/// address, and so a State's code, in it.
/// </summary>
internal sealed class JsonLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var activity = Activity.Current;
        textWriter.WriteLine(JsonSerializer.Serialize(new
        {
            at = clock.GetUtcNow(),
            level = logEntry.LogLevel.ToString(),
            category = logEntry.Category,
            message = logEntry.Formatter(logEntry.State, logEntry.Exception),
            exception = logEntry.Exception?.ToString(),
            trace = activity?.TraceId.ToString(),
            span = activity?.SpanId.ToString(),
        }));
    }
}
