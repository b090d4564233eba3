using System.Text.Json;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Tests.Worlds;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests;

public sealed class AuditGateTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 60)]
    [InlineData(3, 80)]
    public void First_release_of_a_world_withstands_every_attack_at_some_step(int seed, int turnout)
    {
        var world = new World(new WorldPlan { Seed = seed, Turnout = turnout });
        foreach (var (step, release) in Publishing.Ladder(world, 0, []))
        {
            var report = Examine(release, []);
            // What cannot be decided is an error and never a pass; a model that the truth contradicts would be one, too.
            Assert.Empty(report.Errors);
            if (report.Passed)
            {
                Assert.All(report.Attacks, a => Assert.Equal(0, a.Below));
                Assert.True(step < CoarseningStep.Nothing, "Nothing at all could be told.");
                return;
            }
        }

        Assert.Fail("A release that tells nothing passes.");
    }

    [Fact]
    public void Release_that_tells_nothing_passes()
    {
        var world = new World(new WorldPlan { Seed = 4 });
        var report = Examine(Publishing.Ladder(world, 0, []).Last().Release, []);
        Assert.True(report.Passed);
        Assert.Empty(report.Attacks);
    }

    [Fact]
    public void Snapshot_after_one_State_joined_is_broken_where_counts_are_not_rounded()
    {
        // Negative control: the same cycle twice, the second time with one State more, every count exact.
        var world = new World(new WorldPlan { Seed = 5, Turnout = 60 });
        var everybody = world.Cohort(0).Select(s => world.ContributionOf(s, 0)).ToArray();
        var before = Snapshot(world, everybody[..^1], number: 1);
        var after = Snapshot(world, everybody, number: 2);
        // Its form and the difference of the two betray it already; the attacker has to find the State's answers, too.
        var report = Examine(after, [before]);
        Assert.False(report.Passed);
        Assert.Contains(AttackKind.Form, report.Failed);
        Assert.Contains(AttackKind.Differencing, report.Failed);
        Assert.Contains(report.Failed, f => f is not (AttackKind.Form or AttackKind.Differencing));
        Assert.True(report.Attacks.Sum(x => x.Unique) > 0, "No State's answer was found.");
    }

    [Fact]
    public void Report_names_no_State()
    {
        var world = new World(new WorldPlan { Seed = 6, Turnout = 60 });
        var release = Publishing.Make(world, 0, []);
        var said = JsonSerializer.Serialize(Examine(release, []));
        Assert.All(release.Contributors, c => Assert.DoesNotContain(c.Contribution.Pseudonym, said, StringComparison.Ordinal));
    }

    private static AuditReport Examine(AuditedRelease release, IReadOnlyList<AuditedRelease> earlier) =>
        AuditGate.Examine(new AuditInput(release, earlier), cancellationToken: TestContext.Current.CancellationToken);

    private static AuditedRelease Snapshot(World world, Contributor[] contributors, int number)
    {
        var computation = new ReleaseComputation(world.Frame(0) with { Number = number });
        foreach (var (contribution, details) in contributors)
        {
            computation.Add(contribution, details);
        }

        var release = computation.Publish();
        return new AuditedRelease(Exact(release, contributors), Instrument.Questionnaire, contributors);
    }

    /// <summary>The release as somebody would publish it who rounds nothing: every indicator's counts, to base 1.</summary>
    private static Release Exact(Release release, Contributor[] contributors)
    {
        var json = JsonSerializer.SerializeToNode(release)!;
        foreach (var (indicator, i) in release.Indicators.Select((x, i) => (x, i)))
        {
            var levels = indicator.Levels.Select(l => contributors.Count(c => c.Details.Indicators.GetValueOrDefault(indicator.Question) == l)).ToArray();
            var notApplicable = contributors.Count(c => c.Details.Indicators.GetValueOrDefault(indicator.Question) is null or "notApplicable");
            json["Indicators"]![i]!["Status"] = nameof(ThemeStatus.Published);
            json["Indicators"]![i]!["Base"] = JsonSerializer.SerializeToNode(new Population(levels.Sum(), levels.Sum()));
            json["Indicators"]![i]!["Concentrated"] = null;
            json["Indicators"]![i]!["Distribution"] = JsonSerializer.SerializeToNode(new Distribution(levels, notApplicable, contributors.Length - levels.Sum() - notApplicable, 1));
        }

        return json.Deserialize<Release>()!;
    }
}
