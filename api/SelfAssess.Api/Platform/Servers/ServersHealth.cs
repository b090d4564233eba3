using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>
/// Names the servers that do not answer. The node stays ready: the other States, and whatever is the community's, are served, and another node would
/// not reach the server either.
/// </summary>
internal sealed class ServersHealth(Placement placement) : IHealthCheck
{
    public const string Name = "stateServers";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await placement.AwayAsync(cancellationToken) is { Count: > 0 } away
            ? HealthCheckResult.Degraded($"Not answering: {string.Join(", ", away)}. The States on it get 503 until it is back; all others are served.")
            : HealthCheckResult.Healthy();
}
