using System.Globalization;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Tests.Runs;
using SelfAssess.Attacker.Tests.Worlds;

namespace SelfAssess.Attacker.Tests;

/// <summary>Histories of several cycles, published as the pipeline does it, and every attack on them.</summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(11, 40, 25)]
    [InlineData(12, 60, 10)]
    [InlineData(13, 80, 4)]
    public void Three_cycles_withstand_every_attack_and_stay_useful(int seed, int turnout, int changing)
    {
        var world = new World(new WorldPlan { Seed = seed, Turnout = turnout, Cycles = 3, Changing = changing });
        var run = new Attacked();
        run.Add(world, TestContext.Current.CancellationToken);
        output.WriteLine($"{world.Plan}\n{run}");

        Assert.All(run.Attacks, a => Assert.Equal((0, 0), (a.Value.Unique, a.Value.Below)));
        Assert.All(run.Attacks.Where(a => a.Value.Worst is not null), a => Assert.True(a.Value.Worst >= 25, $"{a.Key} leaves {a.Value.Worst} points."));
        Assert.True(run.Replay.One.Percent <= 2, $"One score is left for {run.Replay.One.Percent} %.");
        Assert.True(run.Replay.Two.Percent <= 5, $"Two scores are left for {run.Replay.Two.Percent} %.");
        Assert.True(run.Usefulness.Means.Mean <= 2.5, "Means are far from the truth.");
        Assert.True(run.Usefulness.Panels.Percent > 0, "No change is ever shown.");
    }

    [Fact]
    public void Best_guess_gains_little_from_releases()
    {
        // Not coarsened by the audit, so that they tell at least what passes. One world says nothing: a newcomer's guess is right or wrong by chance.
        var guessing = new Guessing();
        var worlds = int.TryParse(Environment.GetEnvironmentVariable("WORLDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 40;
        for (var seed = 0; seed < worlds; seed++)
        {
            var world = new World(new WorldPlan { Seed = 3000 + seed, Turnout = 40 + (20 * (seed % 3)), Cycles = 2, Changing = 10 });
            var first = Publishing.Make(world, 0, []);
            guessing.Add(world, [first, Publishing.Make(world, 1, [first])]);
        }

        output.WriteLine($"{guessing}");
        Assert.True(guessing.ByOutsider.Percent <= guessing.Before.Percent + 10, $"An outsider guesses too well.\n{guessing}");
        Assert.True(guessing.ByBloc.Percent <= guessing.BeforeBloc.Percent + 20, $"A bloc guesses too well.\n{guessing}");
        Assert.True(guessing.Newcomers.Percent <= guessing.NewcomersBefore.Percent + 10, $"Newcomers are guessed too well.\n{guessing}");

        // It is a guess that learns: knowing the published counts is worth something.
        Assert.True(guessing.ByOutsider.Percent > guessing.Before.Percent, $"Releases teach nothing.\n{guessing}");
    }

    [Fact]
    public void Second_release_is_attacked_together_with_the_first()
    {
        var world = new World(new WorldPlan { Seed = 21, Turnout = 60 });
        var first = Publishing.Make(world, 0, []);
        var newcomers = Enumerable.Range(0, world.States).Except(world.Cohort(0)).Take(12);
        Contributor[] contributors =
        [
            .. world.Cohort(0).Select((state, i) => world.ContributionOf(state, 0, revision: i < 20 ? 1 : 0)),
            .. newcomers.Select(state => world.ContributionOf(state, 0)),
        ];
        foreach (var (_, second) in Publishing.SecondLadder(world, 0, first, contributors))
        {
            var report = AuditGate.Examine(new AuditInput(second, [first]), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Empty(report.Errors);
            if (report.Passed)
            {
                Assert.Contains(second.Release.Themes, t => !t.NotRevised);
                return;
            }
        }

        Assert.Fail("No second release passes.");
    }

    [Fact]
    public void Second_release_after_three_joined_adds_nothing_to_attack()
    {
        var world = new World(new WorldPlan { Seed = 22, Turnout = 60 });
        var first = Publishing.Make(world, 0, []);
        Contributor[] contributors = [.. first.Contributors, .. Enumerable.Range(0, world.States).Except(world.Cohort(0)).Take(3).Select(s => world.ContributionOf(s, 0))];
        var second = Publishing.SecondLadder(world, 0, first, contributors).First().Release.Release;
        Assert.All(second.Themes.Zip(first.Release.Themes), t => Assert.Equal(t.Second with { ComparableWith = [] }, t.First with { NotRevised = false, ComparableWith = [] }));
        Assert.All(second.Themes, t => Assert.True(t.NotRevised));
        Assert.All(second.Indicators, i => Assert.True(i.NotRevised));
    }
}
