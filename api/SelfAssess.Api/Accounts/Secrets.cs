using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SelfAssess.Api.Accounts;

/// <summary>Secrets that are shown once. They have 256 random bits, so that a plain hash of them cannot be turned back.</summary>
internal static class Secrets
{
    /// <summary>A new one, in characters that a link can hold.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
