using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace SelfAssess.Dashboard.SignIn;

/// <summary>
/// Keeps what one step of a form must hand to the next, and nobody else may read: sealed, in the form itself, for a few minutes. So a password waits for
/// the second factor, since the api takes both at once; and so an authenticator's secret waits for its first code.
/// </summary>
internal sealed class SealedStep(IDataProtectionProvider protection)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    public string Seal(string step, params string[] values) => ProtectorOf(step).Protect(JsonSerializer.Serialize(values), Lasts);

    /// <summary>What was sealed for this step; null where it is too old, or is none of ours.</summary>
    public string[]? Open(string step, string? ticket)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(ProtectorOf(step).Unprotect(ticket ?? ""));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector ProtectorOf(string step) => protection.CreateProtector("SelfAssess.Dashboard", step).ToTimeLimitedDataProtector();
}
