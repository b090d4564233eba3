namespace SelfAssess.Attacker.Puzzles;

/// <summary>
/// What one State may have while every other has what it has: all that is left to an attacker who knows everybody else. Nothing needs solving.
/// </summary>
/// <remarks>
/// It is also a witness for weaker attackers: whoever does not know that State cannot tell the truth from these worlds, and, since States of one strand
/// can exchange everything, neither for any other State of the strand.
/// </remarks>
internal static class OneAtATime
{
    /// <summary>By value, whether the State may have it. Its true value is always among them.</summary>
    public static bool[] Of(Puzzle puzzle, Person person, int strand)
    {
        var values = puzzle.Strands[strand].Values.Count;
        var own = person.In(strand) ?? throw new ArgumentException("This State is not of the strand.", nameof(person));
        var possible = Enumerable.Repeat(true, values).ToArray();
        foreach (var answering in puzzle.Strands[strand].Answerings.Select(a => puzzle.Answerings[a]))
        {
            var reachable = answering.Rule.Reachable([.. answering.Tables.Select(Open)]);
            for (var value = 0; value < values; value++)
            {
                possible[value] &= reachable[value];
            }
        }

        for (var value = 0; value < values; value++)
        {
            possible[value] = possible[value] && Holds(strand, own, value);
        }

        return possible[own] ? possible : throw new ModelException($"{puzzle.Name}: a State may not have what it has.");

        bool[] Open(int table)
        {
            var answer = person.In(table) ?? throw new ModelException($"{puzzle.Name}: a State with a score has no answer.");
            return [.. Enumerable.Range(0, puzzle.Strands[table].Values.Count).Select(a => Holds(table, answer, a))];
        }

        bool Holds(int where, int from, int to)
        {
            foreach (var fact in puzzle.FactsOf(where))
            {
                if (!fact.HoldsAfter(where, from, to))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
