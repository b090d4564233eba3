namespace SelfAssess.Attacker.Puzzles;

/// <summary>Worlds close to the truth, found without a solver: one State has another value, or two have exchanged theirs.</summary>
/// <remarks>
/// What one State may have while every other has what it has, is all that is left to an attacker who knows everybody else. It is a witness for weaker
/// attackers too: whoever does not know that State cannot tell the truth from these worlds, and, since States of one strand can exchange everything, neither
/// for any other State of the strand.
/// </remarks>
internal sealed class Nearby(Puzzle puzzle)
{
    private readonly Dictionary<(Person, int), bool[]> reachable = [];
    private readonly Dictionary<(Person, int), bool[]> alone = [];
    private readonly Dictionary<(Person, int, Person, int), bool> exchanges = [];

    /// <summary>By value, whether the State may have it while all others have what they have. Its true value is always among them.</summary>
    public bool[] Alone(Person person, int strand)
    {
        if (alone.TryGetValue((person, strand), out var found))
        {
            return found;
        }

        var (own, values) = (Own(person, strand), puzzle.Strands[strand].Values.Count);
        var possible = Enumerable.Repeat(true, values).ToArray();
        foreach (var answering in puzzle.Strands[strand].Answerings)
        {
            var byAnswers = Reachable(person, answering);
            for (var value = 0; value < values; value++)
            {
                possible[value] &= byAnswers[value];
            }
        }

        for (var value = 0; value < values; value++)
        {
            possible[value] = possible[value] && puzzle.HoldsAfter([new Move(strand, own, value)]);
        }

        alone.Add((person, strand), possible);
        return possible[own] ? possible : throw new ModelException($"{puzzle.Name}: a State may not have what it has.");
    }

    /// <summary>Whether two States of different strands could have exchanged their values in them. Answers that both gave are exchanged too.</summary>
    public bool CanExchange(Person one, int strand, Person other, int otherStrand)
    {
        if (!exchanges.TryGetValue((one, strand, other, otherStrand), out var can))
        {
            exchanges.Add((one, strand, other, otherStrand), can = TryExchange(one, strand, other, otherStrand));
        }

        return can;
    }

    private bool TryExchange(Person one, int strand, Person other, int otherStrand)
    {
        var (own, others) = (Own(one, strand), Own(other, otherStrand));
        var (answerings, otherAnswerings) = (puzzle.Strands[strand].Answerings, puzzle.Strands[otherStrand].Answerings);
        return answerings.Except(otherAnswerings).All(a => Reachable(one, a)[others]) && otherAnswerings.Except(answerings).All(a => Reachable(other, a)[own])
            && puzzle.HoldsAfter([new Move(strand, own, others), new Move(otherStrand, others, own)]);
    }

    /// <summary>By value, whether answers that are open to the State in one publication give it.</summary>
    private bool[] Reachable(Person person, int answering)
    {
        if (!reachable.TryGetValue((person, answering), out var found))
        {
            reachable.Add((person, answering), found = puzzle.Answerings[answering].Rule.Reachable([.. puzzle.Answerings[answering].Tables.Select(Open)]));
        }

        return found;

        bool[] Open(int table)
        {
            var own = Own(person, table);
            return [.. Enumerable.Range(0, puzzle.Strands[table].Values.Count).Select(a => puzzle.HoldsAfter([new Move(table, own, a)]))];
        }
    }

    private int Own(Person person, int strand) => person.In(strand) ?? throw new ModelException($"{puzzle.Name}: a State is not where it was looked for.");
}
