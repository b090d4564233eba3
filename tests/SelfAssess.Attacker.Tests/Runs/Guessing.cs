using SelfAssess.Attacker.Tests.Worlds;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>
/// How often a State's level is guessed right: from what is known of States like it before any release, and from the releases. What a release tells of
/// everybody helps to guess anybody; how much is measured here.
/// </summary>
internal sealed class Guessing
{
    private const int Twins = 15;

    /// <summary>From States that could as well have been there instead.</summary>
    public Tallied Before { get; } = new();

    /// <summary>The level that a release tells of most States.</summary>
    public Tallied ByRelease { get; } = new();

    /// <summary>The same by the largest bloc, which leaves out its own, of States outside of it.</summary>
    public Tallied ByBloc { get; } = new();

    /// <summary>Before any release, of States outside the largest bloc.</summary>
    public Tallied BeforeBloc { get; } = new();

    /// <summary>A newcomer's, by the level of which there are more than in the cycle before.</summary>
    public Tallied Newcomers { get; } = new();

    /// <summary>Newcomers' before any release.</summary>
    public Tallied NewcomersBefore { get; } = new();

    public void Add(World world, IReadOnlyList<PublishedCycle> cycles)
    {
        for (var cycle = 0; cycle < cycles.Count; cycle++)
        {
            var (release, cohort) = (cycles[cycle].Release.Release, world.Cohort(cycle));
            var contributors = cohort.Zip(cycles[cycle].Release.Contributors).ToArray();
            var before = cohort.ToDictionary(s => s, s => Likely(world, s, cycle));
            var bloc = contributors.SelectMany(c => c.Second.Details.Blocs).GroupBy(b => b, StringComparer.Ordinal).OrderByDescending(b => b.Count()).FirstOrDefault()?.Key;
            var newcomers = cycle == 0 ? [] : cohort.Except(world.Cohort(cycle - 1)).ToHashSet();
            for (var theme = 0; theme < release.Themes.Count; theme++)
            {
                if (release.Themes[theme].Distribution?.Levels is not { } levels)
                {
                    continue;
                }

                var inBloc = contributors.Where(c => bloc is not null && c.Second.Details.Blocs.Contains(bloc, StringComparer.Ordinal)).ToArray();
                var without = levels.Select((count, level) => count - inBloc.Count(c => c.Second.Contribution.Themes[theme].Level == level)).ToArray();
                var (common, outside) = (Largest([.. levels]), Largest(without));
                var earlier = cycle == 0 ? null : cycles[cycle - 1].Release.Release.Themes[theme].Distribution?.Levels;
                foreach (var (state, contributor) in contributors)
                {
                    if (contributor.Contribution.Themes[theme].Level is not { } level)
                    {
                        continue;
                    }

                    Before.Add(before[state][theme] == level);
                    ByRelease.Add(common == level);
                    if (!inBloc.Any(c => c.First == state))
                    {
                        BeforeBloc.Add(before[state][theme] == level);
                        ByBloc.Add(outside == level);
                    }

                    if (earlier is not null && newcomers.Contains(state))
                    {
                        NewcomersBefore.Add(before[state][theme] == level);
                        Newcomers.Add(Largest([.. levels.Zip(earlier, (now, then) => now - then)]) == level);
                    }
                }
            }
        }
    }

    private static int[] Likely(World world, int state, int cycle)
    {
        var twins = Enumerable.Range(1, Twins).Select(t => world.Another(state, t, cycle).Contribution.Themes).ToArray();
        return [.. Enumerable.Range(0, twins[0].Count).Select(theme => twins.Select(t => t[theme].Level).OfType<int>().GroupBy(l => l).OrderByDescending(l => l.Count()).ThenBy(l => l.Key).FirstOrDefault()?.Key ?? 0)];
    }

    private static int Largest(int[] counts) => Array.IndexOf(counts, counts.Max());
}
