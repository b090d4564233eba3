namespace SelfAssess.Attacker.Puzzles;

/// <summary>What an attacker must not get below, for each State outside a coalition.</summary>
/// <param name="Width">Of the index, in millionths of a point.</param>
/// <param name="Candidates">Different values that the score may have.</param>
/// <param name="Levels">Different levels, where having none is one more.</param>
public sealed record Demand(long Width, int Candidates, int Levels)
{
    /// <summary>Whether that much is open.</summary>
    public bool IsMetBy(Candidates candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return candidates.Width >= Width && (Candidates <= 1 || candidates.Count >= Candidates) && (Levels <= 1 || candidates.Levels >= Levels);
    }
}

/// <summary>What a coalition can tell of a State.</summary>
/// <param name="Possible">What the State may have: all of it where <paramref name="Exact"/>, otherwise as much as the demand needed.</param>
/// <param name="Met">Whether the demand is met.</param>
/// <param name="Exact">Whether <paramref name="Possible"/> has the true lowest and highest index.</param>
public sealed record Finding(Candidates Possible, bool Met, bool Exact);

/// <summary>The solver could not decide within its effort: neither narrow nor wide, and so an error.</summary>
public sealed class UndecidedException(string message) : Exception(message);

/// <summary>Attacks one puzzle. One thread at a time; the same attack has the same finding.</summary>
/// <remarks>
/// Width is claimed from worlds alone, and narrowness from the solver's proofs alone. Worlds are first searched State by State: those are checked with every
/// rule of publication. The solver is asked where none is found; its worlds are checked with every sum, which does not ask for each State's own answers.
/// </remarks>
public sealed class Attack
{
    // States outside the coalition that are left open at first: with few, the solver is quick, and what it finds holds with more.
    private static readonly int[] neighbourhoods = [8, 24];

    // Values that are tried before the solver is asked.
    private const int Tries = 16;

    private readonly Puzzle puzzle;
    private readonly Solver solver;
    private readonly List<Person>[] people;
    private readonly Search search;
    private readonly List<OtherWorld> worlds = [];
    private readonly List<Tally> solved = [];

    /// <param name="puzzle">What is known.</param>
    /// <param name="effort">Upper limit for one question to the solver, in its deterministic time, about a second each.</param>
    public Attack(Puzzle puzzle, int effort = 10)
    {
        ArgumentNullException.ThrowIfNull(puzzle);
        (this.puzzle, solver, search) = (puzzle, new Solver(puzzle, effort), new Search(puzzle));
        people = [.. puzzle.Strands.Select(_ => new List<Person>())];
        foreach (var person in puzzle.People)
        {
            foreach (var holding in person.Holdings)
            {
                people[holding.Strand].Add(person);
            }
        }
    }

    /// <summary>Questions that were put to the solver.</summary>
    public int Solves => solver.Solves;

    /// <summary>The States of a strand.</summary>
    public IReadOnlyList<Person> PeopleOf(int strand) => people[strand];

    /// <summary>What one State may have while every other has what it has: what all others together can tell of it.</summary>
    public Candidates ByAllOthers(Person person, int strand)
    {
        var candidates = new Candidates(puzzle.Strands[strand].Values);
        AddAlone(person, strand, candidates);
        return candidates;
    }

    /// <summary>What single States outside the coalition could have had, each while all others have what they have.</summary>
    public Candidates BySingleStates(int strand, Coalition coalition)
    {
        ArgumentNullException.ThrowIfNull(coalition);
        var candidates = new Candidates(puzzle.Strands[strand].Values);
        foreach (var person in people[strand].Where(p => !coalition.Contains(p)))
        {
            AddAlone(person, strand, candidates);
        }

        return candidates;
    }

    /// <summary>What is known without a search: values that States of the strand outside the coalition have, or could have in a world found before.</summary>
    public Candidates Witnessed(int strand, Coalition coalition)
    {
        var candidates = BySingleStates(strand, coalition);
        foreach (var world in worlds.Where(w => !w.Moved.Any(coalition.Contains)))
        {
            AddFrom(world, strand, candidates);
        }

        foreach (var world in solved)
        {
            AddFrom(world, strand, coalition, candidates);
        }

        return candidates;
    }

    /// <summary>What a coalition can tell of any State of a strand outside it, as far as the demand needs it.</summary>
    /// <exception cref="UndecidedException">Effort ran out.</exception>
    public Finding On(int strand, Coalition coalition, Demand demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        var possible = Witnessed(strand, coalition);
        if (demand.IsMetBy(possible) || IsMetBySearch(strand, coalition, demand, possible))
        {
            return new Finding(possible, Met: true, Exact: false);
        }

        var outside = puzzle.People.Where(p => p.Holdings.Count > 0 && !coalition.Contains(p)).ToArray();
        foreach (var size in neighbourhoods.Where(n => n < outside.Length))
        {
            var others = AllBut(strand, outside, size, coalition);
            if (Widen(strand, others, coalition, demand, possible, mustDecide: false))
            {
                return new Finding(possible, Met: true, Exact: false);
            }
        }

        return Widen(strand, coalition, coalition, demand, possible, mustDecide: true)
            ? new Finding(possible, Met: true, Exact: false)
            : new Finding(possible, demand.IsMetBy(possible), Exact: true);
    }

    /// <summary>The true lowest and highest index that a coalition leaves to a State outside it.</summary>
    /// <exception cref="UndecidedException">Effort ran out.</exception>
    public Candidates Range(int strand, Coalition coalition)
    {
        var possible = Witnessed(strand, coalition);
        Extremes(strand, coalition, coalition, possible);
        return possible;
    }

