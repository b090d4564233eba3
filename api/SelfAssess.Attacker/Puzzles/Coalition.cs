namespace SelfAssess.Attacker.Puzzles;

/// <summary>States that tell each other all that they answered, and so know how often some values occur at least.</summary>
public sealed class Coalition
{
    private readonly Dictionary<Holding, int> known = [];
    private readonly HashSet<Person> members;

    public Coalition(IEnumerable<Person> members)
    {
        this.members = [.. members];
        foreach (var holding in this.members.SelectMany(m => m.Holdings))
        {
            known[holding] = known.GetValueOrDefault(holding) + 1;
        }
    }

    public static Coalition Nobody { get; } = new([]);

    public IReadOnlyCollection<Person> Members => members;

    /// <summary>How often each value occurs among the members, where it does.</summary>
    public IEnumerable<KeyValuePair<Holding, int>> Known => known;

    public bool Contains(Person person) => members.Contains(person);

    public int Of(int strand, int value) => known.GetValueOrDefault(new Holding(strand, value));

    /// <summary>Whether a world has room for the members as they are, and for a State outside that has a value.</summary>
    public bool Allows(Tally world, int strand, int value)
    {
        ArgumentNullException.ThrowIfNull(world);
        foreach (var (holding, times) in known)
        {
            if (world[holding.Strand, holding.Value] < times)
            {
                return false;
            }
        }

        return world[strand, value] > Of(strand, value);
    }
}
