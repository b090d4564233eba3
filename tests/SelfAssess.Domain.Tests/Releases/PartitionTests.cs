using System.Globalization;
using CsCheck;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

public sealed class PartitionTests
{
    private static readonly string[] Groups = [.. PublicationPlan.GroupsOf(PlannedPartition.RegionalGroup)];

    [Fact]
    public void Large_groups_stand_alone() =>
        Assert.Equal(Groups, Resolve([12, 12, 12, 12, 12]).Select(g => string.Join('+', g)));

    [Fact]
    public void Small_group_is_merged_with_its_declared_partner_and_with_nobody_else() =>
        Assert.Equal(["africa", "asiaPacific", "easternEurope+westernEuropeOthers", "latinAmericaCaribbean"], Resolve([12, 12, 5, 12, 12]).Select(g => string.Join('+', g)));

    [Fact]
    public void Merging_goes_on_until_no_group_is_small() =>
        Assert.Equal(["africa+asiaPacific+latinAmericaCaribbean", "easternEurope+westernEuropeOthers"], Resolve([3, 5, 5, 4, 12]).Select(g => string.Join('+', g)));

    [Fact]
    public void Fewer_than_two_groups_are_none() => Assert.Empty(Resolve([3, 3, 3, 3, 3]));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void Few_States_without_a_group_would_remain_when_all_groups_are_subtracted(int without, bool published) =>
        Assert.Equal(published, Partitioning.Resolve(PublicationPlan.Default, without, _ => true, [], _ => true).Count > 0);

    [Fact]
    public void Whatever_the_sizes_the_published_groups_are_large_and_hold_everybody() =>
        Gen.Int[0, 40].Array[5].Sample(sizes =>
        {
            var resolved = Resolve(sizes);
            return resolved.Count == 0 || (resolved.Count >= 2 && resolved.All(g => Size(g, sizes) >= 10)
                && resolved.SelectMany(g => g).Order(StringComparer.Ordinal).SequenceEqual(Groups.Order(StringComparer.Ordinal)));
        });

    [Theory]
    [InlineData(12, 13, false)]
    [InlineData(13, 12, false)]
    [InlineData(13, 13, true)]
    public void Merged_group_stands_alone_again_after_two_large_cycles(int before, int now, bool alone)
    {
        var first = Release("2025", [12, 12, before, 12, 5], null, []);
        Assert.Equal("easternEurope+westernEuropeOthers", Assert.Single(first.Partition.Groups, g => g.Status == GroupStatus.Merged).Id);
        var second = Release("2026", [12, 12, now, 12, 13], first, [12, 12, before, 12, 13]);
        Assert.Equal(!alone, second.Partition.Groups.Any(g => g.Status == GroupStatus.Merged));
    }

    [Fact]
    public void Group_in_which_a_bloc_would_know_all_but_two_is_merged()
    {
        var release = Release("2026", [12, 12, 12, 12, 12], null, [], group => group == "westernEuropeOthers" ? 10 : 0);
        Assert.Equal("easternEurope+westernEuropeOthers", Assert.Single(release.Partition.Groups, g => g.Status == GroupStatus.Merged).Id);
        Assert.All(Release("2026", [12, 12, 12, 12, 12], null, [], group => group == "westernEuropeOthers" ? 9 : 0).Partition.Groups, g => Assert.Equal(GroupStatus.Published, g.Status));
        Assert.All(Release("2026", [12, 12, 12, 12, 12], null, [], group => group == "westernEuropeOthers" ? 12 : 0).Partition.Groups, g => Assert.Equal(GroupStatus.Published, g.Status));
    }

    [Fact]
    public void Number_of_States_in_a_group_is_told_as_a_band_only() =>
        Assert.All(Release("2026", [12, 25, 12, 12, 12], null, []).Partition.Groups, g => Assert.Equal(g.Id == "asiaPacific" ? new Population(20, 39) : new Population(10, 19), g.Base));

