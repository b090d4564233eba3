using Hangfire;
using JasperFx;
using Marten;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Webhooks;

/// <summary>What is told to another system.</summary>
public enum WebhookEvent
{
    /// <summary>A State's entities are asked.</summary>
    RoundOpened,

    /// <summary>An entity confirmed its response.</summary>
    ResponseConfirmed,

    /// <summary>The coordinator returned a response to its entity.</summary>
    ResponseReturned,

    /// <summary>A State's assessment was signed off.</summary>
    AssessmentSignedOff,

    /// <summary>A release was published.</summary>
    ReleaseFrozen,
}

/// <summary>State store or common store: an address that is told of events of that State, or of the community.</summary>
public sealed record Webhook : IRevisioned
{
    public required Guid Id { get; init; }

    /// <summary>Where events are posted.</summary>
    public required string Url { get; init; }
    public required IReadOnlyList<WebhookEvent> Events { get; init; }

    /// <summary>The key of its signatures, protected by the data-protection keys.</summary>
    public required string Secret { get; init; }

    /// <summary>False once the receiver said that it is gone (410).</summary>
    public bool Active { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }

    public int Version { get; set; }
}

/// <summary>How far the telling of one event is.</summary>
public enum DeliveryStatus
{
    /// <summary>It is tried, or will be tried again.</summary>
    Waiting,
    Delivered,

    /// <summary>It was tried as often as it is; it can be sent again by hand.</summary>
    Failed,
}

/// <summary>What became of one attempt.</summary>
public enum AttemptOutcome
{
    /// <summary>The receiver answered with a status of success.</summary>
    Accepted,

    /// <summary>It answered with another one.</summary>
    Rejected,

    /// <summary>It could not be reached, or not through a connection that can be trusted.</summary>
    Unreachable,
    TimedOut,

    /// <summary>Its name leads to an address that is not public: nothing was sent.</summary>
    NotPublic,
}

/// <summary>One attempt.</summary>
/// <param name="At">When it began.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Status">The HTTP status; null where there was no answer. What the receiver says is never kept.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, AttemptOutcome Outcome, int? Status, int Milliseconds);

/// <summary>State store or common store: one event on its way to one address.</summary>
public sealed record WebhookDelivery : IRevisioned
{
    /// <summary>So many attempts are kept.</summary>
    public const int AttemptsKept = 10;

    public required Guid Id { get; init; }
    public required Guid WebhookId { get; init; }
    public required WebhookEvent Event { get; init; }

    /// <summary>What is posted, the same at each attempt.</summary>
    public required string Body { get; init; }
    public DeliveryStatus Status { get; init; }

    /// <summary>The last attempts, the first of them first.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>How often it was tried since it was last sent by hand.</summary>
    public int Tried { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public int Version { get; set; }
}

/// <summary>
/// State store, in the tenant of no State: whose delivery it is. A job's only argument is the delivery's id, which tells nothing; the ticket is deleted when
/// the delivery has ended.
/// </summary>
/// <param name="Id">The delivery.</param>
/// <param name="State">The State; null for the community.</param>
public sealed record WebhookTicket(Guid Id, string? State);

internal static class WebhooksSetup
{
    /// <summary>A queue of its own: receivers that are slow keep no release waiting.</summary>
    public const string Queue = "webhooks";

    /// <summary>For tests, and for deployments whose receivers are within.</summary>
    public const string AllowPrivate = "SelfAssess:Webhooks:AllowPrivate";

    public static void RegisterWebhooks(this StoreOptions options)
    {
        options.Schema.For<Webhook>().UseNumericRevisions(true);
        options.Schema.For<WebhookDelivery>().UseNumericRevisions(true).Duplicate(d => d.WebhookId);
    }

    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<WebhookStores>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<SendWebhook>();
        services.AddSingleton<WebhookDesk>();
        services.AddScoped<WebhookJob>();
        services.AddHangfireServer(options =>
        {
            options.Queues = [Queue];
            options.WorkerCount = 2;
            options.SchedulePollingInterval = TimeSpan.FromSeconds(1);
        });
        services.ConfigureMarten<IStateStore>((provider, options) => options.Listeners.Add(new StateEventListener(provider)));
        services.ConfigureMarten<ICommonStore>((provider, options) => options.Listeners.Add(new ReleaseListener(provider)));
    }
}
