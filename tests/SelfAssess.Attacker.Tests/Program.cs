using System.Diagnostics;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Tests.Worlds;

if (args is ["try", var seed, var turnout, var cycles, ..])
{
    var sw = Stopwatch.StartNew();
    var world = new World(new WorldPlan { Seed = int.Parse(seed), Turnout = int.Parse(turnout), Cycles = int.Parse(cycles), Parties = args.Length > 4 ? int.Parse(args[4]) : 116, Changing = args.Length > 5 ? int.Parse(args[5]) : 25 });
    var releases = Publishing.Unaudited(world);
    Console.WriteLine($"made in {sw.ElapsedMilliseconds} ms; participants {string.Join(", ", releases.Select(r => r.Contributors.Count))}");
    var panel = releases[^1].Release.Panel;
    Console.WriteLine(string.Join(" ", releases[^1].Release.Partition.Groups.Select(g => g.Id + ":" + g.Status + ":" + g.Base)));
    Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(releases[^1].Release)[..3000]);
    sw.Restart();
    var report = AuditGate.Examine(new AuditInput(releases[^1], releases.SkipLast(1).ToArray()), new AuditSettings { FirstOnly = false, RepeatersUnchanged = args.Length < 7 });
    Console.WriteLine($"audit {sw.ElapsedMilliseconds} ms passed {report.Passed} failed {string.Join(",", report.Failed)} solves {report.Solves}");
    foreach (var a in report.Attacks) Console.WriteLine(a);
    foreach (var e in report.Errors.Take(10)) Console.WriteLine(e);
}
