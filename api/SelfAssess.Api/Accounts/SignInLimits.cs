using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.Accounts;

/// <summary>
/// How often anybody may try. By address of the network and by name, whether or not there is an account of that name, so that the limit tells nothing.
/// Beside it an account is locked in the database, so that many nodes give no more attempts than one.
/// </summary>
internal sealed class SignInLimits(IConfiguration configuration, TimeProvider clock) : IDisposable
{
    public const string Setting = "SelfAssess:SignIn:AttemptsPerAddress";
    public const int Attempts = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly PartitionedRateLimiter<string> byName = Limiter(Attempts);
    private readonly PartitionedRateLimiter<string> byAddress = Limiter(configuration.GetValue(Setting, 100));

    /// <summary>Counts an attempt; answers the refusal where there were too many.</summary>
    public Refusal? Count(HttpContext context, string? name)
    {
        using var address = byAddress.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
        using var named = name is null ? null : byName.AttemptAcquire(name.Trim().ToUpperInvariant());
        return address.IsAcquired && named?.IsAcquired != false ? null
            : TooMany((named is { IsAcquired: false } ? named : address).TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window);
    }

    /// <summary>Counts an attempt at an account by another way than signing in, whose network address is counted already.</summary>
    public Refusal? CountName(string name)
    {
        using var named = byName.AttemptAcquire(name.Trim().ToUpperInvariant());
        return named.IsAcquired ? null : TooMany(named.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window);
    }

    /// <summary>Checks an account's password: null where it is right. A wrong one is counted in the database, where too many lock the account.</summary>
    /// <param name="users">The accounts.</param>
    /// <param name="account">The account; one without a password takes none.</param>
    /// <param name="password">What was given.</param>
    /// <param name="wrong">What is answered to a wrong one.</param>
    public async Task<Refusal?> CheckPasswordAsync(UserManager<Account> users, Account account, string password, Refusal wrong)
    {
        if (await users.IsLockedOutAsync(account))
        {
            return TooMany((account.LockoutEnd ?? clock.GetUtcNow()) - clock.GetUtcNow());
        }

        if (await users.CheckPasswordAsync(account, password))
        {
            return null;
        }

        await CountFailureAsync(users, account);
        return wrong;
    }

    /// <summary>Counts a failure in the database. Attempts at the same moment meet at the account: each tries until it is counted.</summary>
    public static async Task CountFailureAsync(UserManager<Account> users, Account account)
    {
        for (var counted = false; !counted;)
        {
            counted = (await users.AccessFailedAsync(account)).Succeeded;
            if (!counted)
            {
                if (await users.FindByIdAsync(account.Id) is not { } changed)
                {
                    return;
                }

                account = changed;
            }
        }
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
