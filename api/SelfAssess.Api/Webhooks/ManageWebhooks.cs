using FastEndpoints;
using FluentValidation;
using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Webhooks;

/// <summary>An address that is told of events.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Where events are posted.</param>
/// <param name="Events">Of which it is told.</param>
/// <param name="Active">False once the receiver said that it is gone (410): it is told of nothing any more.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record WebhookView(Guid Id, string Url, IReadOnlyList<WebhookEvent> Events, bool Active, DateTimeOffset CreatedAt)
{
    internal static WebhookView Of(Webhook webhook) => new(webhook.Id, webhook.Url, webhook.Events, webhook.Active, webhook.CreatedAt);
}

/// <summary>Addresses that are told of events.</summary>
/// <param name="Items">The oldest first.</param>
public sealed record WebhookList(IReadOnlyList<WebhookView> Items);

/// <summary>A new webhook and its key, which is shown this once.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Secret">The key with which its receiver checks signatures, as the Standard Webhooks specification writes it.</param>
public sealed record MadeWebhook(WebhookView Webhook, string Secret);

/// <summary>One event on its way to one address.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Event">What happened.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Attempts">The last attempts, the first of them first.</param>
/// <param name="CreatedAt">When it happened.</param>
public sealed record WebhookDeliveryView(Guid Id, WebhookEvent Event, DeliveryStatus Status, IReadOnlyList<DeliveryAttempt> Attempts, DateTimeOffset CreatedAt)
{
    internal static WebhookDeliveryView Of(WebhookDelivery delivery) => new(delivery.Id, delivery.Event, delivery.Status, delivery.Attempts, delivery.CreatedAt);
}

/// <summary>What was told to one address lately.</summary>
/// <param name="Items">At most 50, the latest first.</param>
public sealed record WebhookDeliveryList(IReadOnlyList<WebhookDeliveryView> Items);

/// <summary>Whom to tell what.</summary>
public sealed record MakeWebhookBody
{
    /// <summary>Where events are posted: an address that begins with https, without a name and a password in it.</summary>
    public required string Url { get; init; }

    /// <summary>Of which to tell; at least one.</summary>
    public required IReadOnlyList<WebhookEvent> Events { get; init; }
}

internal static class WebhookRules
{
    public const int LongestUrl = 500;
    public const int MostWebhooks = 20;

    public static readonly WebhookEvent[] OfStates = [WebhookEvent.RoundOpened, WebhookEvent.ResponseConfirmed, WebhookEvent.ResponseReturned, WebhookEvent.AssessmentSignedOff];
    public static readonly WebhookEvent[] OfCommunity = [WebhookEvent.ReleaseFrozen];

    /// <summary>Whether events may be posted there, as far as the address itself tells; where its name leads is looked at each time.</summary>
    public static bool IsReceiver(string? url, bool allowPrivate) =>
        url is { Length: <= LongestUrl } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (allowPrivate && uri.Scheme == "http")) && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0 && uri.IdnHost.Length > 0 && (allowPrivate || !System.Net.IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) || PublicAddresses.IsPublic(address));

    /// <summary>The refusal of what cannot be a webhook; null where it can be one.</summary>
    public static Refusal? Refuse(MakeWebhookBody body, WebhookEvent[] allowed, bool allowPrivate) =>
        !IsReceiver(body.Url, allowPrivate)
            ? Refusal.Invalid("url", $"Write a public address that begins with https, without a name, a password or a fragment, of up to {LongestUrl} characters.", "notPublic")
        : body.Events.Count == 0 || body.Events.Except(allowed).Any()
            ? Refusal.Invalid("events", $"Choose at least one of {string.Join(", ", allowed.Select(Name))}.", "unknownEvent")
        : null;

    private static string Name(WebhookEvent told) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(told.ToString());
}

