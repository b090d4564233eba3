using Marten;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>What follows from a request: events, or a refusal.</summary>
internal readonly record struct Decision<TEvent>(IReadOnlyList<TEvent> Events, Refusal? Refusal)
    where TEvent : class
{
    public static implicit operator Decision<TEvent>(TEvent happened) => new([happened], null);

    public static implicit operator Decision<TEvent>(Refusal refusal) => new([], refusal);
}

/// <summary>What every change of a stream has in common: load at the expected version, decide, append.</summary>
internal static class Appending
{
    /// <summary>Appends what <paramref name="decide"/> answers, without saving; answers the aggregate as it is after that, at its new version.</summary>
    public static async Task<Outcome<T>> AppendAsync<T, TEvent>(
        this IDocumentSession session,
        Guid id,
        string? ifMatch,
        Func<T?, TEvent, Guid, T> fold,
        Func<T, ValueTask<Decision<TEvent>>> decide,
        CancellationToken cancellationToken)
        where T : class
        where TEvent : class
    {
        // Whoever changes a stream locks it first, so that two writers wait for each other in one place: one that has appended and one that holds the lock
        // would each wait for the other.
        var stream = await session.Events.FetchForExclusiveWriting<T>(id, cancellationToken);
        if (stream.Aggregate is not { } before)
        {
            return Refusal.NotFound;
        }

        var current = stream.CurrentVersion ?? 0;
        if (Preconditions.Refuse(current, ifMatch) is { } refusal)
        {
            return refusal;
        }

        var decision = await decide(before);
        if (decision.Refusal is { } refused)
        {
            return refused;
        }

        var after = before;
        foreach (var happened in decision.Events)
        {
            stream.AppendOne(happened);
            after = fold(after, happened, id);
        }

        return Outcome<T>.Of(after, current + decision.Events.Count);
    }
}
