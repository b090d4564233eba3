using System.Runtime.InteropServices;

namespace SelfAssess.Attacker.Puzzles;

/// <summary>
/// What somebody who has every release knows of one score: unknown values of States that cannot be told apart, and what was published about their
/// sums. All in integers.
/// </summary>
/// <remarks>
/// A <see cref="Strand"/> stands for States with the same place in all publications, each with one value; how often each value occurs in a strand is
/// unknown. Nothing published changes where two States of a strand exchange their values, so that counts are all there is to find.
/// </remarks>
public sealed class Puzzle
{
    /// <param name="name">Theme or question, and what is assumed; it names no State.</param>
    /// <param name="strands">Numbered from 0 in this order.</param>
    /// <param name="facts">What is published.</param>
    /// <param name="answerings">How scores follow from answers that are published too.</param>
    /// <param name="people">Who is behind the strands, with the true values.</param>
    /// <exception cref="ModelException">What is published does not follow from the true values: the model, or the release, is wrong.</exception>
    public Puzzle(string name, IReadOnlyList<Strand> strands, IReadOnlyList<Fact> facts, IReadOnlyList<Answering> answerings, IReadOnlyList<Person> people)
    {
        ArgumentNullException.ThrowIfNull(strands);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(answerings);
        ArgumentNullException.ThrowIfNull(people);
        (Name, Strands, People, Answerings) = (name, strands, people, answerings);
        Facts = [.. facts];
        Truth = new Tally(strands);
        foreach (var holding in people.SelectMany(p => p.Holdings))
        {
            Truth.Add(holding, 1);
        }

        Couplings = [.. answerings.SelectMany(a => a.Couplings(strands))];
        foreach (var fact in Facts.Concat(Couplings))
        {
            if (!fact.Holds(Truth))
            {
                throw new ModelException($"{name}: the true values contradict {fact}.");
            }
        }
    }

    public string Name { get; }

    public IReadOnlyList<Strand> Strands { get; }

    public IReadOnlyList<Fact> Facts { get; }

    public IReadOnlyList<Answering> Answerings { get; }

    /// <summary>What ties the sums of scores to the sums of answers.</summary>
    public IReadOnlyList<LinearFact> Couplings { get; }

    public IReadOnlyList<Person> People { get; }

    /// <summary>How often each value occurs in truth.</summary>
    public Tally Truth { get; }

    /// <summary>The populations of the latest release; States outside the largest category of one are the most dangerous coalition.</summary>
    public IReadOnlyList<Group> Populations { get; init; } = [];

    /// <summary>Whether a world has the right number of States everywhere, and would have been published as the true one was.</summary>
    public bool Fits(Tally world)
    {
        ArgumentNullException.ThrowIfNull(world);
        return Enumerable.Range(0, Strands.Count).All(s => world.SizeOf(s) == Truth.SizeOf(s) && world.Counts(s).All(c => c >= 0))
            && Facts.All(f => f.Holds(world)) && Couplings.All(f => f.Holds(world));
    }
}

/// <summary>States with the same place in all publications, for one score.</summary>
/// <param name="Values">What the score can be.</param>
/// <param name="Asked">Whether the attacker wants it; otherwise it only ties others together.</param>
/// <param name="Answerings">Numbers of the <see cref="Answering"/>s from which every value of the strand follows.</param>
public sealed record Strand(Values Values, bool Asked, IReadOnlyList<int> Answerings);

/// <summary>One true value, where it belongs.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Holding(int Strand, int Value);

/// <summary>A State in a puzzle: its true values, at most one a strand.</summary>
public sealed class Person(IReadOnlyList<Holding> holdings)
{
    public IReadOnlyList<Holding> Holdings { get; } = holdings;

    /// <summary>Its true value in a strand; null where it is not of the strand.</summary>
    public int? In(int strand)
    {
        foreach (var holding in Holdings)
        {
            if (holding.Strand == strand)
            {
                return holding.Value;
            }
        }

        return null;
    }
}

/// <summary>How often each value occurs in each strand.</summary>
public sealed class Tally
{
    private readonly int[][] counts;

    public Tally(IReadOnlyList<Strand> strands) : this([.. strands.Select(s => new int[s.Values.Count])])
    {
    }

    internal Tally(int[][] counts) => this.counts = counts;

    public IReadOnlyList<int> Counts(int strand) => counts[strand];

    public int this[int strand, int value] => counts[strand][value];

    public int SizeOf(int strand) => counts[strand].Sum();

    internal int Strands => counts.Length;

    internal void Add(Holding holding, int times) => counts[holding.Strand][holding.Value] += times;
}

/// <summary>The model, the solver or the release contradict each other: whatever would be concluded is worthless.</summary>
public sealed class ModelException(string message) : Exception(message);
