using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace SelfAssess.Api.Platform.Telemetry;

/// <summary>What may leave the program as telemetry: a list, and nothing else. Addresses hold States' codes, statements hold answers: templates and kinds are enough.</summary>
internal static class AllowedAttributes
{
    /// <summary>Of spans and measurements.</summary>
    public static FrozenSet<string> Names { get; } = new[]
    {
        "http.request.method", "http.response.status_code", "http.route", "network.protocol.name", "network.protocol.version", "url.scheme", "error.type",
        "db.system.name", "db.system", "db.response.status_code", "db.client.connection.state", "server.port",
        "job", "operation", "outcome", "phase",
        "gc.heap.generation", "dotnet.gc.heap.generation", "cpu.mode",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Of log records: what our messages say beside their text.</summary>
    public static FrozenSet<string> LogNames { get; } = new[] { "Run", "Status", "Port", "Major", "Attempt", "Count" }.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>Takes everything from a span that is not on the list; what cannot be taken from it keeps the span here.</summary>
internal sealed class AllowedSpans : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.Where(t => !AllowedAttributes.Names.Contains(t.Key)).ToArray())
        {
            data.SetTag(name, null);
        }

        // An error's description quotes what it is about.
        data.SetStatus(data.Status);
        // A span's name may be an address or a statement: ours and the route's template are none.
        data.DisplayName = data.GetTagItem("http.route") is string route && data.Kind == ActivityKind.Server ? $"{data.GetTagItem("http.request.method")} {route}"
            : data.Source.Name == Instruments.Name ? data.OperationName
            : data.GetTagItem("http.request.method") as string ?? data.Source.Name;
        // Events cannot be changed, and an exception's holds its message: such a span is not sent. The request's own tells that it failed, the log how.
        if (data.Events.Any(e => e.Tags.Any()) || data.Links.Any(l => l.Tags?.Any() == true))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}

/// <summary>Leaves of a log record its template, level and category, the kind of its exception, and the attributes on the list. The console has the rest.</summary>
internal sealed class AllowedLogs : BaseProcessor<LogRecord>
{
    private const string Template = "{OriginalFormat}";

    public override void OnEnd(LogRecord data)
    {
        var given = data.Attributes ?? [];
        var kept = given.Where(a => AllowedAttributes.LogNames.Contains(a.Key)).ToList();
        // A message without a template is a text that somebody put together.
        data.Body = given.FirstOrDefault(a => a.Key == Template).Value as string is { } template && IsOurs(data.CategoryName) ? template : data.CategoryName;
        data.FormattedMessage = null;
        if (data.Exception is { } exception)
        {
            kept.Add(new("error.type", exception.GetType().FullName));
            data.Exception = null;
        }

        data.Attributes = kept;
    }

    /// <summary>Our templates are constants.</summary>
    private static bool IsOurs(string? category) => category?.StartsWith("SelfAssess.", StringComparison.Ordinal) == true;
}
