using FastEndpoints;
using FluentValidation;
using Marten;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Accounts;

/// <summary>Somebody to be invited.</summary>
public sealed record InviteBody
{
    /// <summary>The address that becomes the account's name.</summary>
    public required string Email { get; init; }

    /// <summary>In which the person reads (ar, en, es, fr, ru or zh).</summary>
    public string Language { get; init; } = "en";

    /// <summary>What the account gets when the invitation is accepted.</summary>
    public required IReadOnlyList<GrantBody> Grants { get; init; }
}

/// <summary>A role to be granted.</summary>
public sealed record GrantBody
{
    public required Role Role { get; init; }

    /// <summary>The State; left out for administrators and the presidency.</summary>
    public string? State { get; init; }

    /// <summary>The entity's id, for a respondent and for nobody else.</summary>
    public string? Entity { get; init; }

    /// <summary>The first day; today where it is left out.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day. A presidency always has one, at most 24 months after the first.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>An invitation; the link is shown this once.</summary>
/// <param name="Id">By this it is withdrawn.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Link">What the person opens: a path of the dashboard with the secret behind #, which no server log sees.</param>
/// <param name="Secret">The secret alone, for programs.</param>
/// <param name="ExpiresAt">Until then it can be accepted.</param>
public sealed record MadeLink(Guid Id, string Email, string Link, string Secret, DateTimeOffset ExpiresAt);

/// <summary>An invitation that is not accepted yet.</summary>
/// <param name="Id">By this it is withdrawn.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Grants">What the account gets.</param>
/// <param name="ExpiresAt">Until then it can be accepted.</param>
public sealed record InvitationView(Guid Id, string Email, IReadOnlyList<GrantView> Grants, DateTimeOffset ExpiresAt)
{
    internal static InvitationView Of(OneTimeLink link) => new(link.Number, link.Email, [.. link.Grants.Select(GrantView.Of)], link.ExpiresAt);
}

/// <summary>Invitations that are not accepted yet.</summary>
public sealed record InvitationList(IReadOnlyList<InvitationView> Items);

/// <summary>Checks what is to be granted.</summary>
internal static class Granting
{
    public static readonly string[] Languages = ["ar", "en", "es", "fr", "ru", "zh"];

    public static bool OfCommunity(Role role) => role is Role.Administrator or Role.Presidency;

    /// <summary>Reads grants; every problem is named as <c>grants[0].field</c>.</summary>
    /// <param name="bodies">What is to be granted.</param>
    /// <param name="state">The only State for which it may be; null where an administrator grants.</param>
    /// <param name="today">The first day where none is given.</param>
    public static (List<Grant> Grants, List<FieldProblem> Problems) Read(IReadOnlyList<GrantBody> bodies, string? state, DateOnly today)
    {
        var (grants, problems) = (new List<Grant>(), new List<FieldProblem>());
        for (var i = 0; i < bodies.Count; i++)
        {
            var (body, at) = (bodies[i], $"grants[{i}]");
            void Refuse(string field, string reason, string code) => problems.Add(new FieldProblem($"{at}.{field}", reason, code));
            var from = body.From ?? today;
            if (state is not null && OfCommunity(body.Role))
            {
                Refuse("role", "A coordinator grants roles of the State only.", "notYours");
            }
            else if (OfCommunity(body.Role) != (body.State is null && state is null))
            {
                Refuse("state", OfCommunity(body.Role) ? "This role belongs to no State; leave it out." : "Name the State.", "state");
            }
            else if (state is not null && body.State is not null && body.State != state)
            {
                Refuse("state", "A coordinator grants roles of the own State only.", "notYours");
            }

            if (body.Role == Role.Respondent != (body.Entity is not null))
            {
                Refuse("entity", body.Role == Role.Respondent ? "Name the entity for which the respondent answers." : "Only respondents answer for an entity; leave it out.", "entity");
            }
            else if (body.Entity is { } entity && !RoundEntity.IsId(entity))
            {
                Refuse("entity", "An entity's id has 1 to 40 lower-case letters, digits and inner hyphens, as in the round's list.", "entity");
            }

            if (body.Until < from)
            {
                Refuse("until", "The last day is not before the first.", "order");
            }
            else if (body.Role == Role.Presidency && (body.Until is not { } until || until > from.AddMonths(24)))
            {
                Refuse("until", "A presidency is granted for a term: give a last day, at most 24 months after the first.", "term");
            }

            grants.Add(new Grant(Guid.NewGuid(), body.Role, OfCommunity(body.Role) ? null : state ?? body.State, body.Entity, from, body.Until));
        }

        return (grants, problems);
    }

