using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Security;

/// <summary>The first administrator's credential.</summary>
public sealed record AdministratorCredential
{
    public const string TheOnly = "admin";

    public string Id { get; init; } = TheOnly;

    /// <summary>PBKDF2, as ASP.NET Core Identity stores it.</summary>
    public required string PasswordHash { get; init; }
}

/// <summary>HTTP Basic authentication of <see cref="AdministratorCredential"/>.</summary>
internal sealed class AdministratorPassword(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AdministratorVerifier verifier) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Basic";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, Scheme_, StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return AuthenticateResult.NoResult();
        }

        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
        {
            return AuthenticateResult.Fail("malformed");
        }

        var credential = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = credential.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || credential[..colon] != AdministratorCredential.TheOnly
            || !await verifier.IsValidAsync(credential[(colon + 1)..], Context.RequestAborted))
        {
            return AuthenticateResult.Fail("wrong");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, AdministratorCredential.TheOnly), new Claim(ClaimTypes.Name, AdministratorCredential.TheOnly), new Claim(ClaimTypes.Role, "administrator")], Scheme_);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Basic realm=\"SelfAssess\", charset=\"UTF-8\"";
        return new Refusal(401, "unauthenticated", "Sign in first", "Send the administrator's name and password with HTTP Basic authentication.").WriteWithHeadersAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new Refusal(403, "forbidden", "Not permitted", "Your role does not permit this.").WriteAsync(Context);
}

/// <summary>Checks the password; a password once found right is remembered as a keyed hash, so that the slow check is not paid on every request.</summary>
internal sealed class AdministratorVerifier(ICommonStore store)
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly PasswordHasher<AdministratorCredential> hasher = new();
    private byte[]? known;

    public async Task<bool> IsValidAsync(string password, CancellationToken cancellationToken)
    {
        var keyed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(password));
        if (known is { } before && CryptographicOperations.FixedTimeEquals(before, keyed))
        {
            return true;
        }

        await using var session = store.QuerySession();
        var credential = await session.LoadAsync<AdministratorCredential>(AdministratorCredential.TheOnly, cancellationToken);
        if (credential is null || hasher.VerifyHashedPassword(credential, credential.PasswordHash, password) == PasswordVerificationResult.Failed)
        {
            return false;
        }

        known = keyed;
        return true;
    }

    /// <summary>Makes the first administrator where there is none. Answers the password, which is stored nowhere; null where there is one already.</summary>
    /// <param name="chosen">A password set by the deployment; random where it is null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string?> EnsureAsync(string? chosen, CancellationToken cancellationToken)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<AdministratorCredential>(AdministratorCredential.TheOnly, cancellationToken) is not null)
        {
            return null;
        }

        var password = chosen ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var credential = new AdministratorCredential { PasswordHash = "" };
        session.Insert(credential with { PasswordHash = hasher.HashPassword(credential, password) });
        try
        {
            await session.SaveChangesAsync(cancellationToken);
        }
        catch (Exception e) when (Writing.IsConflict(e))
        {
            return null;
        }

        return password;
    }
}

internal static class AdministratorSetup
{
    public static void RegisterAdministrator(this Marten.StoreOptions options) => options.Schema.For<AdministratorCredential>();

    public static void AddAdministratorPassword(this IServiceCollection services)
    {
        services.AddSingleton<AdministratorVerifier>();
        services.AddAuthentication(AdministratorPassword.Scheme_)
            .AddScheme<AuthenticationSchemeOptions, AdministratorPassword>(AdministratorPassword.Scheme_, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
