using System.Text.Json;
using CsCheck;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

public sealed class ContributionTests
{
    [Fact]
    public void Contribution_is_kept_whole_in_its_short_form()
    {
        var theme = Gen.Select(Gen.Enum<ThemeOutcome>(), Gen.Int[0, 9], Gen.Long[0, 100_000_000]);
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 40], theme.Array[0, 8]).Sample((pseudonym, themes) =>
        {
            var contribution = new Contribution(pseudonym, "2026", [.. themes.Select((t, i) => t.Item1 == ThemeOutcome.Scored
                ? new ThemeContribution($"P14.{i}", t.Item1, t.Item2, t.Item3) : new ThemeContribution($"P14.{i}", t.Item1, null, null))]);
            var read = JsonSerializer.Deserialize<Contribution>(JsonSerializer.Serialize(contribution))!;
            return (read.Pseudonym, read.CycleId) == (contribution.Pseudonym, contribution.CycleId) && read.Themes.SequenceEqual(contribution.Themes);
        });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"pseudonym":"a","cycleId":"b","themes":{"A":"perhaps"}}""")]
    [InlineData("""{"pseudonym":"a","cycleId":"b","themes":{"A":[1]}}""")]
    [InlineData("""{"pseudonym":"a","cycleId":"b","themes":{"A":[1,2,3]}}""")]
    [InlineData("""{"pseudonym":"a","cycleId":"b","themes":{},"state":"X"}""")]
    public void What_is_no_contribution_is_refused(string json) => Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<Contribution>(json));

    [Fact]
    public void Short_form_is_what_the_documentation_says() => Assert.Equal(
        """{"pseudonym":"p","cycleId":"2026","themes":{"P14.1":[3,75000000],"P14.2":"notApplicable","P14.3":"noAnswer"}}""",
        JsonSerializer.Serialize(new Contribution("p", "2026", [new("P14.1", ThemeOutcome.Scored, 3, 75_000_000), new("P14.2", ThemeOutcome.NotApplicable, null, null), new("P14.3", ThemeOutcome.NoAnswer, null, null)])));
}
