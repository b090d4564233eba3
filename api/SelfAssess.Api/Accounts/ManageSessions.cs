using FastEndpoints;
using FluentValidation;
using Marten;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

/// <summary>One of the caller's sessions.</summary>
/// <param name="Id">By this it is ended.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="SeenAt">When it was last renewed.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="Address">The network address from which it began.</param>
/// <param name="UserAgent">The browser, as it calls itself.</param>
public sealed record SessionSummary(string Id, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string? Address, string? UserAgent);

/// <summary>The caller's sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionSummary> Items);

[PermitsSignedIn]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListSessionsEndpoint(IAccountStore store, TimeProvider clock) : EndpointWithoutRequest<SessionList>
{
    public override void Configure()
    {
        Get("account/sessions");
        Summary(s =>
        {
            s.Summary = "List one's own sessions";
            s.Description = "Newest first.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var (account, now) = (Caller.Of(HttpContext)!.Account.Id, clock.GetUtcNow());
        await using var session = store.QuerySession();
        var tickets = await session.Query<SessionTicket>().Where(t => t.AccountId == account && t.ExpiresAt > now).OrderByDescending(t => t.CreatedAt).ToListAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new SessionList([.. tickets.Select(t => new SessionSummary(t.Id, t.CreatedAt, t.SeenAt, t.ExpiresAt, t.Address, t.UserAgent))]), ct);
    }
}

public sealed record EndSessionRequest
{
    /// <summary>The session's id, as the list shows it.</summary>
    [RouteParam]
    public string Session { get; init; } = "";
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class EndSessionEndpoint(IAccountStore store) : Endpoint<EndSessionRequest>
{
    public override void Configure()
    {
        Delete("account/sessions/{session}");
        Summary(s =>
        {
            s.Summary = "End one of one's own sessions";
            s.Description = "At once, on every node.";
            s.Responses[204] = "It has ended.";
        });
    }

    public override async Task HandleAsync(EndSessionRequest request, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<SessionTicket>(request.Session, ct) is not { } ticket || ticket.AccountId != Caller.Of(HttpContext)!.Account.Id)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        session.Delete(ticket);
        await session.SaveChangesAsync(ct);
        await Send.NoContentAsync(ct);
    }
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class EndOtherSessionsEndpoint(UserManager<Account> users) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("account/sessions/end-others");
        Summary(s =>
        {
            s.Summary = "End all of one's sessions but this one";
            s.Description = "At once, on every node. Called with a token, it ends every session.";
            s.Responses[204] = "They have ended.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        await users.UpdateSecurityStampAsync(account);
        await SessionStamp.RenewAsync(HttpContext, account);
        await Send.NoContentAsync(ct);
    }
}

public sealed record ChangePasswordRequest
{
    [FromBody]
    public ChangePasswordBody Body { get; init; } = null!;
}

/// <summary>The old password and the new one.</summary>
public sealed record ChangePasswordBody
{
    public required string Current { get; init; }

    /// <summary>At least 12 characters; not one's own name.</summary>
    public required string Password { get; init; }
}

internal sealed class ChangePasswordValidator : Validator<ChangePasswordRequest>
{
    public ChangePasswordValidator()
    {
        RuleFor(r => r.Body.Current).NotEmpty().MaximumLength(256).OverridePropertyName("current");
        RuleFor(r => r.Body.Password).NotEmpty().MaximumLength(256).OverridePropertyName("password");
    }
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class ChangePasswordEndpoint(UserManager<Account> users, SignInLimits limits) : Endpoint<ChangePasswordRequest>
{
    public override void Configure()
    {
        Post("account/password");
        Summary(s =>
        {
            s.Summary = "Change one's own password";
            s.Description = "Every other session of the account ends; tokens stay.";
            s.Responses[204] = "The password is changed.";
            s.Responses[400] = "The current password is wrong, or the new one does not keep the rules. Nothing was changed.";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(ChangePasswordRequest request, CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        if (limits.Count(HttpContext, account.Email) is { } tooMany)
        {
            await tooMany.WriteAsync(HttpContext);
            return;
        }

        var changed = await users.ChangePasswordAsync(account, request.Body.Current, request.Body.Password);
        if (!changed.Succeeded)
        {
            await Identities.Refuse(changed, "password").WriteAsync(HttpContext);
            return;
        }

        await SessionStamp.RenewAsync(HttpContext, account);
        await Send.NoContentAsync(ct);
    }
}

/// <summary>What Identity refuses, in our words.</summary>
internal static class Identities
{
    public static Refusal Refuse(IdentityResult result, string field) =>
        result.Errors.Any(e => e.Code == "ConcurrencyFailure") ? Refusal.Conflict("conflict", "The account was changed at the same moment. Read it again and repeat.")
        : Refusal.Invalid("The account is not changed.", [.. result.Errors.Select(e => new FieldProblem(e.Code == "PasswordMismatch" ? "current" : field, e.Description, e.Code))]);
}

/// <summary>One of the caller's API tokens.</summary>
/// <param name="Id">By this it is revoked.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="ReadOnly">Whether it may only read.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
public sealed record TokenSummary(Guid Id, string Name, bool ReadOnly, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    internal static TokenSummary Of(ApiToken token) => new(token.Id, token.Name, token.ReadOnly, token.CreatedAt, token.ExpiresAt);
}

/// <summary>The caller's API tokens.</summary>
public sealed record TokenList(IReadOnlyList<TokenSummary> Items);

[PermitsSignedIn]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListTokensEndpoint : EndpointWithoutRequest<TokenList>
{
    public override void Configure()
    {
        Get("account/tokens");
        Summary(s =>
        {
            s.Summary = "List one's own API tokens";
            s.Description = "Without their secrets, which nobody has but their owner.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new TokenList([.. Caller.Of(HttpContext)!.Account.Tokens.Select(TokenSummary.Of)]), ct);
    }
}

public sealed record MakeTokenRequest
{
    [FromBody]
    public MakeTokenBody Body { get; init; } = null!;
}

/// <summary>A token to be made.</summary>
public sealed record MakeTokenBody
{
    /// <summary>What its owner calls it; up to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it may only read.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Days until it ends by itself, 1 to 365.</summary>
    public int Days { get; init; } = 90;
}

internal sealed class MakeTokenValidator : Validator<MakeTokenRequest>
{
    public MakeTokenValidator()
    {
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(100).OverridePropertyName("name");
        RuleFor(r => r.Body.Days).InclusiveBetween(1, 365).OverridePropertyName("days");
    }
}

/// <summary>A new token; its secret is shown this once.</summary>
public sealed record MadeToken(TokenSummary Token, string Secret);

[PermitsSignedIn]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class MakeTokenEndpoint(UserManager<Account> users, TimeProvider clock) : Endpoint<MakeTokenRequest, MadeToken>
{
    public const int Most = 20;

    public override void Configure()
    {
        Post("account/tokens");
        Summary(s =>
        {
            s.Summary = "Make a personal API token";
            s.Description = "Sent as Authorization: Bearer, it permits what its account is permitted, or only to read. Its secret is shown this once and kept nowhere.";
            s.Responses[200] = "The token with its secret.";
            s.Responses[409] = "There are twenty tokens already (`too-many-tokens`), or a token asks for another one (`token-by-token`).";
        });
    }

    public override async Task HandleAsync(MakeTokenRequest request, CancellationToken ct)
    {
        var (account, now) = (Caller.Of(HttpContext)!.Account, clock.GetUtcNow());
        account.Tokens = [.. account.Tokens.Where(t => t.ExpiresAt > now)];
        if (account.Tokens.Count >= Most)
        {
            await Refusal.Conflict("too-many-tokens", $"There are {Most} tokens; revoke one first.").WriteAsync(HttpContext);
            return;
        }

        if (!SessionAuthentication.Is(HttpContext.User))
        {
            await Refusal.Conflict("token-by-token", "A token cannot prolong its own life: sign in to make one.").WriteAsync(HttpContext);
            return;
        }

        var secret = Secrets.New();
        var token = new ApiToken(Guid.NewGuid(), request.Body.Name, Secrets.Hash(secret), request.Body.ReadOnly, now, now.AddDays(request.Body.Days));
        account.Tokens.Add(token);
        if (await users.UpdateAsync(account) is { Succeeded: false } failed)
        {
            await Identities.Refuse(failed, "name").WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new MadeToken(TokenSummary.Of(token), TokenAuthentication.Show(account.Id, secret)), ct);
    }
}

public sealed record RevokeTokenRequest
{
    /// <summary>The token's id.</summary>
    [RouteParam]
    public Guid Token { get; init; }
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class RevokeTokenEndpoint(UserManager<Account> users) : Endpoint<RevokeTokenRequest>
{
    public override void Configure()
    {
        Delete("account/tokens/{token}");
        Summary(s =>
        {
            s.Summary = "Revoke one of one's own API tokens";
            s.Description = "At once, on every node.";
            s.Responses[204] = "It is not taken any more.";
        });
    }

    public override async Task HandleAsync(RevokeTokenRequest request, CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        if (account.Tokens.RemoveAll(t => t.Id == request.Token) == 0)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        if (await users.UpdateAsync(account) is { Succeeded: false } failed)
        {
            await Identities.Refuse(failed, "token").WriteAsync(HttpContext);
            return;
        }

        await Send.NoContentAsync(ct);
    }
}
