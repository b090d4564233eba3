using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Systems;

/// <summary>The api's calls for a State's webhooks, or for the community's: the same page for both.</summary>
/// <param name="Path">The page's address.</param>
/// <param name="Events">Of what can be told.</param>
public sealed record WebhookCalls(
    string Path,
    IReadOnlyList<WebhookEvent> Events,
    Func<Task<IReadOnlyList<WebhookView>>> ListAsync,
    Func<MakeWebhookBody, Task<MadeWebhook>> MakeAsync,
    Func<Guid, Task> RemoveAsync,
    Func<Guid, Task<IReadOnlyList<WebhookDeliveryView>>> DeliveriesAsync,
    Func<Guid, Guid, Task> ResendAsync);
