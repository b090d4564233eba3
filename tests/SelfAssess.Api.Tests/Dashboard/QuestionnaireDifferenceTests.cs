using SelfAssess.Dashboard.Administration;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Api.Tests.Dashboard;

public sealed class QuestionnaireDifferenceTests
{
    [Fact]
    public void Nothing_is_different_between_a_questionnaire_and_itself() => Assert.Empty(QuestionnaireDifference.Of(Made("a", "b"), Made("a", "b")));

    [Fact]
    public void What_came_went_and_changed_is_told_by_its_ids()
    {
        var (before, now) = (Made("a", "b"), Made("a", "c"));
        now.Texts["en"].Questions["a"].Text = "Otherwise?";
        var told = QuestionnaireDifference.Of(before, now);
        Assert.Contains(told, d => d is { Language: null, Where: "sections/S/questions/b/kind", Now: null });
        Assert.Contains(told, d => d is { Language: null, Where: "sections/S/questions/c/kind", Before: null });
        Assert.Equal(("questions/a/text", "How?", "Otherwise?"), told.Where(d => d.Language == "en").Select(d => (d.Where, d.Before!, d.Now!)).Single());
        Assert.DoesNotContain(told, d => d.Where.EndsWith("(order)", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_order_is_told_as_such()
    {
        var told = Assert.Single(QuestionnaireDifference.Of(Made("a", "b"), Made("b", "a")));
        Assert.Equal(("sections/S/questions/(order)", "a b", "b a"), (told.Where, told.Before, told.Now));
    }

    private static QuestionnaireDefinition Made(params string[] questions) => new()
    {
        Id = "q",
        Version = "1.0",
        Sections = [new SectionDefinition { Id = "S", Questions = [.. questions.Select(q => new QuestionDefinition { Id = q })] }],
        Texts = new Dictionary<string, QuestionnaireTexts> { ["en"] = new() { Questions = new Dictionary<string, QuestionText> { ["a"] = new() { Text = "How?" } } } },
    };
}
