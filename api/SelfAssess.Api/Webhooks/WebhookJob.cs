using Hangfire;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Jobs;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Webhooks;

/// <summary>An event was not taken; the queue tries again. It says neither who nor where.</summary>
internal sealed class EventNotTakenException() : Exception("The receiver did not take the event.");

/// <summary>The Hangfire job that tells one event. Its only argument is the delivery's id, from which no State can be told.</summary>
internal sealed class WebhookJob(WebhookStores stores, WebhookSecrets secrets, SendWebhook send, ICommonStore common, IBackgroundJobClient jobs, OneAtATime work, Placement placement, TimeProvider clock)
{
    public const string SweepId = "resume-webhooks";

    /// <summary>So often an event is told, at first and after each of the delays below.</summary>
    public const int MostTries = 7;

    private static readonly TimeSpan kept = TimeSpan.FromDays(30);

    /// <summary>Tells one event, once more. Where another server is at it, there is nothing to do.</summary>
    [Queue(WebhooksSetup.Queue)]
    [AutomaticRetry(Attempts = MostTries - 1, DelaysInSeconds = [5, 30, 120, 600, 3600, 21600], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(Guid delivery, CancellationToken cancellationToken)
    {
        await using var turn = await work.TryAsync($"webhook/{delivery}", cancellationToken);
        if (turn is null || await stores.FindAsync(delivery, cancellationToken) is not { State: var state })
        {
            return;
        }

        if (state is not null)
        {
            await placement.RouteAsync(Tenants.Of(state), cancellationToken);
        }

        await using var session = stores.Open(state);
        if (await session.LoadAsync<WebhookDelivery>(delivery, cancellationToken) is not { Status: DeliveryStatus.Waiting } waiting
            || await session.LoadAsync<Webhook>(waiting.WebhookId, cancellationToken) is not { Active: true } webhook)
        {
            await stores.ForgetAsync(delivery, cancellationToken);
            return;
        }

        var attempt = await send.RunAsync(webhook.Url, secrets.Reveal(webhook), waiting, cancellationToken);
        var gone = attempt.Status == StatusCodes.Status410Gone;
        var told = waiting with
        {
            Attempts = [.. waiting.Attempts.Append(attempt).TakeLast(WebhookDelivery.AttemptsKept)],
            Tried = waiting.Tried + 1,
            Status = attempt.Outcome == AttemptOutcome.Accepted ? DeliveryStatus.Delivered : gone || waiting.Tried + 1 >= MostTries ? DeliveryStatus.Failed : DeliveryStatus.Waiting,
        };
        session.Put(told, waiting.Version);
        if (gone)
        {
            session.Put(webhook with { Active = false }, webhook.Version);
        }

        await session.SaveChangesAsync(cancellationToken);
        if (told.Status == DeliveryStatus.Waiting)
        {
            throw new EventNotTakenException();
        }

        await stores.ForgetAsync(delivery, cancellationToken);
    }

    /// <summary>Queues what a server did not queue before it died, and forgets what is long past.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> registered;
        await using (var session = common.QuerySession())
        {
            registered = await session.Query<RegisteredState>().Select(s => s.Id).ToListAsync(cancellationToken);
        }

        var now = clock.GetUtcNow();
        foreach (var state in registered.Append(null))
        {
            await using var session = stores.Open(state);
            var (before, past) = (now.AddMinutes(-5), now - kept);
            var waiting = await session.Query<WebhookDelivery>().Where(d => d.Status == DeliveryStatus.Waiting && d.Tried == 0 && d.CreatedAt < before).Select(d => d.Id).ToListAsync(cancellationToken);
            session.DeleteWhere<WebhookDelivery>(d => d.CreatedAt < past);
            await session.SaveChangesAsync(cancellationToken);
            await QueueAsync(stores, jobs, state, waiting, cancellationToken);
        }
    }

    /// <summary>Queues deliveries that are stored.</summary>
    public static async Task QueueAsync(WebhookStores stores, IBackgroundJobClient jobs, string? state, IReadOnlyList<Guid> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0)
        {
            return;
        }

        await stores.NoteAsync(state, deliveries, cancellationToken);
        foreach (var delivery in deliveries)
        {
            jobs.Enqueue<WebhookJob>(j => j.RunAsync(delivery, CancellationToken.None));
        }
    }
}
