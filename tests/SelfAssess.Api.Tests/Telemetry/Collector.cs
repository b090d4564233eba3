using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SelfAssess.Api.Tests.Telemetry;

/// <summary>A collector of telemetry that listens on loopback and keeps every byte that it is sent: texts stand in OTLP's messages as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, StringBuilder> received;

    private Collector(WebApplication app, ConcurrentDictionary<string, StringBuilder> received) => (this.app, this.received) = (app, received);

    public string Address => app.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var kept = new ConcurrentDictionary<string, StringBuilder>(StringComparer.Ordinal);
        server.MapPost("/v1/{signal}", async (HttpContext context, string signal) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var text = kept.GetOrAdd(signal, _ => new StringBuilder());
            lock (text)
            {
                text.Append(Encoding.Latin1.GetString(body.ToArray()));
            }

            context.Response.ContentType = "application/x-protobuf";
        });
        await server.StartAsync();
        return new Collector(server, kept);
    }

    /// <summary>Everything of one signal so far: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public string Of(string signal)
    {
        var text = received.GetOrAdd(signal, _ => new StringBuilder());
        lock (text)
        {
            return text.ToString();
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>The log as the console has it: every message with its exception, and the values of its parts.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    private readonly StringBuilder text = new();

    public string Text
    {
        get
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(KeptLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log.text)
            {
                log.text.AppendLine($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
