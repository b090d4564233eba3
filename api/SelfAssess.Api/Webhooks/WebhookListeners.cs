using System.Text.Json;
using Hangfire;
using JasperFx.Events;
using Marten;
using Marten.Services;
using Npgsql;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Webhooks;

/// <summary>
/// Notices what is to be told in whatever is about to be saved, and adds it to the same transaction: an event is told exactly where it has happened. When the
/// transaction is through, it is queued; what a server that dies in between leaves is queued by the sweep.
/// </summary>
internal abstract class EventListener(IServiceProvider services) : DocumentSessionListenerBase
{
    private static readonly JsonSerializerOptions written = new(Json.Http) { WriteIndented = false };

    /// <summary>One thing to tell.</summary>
    /// <param name="Event">What happened.</param>
    /// <param name="At">When.</param>
    /// <param name="Data">By which ids it is found; no text and no answer.</param>
    protected sealed record Happened(WebhookEvent Event, DateTimeOffset At, object Data);

    /// <summary>Whose events these are; null for the community's.</summary>
    protected abstract string? StateOf(IDocumentSession session);

    /// <summary>What is about to be saved that is to be told.</summary>
    protected abstract Task<IReadOnlyList<Happened>> NoticeAsync(IDocumentSession session, CancellationToken cancellationToken);

    /// <summary>An event as messages name it.</summary>
    private static string TypeOf(WebhookEvent told) => told switch
    {
        WebhookEvent.RoundOpened => "round.opened",
        WebhookEvent.ResponseConfirmed => "response.confirmed",
        WebhookEvent.ResponseReturned => "response.returned",
        WebhookEvent.AssessmentSignedOff => "assessment.signedOff",
        WebhookEvent.ReleaseFrozen => "release.frozen",
        _ => throw new ArgumentOutOfRangeException(nameof(told), $"There is no message of {told}."),
    };

    public override async Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        var happened = await NoticeAsync(session, token);
        if (happened.Count == 0)
        {
            return;
        }

        foreach (var webhook in await session.Query<Webhook>().Where(w => w.Active).ToListAsync(token))
        {
            session.Insert(happened.Where(h => webhook.Events.Contains(h.Event)).Select(h => new WebhookDelivery
            {
                Id = Guid.NewGuid(),
                WebhookId = webhook.Id,
                Event = h.Event,
                Body = JsonSerializer.Serialize(new { type = TypeOf(h.Event), timestamp = h.At, data = h.Data }, written),
                CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow(),
            }));
        }
    }

    public override async Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        Guid[] deliveries = [.. commit.Inserted.OfType<WebhookDelivery>().Select(d => d.Id)];
        if (deliveries.Length == 0)
        {
            return;
        }

        try
        {
            await WebhookJob.QueueAsync(services.GetRequiredService<WebhookStores>(), services.GetRequiredService<IBackgroundJobClient>(), StateOf(session), deliveries, token);
        }
        catch (Exception e) when (e is NpgsqlException or BackgroundJobClientException or OperationCanceledException)
        {
            // What happened has happened, and is not undone because it cannot be told at once: the sweep queues it.
        }
    }
}

/// <summary>A State's own events. What is imported has happened elsewhere, and is not told again.</summary>
internal sealed class StateEventListener(IServiceProvider services) : EventListener(services)
{
    protected override string? StateOf(IDocumentSession session) => session.TenantId;

    protected override async Task<IReadOnlyList<Happened>> NoticeAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        List<Happened>? happened = null;
        foreach (var stream in session.PendingChanges.Streams())
        {
            if (stream.Events.Any(e => e.Data is AssessmentEvent.Opened or ResponseEvent.Opened))
            {
                continue;
            }

            foreach (var data in stream.Events.Select(e => e.Data))
            {
                if (await OfAsync(session, stream, data, cancellationToken) is { } told)
                {
                    (happened ??= []).Add(told);
                }
            }
        }

        return happened ?? (IReadOnlyList<Happened>)[];
    }

    private static async ValueTask<Happened?> OfAsync(IDocumentSession session, StreamAction stream, object data, CancellationToken cancellationToken) => data switch
    {
        AssessmentEvent.RoundOpened e => new(WebhookEvent.RoundOpened, e.At, new { cycle = await CycleAsync(session, stream, cancellationToken) }),
        AssessmentEvent.SignedOff e => new(WebhookEvent.AssessmentSignedOff, e.At, new { cycle = await CycleAsync(session, stream, cancellationToken), revision = e.Revision }),
        ResponseEvent.Confirmed e => await OfResponseAsync(session, stream, WebhookEvent.ResponseConfirmed, e.At, cancellationToken),
        ResponseEvent.Returned e => await OfResponseAsync(session, stream, WebhookEvent.ResponseReturned, e.At, cancellationToken),
        _ => null,
    };

    private static async Task<string?> CycleAsync(IDocumentSession session, StreamAction stream, CancellationToken cancellationToken) =>
        (await session.LoadAsync<Assessment>(stream.Id, cancellationToken))?.CycleId;

    private static async Task<Happened?> OfResponseAsync(IDocumentSession session, StreamAction stream, WebhookEvent kind, DateTimeOffset at, CancellationToken cancellationToken) =>
        await session.LoadAsync<EntityResponse>(stream.Id, cancellationToken) is { } response
            ? new(kind, at, new { cycle = response.CycleId, entity = response.Entity.Id }) : null;
}

/// <summary>The community's events: frozen releases, and nothing before them.</summary>
internal sealed class ReleaseListener(IServiceProvider services) : EventListener(services)
{
    protected override string? StateOf(IDocumentSession session) => null;

    protected override Task<IReadOnlyList<Happened>> NoticeAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        var frozen = session.PendingChanges.UpdatesFor<StoredRelease>().Where(r => r.Status == StoredReleaseStatus.Frozen);
        return Task.FromResult<IReadOnlyList<Happened>>(
            [.. frozen.Select(r => new Happened(WebhookEvent.ReleaseFrozen, r.DecidedAt!.Value, new { release = r.Id, cycle = r.CycleId, hash = r.Hash }))]);
    }
}
