using System.Diagnostics;
using SelfAssess.Api.Demo;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Papers.Packs;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>What people take away of a release of 80 States: the draft paper in each language, and the archive of all charts.</summary>
internal static class PaperBenchmark
{
    private const int States = 80;
    private const int Rounds = 3;
    private static readonly string[] languages = ["ar", "en", "es", "fr", "ru", "zh"];

    public static async Task RunAsync()
    {
        var questionnaire = Instrument.Read();
        var world = new DemoWorld(questionnaire.Definition, States, cycles: 1, seed: 14);
        var release = AuditBenchmark.Compute(questionnaire, [.. world.States.Select((s, i) => AuditBenchmark.Contributed(questionnaire, world, s, i, cycle: 0))], before: null, cycle: 0).Publish();

        List<double> cold = [], warm = [], processor = [], pack = [];
        var (paperMemory, packMemory) = (0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var language in languages)
            {
                await using var memory = new MemoryWatch();
                var (since, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                WordPaper.Draw(ConferencePaper.Of(release, questionnaire.Definition, [], language));
                (round == 0 && language == languages[0] ? cold : warm).Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                processor.Add((Environment.CpuUsage.TotalTime - busy).TotalSeconds);
                paperMemory = Math.Max(paperMemory, memory.WorkingSet);
            }

            await using (var memory = new MemoryWatch())
            {
                var since = Stopwatch.GetTimestamp();
                await ChartPack.MakeAsync(release, "", questionnaire.Definition, "en", (_, _) => Task.CompletedTask);
                pack.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                packMemory = Math.Max(packMemory, memory.WorkingSet);
            }
        }

        Print($"papers of a release of {States} States, {Rounds} rounds, median (range)");
        Print($"  conference paper, the first of a process    {Spread(cold)} s   at most 3 is wanted");
        Print($"  conference paper, every further one         {Spread(warm)} s   at most 3 is wanted");
        // On a machine that does other work too, the clock tells little.
        Print($"  its processor time                          {Spread(processor)} s");
        Print($"  its memory                                  working set +{paperMemory / 1048576.0:0} MiB above idle   at most 200 is wanted");
        Print($"  archive of all charts                       {Spread(pack)} s, working set +{packMemory / 1048576.0:0} MiB");
    }
}
