using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SelfAssess.Api.Webhooks;

/// <summary>Signatures as the Standard Webhooks specification has them: HMAC-SHA-256 over id, time and body.</summary>
internal static class StandardSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    private const string SecretPrefix = "whsec_";

    /// <summary>A new key, as its receiver gets it.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The signature's header.</summary>
    /// <param name="secret">The key, with its prefix.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="at">The time of this attempt.</param>
    /// <param name="body">What is posted.</param>
    public static string Sign(string secret, string id, DateTimeOffset at, string body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), Encoding.UTF8.GetBytes($"{id}.{Time(at)}.{body}")))}";

    /// <summary>Seconds since 1970, as the header has them.</summary>
    public static string Time(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A delivery as receivers know it: the same at each attempt.</summary>
    public static string IdOf(Guid delivery) => $"msg_{delivery:N}";
}