    /// <summary>The same, and every State has to be in the register.</summary>
    public static async Task<(List<Grant> Grants, List<FieldProblem> Problems)> ReadAsync(
        ICommonStore register, IReadOnlyList<GrantBody> bodies, string? state, DateOnly today, CancellationToken cancellationToken)
    {
        var (grants, problems) = Read(bodies, state, today);
        foreach (var (i, grant) in grants.Index().Where(g => g.Item.State is not null))
        {
            if (!await Tenants.ExistsAsync(register, grant.State!, cancellationToken))
            {
                problems.Add(new FieldProblem($"grants[{i}].state", "There is no such State in the register.", "unknownState"));
            }
        }

        return (grants, problems);
    }

    /// <summary>The refusal where one account would hold roles of the community and of a State: administrators and the presidency see no answers.</summary>
    public static Refusal? RefuseMixture(IEnumerable<Grant> held, IEnumerable<Grant> added, DateOnly today)
    {
        var lasting = held.Where(g => g.LastsBeyond(today)).Concat(added).ToArray();
        return lasting.Any(g => g.State is null) && lasting.Any(g => g.State is not null)
            ? Refusal.Conflict("roles-apart", "Administrators and the presidency see no State's answers, so that nobody holds one of these roles and a State's role at the same time.") : null;
    }

    public static string LinkOf(LinkPurpose purpose, string secret) => $"/{(purpose == LinkPurpose.Invitation ? "invitation" : "password-reset")}#{secret}";
}

public abstract record InviteRequestBase
{
    [FromBody]
    public InviteBody Body { get; init; } = null!;
}

public sealed record InviteRequest : InviteRequestBase;

public sealed record InviteToStateRequest : InviteRequestBase
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";
}

internal abstract class InviteValidatorBase<T> : Validator<T>
    where T : InviteRequestBase
{
    protected InviteValidatorBase()
    {
        RuleFor(r => r.Body.Email).Must(Mailing.IsAddress).WithMessage("An address of electronic mail, such as name@example.org.").MaximumLength(254).OverridePropertyName("email");
        RuleFor(r => r.Body.Language).Must(l => Granting.Languages.Contains(l, StringComparer.Ordinal)).WithMessage($"One of {string.Join(", ", Granting.Languages)}.").OverridePropertyName("language");
        RuleFor(r => r.Body.Grants).Must(g => g.Count is > 0 and <= 20).WithMessage("Grant one to twenty roles.").OverridePropertyName("grants");
    }
}

internal sealed class InviteValidator : InviteValidatorBase<InviteRequest>;

internal sealed class InviteToStateValidator : InviteValidatorBase<InviteToStateRequest>;

/// <summary>Inviting, whoever does it.</summary>
internal sealed class Inviting(IAccountStore store, ICommonStore common, UserManager<Account> users, AccountLinks links, SignInLimits limits, Mailing mail, TimeProvider clock)
{
    public async Task InviteAsync(HttpContext context, InviteBody body, string? state, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var (grants, problems) = await Granting.ReadAsync(common, body.Grants, state, today, ct);
        var refusal = problems.Count > 0 ? Refusal.Invalid("The invitation is not valid.", problems)
            : Granting.RefuseMixture([], grants, today);
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var (link, secret) = await links.MakeAsync(LinkPurpose.Invitation, body.Email, body.Language, grants, state, Caller.Of(context)!.Account.Id, ct);
        var path = Granting.LinkOf(LinkPurpose.Invitation, secret);
        await mail.SendAsync(LinkPurpose.Invitation, body.Email, body.Language, path, ct);
        context.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(context, new MadeLink(link.Number, body.Email, path, secret, link.ExpiresAt), ct);
    }

    public async Task ListAsync(HttpContext context, string? state, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        var open = await session.Query<OneTimeLink>().Where(l => l.Purpose == LinkPurpose.Invitation && l.ExpiresAt > now && (state == null || l.State == state)).OrderBy(l => l.Email).ToListAsync(ct);
        context.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(context, new InvitationList([.. open.Select(InvitationView.Of)]), ct);
    }

    public async Task WithdrawAsync(HttpContext context, Guid invitation, string? state, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.Query<OneTimeLink>().FirstOrDefaultAsync(l => l.Number == invitation && (state == null || l.State == state), ct) is not { } link)
        {
            await Refusal.NotFound.WriteAsync(context);
            return;
        }

