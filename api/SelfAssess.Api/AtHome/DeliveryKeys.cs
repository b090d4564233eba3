using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Platform;

namespace SelfAssess.Api.AtHome;

/// <summary>
/// State store, in the tenant of no State: the public half of a delivery token, and to whom it was issued. The token itself is a private key (ECDSA, P-256) that is
/// shown once and kept nowhere here, so that nobody who reads this database can sign for a State.
/// </summary>
public sealed record DeliveryToken
{
    public required Guid Id { get; init; }

    /// <summary>The State's code.</summary>
    public required string State { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>State store, at home: the State's own delivery token, protected by the data-protection keys.</summary>
public sealed record KeptToken
{
    public const string TheOnly = "delivery-token";

    public string Id { get; init; } = TheOnly;
    public required string Secret { get; init; }
}

/// <summary>Delivery tokens as texts, and the signatures that are made with them.</summary>
internal static class DeliveryKeys
{
    private const string Prefix = "sdt_";

    /// <summary>A new token, and what of it is kept.</summary>
    public static (string Secret, DeliveryToken Kept) New(string state, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Guid.NewGuid();
        return ($"{Prefix}{id:N}_{Base64Url.EncodeToString(key.ExportPkcs8PrivateKey())}", new DeliveryToken { Id = id, State = state, PublicKey = key.ExportSubjectPublicKeyInfo(), CreatedAt = now });
    }

    /// <summary>Reads a token; null where the text is none. Whoever takes the key disposes of it.</summary>
    public static (Guid Id, ECDsa Key)? Read(string? secret)
    {
        if (secret is null || !secret.StartsWith(Prefix, StringComparison.Ordinal) || secret[Prefix.Length..].Split('_', 2) is not [{ Length: 32 } name, var encoded] || !Guid.TryParseExact(name, "N", out var id))
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(Base64Url.DecodeFromChars(encoded), out _);
            return (id, key);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>Signs what a file says, in its canonical form.</summary>
    public static string Sign(ECDsa key, object unsigned) => Convert.ToBase64String(key.SignData(Bytes(unsigned), HashAlgorithmName.SHA256));

    /// <summary>Whether a signature is that of the token to which this is the public half.</summary>
    public static bool Verify(DeliveryToken token, object unsigned, string signature)
    {
        var bytes = new byte[64];
        if (!Convert.TryFromBase64String(signature, bytes, out var written) || written != bytes.Length)
        {
            return false;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(token.PublicKey, out _);
        return key.VerifyData(Bytes(unsigned), bytes, HashAlgorithmName.SHA256);
    }

    private static byte[] Bytes(object unsigned) => CanonicalJson.Of(JsonSerializer.SerializeToElement(unsigned, unsigned.GetType(), Json.Http));
}

/// <summary>Whose a delivery token is; and at home, the token itself.</summary>
internal sealed class DeliveryTokens(Platform.Persistence.IStateStore states, IDataProtectionProvider protection)
{
    // Whoever delivers is not signed in: a token is looked up before it is known whose it is.
    private const string NoState = "-";
    private readonly IDataProtector protector = protection.CreateProtector("delivery-token");

    /// <summary>Issues a token to a State; the one that it had ends.</summary>
    public async Task<string> IssueAsync(string state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (secret, kept) = DeliveryKeys.New(state, now);
        await using var session = states.LightweightSession(NoState);
        session.DeleteWhere<DeliveryToken>(t => t.State == state);
        session.Insert(kept);
        await session.SaveChangesAsync(cancellationToken);
        return secret;
    }

    /// <summary>The public half of a token that was issued and has not ended; else null.</summary>
    public async Task<DeliveryToken?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = states.QuerySession(NoState);
        return await session.LoadAsync<DeliveryToken>(id, cancellationToken);
    }

    /// <summary>Ends a State's token.</summary>
    public async Task EndAsync(string state, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(NoState);
        session.DeleteWhere<DeliveryToken>(t => t.State == state);
        await session.SaveChangesAsync(cancellationToken);
    }

    /// <summary>At home: keeps the State's own token.</summary>
    public async Task KeepAsync(string state, string secret, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(state);
        session.Store(new KeptToken { Secret = protector.Protect(secret) });
        await session.SaveChangesAsync(cancellationToken);
    }

    /// <summary>At home: the State's own token; null where none is kept.</summary>
    public async Task<string?> KeptAsync(string state, CancellationToken cancellationToken)
    {
        await using var session = states.QuerySession(state);
        return await session.LoadAsync<KeptToken>(KeptToken.TheOnly, cancellationToken) is { } kept ? protector.Unprotect(kept.Secret) : null;
    }
}
