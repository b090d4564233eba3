using System.Security.Cryptography;
using System.Text;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Releases;

/// <summary>The keyed pseudonym by which a State's contributions of several cycles belong together.</summary>
internal sealed class Pseudonyms(IStateStore store)
{
    // The key belongs to no State; sessions of the state store always name a tenant.
    private const string NoState = "-";
    private byte[]? key;

    /// <summary>HMAC-SHA-256 of the State's code, its first 128 bits in hexadecimal.</summary>
    public async ValueTask<string> OfAsync(string state, CancellationToken cancellationToken)
    {
        key ??= await KeyAsync(cancellationToken);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(state)).AsSpan(0, 16));
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var session = store.LightweightSession(NoState);
            if (await session.LoadAsync<PseudonymKey>(PseudonymKey.TheOnly, cancellationToken) is { } stored)
            {
                return stored.Key;
            }

            session.Insert(new PseudonymKey { Key = RandomNumberGenerator.GetBytes(32) });
            try
            {
                await session.SaveChangesAsync(cancellationToken);
            }
            catch (Exception e) when (attempt < 3 && Writing.IsConflict(e))
            {
                // Another node made it at the same moment: read theirs.
            }
        }
    }
}
