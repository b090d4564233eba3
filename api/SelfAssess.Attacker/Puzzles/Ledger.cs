namespace SelfAssess.Attacker.Puzzles;

/// <summary>
/// One world, State by State, and by how much it misses what was published. It starts as the truth, which misses nothing, and keeps all sums, so that
/// another value of one State costs as much as the facts that concern it.
/// </summary>
/// <remarks>
/// A miss is counted in thousandths of a State: about as many States as would have to change to undo it. It only guides the search; nothing is missed
/// where it is 0, and only there.
/// </remarks>
internal sealed class Ledger
{
    private const long Any = 500;

    private readonly Puzzle puzzle;
    private readonly LinearFact[] linear;
    private readonly long[] steps;
    private readonly long[] sums;
    private readonly Strand[] strands;
    private readonly Ordered[] orders;
    private readonly Panel[] panels;
    private readonly List<int>[] panelsOf;
    private readonly Dictionary<Person, int> numbers = [];
    private readonly int[][] values;

    public Ledger(Puzzle puzzle)
    {
        this.puzzle = puzzle;
        var all = new List<LinearFact>();
        var single = puzzle.Facts.OfType<LinearFact>().Select(Number).ToArray();
        var ways = puzzle.Facts.OfType<AnyFact>().Select(f => f.Ways.Select(w => w.Select(Number).ToArray()).ToArray()).ToArray();
        linear = [.. all];
        sums = [.. linear.Select(f => f.Terms.Sum(t => t.Sum(puzzle.Truth)))];
        steps = [.. linear.Select(f => Math.Max(1, f.Terms.Max(t => t.Weights.Max() - t.Weights.Min()) / 4))];
        var quantiles = puzzle.Facts.OfType<QuantileFact>().ToArray();
        orders = [.. quantiles.GroupBy(q => q.Group).Select(g => new Ordered(g.Key, puzzle.Strands[g.Key.Strands[0]].Values, [.. g], puzzle.Truth))];
        strands =
        [
            .. puzzle.Strands.Select((s, number) => new Strand(
                [.. single.Select(f => new Weighted(f, WeightsOf(f, number, s.Values.Count))).Where(f => f.Weights is not null)],
                [.. ways.Where(w => w.Any(parts => parts.Any(f => linear[f].Concerns(number))))
                    .Select(w => w.Select(parts => parts.Select(f => new Weighted(f, WeightsOf(f, number, s.Values.Count))).ToArray()).ToArray())],
                [.. orders.Where(o => o.Group.Contains(number))])),
        ];
        values = [.. puzzle.People.Select(p => p.Holdings.Select(h => h.Value).ToArray())];
        for (var i = 0; i < puzzle.People.Count; i++)
        {
            numbers.Add(puzzle.People[i], i);
        }

        panels = [.. puzzle.Facts.OfType<PanelFact>().Select(f => new Panel(f))];
        panelsOf = [.. puzzle.People.Select(_ => new List<int>())];
        for (var p = 0; p < panels.Length; p++)
        {
            foreach (var pair in panels[p].Fact.Pairs)
            {
                panelsOf[pair.Person].Add(p);
                panels[p].Pairs.Add(pair.Person, pair);
                panels[p].Change(IndexOf(pair.Person, pair.Then), IndexOf(pair.Person, pair.Now), 1);
            }
        }

        Missing = single.Sum(f => Miss(f, 0)) + ways.Sum(w => w.Min(parts => parts.Sum(f => Miss(f, 0)))) + orders.Sum(o => o.Miss(-1, -1)) + panels.Sum(p => p.Miss());

        int Number(LinearFact fact)
        {
            all.Add(fact);
            return all.Count - 1;
        }
    }

    /// <summary>By how much the world misses what was published.</summary>
    public long Missing { get; private set; }

    /// <summary>What a State has in the world.</summary>
    public int ValueOf(Person person, int strand)
    {
        var number = numbers[person];
        return values[number][SlotOf(number, strand)];
    }

    /// <summary>By how much the world misses what was published of one strand and others.</summary>
    public long MissingOf(int strand) => strands[strand].Single.Sum(f => Miss(f.Fact, 0)) + strands[strand].Any.Sum(w => Least(w, 0, 0)) + strands[strand].Orders.Sum(o => o.Miss(-1, -1));

