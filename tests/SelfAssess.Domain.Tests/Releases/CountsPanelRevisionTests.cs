using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

/// <summary>Counts, the panel, and what a second release revises.</summary>
public sealed class CountsPanelRevisionTests
{
    [Fact]
    public void Counts_are_to_base_five_and_from_forty_participants_on()
    {
        var release = Publish("2026", [.. Enumerable.Range(0, 41).Select(i => State(i, level: i % 5, options: i < 17 ? ["law"] : ["habit"], diverges: i % 2 == 0))]);
        var (law, habit) = (Assert.Single(release.Counted).Options[0], release.Counted[0].Options[1]);
        Assert.Equal(new Protected.Published(15, 5), law.States);
        Assert.Equal(new Protected.Published(25, 5), habit.States);
        Assert.Equal(new Protected.Published(20, 5), Assert.Single(release.Divergence).Diverging);
        Assert.Equal([10, 10, 10, 10, 10], Assert.Single(release.Indicators).Distribution!.Levels);
        var few = Publish("2026", [.. Enumerable.Range(0, 39).Select(i => State(i, level: i % 5, options: ["law"], diverges: true))]);
        Assert.All(few.Counted[0].Options, o => Assert.IsType<Protected.NotPublished>(o.States));
        Assert.IsType<Protected.NotPublished>(few.Divergence[0].Diverging);
        Assert.Equal(ThemeStatus.NotPublished, few.Indicators[0].Status);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(36, false)]
    [InlineData(35, true)]
    public void Option_that_nearly_nobody_or_nearly_everybody_chose_is_withheld_alone(int chose, bool published)
    {
        var release = Publish("2026", [.. Enumerable.Range(0, 40).Select(i => State(i, level: i % 5, options: [.. i < chose ? ["law"] : Array.Empty<string>(), .. i % 2 == 0 ? ["habit"] : Array.Empty<string>(), "other"]))]);
        Assert.Equal(published, release.Counted[0].Options[0].States is Protected.Published);
        Assert.IsType<Protected.Published>(release.Counted[0].Options[1].States);
    }

    [Fact]
    public void Options_of_which_one_is_chosen_are_all_published_or_none()
    {
        var release = Publish("2026", [.. Enumerable.Range(0, 40).Select(i => State(i, level: i % 5, options: [i < 37 ? "law" : "habit"]))], exclusive: true);
        Assert.All(release.Counted[0].Options, o => Assert.IsType<Protected.NotPublished>(o.States));
        Assert.IsType<Protected.NotPublished>(release.Counted[0].NoAnswer);
    }

    [Theory]
    [InlineData(40, 40, 2.5)]
    [InlineData(40, 50, 2.5)]
    [InlineData(40, 41, 5.0)]
    public void Change_of_the_panel_is_coarser_where_few_came_or_left(int before, int now, double roundedTo)
    {
        var (first, states) = First(before);
        var release = Publish("2026", [.. Enumerable.Range(0, now).Select(i => State(i, level: Math.Min(4, (i % 5) + 1)))], previous: (first, states));
        var theme = Assert.Single(release.Panel!.Themes);
        Assert.Equal(new Population(40, 99), release.Panel.Base);
        // Four of five rise by one level of 25 points: 20 on average.
        Assert.Equal(new Protected.Published(20, (decimal)roundedTo), theme.Change);
        Assert.Equal(first.Id, release.Panel.Since);
    }

    [Fact]
    public void Panel_of_fewer_than_twenty_tells_nothing()
    {
        var (first, states) = First(40);
        var release = Publish("2026", [.. Enumerable.Range(21, 60).Select(i => State(i, level: i % 5))], previous: (first, states));
        Assert.Null(release.Panel!.Base);
        Assert.All(release.Panel.Themes, t => Assert.IsType<Protected.NotPublished>(t.Change));
    }

