using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Audit;

/// <summary>Every coalition's attack on one score.</summary>
internal sealed class Examination
{
    /// <summary>An index known to less than this is narrow.</summary>
    public const long Narrow = 25 * Disclosure.Unit;

    private const long NarrowForCoalitions = Narrow / 2;
    private const int RandomFives = 3;

    private readonly Puzzle puzzle;
    private readonly Attack attack;
    private readonly bool firstOnly;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<AttackKind, Tally> results = [];
    private readonly Person[] people;
    private readonly int[] strands;
    private readonly Demand alone;
    private readonly Demand together;

    public Examination(Puzzle puzzle, int effort, bool firstOnly, CancellationToken cancellationToken)
    {
        (this.puzzle, this.firstOnly, this.cancellationToken) = (puzzle, firstOnly, cancellationToken);
        attack = new Attack(puzzle, effort);
        people = [.. puzzle.People.Where(p => p.Holdings.Count > 0)];
        strands = [.. Enumerable.Range(0, puzzle.Strands.Count).Where(s => puzzle.Strands[s].Asked)];
        var hasIndex = puzzle.Strands.Any(s => s.Asked && s.Values.Indices.Count > 0);
        (alone, together) = hasIndex ? (new Demand(Narrow, 3, 1), new Demand(NarrowForCoalitions, 2, 1)) : (new Demand(0, 2, 1), new Demand(0, 2, 1));
    }

    public int Solves => attack.Solves;

    public IReadOnlyDictionary<AttackKind, Tally> Results => results;

    private bool Stop => firstOnly && results.Values.Any(r => r.Below > 0);

    /// <param name="blocs">Members of each declared bloc, as positions among the puzzle's people; null where nobody pools answers.</param>
    public void Run(IReadOnlyList<IReadOnlyList<int>>? blocs)
    {
        foreach (var strand in strands)
        {
            Outsider(strand);
            OneState(strand);
        }

        if (blocs is null)
        {
            return;
        }

        foreach (var bloc in blocs)
        {
            EveryTarget(AttackKind.Bloc, new Coalition(bloc.Select(b => puzzle.People[b]).Where(p => p.Holdings.Count > 0)), together);
        }

        foreach (var five in Fives())
        {
            EveryTarget(AttackKind.FiveStates, five, together);
        }

        foreach (var (population, deviants) in puzzle.Populations.Select(p => (p, Deviants(p))))
        {
            if (deviants is not null)
            {
                foreach (var strand in population.Strands)
                {
                    Attacked(AttackKind.Deviants, strand, deviants, new Demand(0, 1, 2));
                }
            }
        }
    }

    private void Outsider(int strand) => Attacked(AttackKind.Outsider, strand, Coalition.Nobody, alone);

    /// <summary>Every State as the one that knows its own answers. What others than the State could do without a solver, hurts nobody who is of another strand.</summary>
    private void OneState(int strand)
    {
        if (Stop)
        {
            return;
        }

        var others = people.Where(p => p.In(strand) is null).ToArray();
        var own = attack.PeopleOf(strand);
        if (alone.IsMetBy(attack.BySingleStates(strand, Coalition.Nobody)))
        {
            Count(AttackKind.OneState, strand, own.Count * others.Length, attack.BySingleStates(strand, Coalition.Nobody), met: true);
        }
        else
        {
            foreach (var other in others)
            {
                Attacked(AttackKind.OneState, strand, new Coalition([other]), alone);
            }
        }

        foreach (var member in own.Count > 1 ? own : [])
        {
            Attacked(AttackKind.OneState, strand, new Coalition([member]), alone);
        }
    }

    private void EveryTarget(AttackKind kind, Coalition coalition, Demand demand)
    {
        if (coalition.Members.Count == 0)
        {
            return;
        }

        foreach (var strand in strands)
        {
            Attacked(kind, strand, coalition, demand);
        }
    }

    private void Attacked(AttackKind kind, int strand, Coalition coalition, Demand demand)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var targets = attack.PeopleOf(strand).Count(p => !coalition.Contains(p));
        if (targets == 0 || Stop)
        {
            return;
        }

        // What is narrow is counted even where the demand is less.
        var finding = attack.On(strand, coalition, demand with { Width = demand.Width == 0 ? 0 : Narrow });
        Count(kind, strand, targets, finding.Possible, demand.IsMetBy(finding.Possible));
    }

    private void Count(AttackKind kind, int strand, int targets, Candidates possible, bool met)
    {
        var hasIndex = puzzle.Strands[strand].Values.Indices.Count > 0;
        if (!results.TryGetValue(kind, out var tally))
        {
            results.Add(kind, tally = new Tally());
        }

        tally.Attacked += targets;
        tally.Unique += possible.Count == 1 ? targets : 0;
        tally.Below += met ? 0 : targets;
        if (hasIndex && kind != AttackKind.Deviants)
        {
            tally.Narrow += possible.Width < Narrow ? targets : 0;
            tally.WorstWidth = Math.Min(tally.WorstWidth ?? long.MaxValue, possible.Width);
        }
    }

    /// <summary>Some fives by chance, and one that is chosen to leave the State with the narrowest range even less.</summary>
    private IEnumerable<Coalition> Fives()
    {
        if (people.Length <= 10)
        {
            yield break;
        }

        var random = new Random(people.Length);
        for (var i = 0; i < RandomFives; i++)
        {
            var shuffled = people.ToArray();
            random.Shuffle(shuffled);
            yield return new Coalition(shuffled.Take(5));
        }

        var target = strands.Where(s => attack.PeopleOf(s).Count > 0).MinBy(s => Openness(attack.Witnessed(s, Coalition.Nobody)));
        var five = new List<Person>();
        while (five.Count < 5)
        {
            // Whoever is of the target's strand vouches for what it may have; after them, whoever is counted with it most often.
            var next = people.Where(p => !five.Contains(p) && (p.In(target) is null || attack.PeopleOf(target).Count(m => !five.Contains(m)) > 1))
                .MinBy(p => (p.In(target) is null ? long.MaxValue : Openness(attack.Witnessed(target, new Coalition([.. five, p]))), -Together(p, target)));
            five.Add(next!);
        }

        yield return new Coalition(five);

        static long Openness(Candidates candidates) => candidates.Width == 0 ? candidates.Count : candidates.Width;

        int Together(Person person, int strand) => puzzle.Facts.Count(f => f.Concerns(strand) && person.Holdings.Any(h => puzzle.Strands[h.Strand].Asked && f.Concerns(h.Strand)));
    }

    /// <summary>Three States outside the level that nearly all of a population share, or fewer where there are no more; null where more than twice as many are.</summary>
    private Coalition? Deviants(Group population)
    {
        var levels = population.Strands.SelectMany(s => attack.PeopleOf(s).Select(p => (Person: p, puzzle.Strands[s].Values[p.In(s)!.Value].Level))).Where(p => p.Level is not null).ToArray();
        if (levels.Length == 0)
        {
            return null;
        }

        var largest = levels.GroupBy(l => l.Level).MaxBy(g => g.Count())!.Key;
        var outside = levels.Where(l => l.Level != largest).Select(l => l.Person).ToArray();
        return outside.Length > 6 ? null : new Coalition(outside.Take(3));
    }

    internal sealed class Tally
    {
        public int Attacked { get; set; }

        public int Narrow { get; set; }

        public int Unique { get; set; }

        public int Below { get; set; }

        public long? WorstWidth { get; set; }
    }
}
