using System.Runtime.InteropServices;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Puzzles;

/// <summary>Strands that were counted together. Facts that share a group share one object.</summary>
public sealed class Group
{
    private readonly HashSet<int> members;

    public Group(IEnumerable<int> strands)
    {
        Strands = [.. strands.Distinct().Order()];
        members = [.. Strands];
    }

    public IReadOnlyList<int> Strands { get; }

    public bool Contains(int strand) => members.Contains(strand);
}

/// <summary>A weighted count of a group's values.</summary>
/// <param name="Group">Whose.</param>
/// <param name="Weights">By value.</param>
public sealed record Term(Group Group, IReadOnlyList<long> Weights)
{
    internal long Sum(Tally tally)
    {
        long sum = 0;
        foreach (var strand in Group.Strands)
        {
            var counts = tally.Counts(strand);
            for (var value = 0; value < counts.Count; value++)
            {
                sum += counts[value] * Weights[value];
            }
        }

        return sum;
    }
}

/// <summary>Something published, as what it says about the unknown counts. It says what the rules of publication say, and no more.</summary>
public abstract class Fact
{
    /// <summary>Whether the fact says anything about a strand.</summary>
    public abstract bool Concerns(int strand);

    /// <summary>Whether it would have been published of this world too.</summary>
    public abstract bool Holds(Tally world);
}

/// <summary>A sum between two bounds, both included.</summary>
public sealed class LinearFact(string what, IReadOnlyList<Term> terms, long lowest, long highest) : Fact
{
    public IReadOnlyList<Term> Terms { get; } = terms;

    public long Lowest { get; } = lowest;

    public long Highest { get; } = highest;

    public override bool Concerns(int strand) => Terms.Any(t => t.Group.Contains(strand));

    public override bool Holds(Tally world) => Terms.Sum(t => t.Sum(world)) is var sum && sum >= Lowest && sum <= Highest;

    public override string ToString() => what;
}

/// <summary>One of several things is so, each of them a number of sums that hold together.</summary>
public sealed class AnyFact(string what, IReadOnlyList<IReadOnlyList<LinearFact>> ways) : Fact
{
    public IReadOnlyList<IReadOnlyList<LinearFact>> Ways { get; } = ways;

    public override bool Concerns(int strand) => Ways.Any(w => w.Any(f => f.Concerns(strand)));

    public override bool Holds(Tally world) => Ways.Any(w => w.All(f => f.Holds(world)));

    public override string ToString() => what;
}

/// <summary>A smoothed quantile, rounded to its grid, of those in a group that have an index.</summary>
public sealed class QuantileFact : Fact
{
    private readonly string what;
    private readonly Values values;

    /// <param name="what">For messages; it names no State.</param>
    /// <param name="group">Whose.</param>
    /// <param name="values">Of the group's strands.</param>
    /// <param name="quarter">1, 2 or 3.</param>
    /// <param name="published">In millionths of a point, on <paramref name="grid"/>.</param>
    /// <param name="grid">In millionths of a point.</param>
    /// <param name="fewest">Fewest States with an index that the publication allows.</param>
    /// <param name="most">Most of them.</param>
    public QuantileFact(string what, Group group, Values values, int quarter, long published, long grid, int fewest, int most)
    {
        (this.what, Group, this.values, Quarter, Published, Grid, Fewest, Most) = (what, group, values, quarter, published, grid, fewest, most);
    }

    public Group Group { get; }

    public int Quarter { get; }

    public long Published { get; }

    public long Grid { get; }

    public int Fewest { get; }

    public int Most { get; }

    public override bool Concerns(int strand) => Group.Contains(strand);

    public override bool Holds(Tally world) => Holds(Histogram(Group, values, world));

    /// <summary>The ranks that are averaged, first and last, where so many States have an index.</summary>
    internal (int First, int Last) Window(int scored)
    {
        var (centre, reach) = (((scored * Quarter) + 3) / 4, Math.Max(2, (scored + 10) / 20));
        return (centre - reach, centre + reach);
    }

    /// <summary>Twice the sum of the averaged indices lies between these, both included, for so many States with an index.</summary>
    internal (long Lowest, long Highest) TwiceTheSum(int scored)
    {
        var (first, last) = Window(scored);
        var step = (last - first + 1) * Grid;
        var rounded = Published / Grid;
        return (step * ((2 * rounded) - 1), (step * ((2 * rounded) + 1)) - 1);
    }

    /// <summary>How many States of a group have each index.</summary>
    internal static int[] Histogram(Group group, Values values, Tally world)
    {
        var histogram = new int[values.Indices.Count];
        foreach (var strand in group.Strands)
        {
            var counts = world.Counts(strand);
            for (var value = 0; value < counts.Count; value++)
            {
                if (values.Ranks[value] is >= 0 and var rank)
                {
                    histogram[rank] += counts[value];
                }
            }
        }

        return histogram;
    }

