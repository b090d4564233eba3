using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>The second instrument, worked out by hand: gates, mixed scales, weights and rules come from its files alone.</summary>
public sealed class SmallOfficeTests
{
    [Fact]
    public void Office_of_one_person_with_paper_only_scores_as_worked_out_by_hand()
    {
        // One person: 'views' is hidden. No digital records: 'copies' does not apply, and readiness is the plan alone.
        var profile = new Profile(
        [
            new("staff", new ProfileValue.Number(1)), new("holdings", new ProfileValue.Many(["paper"])), new("counter", new ProfileValue.Flag(true)),
        ]);
        var answers = new Dictionary<string, Answer>(StringComparer.Ordinal)
        {
            ["plan-written"] = One("written"),
            ["contacts"] = One("exercised"),
            ["deputies"] = One("absent"),
            ["back-up"] = One("exercised"),
            ["first-hour"] = One("written"),
            ["minimum-service"] = One("informal"),
            ["substitute-room"] = One("promised"),
            ["drill"] = One("absent"),
            ["kit"] = new() { Value = new AnswerValue.Choices(["torches", "sheeting"]) },
            ["crates"] = new() { Value = new AnswerValue.Number(10) },
            ["view-people"] = One("5"),
        };

        var sheet = ScoreSheet.Score(QuestionnaireFiles.Read(Shipped.Office).Questionnaire!, profile, answers);

        Assert.Equal(2, Score("plan", "level"));
        Assert.Equal(0, Score("plan", "weakest"));
        Assert.Equal(55.556m, Score("plan", "index"));
        Assert.Equal(ScoreOutcome.NotApplicable, sheet.Find("copies", "index")!.Outcome);
        Assert.Equal(55.556m, Score("readiness", "index"));
        Assert.Equal(1, Score("recovery", "stage"));
        Assert.Equal(30, Score("recovery", "index"));
        Assert.Equal(13, Score("supplies", "points"));
        Assert.Equal(50, Score("supplies", "index"));
        Assert.Equal(ScoreOutcome.NotApplicable, sheet.Find("views", "index")!.Outcome);

        // (3 · 55.556 + 2 · 30 + 1 · 50) ÷ 6
        Assert.Equal(46.111m, Score("office", "index"));

        decimal? Score(string section, string measure) => sheet.Find(section, measure)!.Value is { } v ? decimal.Round(v, 3) : null;
        static Answer One(string id) => new() { Value = new AnswerValue.Choice(id) };
    }
}
