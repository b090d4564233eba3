using System.Globalization;
using SelfAssess.Attacker.Puzzles;

namespace SelfAssess.Attacker.Published;

/// <summary>
/// Who cannot be told apart, for one score. A State's values in several releases are one unknown as long as they are known to be the same: within a cycle
/// where it was not amended, and over the cycles where the attacker knows that it did not change. States whose unknown belongs to the same places of the same releases share a strand.
/// </summary>
internal sealed class Weaving
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(int Publication, string Place)[]> places = [];
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly List<Holding>[] holdings;

    /// <param name="states">How many States there are.</param>
    /// <param name="publications">The releases that tell of the score, in order.</param>
    /// <param name="value">A participant's true value.</param>
    /// <param name="place">Where it is counted in a release; States with equal places are counted alike.</param>
    /// <param name="unchangedKnown">Whether the attacker knows in which States that take part again nothing changed: more than anybody could know.</param>
    public Weaving(int states, IReadOnlyList<Publication> publications, Func<Publication, Participant, int> value, Func<Publication, Participant, string> place, bool unchangedKnown)
    {
        holdings = [.. Enumerable.Range(0, states).Select(_ => new List<Holding>())];
        for (var state = 0; state < states; state++)
        {
            var run = new List<(Publication Publication, string Place, int Value)>();
            foreach (var publication in publications)
            {
                if (publication.Find(state) is not { } participant)
                {
                    continue;
                }

                var now = value(publication, participant);
                var same = run.Count > 0 && run[^1].Value == now && (run[^1].Publication.Release.CycleId == publication.Release.CycleId
                    || unchangedKnown);
                if (run.Count > 0 && !same)
                {
                    Close(state, run);
                }

                Links |= same && run[^1].Publication.Release.CycleId != publication.Release.CycleId;
                run.Add((publication, place(publication, participant), now));
            }

            if (run.Count > 0)
            {
                Close(state, run);
            }
        }
    }

    /// <summary>Whether a value is known to be the same in several cycles, which would be unknown otherwise.</summary>
    public bool Links { get; private set; }

    /// <summary>How many strands there are; they are numbered from 0.</summary>
    public int Count => places.Count;

    /// <summary>The releases in which a strand is counted, by their number in the history.</summary>
    public IEnumerable<int> PublicationsOf(int strand) => places[strand].Select(p => p.Publication);

    /// <summary>A State's values.</summary>
    public IReadOnlyList<Holding> HoldingsOf(int state) => holdings[state];

    /// <summary>The strand in which a State is counted in a release.</summary>
    public int StrandOf(int state, Publication publication) => holdings[state].Single(h => Array.Exists(places[h.Strand], p => p.Publication == publication.Number)).Strand;

    /// <summary>Everybody who is counted in a release, or in some places of it.</summary>
    /// <param name="publication">The release.</param>
    /// <param name="name">Tells the places apart from others.</param>
    /// <param name="where">Whether a place belongs.</param>
    public Group In(Publication publication, string name = "", Func<string, bool>? where = null)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{publication.Number}/{name}");
        if (!groups.TryGetValue(key, out var group))
        {
            groups.Add(key, group = new Group(Enumerable.Range(0, places.Count)
                .Where(s => Array.Exists(places[s], p => p.Publication == publication.Number && (where is null || where(p.Place))))));
        }

        return group;
    }

    private void Close(int state, List<(Publication Publication, string Place, int Value)> run)
    {
        var signature = string.Join('|', run.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Publication.Number}:{r.Place}")));
        if (!numbers.TryGetValue(signature, out var strand))
        {
            numbers.Add(signature, strand = places.Count);
            places.Add([.. run.Select(r => (r.Publication.Number, r.Place))]);
        }

        holdings[state].Add(new Holding(strand, run[0].Value));
        run.Clear();
    }
}
