using System.Text.Json;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Puzzles;
using SelfAssess.Attacker.Tests.Worlds;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests;

public sealed class DifferencingTests
{
    [Fact]
    public void Small_rest_between_a_total_and_its_groups_is_found()
    {
        var (total, one, other) = (Range(0, 45), Range(0, 20), Range(20, 18));
        Assert.Equal(0, Differencing.Check([total, one, Range(20, 25)]).Small);
        // Seven are in the total and in no group: total − one − other.
        Assert.True(Differencing.Check([total, one, other]).Small > 0);
    }

    [Fact]
    public void Newcomers_between_two_snapshots_are_found()
    {
        Assert.True(Differencing.Check([Range(0, 40), Range(0, 43)]).Small > 0);
        Assert.Equal(0, Differencing.Check([Range(0, 40), Range(0, 50)]).Small);
    }

    [Fact]
    public void Few_States_that_only_several_populations_together_isolate_are_found()
    {
        // No two of them differ by few, and (a + b) − (c + d) leaves five.
        var (a, b) = (Range(0, 30), Range(30, 30));
        var (c, d) = (Join(Range(0, 15), Range(30, 15)), Join(Range(15, 15), Range(45, 10)));
        Assert.DoesNotContain(new[] { a, b, c, d }.SelectMany(x => new[] { a, b, c, d }.Select(y => x.Count(s => !y.Contains(s)))), n => n is > 0 and < 10);
        Assert.True(Differencing.Check([a, b, c, d]).Small > 0);
    }

    [Fact]
    public void Number_off_its_grid_or_of_too_few_is_found()
    {
        var world = new World(new WorldPlan { Seed = 31, Turnout = 60 });
        var release = Publishing.Make(world, 0, []).Release;
        Assert.Equal(0, ReleaseForm.Check(release).Wrong);
        var theme = release.Themes[0];
        Assert.True(ReleaseForm.Check(With(release, theme with { Mean = new Protected.Published(51.3m, 2.5m) })).Wrong > 0);
        Assert.True(ReleaseForm.Check(With(release, theme with { Mean = new Protected.Published(51, 1) })).Wrong > 0);
        Assert.True(ReleaseForm.Check(With(release, theme with { Base = new Population(9, 9) })).Wrong > 0);
        Assert.True(ReleaseForm.Check(With(release, theme with { Base = new Population(10, 19) })).Wrong > 0);
        Assert.True(ReleaseForm.Check(With(release, theme with { Distribution = theme.Distribution! with { NoAnswer = 3 } })).Wrong > 0);
    }

    [Fact]
    public void Noise_that_is_the_same_in_two_snapshots_gives_a_newcomer_away()
    {
        // Negative control: every cell is disturbed by up to two, always in the same way for the same States in it, and one State joins.
        const int levels = 5, worlds = 40;
        var found = 0;
        for (var seed = 0; seed < worlds; seed++)
        {
            var chance = Chance.For(seed, 99);
            int[] states = [.. Enumerable.Range(0, 60).Select(_ => chance.Below(levels))];
            var (before, after) = (Disturbed(states.AsSpan(0, 59)), Disturbed(states));
            var (old, everybody, newcomer) = (new Group([0]), new Group([0, 1]), new Group([1]));
            List<Fact> facts = [];
            for (var level = 0; level < levels; level++)
            {
                long[] only = [.. Enumerable.Range(0, levels).Select(v => v == level ? 1L : 0L)];
                facts.Add(new LinearFact("before", [new Term(old, only)], before[level] - 2, before[level] + 2));
                facts.Add(new LinearFact("after", [new Term(everybody, only)], after[level] - 2, after[level] + 2));
                if (before[level] != after[level])
                {
                    // The noise is the same for the same States, so that whoever joined is here.
                    facts.Add(new LinearFact("changed", [new Term(newcomer, only)], 1, 1));
                }
            }

            var puzzle = new Puzzle("cell keys", [.. Enumerable.Repeat(new Strand(Values.Plain(levels), true, []), 2)], facts, [],
                [.. states.Select((s, i) => new Person([new Holding(i < 59 ? 0 : 1, s)]))]);
            found += new Attack(puzzle).On(1, Coalition.Nobody, new Demand(0, 2, 1)).Met ? 0 : 1;
        }

        Assert.True(found > worlds / 2, $"Only {found} of {worlds} newcomers were found.");

        static int[] Disturbed(ReadOnlySpan<int> states)
        {
            var (counts, keys) = (new int[levels], new uint[levels]);
            for (var i = 0; i < states.Length; i++)
            {
                counts[states[i]]++;
                keys[states[i]] += (uint)Chance.For(i, 98).Below(int.MaxValue);
            }

            return [.. counts.Zip(keys, (count, key) => count + (int)(key % 5) - 2)];
        }
    }

    private static Release With(Release release, ThemeStatistics theme)
    {
        var json = JsonSerializer.SerializeToNode(release)!;
        json["Themes"]![0] = JsonSerializer.SerializeToNode(theme);
        return json.Deserialize<Release>()!;
    }

    private static HashSet<int> Range(int from, int count) => [.. Enumerable.Range(from, count)];

    private static HashSet<int> Join(HashSet<int> one, HashSet<int> other) => [.. one, .. other];
}