/// <summary>What endpoints of a State's and of the community's webhooks have in common.</summary>
internal sealed class WebhookDesk(WebhookStores stores, WebhookSecrets secrets, IBackgroundJobClient jobs, IConfiguration configuration, TimeProvider clock)
{
    public async Task MakeAsync(HttpContext context, string? state, MakeWebhookBody body, WebhookEvent[] allowed, CancellationToken ct)
    {
        if (WebhookRules.Refuse(body, allowed, configuration.GetValue<bool>(WebhooksSetup.AllowPrivate)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        await using var session = stores.Open(state);
        if (await session.Query<Webhook>().CountAsync(ct) >= WebhookRules.MostWebhooks)
        {
            await Refusal.Conflict("too-many-webhooks", $"There are {WebhookRules.MostWebhooks} already; remove one first.").WriteAsync(context);
            return;
        }

        var secret = StandardSignature.NewSecret();
        var webhook = new Webhook { Id = Guid.NewGuid(), Url = body.Url, Events = [.. body.Events.Distinct().Order()], Secret = secrets.Protect(secret), CreatedAt = clock.GetUtcNow() };
        session.Insert(webhook);
        await session.SaveChangesAsync(ct);
        context.MarkResponseStart();
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = PathOf(state, webhook.Id);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(new MadeWebhook(WebhookView.Of(webhook), secret), Platform.Json.Http, ct);
    }

    public async Task ListAsync(HttpContext context, string? state, CancellationToken ct)
    {
        await using var session = stores.Query(state);
        var webhooks = await session.Query<Webhook>().ToListAsync(ct);
        context.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(context, new WebhookList([.. webhooks.OrderBy(w => w.CreatedAt).ThenBy(w => w.Id).Select(WebhookView.Of)]), ct);
    }

    public async Task RemoveAsync(HttpContext context, string? state, Guid webhook, CancellationToken ct)
    {
        await using var session = stores.Open(state);
        if (await session.LoadAsync<Webhook>(webhook, ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(context);
            return;
        }

        session.Delete(found);
        session.DeleteWhere<WebhookDelivery>(d => d.WebhookId == webhook);
        await session.SaveChangesAsync(ct);
        context.MarkResponseStart();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task ListDeliveriesAsync(HttpContext context, string? state, Guid webhook, CancellationToken ct)
    {
        await using var session = stores.Query(state);
        if (!await session.Query<Webhook>().AnyAsync(w => w.Id == webhook, ct))
        {
            await Refusal.NotFound.WriteAsync(context);
            return;
        }

        var latest = await session.Query<WebhookDelivery>().Where(d => d.WebhookId == webhook).OrderByDescending(d => d.CreatedAt).Take(50).ToListAsync(ct);
        context.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(context, new WebhookDeliveryList([.. latest.Select(WebhookDeliveryView.Of)]), ct);
    }

    public async Task ResendAsync(HttpContext context, string? state, Guid webhook, Guid delivery, CancellationToken ct)
    {
        await Writing.RunAsync(context, stores.Of(state), state is null ? null : Tenants.Of(state), null, clock, async session =>
            {
                if (await session.LoadAsync<WebhookDelivery>(delivery, ct) is not { } found || found.WebhookId != webhook)
                {
                    return (Outcome<WebhookDeliveryView>)Refusal.NotFound;
                }

                if (found.Status == DeliveryStatus.Waiting)
                {
                    return Refusal.Conflict("delivery-waiting", "It is on its way already.");
                }

                var again = found with { Status = DeliveryStatus.Waiting, Tried = 0 };
                session.Put(again, found.Version);
                return Outcome<WebhookDeliveryView>.Of(WebhookDeliveryView.Of(again));
            },
            StatusCodes.Status202Accepted, _ => $"{PathOf(state, webhook)}/deliveries");
        if (context.Response.StatusCode == StatusCodes.Status202Accepted)
        {
            await WebhookJob.QueueAsync(stores, jobs, state, [delivery], ct);
        }
    }

    private static string PathOf(string? state, Guid webhook) => $"/api/v1/{(state is null ? "" : $"states/{state}/")}webhooks/{webhook}";
}
