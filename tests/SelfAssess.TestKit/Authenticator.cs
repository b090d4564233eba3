using System.Globalization;
using System.Security.Cryptography;

namespace SelfAssess.TestKit;

/// <summary>An authenticator as people have it on their telephones.</summary>
public static class Authenticator
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A time-based code (RFC 6238) as it is shown.</summary>
    /// <param name="key">The secret, in base32.</param>
    /// <param name="stepsAhead">For codes of the next half minutes.</param>
    public static string CodeOf(string key, int stepsAhead = 0)
    {
        var bits = string.Concat(key.Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var bytes = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var step = BitConverter.GetBytes((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + stepsAhead);
        Array.Reverse(step);
        var hash = HMACSHA1.HashData(bytes, step);
        var offset = hash[^1] & 15;
        return (((((hash[offset] & 127) << 24) | (hash[offset + 1] << 16) | (hash[offset + 2] << 8) | hash[offset + 3]) % 1_000_000)).ToString("000000", CultureInfo.InvariantCulture);
    }
}
