namespace SelfAssess.Benchmarks;

/// <summary>The most memory above what was in use when the watch began.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;

    public MemoryWatch()
    {
        Settle();
        var (heap, working) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
        watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Heap = Math.Max(Heap, GC.GetTotalMemory(forceFullCollection: false) - heap);
                WorkingSet = Math.Max(WorkingSet, Environment.WorkingSet - working);
                await Task.Delay(5);
            }
        });
    }

    public long Heap { get; private set; }

    public long WorkingSet { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    /// <summary>Gives back what nobody needs any more.</summary>
    public static void Settle()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }
}
