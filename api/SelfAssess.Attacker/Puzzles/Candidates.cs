namespace SelfAssess.Attacker.Puzzles;

/// <summary>What a State's score may be, as far as an attacker can tell.</summary>
public sealed class Candidates
{
    private const int None = -1;

    private readonly Values values;
    private readonly bool[] open;
    private readonly HashSet<int> candidates = [];
    private readonly HashSet<int> levels = [];

    public Candidates(Values values)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
        open = new bool[values.Count];
    }

    /// <summary>How many different ones.</summary>
    public int Count => candidates.Count;

    /// <summary>How many different levels, with having none as one more.</summary>
    public int Levels => levels.Count;

    /// <summary>Lowest index in millionths of a point; null where no candidate has one.</summary>
    public long? Lowest { get; private set; }

    /// <summary>Highest index in millionths of a point.</summary>
    public long? Highest { get; private set; }

    /// <summary>From the lowest index to the highest, in millionths of a point.</summary>
    public long Width => Highest - Lowest ?? 0;

    public bool Contains(int value) => open[value];

    internal void Add(int value)
    {
        if (open[value])
        {
            return;
        }

        open[value] = true;
        var (candidate, level, index) = values[value];
        candidates.Add(candidate);
        levels.Add(level ?? None);
        if (index is not null)
        {
            Lowest = Lowest < index ? Lowest : index;
            Highest = Highest > index ? Highest : index;
        }
    }

    /// <summary>Whether one more value would help to meet a demand: 2 where its width would be reached, 1 where it comes nearer, 0 where it does not help.</summary>
    internal int UseOf(int value, Demand demand)
    {
        if (open[value])
        {
            return 0;
        }

        if (Width < demand.Width)
        {
            return values[value].Index is not { } index ? 0
                : Lowest is not { } lowest || index <= Highest - demand.Width || index >= lowest + demand.Width ? 2
                : index < lowest || index > Highest ? 1 : 0;
        }

        return (Count < demand.Candidates && !Has(values[value].Candidate)) || (Levels < demand.Levels && !levels.Contains(values[value].Level ?? None)) ? 1 : 0;
    }

    internal bool Has(int candidate) => candidates.Contains(candidate);
}
