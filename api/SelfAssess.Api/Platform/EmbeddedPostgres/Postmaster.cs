using System.Diagnostics;
using System.Globalization;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>What a running server says of itself in its cluster's <c>postmaster.pid</c>.</summary>
internal sealed record Postmaster(int Pid, int Port, string Status)
{
    // Larger than any process id that an operating system gives.
    private const int Nobody = int.MaxValue;

    public bool IsReady => Status == "ready";

    /// <summary>The server of this cluster, if its process is alive.</summary>
    public static Postmaster? Of(string cluster) =>
        Read(cluster) is [var pid, ..] lines && int.TryParse(pid, CultureInfo.InvariantCulture, out var id) && IsServer(id, cluster)
            ? new(
                id,
                int.TryParse(lines.ElementAtOrDefault(3), CultureInfo.InvariantCulture, out var port) ? port : 0,
                lines.ElementAtOrDefault(7)?.Trim() ?? "")
            : null;

    /// <summary>
    /// After a crash the file can name a process id that has since been given to another program of ours (in containers the same few
    /// come back each time), and the server then refuses to start. The file is kept, without the id: the server still checks by it
    /// that no process of its predecessor holds the shared memory.
    /// </summary>
    public static void Forget(string cluster)
    {
        if (Of(cluster) is null && Read(cluster) is [_, .. var rest])
            File.WriteAllLines(FileOf(cluster), [Nobody.ToString(CultureInfo.InvariantCulture), .. rest]);
    }

    private static string FileOf(string cluster) => Path.Combine(cluster, "postmaster.pid");

    private static string[] Read(string cluster)
    {
        try
        {
            return File.ReadAllLines(FileOf(cluster));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static bool IsServer(int pid, string cluster)
    {
        try
        {
            // A server's current folder is its cluster.
            if (OperatingSystem.IsLinux())
                return File.ReadAllText($"/proc/{pid}/cwd/postmaster.pid") == File.ReadAllText(FileOf(cluster));
        }
        catch (UnauthorizedAccessException)
        {
            // Root in a container may not look into processes of others: their name must do, as elsewhere.
        }
        catch (IOException)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName == "postgres" && !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
