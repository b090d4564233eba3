using System.Text.Json;
using CsCheck;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

public sealed class ReleaseComputationTests
{
    private static readonly string[] Levels = ["absent", "caseByCase", "sharedUnderstanding", "operating", "sustained"];

    [Fact]
    public void Nine_participants_publish_nothing_at_all()
    {
        var release = Publish(Enumerable.Range(0, 9).Select(i => Scored(i % 5)));
        Assert.Equal(Participation.Withheld, release.Participation);
        var theme = Assert.Single(release.Themes);
        Assert.Equal(ThemeStatus.NotPublished, theme.Status);
        Assert.Null(theme.Base);
        Assert.Null(theme.Distribution);
        Assert.IsType<Protected.NotPublished>(theme.Mean);
        Assert.IsType<Protected.NotPublished>(theme.Median);
        Assert.DoesNotContain("9", JsonSerializer.Serialize(release), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_participants_publish_a_mean_to_base_ten_and_no_more()
    {
        var theme = Publish(Enumerable.Range(0, 10).Select(i => Scored(i % 5))).Themes[0];
        Assert.Equal(new Protected.Published(50, 10), theme.Mean);
        Assert.IsType<Protected.NotPublished>(theme.Median);
        Assert.Null(theme.Distribution);
        Assert.Equal(new Population(10, 19), theme.Base);
    }

    [Fact]
    public void Forty_participants_publish_quartiles_and_a_distribution_to_base_five()
    {
        var theme = Publish([.. Enumerable.Range(0, 40).Select(i => Scored(i % 5)), NoAnswer(), NoAnswer(), NoAnswer()]).Themes[0];
        Assert.Equal(new Population(40, 99), theme.Base);
        Assert.Equal(new Protected.Published(50, 2.5m), theme.Mean);
        Assert.Equal([10, 10, 10, 10, 10], theme.Distribution!.Levels);
        Assert.Equal((5, 0), (theme.Distribution.NoAnswer, theme.Distribution.NotApplicable));
        Assert.IsType<Protected.Published>(theme.FirstQuartile);
    }

    [Theory]
    [InlineData(40, 4, ThemeStatus.Concentrated)]
    [InlineData(40, 5, ThemeStatus.Published)]
    [InlineData(20, 4, ThemeStatus.NotPublished)]
    [InlineData(10, 0, ThemeStatus.NotPublished)]
    public void Nearly_unanimous_theme_says_at_most_that_it_is(int participants, int others, ThemeStatus expected)
    {
        var theme = Publish([.. Enumerable.Repeat(Scored(3), participants - others), .. Enumerable.Repeat(Scored(1), others)]).Themes[0];
        Assert.Equal(expected, theme.Status);
        Assert.Equal(expected == ThemeStatus.Concentrated ? "operating" : null, theme.Concentrated);
        if (expected != ThemeStatus.Published)
        {
            Assert.IsType<Protected.NotPublished>(theme.Mean);
            Assert.Null(theme.Distribution);
        }
    }

    [Fact]
    public void Theme_that_few_could_score_is_withheld_while_the_total_stands()
    {
        var release = Publish([.. Enumerable.Range(0, 9).Select(i => Scored(i % 5)), .. Enumerable.Repeat(NoAnswer(), 31)]);
        Assert.Equal(new Participation(40, 193), release.Participation);
        Assert.Equal(ThemeStatus.NotPublished, release.Themes[0].Status);
    }

    [Fact]
    public void Every_published_number_lies_on_its_grid_and_order_never_matters() =>
        Gen.Select(Gen.Int[0, 150].SelectMany(n => Gen.Int[-2, 4].Array[n]), Gen.Int[0, 1000]).Sample((levels, seed) =>
        {
            var contributions = levels.Select(l => l == -2 ? NotApplicable() : l == -1 ? NoAnswer() : Scored(l)).ToArray();
            var release = Publish(contributions);
            var shuffled = contributions.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(JsonSerializer.Serialize(release), JsonSerializer.Serialize(Publish(shuffled)));
            foreach (var distribution in release.Themes.Select(t => t.Distribution).OfType<Distribution>())
            {
                Assert.All([.. distribution.Levels, distribution.NoAnswer, distribution.NotApplicable], count => Assert.Equal(0, count % 5));
            }
        }, iter: 300);

    [Fact]
    public void Release_survives_its_json()
    {
        var release = Publish(Enumerable.Range(0, 60).Select(i => Scored(i % 5)));
        var json = JsonSerializer.Serialize(release);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Release>(json)));
        Assert.Contains("\"status\":\"published\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Contribution_of_another_cycle_is_refused()
    {
        var computation = new ReleaseComputation(Frame("2026", new DateOnly(2026, 1, 1)));
        Assert.Throws<ArgumentException>(() => computation.Add(new Contribution("p", "2025", [Scored(1)]), Nothing));
    }

    [Theory]
    [InlineData(40, 40, 40, Composition.Similar)]
    [InlineData(40, 50, 40, Composition.Similar)]
    [InlineData(40, 54, 40, Composition.Changed)]
    [InlineData(40, 40, 30, Composition.Changed)]
    public void Cohort_has_changed_where_more_than_a_quarter_moved(int before, int after, int stayed, Composition expected) =>
        Assert.Equal(expected, Cohorts.Compare(before, after, stayed));

    [Fact]
    public void Trend_joins_only_what_may_be_compared()
    {
        var first = Publish(Enumerable.Range(0, 40).Select(i => Scored(i % 5)), "2024", 2024, "1.0");
        var same = Publish(Enumerable.Range(0, 40).Select(i => Scored(i % 5)), "2025", 2025, "1.0", first, stayed: 40);
        var moved = Publish(Enumerable.Range(0, 40).Select(i => Scored(i % 5)), "2026", 2026, "1.0", same, stayed: 20);
        var other = Publish(Enumerable.Range(0, 40).Select(i => Scored(i % 5)), "2027", 2027, "2.0", moved, stayed: 40);
        var few = Publish(Enumerable.Range(0, 9).Select(i => Scored(i % 5)), "2028", 2028, "2.0", other, stayed: 9);
        Assert.Equal([Composition.Unknown, Composition.Similar, Composition.Changed, Composition.Similar, Composition.Unknown],
            new[] { first, same, moved, other, few }.Select(r => r.Composition));
        var trend = Trend.Of("att", [few, moved, first, other, same]);
        Assert.Equal(["2024", "2025", "2026", "2027", "2028"], trend.Releases.Select(r => r.CycleName));
        Assert.Equal([TrendJoin.First, TrendJoin.Joined, TrendJoin.CohortChanged, TrendJoin.NotComparable, TrendJoin.NotPublished],
            Assert.Single(trend.Themes).Points.Select(p => p.Join));
        Assert.Throws<ArgumentException>(() => Trend.Of("another", [first]));
    }

    private static ThemeContribution Scored(int level) => new("P14.1", ThemeOutcome.Scored, level, level * 25 * Disclosure.Unit);

    private static ThemeContribution NoAnswer() => new("P14.1", ThemeOutcome.NoAnswer, null, null);

    private static ThemeContribution NotApplicable() => new("P14.1", ThemeOutcome.NotApplicable, null, null);

    private static ReleaseFrame Frame(string cycle, DateOnly startsOn, string version = "1.0") =>
        new(cycle, cycle, startsOn, 1, new QuestionnaireReference("att", version), startsOn, 193, Levels, [KeyValuePair.Create("P14.1", (IReadOnlyList<string>)[])]);

    private static ContributionDetails Nothing { get; } = new(null, [], new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, bool?>());

    /// <param name="themes">What each State contributes.</param>
    /// <param name="cycle">The cycle.</param>
    /// <param name="year">When.</param>
    /// <param name="version">Of the questionnaire.</param>
    /// <param name="before">The cycle before, in which as many States took part as <paramref name="stayed"/> and 40 in all.</param>
    /// <param name="stayed">How many of them were in the cycle before.</param>
    private static Release Publish(IEnumerable<ThemeContribution> themes, string cycle = "2026", int year = 2026, string version = "1.0", Release? before = null, int stayed = 0)
    {
        var previous = before is null ? null : new PreviousCycle(before);
        for (var i = 0; i < 40 && previous is not null; i++)
        {
            previous.Add(new Contribution(i < stayed ? $"p{i}" : $"left{i}", before!.CycleId, [Scored(i % 5)]), Nothing);
        }

        var computation = new ReleaseComputation(Frame(cycle, new DateOnly(year, 1, 1), version), previous);
        foreach (var (theme, i) in themes.Select((t, i) => (t, i)))
        {
            computation.Add(new Contribution($"p{i}", cycle, [theme]), Nothing);
        }

        return computation.Publish();
    }
}
