namespace SelfAssess.Domain.Releases;

/// <summary>What a release needs of the cycle before: its published form, and, to be seen by the computation only, who contributed what.</summary>
/// <param name="release">The frozen release of the cycle before.</param>
public sealed class PreviousCycle(Release release)
{
    private readonly Dictionary<string, long?[]> indices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> sizes = new(StringComparer.Ordinal);

    /// <summary>Its published form.</summary>
    public Release Release { get; } = release;

    internal int Participants => indices.Count;

    /// <summary>Counts one State.</summary>
    /// <exception cref="ArgumentException">The contribution belongs to another cycle.</exception>
    public void Add(Contribution contribution, ContributionDetails details)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        ArgumentNullException.ThrowIfNull(details);
        if (contribution.CycleId != Release.CycleId)
        {
            throw new ArgumentException($"A contribution does not belong to cycle {Release.CycleId}.", nameof(contribution));
        }

        indices.Add(contribution.Pseudonym, [.. contribution.Themes.Select(t => t.Index)]);
        GroupTally.Count(sizes, details.Group is { } group ? [group] : []);
    }

    internal bool Contains(string pseudonym) => indices.ContainsKey(pseudonym);

    internal int SizeOf(string group) => sizes.GetValueOrDefault(group);

    /// <summary>A State's index in one of that release's themes; null where it has none.</summary>
    internal long? IndexOf(string pseudonym, int theme) => indices.TryGetValue(pseudonym, out var found) ? found[theme] : null;

    internal int ScoredIn(int theme) => indices.Values.Count(i => i[theme] is not null);
}

/// <summary>What a second release needs of the first: its published form, and, to be seen by the computation only, the contributions behind it.</summary>
/// <param name="release">The first release of the cycle.</param>
public sealed class FirstRelease(Release release)
{
    private readonly Dictionary<string, (Contribution Contribution, ContributionDetails Details)> contributions = new(StringComparer.Ordinal);

    /// <summary>Its published form.</summary>
    public Release Release { get; } = release;

    internal IReadOnlyDictionary<string, (Contribution Contribution, ContributionDetails Details)> Contributions => contributions;

    /// <summary>Takes what one State had contributed.</summary>
    public void Add(Contribution contribution, ContributionDetails details)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        contributions.Add(contribution.Pseudonym, (contribution, details));
    }
}