    private bool Holds(int[] histogram)
    {
        var scored = 0;
        foreach (var count in histogram)
        {
            scored += count;
        }

        if (scored < Fewest || scored > Most)
        {
            return false;
        }

        var (first, last) = Window(scored);
        var (rank, sum) = (0, 0L);
        for (var i = 0; i < histogram.Length && rank < last; i++)
        {
            var taken = Math.Min(rank + histogram[i], last) - Math.Max(rank, first - 1);
            sum += taken > 0 ? taken * values.Indices[i] : 0;
            rank += histogram[i];
        }

        return Disclosure.RoundHalfUp(sum, last - first + 1, Grid) == Published;
    }

    public override string ToString() => what;
}

/// <summary>A State that took part in two cycles, by its number in the puzzle, and its strands in them; they are one where its value is known not to have changed.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PanelPair(int Person, int Then, int Now);

/// <summary>The mean change of the States that took part in two cycles and have an index in both, rounded to its grid, halves away from zero.</summary>
/// <remarks>
/// Who took part is known; who of them has an index in both cycles is not. Sums of single strands cannot tell it either, so that the solver gets what
/// follows for them: each State without an index, then or now, may move the sum by a hundred points, and stands for half a State at least.
/// </remarks>
public sealed class PanelFact : Fact
{
    /// <summary>Twice a change of 25 points, in millionths.</summary>
    internal const long Step = 50 * Disclosure.Unit;

    private const long Hundred = 100 * Disclosure.Unit;

    private readonly string what;
    private readonly Group then;
    private readonly Group now;
    private readonly Values values;
    private readonly long near;
    private readonly long far;
    private readonly int sign;

    /// <param name="what">For messages; it names no State.</param>
    /// <param name="pairs">Every State that took part in both cycles.</param>
    /// <param name="then">Their strands in the cycle before.</param>
    /// <param name="now">Their strands in this cycle.</param>
    /// <param name="values">Of all of these strands.</param>
    /// <param name="published">The mean change in millionths of a point, on <paramref name="grid"/>.</param>
    /// <param name="grid">In millionths of a point; even.</param>
    /// <param name="fewest">Fewest States with an index in both cycles that the publication allows.</param>
    /// <param name="most">Most of them.</param>
    public PanelFact(string what, IReadOnlyList<PanelPair> pairs, Group then, Group now, Values values, long published, long grid, int fewest, int most)
    {
        (this.what, Pairs, this.then, this.now, this.values) = (what, pairs, then, now, values);
        (Fewest, Most) = (fewest, Math.Min(most, pairs.Count));

        // For n States, 2·|sum| lies between near·n and far·n − 1.
        (near, far, sign) = ((2 * Math.Abs(published)) - grid, (2 * Math.Abs(published)) + grid, Math.Sign(published));
        Relaxed = [.. Relax()];
    }

    public IReadOnlyList<PanelPair> Pairs { get; }

    public int Fewest { get; }

    public int Most { get; }

    /// <summary>What follows for the sums over strands.</summary>
    internal IReadOnlyList<LinearFact> Relaxed { get; }

    public override bool Concerns(int strand) => then.Contains(strand) || now.Contains(strand);

    /// <summary>Whether sums over strands do not contradict it.</summary>
    public override bool Holds(Tally world) => Relaxed.All(f => f.Holds(world));

    /// <summary>Twice the sum of the changes lies between these, both included, for so many States with an index in both cycles.</summary>
    internal (long Lowest, long Highest) TwiceTheSum(int scored) => sign switch
    {
        0 => (1 - (far * scored), (far * scored) - 1),
        > 0 => (near * scored, (far * scored) - 1),
        _ => (1 - (far * scored), -near * scored),
    };

    // With u States without an index, then and now together, n lies between N − u and N − u/2.
    private IEnumerable<LinearFact> Relax()
    {
        var all = Pairs.Count;
        yield return Bound(0, 1, long.MinValue, 2L * (all - Fewest));
        yield return Bound(0, 1, all - Most, long.MaxValue);
        if (sign >= 0)
        {
            yield return Bound(1, (far / 2) - (2 * Hundred), long.MinValue, (far * all) - 1);
        }

        if (sign <= 0)
        {
            yield return Bound(-1, (far / 2) - (2 * Hundred), long.MinValue, (far * all) - 1);
        }

        if (sign != 0)
        {
            yield return Bound(sign, near + (2 * Hundred), near * all, long.MaxValue);
        }

        // Twice the difference of all indices, and so much for each State without one.
        LinearFact Bound(int times, long without, long lowest, long highest) => new(what,
        [
            new Term(now, [.. Enumerable.Range(0, values.Count).Select(v => values[v].Index is { } index ? 2 * times * index : without)]),
            new Term(then, [.. Enumerable.Range(0, values.Count).Select(v => values[v].Index is { } index ? -2 * times * index : without)]),
        ], lowest, highest);
    }

    public override string ToString() => what;
}
