using FastEndpoints;
using FluentValidation;
using Marten;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Accounts;

/// <summary>Somebody with a role.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Email">Its address.</param>
/// <param name="Name">The name under which it acts.</param>
/// <param name="Disabled">Whether it is disabled.</param>
/// <param name="SecondFactor">Whether a second factor is set up.</param>
/// <param name="Grants">The roles, ended ones included; to a coordinator those of the own State only.</param>
public sealed record PersonView(string Account, string Email, string Name, bool Disabled, bool SecondFactor, IReadOnlyList<GrantView> Grants)
{
    internal static PersonView Of(Account account, string? state) => new(account.Id, account.Email, account.Name, account.Disabled, account.TwoFactorEnabled,
        [.. account.Grants.Where(g => state is null || g.State == state).OrderBy(g => g.From).Select(GrantView.Of)]);
}

/// <summary>People with roles.</summary>
public sealed record PersonList(IReadOnlyList<PersonView> Items);

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListPeopleEndpoint(IAccountStore store) : Endpoint<StateRequest, PersonList>
{
    public override void Configure()
    {
        Get("states/{state}/people");
        Summary(s =>
        {
            s.Summary = "List who has, or had, a role in the State";
            s.Description = "Ordered by name.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var people = await session.Query<Account>().Where(a => a.Grants.Any(g => g.State == request.State)).OrderBy(a => a.Name).ToListAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new PersonList([.. people.Select(a => PersonView.Of(a, request.State))]), ct);
    }
}

public sealed record ListAccountsRequest : PagedRequest;

internal sealed class ListAccountsValidator : PagedValidator<ListAccountsRequest>;

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListAccountsEndpoint(IAccountStore store) : Endpoint<ListAccountsRequest, Page<PersonView>>
{
    public override void Configure()
    {
        Get("accounts");
        Summary(s =>
        {
            s.Summary = "List accounts";
            s.Description = "Ordered by their ids.";
        });
    }

    public override async Task HandleAsync(ListAccountsRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<Account>().OrderBy(a => a.Id).AsQueryable();
        query = request.After is { } after ? query.Where(a => a.Id.CompareTo(after) > 0) : query;
        var accounts = await query.Take(request.Limit + 1).ToListAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, request.Cut([.. accounts.Select(a => PersonView.Of(a, null))], p => p.Account), ct);
    }
}

/// <summary>Changes of roles, whoever makes them.</summary>
internal sealed class PeopleChanges(IAccountStore store, ICommonStore register, UserManager<Account> users, TimeProvider clock)
{
    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Grants roles to an account that is there.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">The account; for a coordinator one that has, or had, a role in the own State.</param>
    /// <param name="bodies">What is granted.</param>
    /// <param name="state">The only State for which it may be; null where an administrator grants.</param>
    public Task GrantAsync(HttpContext context, string account, IReadOnlyList<GrantBody> bodies, string? state) => ChangeAsync(context, account, state, async person =>
    {
        var (grants, problems) = await Granting.ReadAsync(register, bodies, state, Today, context.RequestAborted);
        if (problems.Count > 0)
        {
            return Refusal.Invalid("The roles are not valid.", problems);
        }

        if (Granting.RefuseMixture(person.Grants, grants, Today) is { } mixture)
        {
            return mixture;
        }

        person.Grants = [.. person.Grants, .. grants];
        return null;
    });

    /// <summary>Ends a role on a day; today at the earliest.</summary>
    public Task EndAsync(HttpContext context, string account, Guid grant, DateOnly? until, string? state) => ChangeAsync(context, account, state, async person =>
    {
        if (person.Grants.Find(g => g.Id == grant && (state is null || g.State == state)) is not { } ended)
        {
            return Refusal.NotFound;
        }

        // "At once" means that yesterday was the last day.
        var last = until ?? Today.AddDays(-1);
        if (last < Today.AddDays(-1))
        {
            return Refusal.Invalid("until", "A role ends today at the earliest: what was done in it stays done.", "past");
        }

        if (await IsLastAsync(person, ended, last))
        {
            return Refusal.Conflict("last-of-its-kind", ended.Role == Role.Coordinator
                ? "The State would have no coordinator any more; hand over first." : "The deployment would have no administrator any more; grant the role to somebody else first.");
        }

        person.Grants = [.. person.Grants.Where(g => g.Id != grant), ended with { Until = last, From = ended.From > last ? last : ended.From }];
        return null;
    });

    public Task DisableAsync(HttpContext context, string account, bool disabled) => ChangeAsync(context, account, null, async person =>
    {
        foreach (var grant in person.Grants.Where(g => g.Role is Role.Administrator or Role.Coordinator && g.CountsOn(Today)))
        {
            if (disabled && await IsLastAsync(person, grant, Today.AddDays(-1)))
            {
                return Refusal.Conflict("last-of-its-kind", "The account is the last administrator, or a State's last coordinator.");
            }
        }

        person.Disabled = disabled;
        return null;
    });

    /// <summary>Makes somebody else coordinator, and ends one's own role. Everything in flight stays: it belongs to the State.</summary>
    public async Task<Refusal?> HandOverAsync(Account from, string state, string to, DateOnly? lastDay)
    {
        var last = lastDay ?? Today;
        if (last < Today)
        {
            return Refusal.Invalid("lastDay", "The last day is today at the earliest.", "past");
        }

        if (await users.FindByIdAsync(to) is not { Disabled: false } successor || successor.Id == from.Id || !successor.Grants.Any(g => g.State == state && g.LastsBeyond(Today)))
        {
            return Refusal.Invalid("account", "Name another account that has a role in the State; invite the person first.", "unknownAccount");
        }

        if (!successor.Grants.Any(g => g.Role == Role.Coordinator && g.State == state && g.CountsOn(Today) && g.LastsBeyond(last.AddDays(1))))
        {
            successor.Grants = [.. successor.Grants, new Grant(Guid.NewGuid(), Role.Coordinator, state, null, Today, null)];
        }

        from.Grants = [.. from.Grants.Select(g => g.Role == Role.Coordinator && g.State == state && g.LastsBeyond(last) ? g with { Until = last } : g)];
        // Both or none.
        await using var session = store.LightweightSession();
        session.UpdateRevision(successor, successor.Version + 1);
        session.UpdateRevision(from, from.Version + 1);
        try
        {
            await session.SaveChangesAsync();
            return null;
        }
        catch (Exception e) when (Writing.IsConflict(e))
        {
            return Refusal.Conflict("conflict", "One of the accounts was changed at the same moment. Repeat.");
        }
    }

    private async Task ChangeAsync(HttpContext context, string account, string? state, Func<Account, Task<Refusal?>> change)
    {
        if (await users.FindByIdAsync(account) is not { } person || (state is not null && !person.Grants.Any(g => g.State == state)))
        {
            await Refusal.NotFound.WriteAsync(context);
            return;
        }

        var refusal = await change(person);
        if (refusal is null && await users.UpdateAsync(person) is { Succeeded: false } failed)
        {
            refusal = Identities.Refuse(failed, "grants");
        }

        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(context, PersonView.Of(person, state), context.RequestAborted);
    }

    /// <summary>Whether nobody else holds the role after that day.</summary>
    private async Task<bool> IsLastAsync(Account person, Grant grant, DateOnly last)
    {
        if (grant.Role is not (Role.Administrator or Role.Coordinator) || !grant.LastsBeyond(Today))
        {
            return false;
        }

        await using var session = store.QuerySession();
        var (role, state) = (grant.Role, grant.State);
        var others = await session.Query<Account>().Where(a => !a.Disabled && a.Grants.Any(g => g.Role == role && g.State == state)).ToListAsync();
        return !others.SelectMany(a => a.Grants.Where(g => a.Id != person.Id || g.Id != grant.Id))
            .Any(g => g.Role == role && g.State == state && g.From <= last.AddDays(1) && g.LastsBeyond(last.AddDays(1)));
    }
}

public sealed record GrantRolesRequest
{
    /// <summary>The account's id.</summary>
    [RouteParam]
    public string Account { get; init; } = "";

    [FromBody]
    public GrantRolesBody Body { get; init; } = null!;
}

public sealed record GrantStateRolesRequest : StateRequest
{
    /// <summary>The account's id.</summary>
    [RouteParam]
    public string Account { get; init; } = "";

    [FromBody]
    public GrantRolesBody Body { get; init; } = null!;
}

/// <summary>Roles for an account.</summary>
public sealed record GrantRolesBody
{
    /// <summary>One to twenty.</summary>
    public required IReadOnlyList<GrantBody> Grants { get; init; }
}

internal sealed class GrantRolesValidator : Validator<GrantRolesRequest>
{
    public GrantRolesValidator() => RuleFor(r => r.Body.Grants).Must(g => g.Count is > 0 and <= 20).WithMessage("Grant one to twenty roles.").OverridePropertyName("grants");
}

internal sealed class GrantStateRolesValidator : Validator<GrantStateRolesRequest>
{
    public GrantStateRolesValidator() => RuleFor(r => r.Body.Grants).Must(g => g.Count is > 0 and <= 20).WithMessage("Grant one to twenty roles.").OverridePropertyName("grants");
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class GrantRolesEndpoint(PeopleChanges people) : Endpoint<GrantRolesRequest, PersonView>
{
    public override void Configure()
    {
        Post("accounts/{account}/grants");
        Summary(s =>
        {
            s.Summary = "Grant roles to an account";
            s.Description = "From a day to a day. A presidency is granted for a term.";
            s.Responses[200] = "The account with its roles.";
            s.Responses[409] = "Roles of the community and of a State do not go together (`roles-apart`).";
        });
    }

    public override Task HandleAsync(GrantRolesRequest request, CancellationToken ct) => people.GrantAsync(HttpContext, request.Account, request.Body.Grants, null);
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class GrantStateRolesEndpoint(PeopleChanges people) : Endpoint<GrantStateRolesRequest, PersonView>
{
    public override void Configure()
    {
        Post("states/{state}/people/{account}/grants");
        Summary(s =>
        {
            s.Summary = "Grant roles of the own State to somebody who has, or had, one";
            s.Description = "For example another entity. What was answered belongs to the entity, so that nothing is lost when its respondent changes.";
            s.Responses[200] = "The person with the roles in the State.";
        });
    }

    public override Task HandleAsync(GrantStateRolesRequest request, CancellationToken ct) => people.GrantAsync(HttpContext, request.Account, request.Body.Grants, request.State);
}

public sealed record EndRoleRequest
{
    /// <summary>The account's id.</summary>
    [RouteParam]
    public string Account { get; init; } = "";

    /// <summary>The grant's id.</summary>
    [RouteParam]
    public Guid Grant { get; init; }

    [FromBody]
    public EndRoleBody Body { get; init; } = null!;
}

public sealed record EndStateRoleRequest : StateRequest
{
    /// <summary>The account's id.</summary>
    [RouteParam]
    public string Account { get; init; } = "";

    /// <summary>The grant's id.</summary>
    [RouteParam]
    public Guid Grant { get; init; }

    [FromBody]
    public EndRoleBody Body { get; init; } = null!;
}

/// <summary>When a role ends.</summary>
public sealed record EndRoleBody
{
    /// <summary>The last day; left out to end it at once.</summary>
    public DateOnly? Until { get; init; }
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class EndRoleEndpoint(PeopleChanges people) : Endpoint<EndRoleRequest, PersonView>
{
    public override void Configure()
    {
        Post("accounts/{account}/grants/{grant}/end");
        Summary(s =>
        {
            s.Summary = "End a role";
            s.Description = "At once, or after a last day.";
            s.Responses[200] = "The account with its roles.";
            s.Responses[409] = "Nobody else would hold the role (`last-of-its-kind`).";
        });
    }

    public override Task HandleAsync(EndRoleRequest request, CancellationToken ct) => people.EndAsync(HttpContext, request.Account, request.Grant, request.Body.Until, null);
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class EndStateRoleEndpoint(PeopleChanges people) : Endpoint<EndStateRoleRequest, PersonView>
{
    public override void Configure()
    {
        Post("states/{state}/people/{account}/grants/{grant}/end");
        Summary(s =>
        {
            s.Summary = "End a role in the own State";
            s.Description = "At once, or after a last day.";
            s.Responses[200] = "The person with the roles in the State.";
            s.Responses[409] = "The State would have no coordinator any more (`last-of-its-kind`).";
        });
    }

    public override Task HandleAsync(EndStateRoleRequest request, CancellationToken ct) => people.EndAsync(HttpContext, request.Account, request.Grant, request.Body.Until, request.State);
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class DisableAccountEndpoint(PeopleChanges people) : Endpoint<AccountRequest, PersonView>
{
    public override void Configure()
    {
        Post("accounts/{account}/disable");
        Summary(s =>
        {
            s.Summary = "Disable an account";
            s.Description = "Its sessions and tokens are not taken any more, at once and on every node.";
            s.Responses[200] = "The account.";
            s.Responses[409] = "It is the last administrator, or a State's last coordinator (`last-of-its-kind`).";
        });
    }

    public override Task HandleAsync(AccountRequest request, CancellationToken ct) => people.DisableAsync(HttpContext, request.Account, true);
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class EnableAccountEndpoint(PeopleChanges people) : Endpoint<AccountRequest, PersonView>
{
    public override void Configure()
    {
        Post("accounts/{account}/enable");
        Summary(s =>
        {
            s.Summary = "Enable an account again";
            s.Description = "With the roles that it had and that have not ended.";
            s.Responses[200] = "The account.";
        });
    }

    public override Task HandleAsync(AccountRequest request, CancellationToken ct) => people.DisableAsync(HttpContext, request.Account, false);
}

public sealed record HandOverRequest : StateRequest
{
    [FromBody]
    public HandOverBody Body { get; init; } = null!;
}

/// <summary>Who takes over.</summary>
public sealed record HandOverBody
{
    /// <summary>The id of an account that has a role in the State.</summary>
    public required string Account { get; init; }

    /// <summary>One's own last day as coordinator; today where it is left out.</summary>
    public DateOnly? LastDay { get; init; }
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class HandOverEndpoint(PeopleChanges people) : Endpoint<HandOverRequest>
{
    public override void Configure()
    {
        Post("states/{state}/hand-over");
        Summary(s =>
        {
            s.Summary = "Hand the State's coordination over";
            s.Description = "The successor is coordinator from today; one's own role ends after the last day. Open rounds, drafts and invitations stay as they are: they belong to the State.";
            s.Responses[204] = "It is handed over.";
        });
    }

    public override async Task HandleAsync(HandOverRequest request, CancellationToken ct)
    {
        if (await people.HandOverAsync(Caller.Of(HttpContext)!.Account, request.State, request.Body.Account, request.Body.LastDay) is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        await Send.NoContentAsync(ct);
    }
}
