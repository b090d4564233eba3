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
    internal long Of(int strand, int value) => Group.Contains(strand) ? Weights[value] : 0;

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

    /// <summary>Remembers a world, for <see cref="HoldsAfter"/>.</summary>
    internal abstract void Bind(Tally world);

    /// <summary>Whether it would have been published too, had some States of the remembered world had other values.</summary>
    internal abstract bool HoldsAfter(ReadOnlySpan<Move> moves);
}

/// <summary>One State of a strand has another value.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Move(int Strand, int From, int To);

/// <summary>A sum between two bounds, both included.</summary>
public sealed class LinearFact(string what, IReadOnlyList<Term> terms, long lowest, long highest) : Fact
{
    private long bound;

    public IReadOnlyList<Term> Terms { get; } = terms;

    public long Lowest { get; } = lowest;

    public long Highest { get; } = highest;

    public override bool Concerns(int strand) => Terms.Any(t => t.Group.Contains(strand));

    public override bool Holds(Tally world) => Terms.Sum(t => t.Sum(world)) is var sum && sum >= Lowest && sum <= Highest;

    internal override void Bind(Tally world) => bound = Terms.Sum(t => t.Sum(world));

    internal override bool HoldsAfter(ReadOnlySpan<Move> moves)
    {
        var sum = bound;
        foreach (var move in moves)
        {
            foreach (var term in Terms)
            {
                sum += term.Of(move.Strand, move.To) - term.Of(move.Strand, move.From);
            }
        }

        return sum >= Lowest && sum <= Highest;
    }

    public override string ToString() => what;
}

/// <summary>One of several things is so, each of them a number of sums that hold together.</summary>
public sealed class AnyFact(string what, IReadOnlyList<IReadOnlyList<LinearFact>> ways) : Fact
{
    public IReadOnlyList<IReadOnlyList<LinearFact>> Ways { get; } = ways;

    public override bool Concerns(int strand) => Ways.Any(w => w.Any(f => f.Concerns(strand)));

    public override bool Holds(Tally world) => Ways.Any(w => w.All(f => f.Holds(world)));

    internal override void Bind(Tally world)
    {
        foreach (var fact in Ways.SelectMany(w => w))
        {
            fact.Bind(world);
        }
    }

    internal override bool HoldsAfter(ReadOnlySpan<Move> moves)
    {
        foreach (var way in Ways)
        {
            var holds = true;
            foreach (var fact in way)
            {
                holds &= fact.HoldsAfter(moves);
            }

            if (holds)
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => what;
}

/// <summary>A smoothed quantile, rounded to its grid, of those in a group that have an index.</summary>
public sealed class QuantileFact : Fact
{
    private readonly string what;
    private readonly Values values;
    private int[] bound = [];

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

    public override bool Holds(Tally world) => Holds(Histogram(world));

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

    internal override void Bind(Tally world) => bound = Histogram(world);

    internal override bool HoldsAfter(ReadOnlySpan<Move> moves)
    {
        foreach (var move in moves)
        {
            Apply(move.Strand, move.From, -1);
            Apply(move.Strand, move.To, 1);
        }

        var holds = Holds(bound);
        foreach (var move in moves)
        {
            Apply(move.Strand, move.From, 1);
            Apply(move.Strand, move.To, -1);
        }

        return holds;

        void Apply(int strand, int value, int times)
        {
            if (Group.Contains(strand) && values.Ranks[value] is >= 0 and var rank)
            {
                bound[rank] += times;
            }
        }
    }

    private int[] Histogram(Tally world)
    {
        var histogram = new int[values.Indices.Count];
        foreach (var strand in Group.Strands)
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
