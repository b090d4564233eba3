using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests;

/// <summary>The sums that the search keeps, against the facts themselves.</summary>
public sealed class LedgerTests
{
    private const int States = 30;

    // Two values without an index, then a grid of indices.
    private static readonly Values values = new([new Value(0, null, null), new Value(1, null, null), .. Enumerable.Range(0, 9).Select(i => new Value(i + 2, i / 2, i * 12_500_000L))]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Misses_nothing_exactly_where_every_fact_holds(int seed)
    {
        var random = new Random(seed);
        var puzzle = Puzzle(random);
        var ledger = new Ledger(puzzle);
        Assert.Equal(0, ledger.Missing);
        var assigned = puzzle.People.Select(p => p.Holdings.Select(h => h.Value).ToArray()).ToArray();
        var fitting = 0;
        for (var step = 0; step < 600; step++)
        {
            // Mostly back to the truth, so that both cases are seen.
            var person = random.Next(States);
            var slot = random.Next(assigned[person].Length);
            var strand = puzzle.People[person].Holdings[slot].Strand;
            var value = random.Next(3) == 0 ? random.Next(values.Count) : puzzle.People[person].Holdings[slot].Value;
            var changes = ledger.Changes(strand, assigned[person][slot]);
            ledger.AddPanels(puzzle.People[person], strand, changes);
            var before = ledger.Missing;
            ledger.Set(puzzle.People[person], strand, value);
            assigned[person][slot] = value;

            Assert.Equal(before + changes[value], ledger.Missing);
            var holds = Holds(puzzle, assigned);
            Assert.Equal(holds, ledger.Missing == 0);
            fitting += holds ? 1 : 0;
        }

        Assert.InRange(fitting, 1, 599);
    }

    [Fact]
    public void What_the_solver_is_told_of_a_panel_follows_from_what_was_published()
    {
        var panels = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var puzzle = Puzzle(random);
            var panel = puzzle.Facts.OfType<PanelFact>().Single();
            int[][] world = [.. puzzle.People.Select(p => p.Holdings.Select(h => random.Next(2) == 0 ? h.Value : random.Next(values.Count)).ToArray())];
            if (PanelHolds(panel, puzzle, world))
            {
                panels++;
                Assert.True(panel.Holds(TallyOf(puzzle, world)));
            }
        }

        Assert.True(panels > 10, "Hardly any world has the panel's change.");
    }

