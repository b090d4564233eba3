using FastEndpoints;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Webhooks;

public sealed record MakeCommunityWebhookRequest
{
    [FromBody]
    public MakeWebhookBody Body { get; init; } = null!;
}

/// <summary>Addresses one webhook of the community.</summary>
public record CommunityWebhookRequest
{
    /// <summary>The webhook.</summary>
    [RouteParam]
    public Guid Webhook { get; init; }
}

/// <summary>Addresses one delivery of the community's webhook.</summary>
public sealed record CommunityDeliveryRequest : CommunityWebhookRequest
{
    /// <summary>The delivery.</summary>
    [RouteParam]
    public Guid Delivery { get; init; }
}

[Permits(Role.Administrator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class MakeCommunityWebhookEndpoint(WebhookDesk desk) : Endpoint<MakeCommunityWebhookRequest, MadeWebhook>
{
    public override void Configure()
    {
        Post("webhooks");
        Summary(s =>
        {
            s.Summary = "Make a webhook of the community";
            s.Description = "Told of frozen releases (`releaseFrozen`) and of nothing before them. Posts are signed as the Standard Webhooks specification has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`: v1, HMAC-SHA-256); a receiver that does not answer with a status of success within ten seconds is tried again for about seven hours.";
            s.Response<MadeWebhook>(201, "The webhook and its key, which is shown this once.");
            s.Responses[409] = "There are as many as there may be (`too-many-webhooks`).";
        });
    }

    public override Task HandleAsync(MakeCommunityWebhookRequest request, CancellationToken ct) => desk.MakeAsync(HttpContext, state: null, request.Body, WebhookRules.OfCommunity, ct);
}

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListCommunityWebhooksEndpoint(WebhookDesk desk) : EndpointWithoutRequest<WebhookList>
{
    public override void Configure()
    {
        Get("webhooks");
        Summary(s =>
        {
            s.Summary = "List the webhooks of the community";
            s.Description = "Without their keys.";
        });
    }

    public override Task HandleAsync(CancellationToken ct) => desk.ListAsync(HttpContext, state: null, ct);
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class RemoveCommunityWebhookEndpoint(WebhookDesk desk) : Endpoint<CommunityWebhookRequest>
{
    public override void Configure()
    {
        Delete("webhooks/{webhook}");
        Summary(s =>
        {
            s.Summary = "Remove a webhook of the community";
            s.Description = "It is told of nothing any more, and what was told to it is forgotten.";
            s.Responses[204] = "It is removed.";
        });
    }

    public override Task HandleAsync(CommunityWebhookRequest request, CancellationToken ct) => desk.RemoveAsync(HttpContext, state: null, request.Webhook, ct);
}

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListCommunityDeliveriesEndpoint(WebhookDesk desk) : Endpoint<CommunityWebhookRequest, WebhookDeliveryList>
{
    public override void Configure()
    {
        Get("webhooks/{webhook}/deliveries");
        Summary(s =>
        {
            s.Summary = "List what was told to a webhook of the community";
            s.Description = "Of the last 30 days, with the last attempts of each. What a receiver answers is not kept, beyond its status.";
        });
    }

    public override Task HandleAsync(CommunityWebhookRequest request, CancellationToken ct) => desk.ListDeliveriesAsync(HttpContext, state: null, request.Webhook, ct);
}

[Permits(Role.Administrator)]
internal sealed class ResendCommunityDeliveryEndpoint(WebhookDesk desk) : Endpoint<CommunityDeliveryRequest, WebhookDeliveryView>
{
    public override void Configure()
    {
        Post("webhooks/{webhook}/deliveries/{delivery}/resend");
        Summary(s =>
        {
            s.Summary = "Tell a webhook of the community once more";
            s.Description = "The same message under the same id, signed anew.";
            s.Response<WebhookDeliveryView>(202, "It is on its way.");
            s.Responses[409] = "It is on its way already (`delivery-waiting`).";
        });
    }

    public override Task HandleAsync(CommunityDeliveryRequest request, CancellationToken ct) => desk.ResendAsync(HttpContext, state: null, request.Webhook, request.Delivery, ct);
}
