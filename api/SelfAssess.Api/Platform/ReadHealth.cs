using FastEndpoints;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Platform;

/// <summary>Whether the deployment can do its work, and if not, why.</summary>
/// <param name="Ready">Whether everything that it needs answers.</param>
/// <param name="Checks">What was looked at, by name.</param>
public sealed record HealthView(bool Ready, IReadOnlyList<HealthCheckView> Checks);

/// <summary>One thing that the deployment needs.</summary>
/// <param name="Name">What was looked at: <c>database</c>.</param>
/// <param name="Healthy">Whether it answers as it should.</param>
/// <param name="Reason">What is wrong; absent where nothing is.</param>
public sealed record HealthCheckView(string Name, bool Healthy, string? Reason);

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetHealthEndpoint(HealthCheckService health) : EndpointWithoutRequest<HealthView>
{
    public override void Configure()
    {
        Get("health");
        Summary(s =>
        {
            s.Summary = "Read whether the deployment can do its work, and if not, why";
            s.Description = "The same checks as `/health/ready`, each with its reason. The answer is 200 whether or not it is ready.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new HealthView(
            report.Status == HealthStatus.Healthy,
            [.. report.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new HealthCheckView(e.Key, e.Value.Status == HealthStatus.Healthy, e.Value.Description))]), ct);
    }
}
