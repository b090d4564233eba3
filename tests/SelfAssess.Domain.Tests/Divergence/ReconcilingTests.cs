using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Divergence;

public sealed class ReconcilingTests
{
    private static readonly DateTimeOffset at = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Questionnaire questionnaire = Compile(Definition(ScoringMethod.Mean, Section("s", Question("q"), Question("dissent") with { Confidential = true })));

    [Fact]
    public void Agreed_answer_takes_everybodys_evidence_and_nobodys_comment()
    {
        var agreed = Agreed("q", Level(2) with { Evidence = ["log"], Comment = "Ours." }, Level(2) with { Evidence = ["law", "log"] })!;
        Assert.Equal(("l2", null), ((agreed.Value as AnswerValue.Choice)!.Id, agreed.Comment));
        Assert.Equal(["log", "law"], agreed.Evidence);
        Assert.Null(Agreed("q", Level(2), Level(3)));
        Assert.Null(Agreed("q"));
    }

    [Fact]
    public void Confidential_answer_is_agreed_only_where_a_range_may_be_shown_and_takes_no_text()
    {
        Assert.Null(Agreed("dissent", Level(2)));
        Assert.Null(Agreed("dissent", Level(2), Level(2)));
        Assert.Null(Agreed("dissent", [.. Enumerable.Repeat(State(AnswerState.NotApplicable), 4)]));
        var agreed = Agreed("dissent", [.. Enumerable.Repeat(Level(2) with { Comment = "A secret.", Evidence = ["a secret"], Reason = "a secret" }, 3)])!;
        Assert.True(agreed.IsSameAs(Level(2)));
    }

    [Fact]
    public void Record_is_stale_once_an_entity_that_is_asked_changes_its_answer()
    {
        var recorded = new Reconciliation("Because.", null, at.AddHours(1));
        var response = Response(Level(2));
        Assert.False(Reconciling.IsStale("q", recorded, [response]));
        var same = EntityResponse.Fold(response, new ResponseEvent.AnswersSaved(new Dictionary<string, Answer?> { ["q"] = Level(2) }, at.AddHours(2)));
        Assert.False(Reconciling.IsStale("q", recorded, [same]));
        var changed = EntityResponse.Fold(same, new ResponseEvent.AnswersSaved(new Dictionary<string, Answer?> { ["q"] = Level(3) }, at.AddHours(2)));
        Assert.True(Reconciling.IsStale("q", recorded, [changed]));
        Assert.False(Reconciling.IsStale("q", recorded, [changed with { Entity = changed.Entity with { Questions = ["dissent"] } }]));
    }

    private static Answer? Agreed(string question, params Answer[] answers) => Reconciling.Agreed(questionnaire, question, answers.Select(a => Response(a, question)));

    private static EntityResponse Response(Answer answer, string question = "q") => EntityResponse.Fold(
        EntityResponse.Fold(null, new ResponseEvent.Opened("2026", questionnaire.Reference, Profile.Empty, new RoundEntity("customs", "Customs", null, ["q", "dissent"]), at)),
        new ResponseEvent.AnswersSaved(new Dictionary<string, Answer?> { [question] = answer }, at));
}
