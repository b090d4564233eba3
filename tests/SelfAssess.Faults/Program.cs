using SelfAssess.Faults;

// One whole deployment after the other, each with its own fault: dotnet run --project tests/SelfAssess.Faults [NAME…]
if (args.FirstOrDefault(a => !Drills.All.ContainsKey(a)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no {unknown}. Name some of {string.Join(", ", Drills.All.Keys)}; without a name, all are run.");
    return 2;
}

var failed = 0;
foreach (var (name, drill) in Drills.All.Where(d => args.Length == 0 || args.Contains(d.Key, StringComparer.Ordinal)))
{
    Console.WriteLine(name);
    var report = new Report();
    try
    {
        await using var topology = await Deployment.StartAsync();
        try
        {
            await drill(topology, report);
        }
        catch
        {
            topology.Tell();
            throw;
        }
    }
    catch (Exception e)
    {
        report.Wrong($"{e}");
    }

    failed += report.Print() ? 0 : 1;
}

Console.WriteLine($"{(args.Length == 0 ? Drills.All.Count : args.Length) - failed} drills passed, {failed} failed");
return failed == 0 ? 0 : 1;
