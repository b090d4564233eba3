using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

public sealed class PublicationPlanTests
{
    private static readonly HashSet<string> states = new(["XA", "XB", "XC"], StringComparer.Ordinal);

    [Fact]
    public void Default_plan_is_sound_and_merges_down_to_one_group()
    {
        Assert.Empty(PublicationPlan.Default.Check(states));
        Assert.Equal(PublicationPlan.GroupsOf(PlannedPartition.RegionalGroup).Count - 1, PublicationPlan.Default.Merges.Count);
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var plan = new PublicationPlan
        {
            Partition = PlannedPartition.TradeRole,
            Merges = [new PlannedMerge("exporter", "africa"), new PlannedMerge("exporter", "exporter"), new PlannedMerge("exporter", "noRegular"), new PlannedMerge("noRegular", "exporter")],
            Blocs = [new DeclaredBloc("One", ["XA"]), new DeclaredBloc("One", ["XA", "XZ", "XA"]), new DeclaredBloc(" ", ["XA", "XB"])],
        };
        Assert.Equal(
            [("merges[0]", "unknownGroup"), ("merges[1]", "together"), ("merges[3]", "together"), ("blocs[0].members", "tooFew"), ("blocs[1].name", "duplicate"),
                ("blocs[1].members", "unknownState"), ("blocs[1].members", "duplicate"), ("blocs[2].name", "invalid")],
            plan.Check(states).Select(p => (p.Field, p.Code)));
    }

    [Theory]
    [InlineData(PlannedPartition.RegionalGroup, "africa", "stateParty", "exporter", "africa")]
    [InlineData(PlannedPartition.RegionalGroup, "atlantis", "stateParty", "exporter", null)]
    [InlineData(PlannedPartition.RegionalGroup, null, "stateParty", "exporter", null)]
    [InlineData(PlannedPartition.AttStatus, "africa", "signatory", "exporter", "other")]
    [InlineData(PlannedPartition.AttStatus, "africa", "stateParty", "exporter", "party")]
    [InlineData(PlannedPartition.AttStatus, "africa", null, "exporter", null)]
    [InlineData(PlannedPartition.TradeRole, "africa", "stateParty", "importer,exporter", "exporter")]
    [InlineData(PlannedPartition.TradeRole, "africa", "stateParty", "transit", "otherRegular")]
    [InlineData(PlannedPartition.TradeRole, "africa", "stateParty", "noRegularInvolvement", "noRegular")]
    [InlineData(PlannedPartition.TradeRole, "africa", "stateParty", "", null)]
    [InlineData(PlannedPartition.None, "africa", "stateParty", "exporter", null)]
    public void Group_follows_from_what_is_known(PlannedPartition partition, string? region, string? status, string roles, string? group) =>
        Assert.Equal(group, new PublicationPlan { Partition = partition }.GroupOf(new StateFacts(region, status, roles.Split(',', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void Register_wins_over_the_profile_and_the_profile_fills_its_gaps()
    {
        var profile = Build.ProfileOf(("region", new ProfileValue.One("africa")), ("attStatus", new ProfileValue.One("signatory")), ("tradeRoles", new ProfileValue.Many(["transit"])));
        var facts = StateFacts.Of("asiaPacific", null, profile);
        Assert.Equal(("asiaPacific", "signatory", false), (facts.RegionalGroup, facts.AttStatus, facts.IsParty));
        Assert.Equal(["transit"], facts.TradeRoles!);
        Assert.False(new PublicationPlan { Population = PlannedPopulation.StatesParties }.Counts(facts));
        Assert.True(new PublicationPlan { Population = PlannedPopulation.StatesParties }.Counts(facts with { AttStatus = "stateParty" }));
        Assert.True(new PublicationPlan().Counts(facts));
    }
}