    /// <summary>By value, how <see cref="Missing"/> would change if a State of a strand had it; without the facts that ask who a State is.</summary>
    public long[] Changes(int strand, int from)
    {
        var of = strands[strand];
        var changes = new long[puzzle.Strands[strand].Values.Count];
        foreach (var (fact, weights) in of.Single)
        {
            var (now, own) = (Miss(fact, 0), weights![from]);
            for (var value = 0; value < changes.Length; value++)
            {
                changes[value] += Miss(fact, weights[value] - own) - now;
            }
        }

        foreach (var ways in of.Any)
        {
            var now = Least(ways, from, from);
            for (var value = 0; value < changes.Length; value++)
            {
                changes[value] += Least(ways, from, value) - now;
            }
        }

        foreach (var order in of.Orders)
        {
            var now = order.Miss(-1, -1);
            var ranks = puzzle.Strands[strand].Values.Ranks;
            for (var value = 0; value < changes.Length; value++)
            {
                changes[value] += ranks[value] == ranks[from] ? 0 : order.Miss(ranks[from], ranks[value]) - now;
            }
        }

        return changes;
    }

    /// <summary>Adds, by value, what depends on what the same State has in another cycle.</summary>
    public void AddPanels(Person person, int strand, long[] changes)
    {
        var number = numbers[person];
        foreach (var p in panelsOf[number])
        {
            var panel = panels[p];
            var pair = panel.Pairs[number];
            if (pair.Then != strand && pair.Now != strand)
            {
                continue;
            }

            var (then, now) = (IndexOf(number, pair.Then), IndexOf(number, pair.Now));
            var before = panel.Miss();
            panel.Change(then, now, -1);
            for (var value = 0; value < changes.Length; value++)
            {
                var index = puzzle.Strands[strand].Values[value].Index;
                var (thenIf, nowIf) = (pair.Then == strand ? index : then, pair.Now == strand ? index : now);
                panel.Change(thenIf, nowIf, 1);
                changes[value] += panel.Miss() - before;
                panel.Change(thenIf, nowIf, -1);
            }

            panel.Change(then, now, 1);
        }
    }

    /// <summary>Gives a State another value.</summary>
    public void Set(Person person, int strand, int value)
    {
        var number = numbers[person];
        var slot = SlotOf(number, strand);
        var from = values[number][slot];
        if (from == value)
        {
            return;
        }

        var of = strands[strand];
        var (before, after) = (0L, 0L);
        foreach (var (fact, weights) in of.Single)
        {
            before += Miss(fact, 0);
            sums[fact] += weights![value] - weights[from];
            after += Miss(fact, 0);
        }

        foreach (var ways in of.Any)
        {
            before += Least(ways, from, from);
        }

        foreach (var (fact, weights) in of.Any.SelectMany(w => w).SelectMany(w => w))
        {
            sums[fact] += weights is null ? 0 : weights[value] - weights[from];
        }

        foreach (var ways in of.Any)
        {
            after += Least(ways, value, value);
        }

        foreach (var order in of.Orders)
        {
            before += order.Miss(-1, -1);
            order.Move(puzzle.Strands[strand].Values.Ranks[from], puzzle.Strands[strand].Values.Ranks[value]);
            after += order.Miss(-1, -1);
        }

        Panel[] concerned = [.. panelsOf[number].Select(p => panels[p]).Where(p => p.Pairs[number].Then == strand || p.Pairs[number].Now == strand)];
        foreach (var panel in concerned)
        {
            before += panel.Miss();
            panel.Change(IndexOf(number, panel.Pairs[number].Then), IndexOf(number, panel.Pairs[number].Now), -1);
        }

        values[number][slot] = value;
        foreach (var panel in concerned)
        {
            panel.Change(IndexOf(number, panel.Pairs[number].Then), IndexOf(number, panel.Pairs[number].Now), 1);
            after += panel.Miss();
        }

        Missing += after - before;
    }

    private long? IndexOf(int person, int strand) => puzzle.Strands[strand].Values[values[person][SlotOf(person, strand)]].Index;

    private int SlotOf(int person, int strand)
    {
        var holdings = puzzle.People[person].Holdings;
        for (var slot = 0; slot < holdings.Count; slot++)
        {
            if (holdings[slot].Strand == strand)
            {
                return slot;
            }
        }

        throw new ModelException($"{puzzle.Name}: a State is not where it was looked for.");
    }

    private long Miss(int fact, long change) => Miss(sums[fact] + change, linear[fact].Lowest, linear[fact].Highest, steps[fact]);

    /// <summary>What a sum misses that has to lie between two bounds.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="lowest">Included.</param>
    /// <param name="highest">Included.</param>
    /// <param name="step">By how much one State moves it, about.</param>
    private static long Miss(long sum, long lowest, long highest, long step)
    {
        var beyond = sum < lowest ? lowest - sum : sum > highest ? sum - highest : 0;
        return beyond == 0 ? 0 : Any + (beyond > step * 1000 ? 1_000_000 : beyond * Any / step);
    }

