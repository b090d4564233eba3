namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>
/// Locks between processes that the operating system releases however their holder ends. On Unix .NET opens files under
/// <c>flock</c>, which is what lets <c>flock(1)</c> wait for them.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock: <see cref="FileShare.None"/> is exclusive, <see cref="FileShare.Read"/> shared.</summary>
    /// <exception cref="EmbeddedPostgresException">Another process kept the lock for longer than <paramref name="patience"/>.</exception>
    public static async Task<FileStream> TakeAsync(
        string path, FileShare share, TimeProvider time, TimeSpan patience, CancellationToken cancellation = default)
    {
        for (var since = time.GetTimestamp(); ;)
        {
            if (TryTake(path, share) is { } taken)
                return taken;
            if (time.GetElapsedTime(since) > patience)
                throw new EmbeddedPostgresException($"Another process has kept {path} locked for {patience}.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    public static FileStream? TryTake(string path, FileShare share)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.Read, share);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            return null;
        }
    }
}
