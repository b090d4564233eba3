namespace SelfAssess.Attacker.Puzzles;

/// <summary>What a State's score may be, as far as an attacker can tell.</summary>
public sealed class Candidates
{
    private readonly Values values;
    private readonly bool[] open;

    public Candidates(Values values)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
        open = new bool[values.Count];
    }

    /// <summary>How many different ones.</summary>
    public int Count => Open.Select(v => values[v].Candidate).Distinct().Count();

    /// <summary>How many different levels, with having none as one more.</summary>
    public int Levels => Open.Select(v => values[v].Level).Distinct().Count();

    /// <summary>Lowest index in millionths of a point; null where no candidate has one.</summary>
    public long? Lowest => Open.Min(v => values[v].Index);

    /// <summary>Highest index in millionths of a point.</summary>
    public long? Highest => Open.Max(v => values[v].Index);

    /// <summary>From the lowest index to the highest, in millionths of a point.</summary>
    public long Width => Highest - Lowest ?? 0;

    private IEnumerable<int> Open => Enumerable.Range(0, open.Length).Where(v => open[v]);

    public bool Contains(int value) => open[value];

    internal void Add(int value) => open[value] = true;

    internal void Add(bool[] more)
    {
        for (var value = 0; value < open.Length; value++)
        {
            open[value] |= more[value];
        }
    }

    internal bool Has(int candidate) => Open.Any(v => values[v].Candidate == candidate);
}