    private long Least(Weighted[][] ways, int from, int to)
    {
        var least = long.MaxValue;
        foreach (var way in ways)
        {
            long miss = 0;
            foreach (var (fact, weights) in way)
            {
                miss += Miss(fact, weights is null ? 0 : weights[to] - weights[from]);
            }

            least = Math.Min(least, miss);
        }

        return least;
    }

    /// <summary>By value, what a State of a strand adds to a sum; null where it adds nothing.</summary>
    private long[]? WeightsOf(int fact, int strand, int count)
    {
        var terms = linear[fact].Terms.Where(t => t.Group.Contains(strand)).ToArray();
        return terms.Length == 0 ? null : [.. Enumerable.Range(0, count).Select(v => terms.Sum(t => t.Weights[v]))];
    }

    private readonly record struct Weighted(int Fact, long[]? Weights);

    private sealed record Strand(Weighted[] Single, Weighted[][][] Any, Ordered[] Orders);

    /// <summary>The indices of a group in ascending order, and the quantiles that were published of them.</summary>
    private sealed class Ordered
    {
        private readonly IReadOnlyList<long> indices;
        private readonly QuantileFact[] facts;
        private readonly int[] histogram;

        // Before each rank: how many States, and the sum of their indices.
        private readonly int[] counts;
        private readonly long[] totals;
        private readonly long grid;
        private long missing;

        public Ordered(Group group, Values values, QuantileFact[] facts, Tally truth)
        {
            (Group, indices, this.facts) = (group, values.Indices, facts);
            histogram = QuantileFact.Histogram(group, values, truth);
            counts = new int[histogram.Length + 1];
            totals = new long[histogram.Length + 1];
            grid = facts[0].Grid;
            Sum();
        }

        public Group Group { get; }

        public void Move(int from, int to)
        {
            if (from >= 0)
            {
                histogram[from]--;
            }

            if (to >= 0)
            {
                histogram[to]++;
            }

            Sum();
        }

        /// <summary>What the quantiles would miss if one State's index were of another rank; −1 for none.</summary>
        public long Miss(int from, int to) => from == to ? missing : Compute(from, to);

        private long Compute(int from, int to)
        {
            var scored = counts[^1] + (to >= 0 ? 1 : 0) - (from >= 0 ? 1 : 0);
            long miss = 0;
            foreach (var fact in facts)
            {
                if (scored < fact.Fewest || scored > fact.Most)
                {
                    miss += Any * (1 + Math.Max(fact.Fewest - scored, scored - fact.Most));
                    continue;
                }

                var (first, last) = fact.Window(scored);
                var twice = 2 * (Smallest(last, from, to) - Smallest(first - 1, from, to));
                var (lowest, highest) = fact.TwiceTheSum(scored);
                miss += Ledger.Miss(twice, lowest, highest, (last - first + 1) * grid / 2);
            }

            return miss;
        }

        private void Sum()
        {
            for (var rank = 0; rank < histogram.Length; rank++)
            {
                counts[rank + 1] = counts[rank] + histogram[rank];
                totals[rank + 1] = totals[rank] + (histogram[rank] * indices[rank]);
            }

            missing = Compute(-1, -1);
        }

        /// <summary>The sum of the smallest so many, had one State gone from a rank and one come to another.</summary>
        private long Smallest(int number, int from, int to)
        {
            if (number == 0)
            {
                return 0;
            }

            if (to < 0)
            {
                return Without(number, from);
            }

            var withIt = Without(number - 1, from) + indices[to];
            return number > counts[^1] - (from >= 0 ? 1 : 0) ? withIt : Math.Min(Without(number, from), withIt);
        }

        private long Without(int number, int from) => from < 0 || number <= counts[from] ? Smallest(number) : Smallest(number + 1) - indices[from];

        private long Smallest(int number)
        {
            var (low, high) = (0, histogram.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (counts[middle + 1] >= number)
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low == histogram.Length ? totals[^1] : totals[low] + ((number - counts[low]) * indices[low]);
        }
    }

    /// <summary>A panel's change in one world.</summary>
    private sealed class Panel(PanelFact fact)
    {
        private long sum;
        private int scored;

        public PanelFact Fact { get; } = fact;

        public Dictionary<int, PanelPair> Pairs { get; } = [];

        public void Change(long? then, long? now, int times)
        {
            if (then is { } t && now is { } n)
            {
                sum += times * (n - t);
                scored += times;
            }
        }

        public long Miss()
        {
            if (scored < Fact.Fewest || scored > Fact.Most)
            {
                return Any * (1 + Math.Max(Fact.Fewest - scored, scored - Fact.Most));
            }

            var (lowest, highest) = Fact.TwiceTheSum(scored);
            return Ledger.Miss(2 * sum, lowest, highest, PanelFact.Step);
        }
    }
}