    [Fact]
    public void Solver_and_search_find_what_trying_every_world_finds()
    {
        var plain = Values.Plain(3);
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            int[] truth = [.. Enumerable.Range(0, 5).Select(_ => random.Next(3))];
            var (first, all) = (new Group([0]), new Group([0, 1]));
            Person[] people = [.. truth.Select((v, i) => new Person([new Holding(i < 2 ? 0 : 1, v)]))];
            List<Fact> facts = [];
            for (var level = 0; level < 3; level++)
            {
                long[] only = [.. Enumerable.Range(0, 3).Select(v => v == level ? 1L : 0L)];
                var (inFirst, inAll) = (truth.Take(2).Count(v => v == level), truth.Count(v => v == level));
                facts.Add(new LinearFact("first", [new Term(first, only)], Math.Max(0, inFirst - 1), inFirst + random.Next(2)));
                facts.Add(new LinearFact("all", [new Term(all, only)], inAll, inAll));
            }

            var puzzle = new Puzzle("five", [new Strand(plain, true, []), new Strand(plain, true, [])], facts, [], people);
            var worlds = Worlds(3, 5).Where(w => Array.TrueForAll([.. facts], f => f.Holds(TallyOf(puzzle, [.. w.Select(v => new[] { v })])))).ToArray();
            foreach (var coalition in new[] { Coalition.Nobody, new Coalition([people[0]]), new Coalition([people[4]]) })
            {
                int[] known = [.. people.Select((p, i) => (p, i)).Where(p => coalition.Contains(p.p)).Select(p => p.i)];
                for (var strand = 0; strand < 2; strand++)
                {
                    var target = Array.FindIndex(people, p => p.In(strand) is not null && !coalition.Contains(p));
                    var possible = worlds.Where(w => Array.TrueForAll(known, k => w[k] == truth[k])).Select(w => w[target]).ToHashSet();
                    var found = new Attack(puzzle).Everything(strand, coalition);
                    Assert.Equal(possible.Order(), Enumerable.Range(0, 3).Where(found.Contains));
                    var demand = new Demand(0, 2, 1);
                    Assert.Equal(possible.Count >= 2, new Attack(puzzle).On(strand, coalition, demand).Met);
                }
            }
        }
    }

    private static IEnumerable<int[]> Worlds(int values, int states) =>
        Enumerable.Range(0, (int)Math.Pow(values, states)).Select(code => Enumerable.Range(0, states).Select(s => code / (int)Math.Pow(values, s) % values).ToArray());

    /// <summary>States of two cycles: some of which nothing is known to be the same, some that are known not to have changed.</summary>
    private static Puzzle Puzzle(Random random)
    {
        Person[] people = [.. Enumerable.Range(0, States).Select(i => new Person(i < 20 ? [new Holding(0, Draw()), new Holding(1, Draw())] : [new Holding(2, Draw())]))];
        Group[] cycles = [new Group([0, 2]), new Group([1, 2])];
        PanelPair[] pairs = [.. people.Select((p, i) => i < 20 ? new PanelPair(i, 0, 1) : new PanelPair(i, 2, 2))];
        List<Fact> facts = [];
        foreach (var (group, cycle) in cycles.Select((g, i) => (g, i)))
        {
            int[] own = [.. people.Select(p => p.In(cycle) ?? p.In(2)!.Value)];
            long[] indices = [.. own.Select(v => values[v].Index).OfType<long>().Order()];
            var (sum, grid) = (indices.Sum(), 2_500_000L);
            var mean = Disclosure.RoundHalfUp(sum, indices.Length, grid);
            facts.Add(new LinearFact("mean, from below", [new Term(group, Above(mean - (grid / 2)))], 0, long.MaxValue));
            facts.Add(new LinearFact("mean, from above", [new Term(group, Above(mean + (grid / 2)))], long.MinValue, -1));
            var median = ((Protected.Published)Disclosure.Quantile([.. indices.GroupBy(i => i).OrderBy(i => i.Key).Select(i => KeyValuePair.Create(i.Key, i.Count()))], indices.Length, 2, SizeTier.Of(20)!)).Value;
            facts.Add(new QuantileFact("median", group, values, 2, (long)(median * Disclosure.Unit), 10 * Disclosure.Unit, 8, States));
            long[] low = [.. Enumerable.Range(0, values.Count).Select(v => values[v].Level < 2 ? 1L : 0L)];
            facts.Add(new AnyFact("few or many", [[new LinearFact("few", [new Term(group, low)], 0, States / 2)], [new LinearFact("many", [new Term(group, low)], (States / 2) + 1, States)]]));
        }

        var changes = pairs.Select(p => values[people[p.Person].In(p.Now)!.Value].Index - values[people[p.Person].In(p.Then)!.Value].Index).OfType<long>().ToArray();
        var change = ((Protected.Published)Disclosure.Change(changes.Sum(), changes.Length, 50)).Value;
        facts.Add(new PanelFact("change", pairs, cycles[0], cycles[1], values, (long)(change * Disclosure.Unit), 5 * Disclosure.Unit, 8, States));
        return new Puzzle("two cycles", [.. Enumerable.Repeat(new Strand(values, true, []), 3)], facts, [], people);

        int Draw() => random.Next(8) == 0 ? random.Next(2) : 2 + random.Next(values.Count - 2);

        static long[] Above(long bound) => [.. Enumerable.Range(0, values.Count).Select(v => values[v].Index - bound ?? 0)];
    }

    private static bool Holds(Puzzle puzzle, int[][] assigned)
    {
        var tally = TallyOf(puzzle, assigned);
        return puzzle.Facts.All(f => f is PanelFact panel ? PanelHolds(panel, puzzle, assigned) : f.Holds(tally));
    }

    private static bool PanelHolds(PanelFact panel, Puzzle puzzle, int[][] assigned)
    {
        var changes = panel.Pairs.Select(p => IndexIn(p.Person, p.Now) - IndexIn(p.Person, p.Then)).OfType<long>().ToArray();
        var (lowest, highest) = panel.TwiceTheSum(changes.Length);
        return changes.Length >= panel.Fewest && changes.Length <= panel.Most && 2 * changes.Sum() >= lowest && 2 * changes.Sum() <= highest;

        long? IndexIn(int person, int strand) => values[assigned[person][Enumerable.Range(0, assigned[person].Length).Single(i => puzzle.People[person].Holdings[i].Strand == strand)]].Index;
    }

    private static Tally TallyOf(Puzzle puzzle, int[][] assigned)
    {
        var tally = new Tally(puzzle.Strands);
        for (var person = 0; person < assigned.Length; person++)
        {
            for (var slot = 0; slot < assigned[person].Length; slot++)
            {
                tally.Add(new Holding(puzzle.People[person].Holdings[slot].Strand, assigned[person][slot]), 1);
            }
        }

        return tally;
    }
}
