using System.Text.Json;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Tests.Releases;

public sealed class MethodNoteTests
{
    [Theory]
    [InlineData(9, "Fewer than 10 States took part")]
    [InlineData(12, "multiples of 10")]
    [InlineData(25, "Medians are averages")]
    [InlineData(45, "Numbers of States are rounded to multiples of 5")]
    public void Note_says_what_is_in_force(int states, string said) => Assert.Contains(MethodNote.Of(Release(states), "en").Sentences, s => s.Contains(said, StringComparison.Ordinal));

    [Fact]
    public void Note_never_tells_a_small_number_or_a_rule_that_is_not_in_force()
    {
        var note = string.Join('\n', MethodNote.Of(Release(9), "en").Sentences);
        Assert.DoesNotContain("9 of", note, StringComparison.Ordinal);
        Assert.DoesNotContain("Quartiles", note, StringComparison.Ordinal);
        Assert.DoesNotContain("multiples of 2.5", string.Join('\n', MethodNote.Of(Release(12), "en").Sentences), StringComparison.Ordinal);
    }

    [Fact]
    public void Note_is_the_same_in_every_language_and_translated()
    {
        var english = MethodNote.Of(Release(45), "en").Sentences;
        foreach (var language in ConferenceLanguages.All.Where(l => l != "en"))
        {
            var other = MethodNote.Of(Release(45), language).Sentences;
            Assert.Equal(english.Count, other.Count);
            Assert.Empty(english.Intersect(other));
            Assert.All(other, s => Assert.DoesNotContain("{", s, StringComparison.Ordinal));
            // Digits are Western everywhere, so that pictures, tables and words agree.
            Assert.DoesNotContain(JsonSerializer.Serialize(other), "\u0664", StringComparison.Ordinal);
        }
    }

    private static Release Release(int states)
    {
        string[] levels = ["a", "b", "c", "d", "e"];
        var computation = new ReleaseComputation(new ReleaseFrame("2026", "2026", new DateOnly(2026, 1, 1), 1, new QuestionnaireReference("att", "1.0"), new DateOnly(2026, 6, 1), 193, levels,
            [KeyValuePair.Create("T", (IReadOnlyList<string>)[])]));
        for (var i = 0; i < states; i++)
        {
            computation.Add(new Contribution($"p{i}", "2026", [new ThemeContribution("T", ThemeOutcome.Scored, i % 5, i % 5 * 25 * Disclosure.Unit)]),
                new ContributionDetails(null, [], new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, bool?>()));
        }

        return computation.Publish();
    }
}
