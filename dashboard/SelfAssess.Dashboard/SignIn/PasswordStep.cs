using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace SelfAssess.Dashboard.SignIn;

/// <summary>
/// Keeps what was entered in the first step of signing in while the second factor is asked for: sealed, in the form, for a few minutes. The api takes both
/// at once, so that a password alone tells nobody that it is right.
/// </summary>
internal sealed class PasswordStep(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("SelfAssess.Dashboard.PasswordStep").ToTimeLimitedDataProtector();

    public string Seal(string email, string password) => protector.Protect(JsonSerializer.Serialize(new[] { email, password }), Lasts);

    /// <summary>What was sealed; null where it is too old, or is none of ours.</summary>
    public (string Email, string Password)? Open(string? ticket)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(protector.Unprotect(ticket ?? "")) is [var email, var password] ? (email, password) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
