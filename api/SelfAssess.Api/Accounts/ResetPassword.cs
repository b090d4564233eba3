using FastEndpoints;
using FluentValidation;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

public sealed record AskForResetRequest
{
    [FromBody]
    public AskForResetBody Body { get; init; } = null!;
}

/// <summary>Who forgot the password.</summary>
public sealed record AskForResetBody
{
    /// <summary>The account's address.</summary>
    public required string Email { get; init; }
}

internal sealed class AskForResetValidator : Validator<AskForResetRequest>
{
    public AskForResetValidator() => RuleFor(r => r.Body.Email).NotEmpty().MaximumLength(254).OverridePropertyName("email");
}

[PermitsAnyone]
[TakesNoKey]
internal sealed class AskForResetEndpoint(Mailing mail, SignInLimits limits) : Endpoint<AskForResetRequest>
{
    public override void Configure()
    {
        Post("password-resets");
        Summary(s =>
        {
            s.Summary = "Ask for a link to set a new password";
            s.Description = "It is mailed where the deployment can send mail; otherwise ask an administrator for one. The answer is the same whether or not there is such an account.";
            s.Responses[204] = "If there is such an account, a link is on its way.";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(AskForResetRequest request, CancellationToken ct)
    {
        if (limits.Count(HttpContext, request.Body.Email) is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        // After the answer, so that its time tells nothing.
        var (email, scopes) = (request.Body.Email, HttpContext.RequestServices.GetRequiredService<IServiceScopeFactory>());
        HttpContext.Response.OnCompleted(async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var manager = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            if (mail.IsConfigured && await manager.FindByEmailAsync(email) is { Disabled: false } account)
            {
                var (_, secret) = await scope.ServiceProvider.GetRequiredService<AccountLinks>()
                    .MakeAsync(LinkPurpose.PasswordReset, account.Email, account.Language, [], null, account.Id, CancellationToken.None);
                await mail.SendAsync(LinkPurpose.PasswordReset, account.Email, account.Language, Granting.LinkOf(LinkPurpose.PasswordReset, secret), CancellationToken.None);
            }
        });

        await Send.NoContentAsync(ct);
    }
}

public sealed record AccountRequest
{
    /// <summary>The account's id.</summary>
    [RouteParam]
    public string Account { get; init; } = "";
}

[Permits(Role.Administrator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class MakeResetEndpoint(UserManager<Account> users, AccountLinks links, Mailing mail) : Endpoint<AccountRequest, MadeLink>
{
    public override void Configure()
    {
        Post("accounts/{account}/password-reset");
        Summary(s =>
        {
            s.Summary = "Make a link with which somebody sets a new password";
            s.Description = "The link is answered this once, and mailed where the deployment can send mail. It lasts an hour. The second factor stays.";
            s.Responses[200] = "The link.";
        });
    }

    public override async Task HandleAsync(AccountRequest request, CancellationToken ct)
    {
        if (await users.FindByIdAsync(request.Account) is not { } account)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var (link, secret) = await links.MakeAsync(LinkPurpose.PasswordReset, account.Email, account.Language, [], null, Caller.Of(HttpContext)!.Account.Id, ct);
        var path = Granting.LinkOf(LinkPurpose.PasswordReset, secret);
        await mail.SendAsync(LinkPurpose.PasswordReset, account.Email, account.Language, path, ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new MadeLink(link.Number, account.Email, path, secret, link.ExpiresAt), ct);
    }
}

public sealed record RedeemResetRequest
{
    [FromBody]
    public RedeemResetBody Body { get; init; } = null!;
}

/// <summary>A new password.</summary>
public sealed record RedeemResetBody
{
    /// <summary>The link's secret: what stands behind #.</summary>
    public required string Secret { get; init; }

    /// <summary>At least 12 characters; not one's own name.</summary>
    public required string Password { get; init; }
}

internal sealed class RedeemResetValidator : Validator<RedeemResetRequest>
{
    public RedeemResetValidator()
    {
        RuleFor(r => r.Body.Secret).NotEmpty().MaximumLength(100).OverridePropertyName("secret");
        RuleFor(r => r.Body.Password).NotEmpty().MaximumLength(256).OverridePropertyName("password");
    }
}

[PermitsAnyone]
[TakesNoKey]
internal sealed class RedeemResetEndpoint(UserManager<Account> users, AccountLinks links, SignInLimits limits) : Endpoint<RedeemResetRequest>
{
    public override void Configure()
    {
        Post("password-resets/redeem");
        Summary(s =>
        {
            s.Summary = "Set a new password with a link";
            s.Description = "Every session of the account ends, and a lock is lifted. The second factor stays.";
            s.Responses[204] = "The password is set; sign in with it.";
            s.Responses[410] = "The link was used, has expired, or never was (`link-gone`).";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(RedeemResetRequest request, CancellationToken ct)
    {
        if ((limits.Count(HttpContext, null) ?? await RedeemAsync(request.Body, ct)) is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        await Send.NoContentAsync(ct);
    }

    private async Task<Refusal?> RedeemAsync(RedeemResetBody body, CancellationToken ct)
    {
        if (await links.FindAsync(LinkPurpose.PasswordReset, body.Secret, ct) is not { } link || await users.FindByEmailAsync(link.Email) is not { } account)
        {
            return AccountLinks.NoSuchLink;
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, account, body.Password) is { Succeeded: false } weak)
            {
                return Identities.Refuse(weak, "password");
            }
        }

        if (await links.TakeAsync(LinkPurpose.PasswordReset, body.Secret, ct) is null)
        {
            return AccountLinks.NoSuchLink;
        }

        (account.PasswordHash, account.LockoutEnd, account.AccessFailedCount) = (users.PasswordHasher.HashPassword(account, body.Password), null, 0);
        return await users.UpdateSecurityStampAsync(account) is { Succeeded: false } failed ? Identities.Refuse(failed, "password") : null;
    }
}
