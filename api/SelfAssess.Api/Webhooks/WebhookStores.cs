using Marten;
using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Webhooks;

/// <summary>Where webhooks are kept: a State's own in its tenant, the community's in the common store.</summary>
internal sealed class WebhookStores(IStateStore states, ICommonStore common)
{
    // Tickets belong to no State; sessions of the state store always name a tenant.
    private const string NoState = "-";

    /// <summary>The store of a State's, or the community's, webhooks.</summary>
    public IDocumentStore Of(string? state) => state is null ? common : states;

    /// <summary>A session that reads.</summary>
    public IQuerySession Query(string? state) => state is null ? common.QuerySession() : states.QuerySession(Tenants.Of(state));

    /// <summary>A session that writes.</summary>
    public IDocumentSession Open(string? state) => state is null ? common.LightweightSession() : states.LightweightSession(Tenants.Of(state));

    /// <summary>Notes whose deliveries these are, so that jobs need not be told.</summary>
    public async Task NoteAsync(string? state, IEnumerable<Guid> deliveries, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(NoState);
        session.Store(deliveries.Select(d => new WebhookTicket(d, state)));
        await session.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whose a delivery is; null where nobody noted it, or it has ended.</summary>
    public async Task<WebhookTicket?> FindAsync(Guid delivery, CancellationToken cancellationToken)
    {
        await using var session = states.QuerySession(NoState);
        return await session.LoadAsync<WebhookTicket>(delivery, cancellationToken);
    }

    /// <summary>Forgets whose a delivery is.</summary>
    public async Task ForgetAsync(Guid delivery, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(NoState);
        session.Delete<WebhookTicket>(delivery);
        await session.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets all that names a State.</summary>
    public async Task ForgetAllAsync(string state, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(NoState);
        session.DeleteWhere<WebhookTicket>(t => t.State == state);
        await session.SaveChangesAsync(cancellationToken);
    }
}

/// <summary>The keys of signatures: a text to be shown once, and protected where they are kept.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("webhooks");

    public string Protect(string secret) => protector.Protect(secret);

    public string Reveal(Webhook webhook) => protector.Unprotect(webhook.Secret);
}
