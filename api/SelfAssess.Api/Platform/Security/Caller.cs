using System.Security.Claims;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Security;

/// <summary>Who sends a request, as they are at this moment: roles that ended, and accounts that were disabled, have no effect any more.</summary>
/// <param name="Account">The account.</param>
/// <param name="Grants">The roles that count today.</param>
/// <param name="ReadOnly">Whether the request came with a token that may only read.</param>
internal sealed record Caller(Account Account, IReadOnlyList<Grant> Grants, bool ReadOnly)
{
    private const string Key = "selfassess.caller";

    /// <summary>The caller of a request that the gate let in; null where nobody is signed in.</summary>
    public static Caller? Of(HttpContext context) => context.Items[Key] as Caller;

    /// <summary>Whether they hold a role of the community now.</summary>
    public bool Is(Role role) => Grants.Any(g => g.Role == role && g.State is null);

    /// <summary>Reads who it is; null where nobody is signed in, or whoever was may no longer.</summary>
    public static async Task<Caller?> FindAsync(HttpContext context, IAccountStore store, TimeProvider clock)
    {
        if (context.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id || context.User.Identity is not { IsAuthenticated: true, AuthenticationType: { } scheme })
        {
            return null;
        }

        Account? account;
        if (context.Items[TokenAuthentication.AccountItem] is Account known)
        {
            account = known;
        }
        else
        {
            await using var session = store.QuerySession();
            account = await session.LoadAsync<Account>(id, context.RequestAborted);
        }

        if (account is null or { Disabled: true } || (scheme != TokenAuthentication.Scheme_ && context.User.FindFirstValue(SessionAuthentication.StampClaim) != account.SecurityStamp))
        {
            return null;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var caller = new Caller(account, [.. account.Grants.Where(g => g.CountsOn(today))], context.User.HasClaim(TokenAuthentication.ScopeClaim, TokenAuthentication.ReadScope));
        context.Items[Key] = caller;
        return caller;
    }
}
