using FastEndpoints;
using FluentValidation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

public sealed record SignInRequest
{
    [FromBody]
    public SignInBody Body { get; init; } = null!;
}

/// <summary>Who signs in.</summary>
public sealed record SignInBody
{
    /// <summary>The account's address.</summary>
    public required string Email { get; init; }

    public required string Password { get; init; }

    /// <summary>The authenticator's six digits, where a second factor is set up.</summary>
    public string? Code { get; init; }

    /// <summary>A recovery code instead; each is taken once.</summary>
    public string? RecoveryCode { get; init; }
}

internal sealed class SignInValidator : Validator<SignInRequest>
{
    public SignInValidator()
    {
        RuleFor(r => r.Body.Email).NotEmpty().MaximumLength(254).OverridePropertyName("email");
        RuleFor(r => r.Body.Password).NotEmpty().MaximumLength(256).OverridePropertyName("password");
        RuleFor(r => r.Body.Code).MaximumLength(20).OverridePropertyName("code");
        RuleFor(r => r.Body.RecoveryCode).MaximumLength(50).OverridePropertyName("recoveryCode");
    }
}

/// <summary>Who is signed in.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Email">Its address.</param>
/// <param name="Name">The name under which it acts.</param>
/// <param name="Language">In which it reads.</param>
/// <param name="SecondFactor">Whether a second factor is set up.</param>
/// <param name="Grants">The roles that count today.</param>
/// <param name="AntiforgeryToken">For the header X-CSRF-Token of every change that comes with the session's cookie; absent for a token.</param>
public sealed record SessionView(string Account, string Email, string Name, string Language, bool SecondFactor, IReadOnlyList<GrantView> Grants, string? AntiforgeryToken)
{
    internal static SessionView Of(Account account, IEnumerable<Grant> grants, string? antiforgery) =>
        new(account.Id, account.Email, account.Name, account.Language, account.TwoFactorEnabled, [.. grants.Select(GrantView.Of)], antiforgery);
}

/// <summary>A role from a day to a day.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Role">The role.</param>
/// <param name="State">The State; absent for roles of the community.</param>
/// <param name="Entity">The entity, for a respondent.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day; absent where no end is set.</param>
public sealed record GrantView(Guid Id, Role Role, string? State, string? Entity, DateOnly From, DateOnly? Until)
{
    internal static GrantView Of(Grant grant) => new(grant.Id, grant.Role, grant.State, grant.Entity, grant.From, grant.Until);
}

[PermitsAnyone]
[TakesNoKey]
internal sealed class SignInEndpoint(UserManager<Account> users, IPasswordHasher<Account> hasher, SignInLimits limits, TimeProvider clock, ILogger<SignInEndpoint> logger) : Endpoint<SignInRequest, SessionView>
{
    private static string? nobodysHash;

    public override void Configure()
    {
        Post("sign-in");
        Summary(s =>
        {
            s.Summary = "Sign in with a password, and a second factor where one is set up";
            s.Description = "Begins a session, whose cookie the browser keeps. Programs use a personal API token instead. A wrong name, a wrong password and a disabled account are answered alike.";
            s.Responses[200] = "The session has begun.";
            s.Responses[401] = "Name or password are wrong (`wrong-credentials`), or the second factor is missing or wrong (`second-factor`).";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(SignInRequest request, CancellationToken ct)
    {
        var (account, refusal) = await CheckAsync(request.Body);
        if (refusal is not null)
        {
            SecurityEvents.SignInRefused(logger, refusal.Code);
            await refusal.WriteAsync(HttpContext);
            return;
        }

        SecurityEvents.SignedIn(logger, account!.Id);
        var antiforgery = await SessionAuthentication.BeginAsync(HttpContext, account);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, SessionView.Of(account, account.Grants.Where(g => g.CountsOn(today)), antiforgery), ct);
    }

    private async Task<(Account? Account, Refusal? Refusal)> CheckAsync(SignInBody body)
    {
        if (limits.Count(HttpContext, body.Email) is { } tooMany)
        {
            return (null, tooMany);
        }

        var account = await users.FindByEmailAsync(body.Email);
        if (account is null or { Disabled: true } or { PasswordHash: null })
        {
            // The same work as for an account that there is.
            nobodysHash ??= hasher.HashPassword(new Account(), Secrets.New());
            hasher.VerifyHashedPassword(account ?? new Account(), nobodysHash, body.Password);
            return (null, Wrong);
        }

        if (await limits.CheckPasswordAsync(users, account, body.Password, Wrong) is { } refused)
        {
            return (null, refused);
        }

        if (account.TwoFactorEnabled && !await SecondFactorAsync(account, body))
        {
            if (body.Code is not null || body.RecoveryCode is not null)
            {
                await SignInLimits.CountFailureAsync(users, account);
            }

            return (null, SecondFactor);
        }

        await users.ResetAccessFailedCountAsync(account);
        return (account, null);
    }

    private async Task<bool> SecondFactorAsync(Account account, SignInBody body) =>
        body.RecoveryCode is { } recovery ? (await users.RedeemTwoFactorRecoveryCodeAsync(account, recovery.Trim())).Succeeded
        : body.Code is { } code && await Authenticators.TakeAsync(users, account, code, clock.GetUtcNow());

    private static Refusal Wrong { get; } = new(401, "wrong-credentials", "Name or password are wrong", "Check both. After too many attempts you have to wait.");

    private static Refusal SecondFactor { get; } = new(401, "second-factor", "The second factor is missing or wrong", "Send the authenticator's six digits as code, or a recovery code.");
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class SignOutEndpoint : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("sign-out");
        Summary(s =>
        {
            s.Summary = "Sign out";
            s.Description = "Ends the session of the cookie; a token stays what it is.";
            s.Responses[204] = "The session has ended.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        if (SessionAuthentication.Is(HttpContext.User))
        {
            await HttpContext.SignOutAsync(SessionAuthentication.Scheme);
        }

        await Send.NoContentAsync(ct);
    }
}

[PermitsSignedIn]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetSessionEndpoint : EndpointWithoutRequest<SessionView>
{
    public override void Configure()
    {
        Get("session");
        Summary(s =>
        {
            s.Summary = "Read who is signed in, with which roles";
            s.Description = "With the antiforgery token that changes by the session's cookie have to carry.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var caller = Caller.Of(HttpContext)!;
        var antiforgery = SessionAuthentication.Is(HttpContext.User) ? SessionAuthentication.Antiforgery(HttpContext) : null;
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, SessionView.Of(caller.Account, caller.Grants, antiforgery), ct);
    }
}
