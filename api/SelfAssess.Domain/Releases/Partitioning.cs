namespace SelfAssess.Domain.Releases;

/// <summary>
/// Which groups of the planned partition are put together. Small groups are merged with the partner that was declared before anybody took
/// part, so that no hidden group is left that could be subtracted from the total.
/// </summary>
public static class Partitioning
{
    /// <summary>A group that was merged stands alone again only with this many States in two consecutive cycles.</summary>
    public const int ToSplit = SizeTier.SmallestPopulation + 3;

    /// <summary>The published groups.</summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="withoutGroup">Participants that belong to no group of the partition: what remains when all groups are subtracted from the total.</param>
    /// <param name="publishable">Whether groups, put together, are large enough and no declared bloc would know too much of them.</param>
    /// <param name="mergedBefore">Which groups the release before had together; empty where there was none, or it had another partition.</param>
    /// <param name="maySplit">Whether a group that was merged before is large enough to stand alone again.</param>
    /// <param name="oneMore">Whether one more planned merge is to be made than is needed.</param>
    /// <returns>At least two groups, each with the planned groups in it in the plan's order; none where only the total can be published.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Resolve(
        PublicationPlan plan,
        int withoutGroup,
        Func<IReadOnlyList<string>, bool> publishable,
        IReadOnlyList<IReadOnlyList<string>> mergedBefore,
        Func<string, bool> maySplit,
        bool oneMore = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(publishable);
        ArgumentNullException.ThrowIfNull(mergedBefore);
        ArgumentNullException.ThrowIfNull(maySplit);
        var planned = PublicationPlan.GroupsOf(plan.Partition);
        if (!Disclosure.MayDiffer(withoutGroup))
        {
            return [];
        }

        var clusters = planned.Select(g => (IReadOnlyList<string>)[g]).ToList();
        foreach (var merged in mergedBefore.Where(m => !m.All(maySplit)))
        {
            Join(clusters, [.. clusters.Where(c => c.Any(merged.Contains))], planned);
        }

        while (NextMerge(clusters, plan, (one, other) => !publishable(one) || !publishable(other)) is { } needed)
        {
            Join(clusters, needed, planned);
        }

        if (oneMore && NextMerge(clusters, plan, (_, _) => true) is { } further)
        {
            Join(clusters, further, planned);
        }

        return clusters.Count >= 2 && clusters.TrueForAll(c => publishable(c)) ? clusters : [];
    }

    private static IReadOnlyList<string>[]? NextMerge(
        List<IReadOnlyList<string>> clusters, PublicationPlan plan, Func<IReadOnlyList<string>, IReadOnlyList<string>, bool> wanted)
    {
        foreach (var merge in plan.Merges)
        {
            var (one, other) = (clusters.Find(c => c.Contains(merge.Group)), clusters.Find(c => c.Contains(merge.With)));
            if (one is not null && other is not null && one != other && wanted(one, other))
            {
                return [one, other];
            }
        }

        return null;
    }

    private static void Join(List<IReadOnlyList<string>> clusters, IReadOnlyList<string>[] together, IReadOnlyList<string> planned)
    {
        var joined = planned.Where(g => together.Any(c => c.Contains(g))).ToArray();
        var at = clusters.FindIndex(together.Contains);
        clusters.RemoveAll(together.Contains);
        clusters.Insert(at, joined);
    }
}
