namespace SelfAssess.Attacker.Puzzles;

/// <summary>A world that would have been published as the true one was, and in which some States have other values.</summary>
/// <param name="Moved">Those that have. Whoever knows none of them cannot tell the world from the truth.</param>
/// <param name="Gained">What they have in it.</param>
internal sealed record OtherWorld(IReadOnlySet<Person> Moved, IReadOnlyList<Holding> Gained);

/// <summary>
/// Finds worlds without a solver, State by State and answer by answer: one State has another value, and a few others change what most makes up for it.
/// What it finds is a world by the rules of publication themselves; that it finds nothing means nothing.
/// </summary>
internal sealed class Search
{
    /// <summary>At most so many States besides the one that is asked for.</summary>
    private const int MostOthers = 12;

    /// <summary>How much more a miss in scores counts than one in answers, which somebody else can easily make up for.</summary>
    private const int Scores = 4;

    private const int Batch = 12;

    private readonly Puzzle puzzle;
    private readonly Ledger ledger;
    private readonly Dictionary<(Person, int), long[]> alone = [];

    /// <exception cref="ModelException">The truth would not have been published.</exception>
    public Search(Puzzle puzzle)
    {
        (this.puzzle, ledger) = (puzzle, new Ledger(puzzle));
        if (ledger.Missing != 0)
        {
            throw new ModelException($"{puzzle.Name}: the true values miss what is published.");
        }
    }

    /// <summary>By value, how far the world is from what was published where one State has it and all others have what they have; 0 where it is such a world.</summary>
    public IReadOnlyList<long> Alone(Person person, int strand)
    {
        if (!alone.TryGetValue((person, strand), out var found))
        {
            alone.Add((person, strand), found = Consider(person, strand, null, long.MaxValue)!.Changes);
        }

        return found;
    }

    /// <summary>A world in which a State has a value, and nobody in the coalition another one; null where none was found.</summary>
    public OtherWorld? Find(Person target, int strand, int value, Coalition coalition)
    {
        var undo = new List<(Person Person, int Strand, int Value)>();
        var moved = new HashSet<(Person, int)>();
        var first = Consider(target, strand, null, long.MaxValue)!;
        if (first.Changes[value] == long.MaxValue)
        {
            return null;
        }

        try
        {
            Make(target, strand, value, first, undo);
            moved.Add((target, strand));
            for (var others = 0; ledger.Missing > 0; others++)
            {
                if (others == MostOthers || Best(coalition, moved) is not { } best)
                {
                    return null;
                }

                Make(best.Person, best.Strand, best.Value, best.Considered, undo);
                moved.Add((best.Person, best.Strand));
            }

            // A State stands for the others of its strand as long as nothing else of it has come or gone that a panel counts.
            return new OtherWorld(moved.Select(m => m.Item1).ToHashSet(),
                [.. moved.Where(m => !moved.Any(o => o.Item1 == m.Item1 && o.Item2 != m.Item2 && CameOrWent(o.Item1, o.Item2))).Select(m => new Holding(m.Item2, ledger.ValueOf(m.Item1, m.Item2)))]);
        }
        finally
        {
            for (var i = undo.Count - 1; i >= 0; i--)
            {
                ledger.Set(undo[i].Person, undo[i].Strand, undo[i].Value);
            }
        }
    }

    private bool CameOrWent(Person person, int strand)
    {
        var values = puzzle.Strands[strand].Values;
        return values[person.In(strand)!.Value].Index is null != values[ledger.ValueOf(person, strand)].Index is null;
    }

