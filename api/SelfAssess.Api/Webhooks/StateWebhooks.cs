using FastEndpoints;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Webhooks;

public sealed record MakeStateWebhookRequest : StateRequest
{
    [FromBody]
    public MakeWebhookBody Body { get; init; } = null!;
}

/// <summary>Addresses one webhook of a State.</summary>
public record StateWebhookRequest : StateRequest
{
    /// <summary>The webhook.</summary>
    [RouteParam]
    public Guid Webhook { get; init; }
}

/// <summary>Addresses one delivery of a State's webhook.</summary>
public sealed record StateDeliveryRequest : StateWebhookRequest
{
    /// <summary>The delivery.</summary>
    [RouteParam]
    public Guid Delivery { get; init; }
}

[Permits(Role.Coordinator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class MakeStateWebhookEndpoint(WebhookDesk desk) : Endpoint<MakeStateWebhookRequest, MadeWebhook>
{
    public override void Configure()
    {
        Post("states/{state}/webhooks");
        Summary(s =>
        {
            s.Summary = "Make a webhook of a State";
            s.Description = "Told of the State's own events (`roundOpened`, `responseConfirmed`, `responseReturned`, `assessmentSignedOff`), with ids and without texts or answers. Posts are signed as the Standard Webhooks specification has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`: v1, HMAC-SHA-256); a receiver that does not answer with a status of success within ten seconds is tried again for about seven hours.";
            s.Response<MadeWebhook>(201, "The webhook and its key, which is shown this once.");
            s.Responses[409] = "There are as many as there may be (`too-many-webhooks`).";
        });
    }

    public override Task HandleAsync(MakeStateWebhookRequest request, CancellationToken ct) => desk.MakeAsync(HttpContext, request.State, request.Body, WebhookRules.OfStates, ct);
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListStateWebhooksEndpoint(WebhookDesk desk) : Endpoint<StateRequest, WebhookList>
{
    public override void Configure()
    {
        Get("states/{state}/webhooks");
        Summary(s =>
        {
            s.Summary = "List the webhooks of a State";
            s.Description = "Without their keys.";
        });
    }

    public override Task HandleAsync(StateRequest request, CancellationToken ct) => desk.ListAsync(HttpContext, request.State, ct);
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class RemoveStateWebhookEndpoint(WebhookDesk desk) : Endpoint<StateWebhookRequest>
{
    public override void Configure()
    {
        Delete("states/{state}/webhooks/{webhook}");
        Summary(s =>
        {
            s.Summary = "Remove a webhook of a State";
            s.Description = "It is told of nothing any more, and what was told to it is forgotten.";
            s.Responses[204] = "It is removed.";
        });
    }

    public override Task HandleAsync(StateWebhookRequest request, CancellationToken ct) => desk.RemoveAsync(HttpContext, request.State, request.Webhook, ct);
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListStateDeliveriesEndpoint(WebhookDesk desk) : Endpoint<StateWebhookRequest, WebhookDeliveryList>
{
    public override void Configure()
    {
        Get("states/{state}/webhooks/{webhook}/deliveries");
        Summary(s =>
        {
            s.Summary = "List what was told to a webhook of a State";
            s.Description = "Of the last 30 days, with the last attempts of each. What a receiver answers is not kept, beyond its status.";
        });
    }

    public override Task HandleAsync(StateWebhookRequest request, CancellationToken ct) => desk.ListDeliveriesAsync(HttpContext, request.State, request.Webhook, ct);
}

[Permits(Role.Coordinator)]
internal sealed class ResendStateDeliveryEndpoint(WebhookDesk desk) : Endpoint<StateDeliveryRequest, WebhookDeliveryView>
{
    public override void Configure()
    {
        Post("states/{state}/webhooks/{webhook}/deliveries/{delivery}/resend");
        Summary(s =>
        {
            s.Summary = "Tell a webhook of a State once more";
            s.Description = "The same message under the same id, signed anew.";
            s.Response<WebhookDeliveryView>(202, "It is on its way.");
            s.Responses[409] = "It is on its way already (`delivery-waiting`).";
        });
    }

    public override Task HandleAsync(StateDeliveryRequest request, CancellationToken ct) => desk.ResendAsync(HttpContext, request.State, request.Webhook, request.Delivery, ct);
}
