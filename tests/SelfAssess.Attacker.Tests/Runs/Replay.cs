using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Puzzles;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>What all other States together can tell of one: everybody but the target pools its answers.</summary>
internal sealed class Replay
{
    /// <summary>Targets of which one score is left.</summary>
    public Tallied One { get; } = new();

    /// <summary>Targets of which one or two are left.</summary>
    public Tallied Two { get; } = new();

    public void Add(IReadOnlyList<PublishedCycle> cycles)
    {
        var history = new History([.. cycles.Select(c => c.Release)]);
        foreach (var theme in history.Candidate.Release.Themes)
        {
            if (ThemePuzzle.Of(history, theme.Section, unchangedKnown: false) is not { } puzzle)
            {
                continue;
            }

            var attack = new Attack(puzzle);
            foreach (var person in puzzle.People)
            {
                foreach (var strand in person.Holdings.Select(h => h.Strand).Where(s => puzzle.Strands[s].Asked))
                {
                    var left = attack.ByAllOthers(person, strand).Count;
                    One.Add(left == 1);
                    Two.Add(left <= 2);
                }
            }
        }
    }
}