        session.Delete(link);
        await session.SaveChangesAsync(ct);
        context.MarkResponseStart();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>By way of another identity provider: the account has no password, and is known by that login.</summary>
    /// <param name="secret">The invitation's.</param>
    /// <param name="login">Who comes back from the provider.</param>
    /// <param name="known">The account that has this login already; it takes its own invitations only.</param>
    /// <param name="name">The person's name there.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task<(Account? Account, Refusal? Refusal)> AcceptWithLoginAsync(string secret, ExternalLogin login, Account? known, string? name, CancellationToken ct)
    {
        if (await links.FindAsync(LinkPurpose.Invitation, secret, ct) is not { } found)
        {
            return (null, AccountLinks.NoSuchLink);
        }

        if (known is not null)
        {
            return known.NormalizedEmail != found.Email
                ? (null, Refusal.Conflict("invitation-of-another", "The invitation is for another address than that of your account. Ask for one for yours."))
                : await AddAsync(known, found, secret, ct) is { } refused ? (null, refused) : (known, null);
        }

        if (await users.FindByEmailAsync(found.Email) is not null)
        {
            return (null, Refusal.Conflict("account-exists", "There is an account of the invited address: sign in to it, then add this way of signing in."));
        }

        if (await links.TakeAsync(LinkPurpose.Invitation, secret, ct) is null)
        {
            return (null, AccountLinks.NoSuchLink);
        }

        var account = new Account
        {
            Email = found.Email.ToLowerInvariant(),
            Name = name is { Length: > 0 } ? name[..Math.Min(100, name.Length)] : found.Email.ToLowerInvariant(),
            Language = found.Language,
            CreatedAt = clock.GetUtcNow(),
            Grants = [.. found.Grants],
            Logins = [login],
        };
        return await users.CreateAsync(account) is { Succeeded: false } failed ? (null, Identities.Refuse(failed, "email")) : (account, null);
    }

    /// <summary>Turns an invitation into an account, or adds its roles to the one that there is.</summary>
    public async Task<Refusal?> AcceptAsync(AcceptInvitationBody body, CancellationToken ct)
    {
        if (await links.FindAsync(LinkPurpose.Invitation, body.Secret, ct) is not { } found)
        {
            return AccountLinks.NoSuchLink;
        }

        if (await users.FindByEmailAsync(found.Email) is not { } existing)
        {
            // The password is checked before the link is used up, so that a weak one costs no invitation.
            var account = new Account { Email = found.Email.ToLowerInvariant(), Name = body.Name, Language = found.Language, CreatedAt = clock.GetUtcNow(), Grants = [.. found.Grants] };
            foreach (var validator in users.PasswordValidators)
            {
                if (await validator.ValidateAsync(users, account, body.Password) is { Succeeded: false } weak)
                {
                    return Identities.Refuse(weak, "password");
                }
            }

            return await links.TakeAsync(LinkPurpose.Invitation, body.Secret, ct) is null ? AccountLinks.NoSuchLink
                : await users.CreateAsync(account, body.Password) is { Succeeded: false } failed ? Identities.Refuse(failed, "password") : null;
        }

        // Whoever holds the link of another's address must not take the account over, nor guess its password: it is asked for, and counted as at sign-in.
        var wrong = Refusal.Invalid("password", "There is an account of this address: give its password to add the roles.", "wrongCredentials");
        return limits.CountName(found.Email) ?? await limits.CheckPasswordAsync(users, existing, body.Password, wrong) ?? await AddAsync(existing, found, body.Secret, ct);
    }

    /// <summary>Adds an invitation's roles to an account that there is, and uses the invitation up.</summary>
    private async Task<Refusal?> AddAsync(Account account, OneTimeLink found, string secret, CancellationToken ct)
    {
        if (Granting.RefuseMixture(account.Grants, found.Grants, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)) is { } mixture)
        {
            return mixture;
        }

        if (await links.TakeAsync(LinkPurpose.Invitation, secret, ct) is null)
        {
            return AccountLinks.NoSuchLink;
        }

        account.Grants = [.. account.Grants, .. found.Grants];
        return await users.UpdateAsync(account) is { Succeeded: false } changed ? Identities.Refuse(changed, "name") : null;
    }
}

