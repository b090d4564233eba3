using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Security;

/// <summary>Personal API tokens: <c>Authorization: Bearer sat_account_secret</c>.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IAccountStore store)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Token";
    public const string Prefix = "sat_";
    public const string ScopeClaim = "scope";
    public const string ReadScope = "read";

    /// <summary>The account was read to check the token; the gate need not read it again.</summary>
    public const string AccountItem = "selfassess.account";

    /// <summary>The token as its owner sees it, once.</summary>
    public static string Show(string account, string secret) => $"{Prefix}{account}_{secret}";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || header.Parameter is not { } token
            || !string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token[Prefix.Length..].Split('_', 2) is not [{ Length: 32 } id, var secret])
        {
            return AuthenticateResult.Fail("malformed");
        }

        await using var session = store.QuerySession();
        var account = await session.LoadAsync<Account>(id, Context.RequestAborted);
        var (hash, now) = (Encoding.ASCII.GetBytes(Secrets.Hash(secret)), TimeProvider.GetUtcNow());
        var found = account?.Tokens.Find(t => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(t.Hash), hash) && t.ExpiresAt > now);
        if (account is null || found is null)
        {
            return AuthenticateResult.Fail("unknown");
        }

        Context.Items[AccountItem] = account;
        var identity = new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, account.Id), new Claim(ClaimTypes.Name, account.Name),
            .. found.ReadOnly ? (Claim[])[new Claim(ScopeClaim, ReadScope)] : [],
        ], Scheme_);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }
}
