using System.Collections.Concurrent;

namespace SelfAssess.Api.Papers;

/// <summary>
/// Draws papers one after the other, so that however many are asked for at once, memory is that of one; and keeps the last conference papers, which never change
/// while the program runs. A State's own is drawn and forgotten.
/// </summary>
internal sealed class DrawnPapers : IDisposable
{
    // Two releases in every language.
    private const int MostKept = 12;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly ConcurrentDictionary<(string Release, string Language), byte[]> kept = new();
    private readonly Queue<(string Release, string Language)> order = new();

    /// <summary>The paper on a release, drawn now or before.</summary>
    public async Task<byte[]> OfReleaseAsync(string release, string language, Func<byte[]> draw, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue((release, language), out var known))
        {
            return known;
        }

        await one.WaitAsync(cancellationToken);
        try
        {
            if (kept.TryGetValue((release, language), out known))
            {
                return known;
            }

            var drawn = draw();
            kept[(release, language)] = drawn;
            order.Enqueue((release, language));
            if (order.Count > MostKept)
            {
                kept.TryRemove(order.Dequeue(), out _);
            }

            return drawn;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>A paper, or another file, that is kept nowhere.</summary>
    public async Task<T> OnceAsync<T>(Func<T> draw, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            return draw();
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();
}