[Permits(Role.Administrator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class InviteEndpoint(Inviting inviting) : Endpoint<InviteRequest, MadeLink>
{
    public override void Configure()
    {
        Post("invitations");
        Summary(s =>
        {
            s.Summary = "Invite somebody by a one-time link";
            s.Description = "The link is answered this once, and mailed where the deployment can send mail. It lasts seven days. An earlier invitation of the same address ends.";
            s.Responses[200] = "The invitation with its link.";
            s.Responses[409] = "Roles of the community and of a State do not go together (`roles-apart`).";
        });
    }

    public override Task HandleAsync(InviteRequest request, CancellationToken ct) => inviting.InviteAsync(HttpContext, request.Body, null, ct);
}

[Permits(Role.Coordinator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class InviteToStateEndpoint(Inviting inviting) : Endpoint<InviteToStateRequest, MadeLink>
{
    public override void Configure()
    {
        Post("states/{state}/invitations");
        Summary(s =>
        {
            s.Summary = "Invite somebody to a role of one's own State";
            s.Description = "Respondents, readers, auditors and further coordinators. The link is answered this once, and mailed where the deployment can send mail. It lasts seven days.";
            s.Responses[200] = "The invitation with its link.";
        });
    }

    public override Task HandleAsync(InviteToStateRequest request, CancellationToken ct) => inviting.InviteAsync(HttpContext, request.Body, request.State, ct);
}

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListInvitationsEndpoint(Inviting inviting) : EndpointWithoutRequest<InvitationList>
{
    public override void Configure()
    {
        Get("invitations");
        Summary(s =>
        {
            s.Summary = "List invitations that are not accepted yet";
            s.Description = "All of them, coordinators' included; without their links.";
        });
    }

    public override Task HandleAsync(CancellationToken ct) => inviting.ListAsync(HttpContext, null, ct);
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListStateInvitationsEndpoint(Inviting inviting) : Endpoint<StateRequest, InvitationList>
{
    public override void Configure()
    {
        Get("states/{state}/invitations");
        Summary(s =>
        {
            s.Summary = "List the State's own invitations that are not accepted yet";
            s.Description = "Those that its coordinators made; without their links.";
        });
    }

    public override Task HandleAsync(StateRequest request, CancellationToken ct) => inviting.ListAsync(HttpContext, request.State, ct);
}

public sealed record WithdrawInvitationRequest
{
    /// <summary>The invitation's id.</summary>
    [RouteParam]
    public Guid Invitation { get; init; }
}

public sealed record WithdrawStateInvitationRequest : StateRequest
{
    /// <summary>The invitation's id.</summary>
    [RouteParam]
    public Guid Invitation { get; init; }
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class WithdrawInvitationEndpoint(Inviting inviting) : Endpoint<WithdrawInvitationRequest>
{
    public override void Configure()
    {
        Delete("invitations/{invitation}");
        Summary(s =>
        {
            s.Summary = "Withdraw an invitation";
            s.Description = "Its link is not valid any more.";
            s.Responses[204] = "It is withdrawn.";
        });
    }

    public override Task HandleAsync(WithdrawInvitationRequest request, CancellationToken ct) => inviting.WithdrawAsync(HttpContext, request.Invitation, null, ct);
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class WithdrawStateInvitationEndpoint(Inviting inviting) : Endpoint<WithdrawStateInvitationRequest>
{
    public override void Configure()
    {
        Delete("states/{state}/invitations/{invitation}");
        Summary(s =>
        {
            s.Summary = "Withdraw an invitation of one's own State";
            s.Description = "Its link is not valid any more.";
            s.Responses[204] = "It is withdrawn.";
        });
    }

    public override Task HandleAsync(WithdrawStateInvitationRequest request, CancellationToken ct) => inviting.WithdrawAsync(HttpContext, request.Invitation, request.State, ct);
}

public sealed record AcceptInvitationRequest
{
    [FromBody]
    public AcceptInvitationBody Body { get; init; } = null!;
}

/// <summary>Who accepts an invitation.</summary>
public sealed record AcceptInvitationBody
{
    /// <summary>The link's secret: what stands behind #.</summary>
    public required string Secret { get; init; }

    /// <summary>The name under which the person acts, as a State's history shows it.</summary>
    public required string Name { get; init; }

    /// <summary>At least 12 characters; where there is an account of the address already, its password.</summary>
    public required string Password { get; init; }
}

internal sealed class AcceptInvitationValidator : Validator<AcceptInvitationRequest>
{
    public AcceptInvitationValidator()
    {
        RuleFor(r => r.Body.Secret).NotEmpty().MaximumLength(100).OverridePropertyName("secret");
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(100).OverridePropertyName("name");
        RuleFor(r => r.Body.Password).NotEmpty().MaximumLength(256).OverridePropertyName("password");
    }
}

[PermitsAnyone]
[TakesNoKey]
internal sealed class AcceptInvitationEndpoint(Inviting inviting, SignInLimits limits) : Endpoint<AcceptInvitationRequest>
{
    public override void Configure()
    {
        Post("invitations/accept");
        Summary(s =>
        {
            s.Summary = "Accept an invitation";
            s.Description = "Makes the account, or adds the roles to the one that there is. The link is used up by it; then sign in.";
            s.Responses[204] = "The account is there, with its roles.";
            s.Responses[410] = "The link was used or withdrawn, has expired, or never was (`link-gone`).";
            s.Responses[429] = "Too many attempts; Retry-After says how long to wait (`too-many-attempts`).";
        });
    }

    public override async Task HandleAsync(AcceptInvitationRequest request, CancellationToken ct)
    {
        if ((limits.Count(HttpContext, null) ?? await inviting.AcceptAsync(request.Body, ct)) is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        await Send.NoContentAsync(ct);
    }
}
