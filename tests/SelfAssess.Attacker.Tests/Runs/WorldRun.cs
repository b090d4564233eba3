using System.Diagnostics;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Tests.Worlds;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>One cycle of a world, published as the pipeline does it.</summary>
/// <param name="Release">What passed.</param>
/// <param name="Step">How far it had to be coarsened.</param>
/// <param name="Report">Of the audit that it passed.</param>
/// <param name="Refused">The audits before it.</param>
/// <param name="Seconds">How long all of them took.</param>
internal sealed record PublishedCycle(AuditedRelease Release, CoarseningStep Step, AuditReport Report, IReadOnlyList<AuditReport> Refused, double Seconds);

/// <summary>A whole world through computation and audit, one cycle after the other.</summary>
internal static class WorldRun
{
    public static IReadOnlyList<PublishedCycle> Publish(World world, CancellationToken cancellationToken)
    {
        var cycles = new List<PublishedCycle>();
        for (var cycle = 0; cycle < world.Plan.Cycles; cycle++)
        {
            cycles.Add(Publish(world, cycle, [.. cycles.Select(c => c.Release)], cancellationToken));
        }

        return cycles;
    }

    private static PublishedCycle Publish(World world, int cycle, IReadOnlyList<AuditedRelease> earlier, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var refused = new List<AuditReport>();
        foreach (var (step, release) in Publishing.Ladder(world, cycle, earlier))
        {
            var report = AuditGate.Examine(new AuditInput(release, earlier), cancellationToken: cancellationToken);
            if (report.Passed)
            {
                return new PublishedCycle(release, step, report, refused, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            refused.Add(report);
        }

        throw new InvalidOperationException("A release that tells nothing does not pass.");
    }
}
