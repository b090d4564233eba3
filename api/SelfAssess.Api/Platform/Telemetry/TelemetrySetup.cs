using Microsoft.Extensions.Logging.Console;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SelfAssess.Api.Platform.Configuration;

namespace SelfAssess.Api.Platform.Telemetry;

/// <summary>Traces, metrics and logs over OTLP, where a collector is named; the log of the console as lines of JSON, where that is asked for.</summary>
internal static class TelemetrySetup
{
    private const string Section = "SelfAssess:Telemetry";
    public const string Endpoint = Section + ":Endpoint";
    public const string Protocol = Section + ":Protocol";
    public const string Headers = Section + ":Headers";
    public const string JsonLog = Section + ":JsonLog";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>(JsonLog))
        {
            builder.Logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
            builder.Services.Configure<ConsoleLoggerOptions>(o => o.FormatterName = JsonLines.FormatterName);
        }

        if (builder.Configuration[Endpoint] is not { Length: > 0 } endpoint)
        {
            return;
        }

        var http = string.Equals(builder.Configuration[Protocol], "http", StringComparison.OrdinalIgnoreCase);
        var headers = builder.Configuration[Headers];
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("selfassess", serviceVersion: typeof(Program).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: true))
            .WithTracing(t => t
                .AddSource(Instruments.Name, "Marten")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation(o => o.FilterHttpRequestMessage = r => r.RequestUri?.GetLeftPart(UriPartial.Authority) != new Uri(endpoint).GetLeftPart(UriPartial.Authority))
                .AddNpgsql()
                // Before the exporter: it sees what is left.
                .AddProcessor(new AllowedSpans())
                .AddOtlpExporter(o => Configure(o, "traces")))
            .WithMetrics(m => m
                .AddMeter(Instruments.Name, "Marten", "Npgsql", "System.Runtime")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddView(_ => new MetricStreamConfiguration { TagKeys = [.. AllowedAttributes.Names] })
                .AddOtlpExporter(o => Configure(o, "metrics")));
        builder.Logging.AddOpenTelemetry(o =>
        {
            o.SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("selfassess"));
            o.IncludeScopes = false;
            o.AddProcessor(new AllowedLogs());
            o.AddOtlpExporter(e => Configure(e, "logs"));
        });

        void Configure(OtlpExporterOptions options, string signal)
        {
            options.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            options.Endpoint = new Uri(http ? $"{endpoint.TrimEnd('/')}/v1/{signal}" : endpoint);
            options.Headers = headers;
        }
    }

    /// <summary>The two ways in which a collector is spoken to.</summary>
    public static Complaint? ProtocolOf(string value) =>
        value is "grpc" or "http" ? null : new($"'{value}' is no protocol of a collector.", "Write grpc or http.");
}
