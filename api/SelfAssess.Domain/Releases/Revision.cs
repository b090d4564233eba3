namespace SelfAssess.Domain.Releases;

/// <summary>
/// What a second release may change: a number is made anew only where those who joined, left or amended are none or at least ten each;
/// otherwise the first release's number stands, since the difference of the two would tell of few States.
/// </summary>
internal sealed class Revision
{
    private const string Everybody = "";

    private readonly ReleaseFrame frame;
    private readonly FirstRelease first;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> additions = new(StringComparer.Ordinal);

    // By group (and by everybody), then by what was amended: a theme, an indicator, a counted question, a divergence.
    private readonly Dictionary<(string Group, string What), int> amendments = [];

    public Revision(ReleaseFrame frame, FirstRelease first) => (this.frame, this.first) = (frame, first);

    /// <summary>The groups that the first release published.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups => [.. first.Release.Partition.Groups.Select(g => g.Groups)];

    /// <summary>What a State had contributed first.</summary>
    public ContributionDetails? FirstOf(string pseudonym) => first.Contributions.TryGetValue(pseudonym, out var found) ? found.Details : null;

    /// <summary>Compares one State's contribution with its first.</summary>
    public void Add(Contribution contribution, ContributionDetails details, string group)
    {
        seen.Add(contribution.Pseudonym);
        if (!first.Contributions.TryGetValue(contribution.Pseudonym, out var before))
        {
            Count(additions, group);
            return;
        }

        foreach (var (now, then) in contribution.Themes.Zip(before.Contribution.Themes).Where(t => t.First != t.Second))
        {
            Amended(group, Theme(now.Section));
        }

        foreach (var question in frame.Indicators.Select(i => i.Question).Where(q => details.Indicators.GetValueOrDefault(q) != before.Details.Indicators.GetValueOrDefault(q)))
        {
            Amended(group, Indicator(question));
        }

        foreach (var question in frame.Counted.Select(c => c.Question).Where(q =>
            !(details.Counted.GetValueOrDefault(q) ?? []).SequenceEqual(before.Details.Counted.GetValueOrDefault(q) ?? [], StringComparer.Ordinal)))
        {
            Amended(group, Options(question));
        }

        foreach (var section in frame.Themes.Select(t => t.Key).Where(s => details.Diverges.GetValueOrDefault(s) != before.Details.Diverges.GetValueOrDefault(s)))
        {
            Amended(group, Divergence(section));
        }
    }

    /// <summary>The second release with the first one's numbers wherever they have to stand.</summary>
    public Release Keep(Release second)
    {
        var old = first.Release;
        var everybody = MayRevise([]);
        return second with
        {
            Revises = old.Id,
            Composition = old.Composition,
            Panel = old.Panel,
            Participation = everybody ? second.Participation : old.Participation,
            Themes = Themes(second.Themes, old.Themes, []),
            Partition = second.Partition.Groups.Count == 0 ? second.Partition : second.Partition with
            {
                Groups =
                [
                    .. second.Partition.Groups.Zip(old.Partition.Groups).Select(g => g.First with
                    {
                        Base = MayRevise(g.First.Groups) ? g.First.Base : g.Second.Base,
                        Themes = Themes(g.First.Themes, g.Second.Themes, g.First.Groups),
                        NotRevised = !MayRevise(g.First.Groups),
                    }),
                ],
            },
            Indicators = [.. second.Indicators.Zip(old.Indicators).Select(i => MayRevise([], Indicator(i.First.Question)) ? i.First : i.Second with { NotRevised = true })],
            Counted = [.. second.Counted.Zip(old.Counted).Select(c => MayRevise([], Options(c.First.Question)) ? c.First : c.Second with { NotRevised = true })],
            Divergence = [.. second.Divergence.Zip(old.Divergence).Select(d => MayRevise([], Divergence(d.First.Section)) ? d.First : d.Second with { NotRevised = true })],
        };
    }

    private IReadOnlyList<ThemeStatistics> Themes(IReadOnlyList<ThemeStatistics> second, IReadOnlyList<ThemeStatistics> old, IReadOnlyList<string> groups) =>
        [.. second.Zip(old).Select(t => MayRevise(groups, Theme(t.First.Section)) ? t.First : t.Second with { NotRevised = true })];

    /// <param name="groups">The planned groups of a published one; none stands for everybody.</param>
    /// <param name="what">What may have been amended; null for the participants alone.</param>
    private bool MayRevise(IReadOnlyList<string> groups, string? what = null)
    {
        var withdrawn = first.Contributions.Where(c => !seen.Contains(c.Key)).GroupBy(c => c.Value.Details.Group ?? Everybody, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return Disclosure.MayDiffer(Sum(additions)) && Disclosure.MayDiffer(Sum(withdrawn))
            && (what is null || Disclosure.MayDiffer(amendments.Where(a => a.Key.What == what && Counts(a.Key.Group)).Sum(a => a.Value)));

        bool Counts(string group) => groups.Count == 0 || groups.Contains(group, StringComparer.Ordinal);

        int Sum(Dictionary<string, int> counts) => counts.Where(c => Counts(c.Key)).Sum(c => c.Value);
    }

    private void Amended(string group, string what) => Count(amendments, (group, what));

    private static void Count<T>(Dictionary<T, int> counts, T key)
        where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static string Theme(string section) => $"theme {section}";

    private static string Indicator(string question) => $"indicator {question}";

    private static string Options(string question) => $"options {question}";

    private static string Divergence(string section) => $"divergence {section}";
}