    [Fact]
    public void Theme_that_one_group_cannot_show_is_shown_by_none()
    {
        var release = Publish("2026", null, [], computation =>
        {
            foreach (var (group, i) in new[] { 0, 1, 2, 3, 4 }.SelectMany(g => Enumerable.Range(0, 12).Select(i => (g, (g * 12) + i))))
            {
                // In one group three States cannot score the theme: nine are left.
                computation.Add(new Contribution($"p{i}", "2026", [group == 2 && i % 12 < 3 ? new ThemeContribution("T", ThemeOutcome.NoAnswer, null, null) : Scored(i % 5)]), Details(Groups[group], []));
            }
        });
        Assert.Equal(PartitionStatus.Published, release.Partition.Status);
        Assert.All(release.Partition.Groups, g => Assert.Equal(ThemeStatus.NotPublished, Assert.Single(g.Themes).Status));
        Assert.Equal(ThemeStatus.Published, Assert.Single(release.Themes).Status);
    }

    [Fact]
    public void Coarsening_takes_away_step_by_step_and_never_gives_back()
    {
        var computation = Compute("2026", [20, 20, 20, 20, 20], null, [], _ => 0);
        string[] kinds = ["panel", "distribution", "median", "mean base", "groups", "everything"];
        var told = Enum.GetValues<CoarseningStep>().Select(step => Told(computation.Publish(step))).ToArray();
        for (var i = 1; i < told.Length; i++)
        {
            Assert.All(kinds.Zip(told[i - 1], told[i]), k => Assert.True(k.Third <= k.Second, $"{k.First} at {(CoarseningStep)i}"));
            Assert.True(i == 1 || told[i].Sum() < told[i - 1].Sum(), $"{(CoarseningStep)i} takes nothing away");
        }

        static int[] Told(Release r) =>
        [
            r.Panel is { Base: not null } ? 1 : 0, r.Themes[0].Distribution is null ? 0 : 1, r.Themes[0].Median is Protected.Published ? 1 : 0,
            r.Themes[0].Mean switch { Protected.Published { Base: 1 } => 2, Protected.Published => 1, _ => 0 }, r.Partition.Groups.Count, r.Participation.Participants is null ? 0 : 1,
        ];
    }

    private static int Size(IReadOnlyList<string> groups, int[] sizes) => groups.Sum(g => sizes[Array.IndexOf(Groups, g)]);

    private static IReadOnlyList<IReadOnlyList<string>> Resolve(int[] sizes) =>
        Partitioning.Resolve(PublicationPlan.Default, 0, g => Size(g, sizes) >= SizeTier.SmallestPopulation, [], _ => true);

    private static ThemeContribution Scored(int level) => new("T", ThemeOutcome.Scored, level, level * 25 * Disclosure.Unit);

    private static ContributionDetails Details(string group, IReadOnlyList<string> blocs) =>
        new(group, blocs, new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, bool?>());

    private static Release Release(string cycle, int[] sizes, Release? before, int[] sizesBefore, Func<string, int>? inBloc = null) => Compute(cycle, sizes, before, sizesBefore, inBloc ?? (_ => 0)).Publish();

    private static ReleaseComputation Compute(string cycle, int[] sizes, Release? before, int[] sizesBefore, Func<string, int> inBloc)
    {
        ReleaseComputation? made = null;
        Publish(cycle, before, sizesBefore, computation =>
        {
            made = computation;
            foreach (var (group, i) in Members(sizes))
            {
                computation.Add(new Contribution($"{group}{i}", cycle, [Scored(i % 5)]), Details(group, i < inBloc(group) ? ["bloc"] : []));
            }
        });
        return made!;
    }

    private static Release Publish(string cycle, Release? before, int[] sizesBefore, Action<ReleaseComputation> add)
    {
        var previous = before is null ? null : new PreviousCycle(before);
        foreach (var (group, i) in Members(sizesBefore))
        {
            previous?.Add(new Contribution($"{group}{i}", before!.CycleId, [Scored(i % 5)]), Details(group, []));
        }

        var computation = new ReleaseComputation(
            new ReleaseFrame(cycle, cycle, new DateOnly(int.Parse(cycle, CultureInfo.InvariantCulture), 1, 1), 1, new QuestionnaireReference("att", "1.0"), new DateOnly(2026, 1, 1), 193,
                ["a", "b", "c", "d", "e"], [KeyValuePair.Create("T", (IReadOnlyList<string>)[])])
            { Plan = PublicationPlan.Default },
            previous);
        add(computation);
        return computation.Publish();
    }

    private static IEnumerable<(string Group, int Member)> Members(int[] sizes) => sizes.SelectMany((size, g) => Enumerable.Range(0, size).Select(i => (Groups[g], i)));
}
