using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace SelfAssess.Faults;

/// <summary>
/// A reverse proxy (YARP) with the rules of <c>deploy/proxy/Caddyfile</c>: it asks nodes whether they are ready, passes over one that fails, sends nothing twice
/// but what only reads, and answers 503 with Retry-After where no node does.
/// </summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication app;

    private Proxy(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public static async Task<Proxy> StartAsync(IReadOnlyList<string> nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "nodes", Match = new() { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "nodes",
                    LoadBalancingPolicy = "RoundRobin",
                    Destinations = nodes.Select((address, i) => (Id: $"node-{i + 1}", address)).ToDictionary(n => n.Id, n => new DestinationConfig { Address = n.address }, StringComparer.Ordinal),
                    HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(60) },
                    HealthCheck = new()
                    {
                        Active = new() { Enabled = true, Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(6), Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures, Path = "/health/ready" },
                        Passive = new() { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate, ReactivationPeriod = TimeSpan.FromSeconds(2) },
                    },
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
                },
            ]);
        var server = builder.Build();
        server.Use(ComeBackAsync);
        server.MapReverseProxy(pipeline =>
        {
            pipeline.Use(ReadElsewhereAsync);
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        });
        await server.StartAsync();
        return new Proxy(server);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    /// <summary>What no node answered may come back.</summary>
    private static async Task ComeBackAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (!context.Response.HasStarted && context.GetForwarderErrorFeature() is not null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "2";
        }
    }

    private static async Task ReadElsewhereAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var failed = context.GetForwarderErrorFeature() is { Error: ForwarderError.Request or ForwarderError.RequestTimedOut };
        if (failed && !context.Response.HasStarted && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            var proxied = context.GetReverseProxyFeature();
            var tried = proxied.ProxiedDestination;
            proxied.AvailableDestinations = [.. proxied.AllDestinations.Where(d => d != tried)];
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
            await next(context);
        }
    }
}
