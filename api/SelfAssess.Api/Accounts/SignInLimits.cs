using System.Threading.RateLimiting;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.Accounts;

/// <summary>
/// How often anybody may try. By address of the network and by name, whether or not there is an account of that name, so that the limit tells nothing.
/// Beside it an account is locked in the database, so that many nodes give no more attempts than one.
/// </summary>
internal sealed class SignInLimits(IConfiguration configuration) : IDisposable
{
    public const int Attempts = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly PartitionedRateLimiter<string> byName = Limiter(Attempts);
    private readonly PartitionedRateLimiter<string> byAddress = Limiter(configuration.GetValue("SelfAssess:SignIn:AttemptsPerAddress", 100));

    /// <summary>Counts an attempt; answers the refusal where there were too many.</summary>
    public Refusal? Count(HttpContext context, string? name)
    {
        using var address = byAddress.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
        using var named = name is null ? null : byName.AttemptAcquire(name.Trim().ToUpperInvariant());
        return address.IsAcquired && named?.IsAcquired != false ? null
            : TooMany((named is { IsAcquired: false } ? named : address).TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window);
    }

    public static Refusal TooMany(TimeSpan wait) => new(429, "too-many-attempts", "Too many attempts", "Wait, then try again. Nothing was changed.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    public void Dispose()
    {
        byName.Dispose();
        byAddress.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int attempts) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = attempts, Window = Window, QueueLimit = 0 }));
}
