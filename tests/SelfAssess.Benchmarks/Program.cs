using SelfAssess.Benchmarks;

// The second word is for a process that a benchmark starts itself.
switch (args)
{
    case [HandWrittenServer.Command, var connectionString, var address]:
        await HandWrittenServer.RunAsync(connectionString, address);
        return 0;
    case [StaticServer.Command, var folder, var address]:
        await StaticServer.RunAsync(folder, address);
        return 0;
    case ["scoring"]:
        ScoringBenchmarks.Run();
        return 0;
    case ["saving"]:
        await SavingBenchmark.RunAsync();
        return 0;
    case ["release"]:
        await ReleaseBenchmark.RunAsync();
        return 0;
    case ["audit"]:
        AuditBenchmark.Run();
        return 0;
    case ["paper"]:
        await PaperBenchmark.RunAsync();
        return 0;
    case ["reading"]:
        await ReadingBenchmark.RunAsync();
        return 0;
    case ["growth"]:
        await ReleaseBenchmark.GrowthAsync();
        return 0;
    case ["soak"]:
        await Soak.RunAsync(10);
        return 0;
    case ["soak", var minutes]:
        await Soak.RunAsync(int.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["start"]:
        await StartBenchmark.ColdStartAsync();
        return 0;
    case ["demo"]:
        await StartBenchmark.DemoAsync();
        return 0;
    case ["drill"]:
        return await LoadDrill.RunAsync() == 0 ? 0 : 1;
    case ["all"]:
        ScoringBenchmarks.Run();
        await SavingBenchmark.RunAsync();
        await ReadingBenchmark.RunAsync();
        await ReleaseBenchmark.RunAsync();
        AuditBenchmark.Run();
        await PaperBenchmark.RunAsync();
        await StartBenchmark.ColdStartAsync();
        await StartBenchmark.DemoAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Name one: scoring, saving, reading, release, growth, audit, paper, start, demo, drill, soak or all.");
        return 2;
}
