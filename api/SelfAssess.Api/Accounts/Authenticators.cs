using FastEndpoints;
using FluentValidation;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

/// <summary>Second factors: time-based codes (RFC 6238) of an authenticator.</summary>
internal static class Authenticators
{
    /// <summary>Longer than any code is valid.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    /// <summary>Takes a code once: true where it is right and was not used before.</summary>
    public static async Task<bool> TakeAsync(UserManager<Account> users, Account account, string code, DateTimeOffset now)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        var hash = Secrets.Hash($"{account.Id} {digits}");
        if (account.UsedCodes.Any(u => u.Hash == hash && u.At > now - Remembered)
            || !await users.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, digits))
        {
            return false;
        }

        account.UsedCodes = [.. account.UsedCodes.Where(u => u.At > now - Remembered), new UsedCode(hash, now)];
        // Whoever sends the same code at the same moment finds the account changed.
        return (await users.UpdateAsync(account)).Succeeded;
    }
}

/// <summary>What an authenticator needs.</summary>
/// <param name="Key">The secret, in base32; for typing.</param>
/// <param name="Uri">The same as an otpauth address; for a QR code.</param>
public sealed record AuthenticatorView(string Key, string Uri);

[PermitsSignedIn]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class BeginAuthenticatorEndpoint(UserManager<Account> users) : EndpointWithoutRequest<AuthenticatorView>
{
    public override void Configure()
    {
        Post("account/authenticator");
        Summary(s =>
        {
            s.Summary = "Begin to set up a second factor";
            s.Description = "Answers the secret for the authenticator. It counts once a code from it is confirmed; a second factor that is in use stays until then.";
            s.Responses[200] = "The secret, shown this once.";
            s.Responses[409] = "A second factor is in use (`second-factor-on`); take it away first.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        if (account.TwoFactorEnabled)
        {
            await Refusal.Conflict("second-factor-on", "A second factor is in use. Take it away first, with your password and a code.").WriteAsync(HttpContext);
            return;
        }

        await users.ResetAuthenticatorKeyAsync(account);
        var key = await users.GetAuthenticatorKeyAsync(account);
        var issuer = Uri.EscapeDataString("SelfAssess");
        // The security stamp changed with the key: this session goes on under the new one.
        await SessionStamp.RenewAsync(HttpContext, account);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new AuthenticatorView(key!, $"otpauth://totp/{issuer}:{Uri.EscapeDataString(account.Email)}?secret={key}&issuer={issuer}&digits=6"), ct);
    }
}

public sealed record ConfirmAuthenticatorRequest
{
    [FromBody]
    public ConfirmAuthenticatorBody Body { get; init; } = null!;
}

/// <summary>A code that shows that the authenticator works.</summary>
public sealed record ConfirmAuthenticatorBody
{
    /// <summary>Six digits.</summary>
    public required string Code { get; init; }
}

/// <summary>Codes for when the authenticator is lost; each is taken once.</summary>
public sealed record RecoveryCodesView(IReadOnlyList<string> RecoveryCodes);

[PermitsSignedIn]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ConfirmAuthenticatorEndpoint(UserManager<Account> users, TimeProvider clock) : Endpoint<ConfirmAuthenticatorRequest, RecoveryCodesView>
{
    public const int RecoveryCodes = 10;

    public override void Configure()
    {
        Post("account/authenticator/confirm");
        Summary(s =>
        {
            s.Summary = "Confirm a second factor with a code from it";
            s.Description = "From now on it is asked for at sign-in. Every other session of the account ends.";
            s.Responses[200] = "Recovery codes, shown this once.";
            s.Responses[400] = "The code is wrong. Nothing was changed.";
        });
    }

    public override async Task HandleAsync(ConfirmAuthenticatorRequest request, CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        if (account.AuthenticatorKey is null || !await Authenticators.TakeAsync(users, account, request.Body.Code, clock.GetUtcNow()))
        {
            await Refusal.Invalid("code", "The code is wrong, or was used already. Wait for the next one; mind the clock of the authenticator.", "wrongCode").WriteAsync(HttpContext);
            return;
        }

        await users.SetTwoFactorEnabledAsync(account, true);
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes);
        await SessionStamp.RenewAsync(HttpContext, account);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new RecoveryCodesView([.. codes!]), ct);
    }
}

public sealed record RemoveAuthenticatorRequest
{
    [FromBody]
    public RemoveAuthenticatorBody Body { get; init; } = null!;
}

/// <summary>What shows that the owner takes the second factor away.</summary>
public sealed record RemoveAuthenticatorBody
{
    public required string Password { get; init; }

    /// <summary>Six digits of the authenticator, or a recovery code.</summary>
    public required string Code { get; init; }
}

internal sealed class RemoveAuthenticatorValidator : Validator<RemoveAuthenticatorRequest>
{
    public RemoveAuthenticatorValidator()
    {
        RuleFor(r => r.Body.Password).NotEmpty().MaximumLength(256).OverridePropertyName("password");
        RuleFor(r => r.Body.Code).NotEmpty().MaximumLength(50).OverridePropertyName("code");
    }
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class RemoveAuthenticatorEndpoint(UserManager<Account> users, SignInLimits limits, TimeProvider clock) : Endpoint<RemoveAuthenticatorRequest>
{
    public override void Configure()
    {
        Post("account/authenticator/remove");
        Summary(s =>
        {
            s.Summary = "Take the second factor away";
            s.Description = "With the password and a code, so that a session left open is not enough. Every other session of the account ends.";
            s.Responses[204] = "There is no second factor any more.";
            s.Responses[400] = "The password or the code is wrong. Nothing was changed.";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(RemoveAuthenticatorRequest request, CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        if (limits.Count(HttpContext, account.Email) is { } tooMany)
        {
            await tooMany.WriteAsync(HttpContext);
            return;
        }

        if (!await users.CheckPasswordAsync(account, request.Body.Password)
            || !(await Authenticators.TakeAsync(users, account, request.Body.Code, clock.GetUtcNow()) || (await users.RedeemTwoFactorRecoveryCodeAsync(account, request.Body.Code.Trim())).Succeeded))
        {
            await Refusal.Invalid("code", "The password or the code is wrong.", "wrongCredentials").WriteAsync(HttpContext);
            return;
        }

        await users.SetTwoFactorEnabledAsync(account, false);
        account.AuthenticatorKey = null;
        account.RecoveryCodes = [];
        await users.UpdateAsync(account);
        await SessionStamp.RenewAsync(HttpContext, account);
        await Send.NoContentAsync(ct);
    }
}

/// <summary>After a credential changed, this session goes on and every other one ends.</summary>
internal static class SessionStamp
{
    public static async Task RenewAsync(HttpContext context, Account account)
    {
        if (SessionAuthentication.Is(context.User))
        {
            await SessionAuthentication.BeginAsync(context, account);
        }
    }
}