    /// <summary>
    /// The one other value of one State outside the coalition after which the world misses least; null where nobody is left. States are gone through in
    /// batches: the first that halves what is missed is good enough.
    /// </summary>
    private Move? Best(Coalition coalition, HashSet<(Person, int)> moved)
    {
        var changes = new Dictionary<(int, int), long[]>();
        long[] inAnswers = [.. puzzle.Answerings.Select(a => a.Tables.Sum(ledger.MissingOf))];
        var all = puzzle.People.Count;
        var start = (int)((ledger.Missing + (moved.Count * 7919)) % all);
        Move? best = null;
        var least = long.MaxValue;
        for (var from = 0; from < all && least > -ledger.Missing / 2; from += Batch)
        {
            var choices = new List<(Person Person, int Strand, long[] Changes, long Least)>();
            for (var i = from; i < Math.Min(from + Batch, all); i++)
            {
                var person = puzzle.People[(start + i) % all];
                if (!coalition.Contains(person))
                {
                    choices.AddRange(Choices(person, changes, moved));
                }
            }

            foreach (var (person, strand, own, bound) in choices.OrderBy(c => c.Least))
            {
                // Better answers undo at most what is missed in them.
                var atMost = puzzle.Strands[strand].Answerings.Sum(a => inAnswers[a]);
                var limit = least == long.MaxValue ? least : least + atMost;
                if (bound < limit && Consider(person, strand, own, limit) is { } considered)
                {
                    for (var value = 0; value < considered.Changes.Length; value++)
                    {
                        if (considered.Changes[value] < least && (value != person.In(strand) || considered.Changes[value] != 0))
                        {
                            (best, least) = (new Move(person, strand, value, considered), considered.Changes[value]);
                        }
                    }
                }
            }
        }

        return best;
    }

    private IEnumerable<(Person Person, int Strand, long[] Changes, long Least)> Choices(Person person, Dictionary<(int, int), long[]> changes, HashSet<(Person, int)> moved)
    {
        foreach (var (strand, _) in person.Holdings.Where(h => puzzle.Strands[h.Strand].Asked && !moved.Contains((person, h.Strand))))
        {
            var own = ledger.ValueOf(person, strand);
            if (!changes.TryGetValue((strand, own), out var common))
            {
                changes.Add((strand, own), common = ledger.Changes(strand, own));
            }

            var with = (long[])common.Clone();
            ledger.AddPanels(person, strand, with);
            Weigh(with);
            yield return (person, strand, with, with.Min());
        }
    }

    /// <summary>What each value of one State would change, with the answers that suit it best.</summary>
    private Considered? Consider(Person person, int strand, long[]? changes, long limit)
    {
        if (changes is null)
        {
            changes = ledger.Changes(strand, ledger.ValueOf(person, strand));
            ledger.AddPanels(person, strand, changes);
            Weigh(changes);
        }

        var answerings = puzzle.Strands[strand].Answerings;
        var answers = new CheapestAnswers[answerings.Count];
        if (answerings.Count > 0)
        {
            changes = (long[])changes.Clone();
        }

        for (var i = 0; i < answers.Length; i++)
        {
            if (changes.Min() >= limit)
            {
                return null;
            }

            var answering = puzzle.Answerings[answerings[i]];
            answers[i] = answering.Rule.Cheapest([.. answering.Tables.Select(t => ledger.Changes(t, ledger.ValueOf(person, t)))]);
            for (var value = 0; value < changes.Length; value++)
            {
                changes[value] = answers[i].Costs[value] == long.MaxValue || changes[value] == long.MaxValue ? long.MaxValue : changes[value] + answers[i].Costs[value];
            }
        }

        return new Considered(changes, answers);
    }

    private static void Weigh(long[] changes)
    {
        for (var value = 0; value < changes.Length; value++)
        {
            changes[value] *= Scores;
        }
    }

    private void Make(Person person, int strand, int value, Considered considered, List<(Person, int, int)> undo)
    {
        Set(strand, value);
        for (var i = 0; i < considered.Answers.Length; i++)
        {
            var tables = puzzle.Answerings[puzzle.Strands[strand].Answerings[i]].Tables;
            var answers = considered.Answers[i].Of(value);
            for (var question = 0; question < tables.Count; question++)
            {
                Set(tables[question], answers[question]);
            }
        }

        void Set(int of, int to)
        {
            undo.Add((person, of, ledger.ValueOf(person, of)));
            ledger.Set(person, of, to);
        }
    }

    private sealed record Considered(long[] Changes, CheapestAnswers[] Answers);

    private sealed record Move(Person Person, int Strand, int Value, Considered Considered);
}
