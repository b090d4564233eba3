using System.Diagnostics;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>How long the built program takes until it is ready, with a database of its own.</summary>
internal static class StartBenchmark
{
    private const int Rounds = 7;

    /// <summary>From the start of the process to the first 200 of /health/ready, on a folder that is not there yet and on the same again.</summary>
    public static async Task ColdStartAsync()
    {
        List<double> fresh = [], existing = [];
        for (var round = 0; round < Rounds; round++)
        {
            var folder = Database.Scratch();
            fresh.Add(await StartAsync(folder));
            existing.Add(await StartAsync(folder));
            Directory.Delete(folder, recursive: true);
        }

        Print($"start to ready, {Rounds} rounds, median (range)");
        Print($"  new data folder       {Spread(fresh)} s   at most 6 is wanted");
        Print($"  existing data folder  {Spread(existing)} s   at most 6 is wanted");
    }

    /// <summary>From the start of the process with <c>--demo</c> to the end of the demo data.</summary>
    public static async Task DemoAsync()
    {
        var folder = Database.Scratch();
        var since = Stopwatch.GetTimestamp();
        await using (var server = Server.Program(Settings(folder), "--demo"))
        {
            var said = await server.SaysAsync("Demo data:");
            Print($"start with demo data  {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s   less than 60 is wanted ({said})");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<double> StartAsync(string folder)
    {
        var since = Stopwatch.GetTimestamp();
        await using var server = Server.Program(Settings(folder));
        await server.ReadyAsync("/health/ready");
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static Dictionary<string, string> Settings(string folder) => new(StringComparer.Ordinal) { ["SelfAssess:Postgres:DataFolder"] = folder };
}