    [Fact]
    public void Changes_are_linked_to_a_chain_from_the_first_mean()
    {
        var (first, states) = First(40);
        var up = Enumerable.Range(0, 40).Select(i => State(i, level: Math.Min(4, (i % 5) + 1))).ToArray();
        var second = Publish("2026", up, previous: (first, states));
        var third = Publish("2027", [.. Enumerable.Range(0, 40).Select(i => State(i, level: Math.Min(4, (i % 5) + 1)))], previous: (second, up));
        var panel = Assert.Single(Trend.Of("att", [first, third, second]).Themes).Panel;
        Assert.Equal([50m, 70m, 70m], panel.Select(p => p.Chained));
        Assert.Equal([1.25m, 2.5m, 3.75m], panel.Select(p => p.Within));
        Assert.Equal([false, true, true], panel.Select(p => p.Linked));
        // Without the release between them, a change leads nowhere: a new chain begins.
        Assert.Equal([false, false], Assert.Single(Trend.Of("att", [first, third]).Themes).Panel.Select(p => p.Linked));
    }

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(1, 0, 0, false)]
    [InlineData(9, 0, 0, false)]
    [InlineData(10, 0, 0, true)]
    [InlineData(0, 1, 0, false)]
    [InlineData(0, 10, 0, true)]
    [InlineData(0, 0, 9, false)]
    [InlineData(0, 0, 10, true)]
    [InlineData(10, 10, 9, false)]
    [InlineData(10, 3, 10, false)]
    public void Second_release_revises_only_what_none_or_ten_States_changed(int added, int withdrawn, int amended, bool revised)
    {
        var (first, states) = First(60);
        var now = states.Skip(withdrawn).Select((s, i) => i < amended ? State(withdrawn + i, level: (int.Parse(s.Contribution.Pseudonym[1..], null) + 2) % 5, options: ["habit"]) : s)
            .Concat(Enumerable.Range(100, added).Select(i => State(i, level: 4))).ToArray();
        var second = Publish("2025", [.. now], first: (first, states), number: 2);
        Assert.Equal((first.Id, "2025-R2"), (second.Revises, second.Id));
        Assert.Equal(!revised, second.Themes[0].NotRevised);
        Assert.Equal(!revised, second.Indicators[0].NotRevised);
        Assert.Equal(revised ? Publish("2025", [.. now]).Themes[0] with { Distribution = null } : first.Themes[0] with { NotRevised = true, Distribution = null }, second.Themes[0] with { Distribution = null });
        Assert.Equal(added is 0 or >= 10 && withdrawn is 0 or >= 10 ? 60 + added - withdrawn : 60, second.Participation.Participants);
    }

    [Fact]
    public void Observations_tell_every_number_once_and_its_status()
    {
        var (first, states) = First(60);
        var release = Publish("2026", [.. Enumerable.Range(0, 60).Select(i => State(i, level: i % 5, options: ["law"]))], previous: (first, states));
        var rows = Observations.Of(release).ToArray();
        Assert.Equal(rows.Length, rows.Select(r => (r.Population, r.Subject, r.Statistic, r.Category)).Distinct().Count());
        Assert.Equal(60m, rows.Single(r => r.Statistic == "participants").Value);
        Assert.All(rows.Where(r => r.Status == ObservationStatus.NotPublished), r => Assert.Null(r.Value));
        Assert.All(rows.Where(r => r.RoundedTo is not null), r => Assert.Equal(0m, r.Value!.Value % r.RoundedTo!.Value));
        Assert.Contains(rows, r => r is { Population: "panel", Statistic: "change", Value: 0 });
    }

    private static (Release Release, Contributed[] States) First(int states)
    {
        var contributed = Enumerable.Range(0, states).Select(i => State(i, level: i % 5)).ToArray();
        return (Publish("2025", contributed), contributed);
    }

    private sealed record Contributed(Contribution Contribution, ContributionDetails Details);

    private static Contributed State(int number, int level, string[]? options = null, bool? diverges = null) => new(
        new Contribution($"p{number}", "", [new ThemeContribution("T", ThemeOutcome.Scored, level, level * 25 * Disclosure.Unit)]),
        new ContributionDetails(null, [], new Dictionary<string, string> { ["t1"] = $"l{level}" }, new Dictionary<string, IReadOnlyList<string>> { ["basis"] = options ?? ["law"] },
            new Dictionary<string, bool?> { ["T"] = diverges }));

    private static Release Publish(string cycle, Contributed[] states, (Release Release, Contributed[] States)? previous = null, (Release Release, Contributed[] States)? first = null, bool exclusive = false, int number = 1)
    {
        var before = previous is { } p ? new PreviousCycle(p.Release) : null;
        foreach (var state in previous?.States ?? [])
        {
            before!.Add(state.Contribution with { CycleId = previous!.Value.Release.CycleId }, state.Details);
        }

        var one = first is { } f ? new FirstRelease(f.Release) : null;
        foreach (var state in first?.States ?? [])
        {
            one!.Add(state.Contribution with { CycleId = cycle }, state.Details);
        }

        string[] levels = ["l0", "l1", "l2", "l3", "l4"];
        var frame = new ReleaseFrame(cycle, cycle, new DateOnly(int.Parse(cycle, null), 1, 1), number, new QuestionnaireReference("att", "1.0"), new DateOnly(2026, 1, 1), 193, levels,
            [KeyValuePair.Create("T", (IReadOnlyList<string>)[])])
        {
            Indicators = [new FramedIndicator("t1", "T", levels)],
            Counted = [new FramedOptions("basis", exclusive, ["law", "habit", "other"])],
        };
        var computation = new ReleaseComputation(frame, before, one);
        foreach (var state in states)
        {
            computation.Add(state.Contribution with { CycleId = cycle }, state.Details);
        }

        return computation.Publish();
    }
}
