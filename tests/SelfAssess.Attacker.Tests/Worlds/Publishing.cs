using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Worlds;

/// <summary>Publishes a world's cycles one after the other, as the pipeline does it.</summary>
internal static class Publishing
{
    /// <summary>The release of a cycle, before any audit.</summary>
    public static AuditedRelease Make(World world, int cycle, IReadOnlyList<AuditedRelease> earlier) => Ladder(world, cycle, earlier).First().Release;

    /// <summary>The release of a cycle, at each step of coarsening.</summary>
    public static IEnumerable<(CoarseningStep Step, AuditedRelease Release)> Ladder(World world, int cycle, IReadOnlyList<AuditedRelease> earlier)
    {
        var contributors = world.Cohort(cycle).Select(s => world.ContributionOf(s, cycle)).ToArray();
        PreviousCycle? previous = null;
        if (earlier.LastOrDefault() is { } before)
        {
            previous = new PreviousCycle(before.Release);
            foreach (var (contribution, details) in before.Contributors)
            {
                previous.Add(contribution, details);
            }
        }

        var computation = new ReleaseComputation(world.Frame(cycle), previous);
        foreach (var (contribution, details) in contributors)
        {
            computation.Add(contribution, details);
        }

        return computation.Ladder().Select(l => (l.Step, new AuditedRelease(l.Release, Instrument.Questionnaire, contributors)));
    }

    /// <summary>The second release of a cycle, at each step of coarsening.</summary>
    public static IEnumerable<(CoarseningStep Step, AuditedRelease Release)> SecondLadder(World world, int cycle, AuditedRelease first, IReadOnlyList<Contributor> contributors)
    {
        var before = new FirstRelease(first.Release);
        foreach (var (contribution, details) in first.Contributors)
        {
            before.Add(contribution, details);
        }

        var computation = new ReleaseComputation(world.Frame(cycle, number: 2), first: before);
        foreach (var (contribution, details) in contributors)
        {
            computation.Add(contribution, details);
        }

        return computation.Ladder().Select(l => (l.Step, new AuditedRelease(l.Release, Instrument.Questionnaire, contributors)));
    }
}