    /// <summary>Every candidate, asked one by one.</summary>
    /// <exception cref="UndecidedException">Effort ran out.</exception>
    public Candidates Everything(int strand, Coalition coalition)
    {
        var possible = Witnessed(strand, coalition);
        var values = puzzle.Strands[strand].Values;
        while (Found(solver.Any(strand, coalition, v => !possible.Has(values[v].Candidate)), strand, coalition, possible, mustDecide: true))
        {
        }

        return possible;
    }

    /// <summary>Looks for worlds State by State; values that would meet the demand at once first, and of those the ones that least has to change for.</summary>
    private bool IsMetBySearch(int strand, Coalition coalition, Demand demand, Candidates possible)
    {
        var tried = new HashSet<(Person, int)>();
        for (var tries = 0; tries < Tries && Next() is { } next; tries++)
        {
            tried.Add(next);
            if (search.Find(next.Person, strand, next.Value, coalition) is { } world)
            {
                worlds.Add(world);
                AddFrom(world, strand, possible);
                if (demand.IsMetBy(possible))
                {
                    return true;
                }
            }
        }

        return false;

        (Person Person, int Value)? Next() => people[strand].Where(p => !coalition.Contains(p))
            .SelectMany(p => search.Alone(p, strand).Select((miss, value) => (Person: p, Value: value, Miss: miss)))
            .Where(c => c.Miss < long.MaxValue && !tried.Contains((c.Person, c.Value)))
            .Select(c => (c.Person, c.Value, c.Miss, Use: possible.UseOf(c.Value, demand)))
            .Where(c => c.Use > 0)
            .OrderByDescending(c => c.Use).ThenBy(c => c.Miss)
            .Select(c => ((Person, int)?)(c.Person, c.Value)).FirstOrDefault();
    }

    /// <summary>Looks for worlds until the demand is met, or it is certain that it cannot be.</summary>
    /// <returns>Whether it is met.</returns>
    private bool Widen(int strand, Coalition asked, Coalition coalition, Demand demand, Candidates possible, bool mustDecide)
    {
        var values = puzzle.Strands[strand].Values;
        while (possible.Width < demand.Width)
        {
            if (Found(solver.Any(strand, asked, Far), strand, coalition, possible, mustDecide))
            {
                continue;
            }

            if (!mustDecide)
            {
                return false;
            }

            // Nothing is far from all that is known to be possible; from end to end it may still be far enough.
            Extremes(strand, asked, coalition, possible);
            if (possible.Width < demand.Width)
            {
                return false;
            }
        }

        while (demand.Candidates > 1 && possible.Count < demand.Candidates)
        {
            if (!Found(solver.Any(strand, asked, v => !possible.Has(values[v].Candidate)), strand, coalition, possible, mustDecide))
            {
                return false;
            }
        }

        while (demand.Levels > 1 && possible.Levels < demand.Levels)
        {
            var levels = Enumerable.Range(0, values.Count).Where(possible.Contains).Select(v => values[v].Level).ToHashSet();
            if (!Found(solver.Any(strand, asked, v => !levels.Contains(values[v].Level)), strand, coalition, possible, mustDecide))
            {
                return false;
            }
        }

        return true;

        bool Far(int value) => values[value].Index is { } index
            && (possible.Lowest is not { } lowest || index >= lowest + demand.Width || index <= possible.Highest - demand.Width);
    }

    private void Extremes(int strand, Coalition asked, Coalition coalition, Candidates possible)
    {
        Found(solver.Extreme(strand, asked, highest: false), strand, coalition, possible, mustDecide: true);
        Found(solver.Extreme(strand, asked, highest: true), strand, coalition, possible, mustDecide: true);
    }

    private bool Found(Reply reply, int strand, Coalition coalition, Candidates possible, bool mustDecide)
    {
        if (mustDecide && !reply.Proven)
        {
            throw new UndecidedException($"{puzzle.Name}: undecided within the effort allowed.");
        }

        if (reply.World is not { } world)
        {
            return false;
        }

        solved.Add(world);
        AddFrom(world, strand, coalition, possible);
        return true;
    }

    private void AddAlone(Person person, int strand, Candidates candidates)
    {
        var missing = search.Alone(person, strand);
        for (var value = 0; value < missing.Count; value++)
        {
            if (missing[value] == 0)
            {
                candidates.Add(value);
            }
        }
    }

    private static void AddFrom(OtherWorld world, int strand, Candidates candidates)
    {
        foreach (var holding in world.Gained.Where(h => h.Strand == strand))
        {
            candidates.Add(holding.Value);
        }
    }

    private void AddFrom(Tally world, int strand, Coalition coalition, Candidates candidates)
    {
        if (coalition.Known.Any(k => world[k.Key.Strand, k.Key.Value] < k.Value))
        {
            return;
        }

        for (var value = 0; value < puzzle.Strands[strand].Values.Count; value++)
        {
            if (world[strand, value] > coalition.Of(strand, value))
            {
                candidates.Add(value);
            }
        }
    }

    /// <summary>A larger coalition: everybody but some States, one of the strand among them. Which, follows from the question alone.</summary>
    private Coalition AllBut(int strand, Person[] outside, int size, Coalition coalition)
    {
        var random = new Random((strand * 1000) + size);
        var shuffled = outside.ToArray();
        random.Shuffle(shuffled);
        var target = Array.Find(shuffled, p => p.In(strand) is not null) ?? throw new ArgumentException("Nobody of the strand is outside the coalition.", nameof(coalition));
        var open = shuffled.Where(p => p != target).Take(size - 1).Append(target).ToHashSet();
        return new Coalition(puzzle.People.Where(p => !open.Contains(p)));
    }
}
