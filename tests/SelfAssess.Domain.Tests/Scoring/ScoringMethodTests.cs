using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Scoring;

public sealed class ScoringMethodTests
{
    private static readonly SectionDefinition four = Section("s", Question("a"), Question("b"), Question("c"), Question("d"));

    [Theory]
    [InlineData(ScoringMethod.Mean, "1.75")]
    [InlineData(ScoringMethod.Sum, "7")]
    [InlineData(ScoringMethod.Minimum, "0")]
    [InlineData(ScoringMethod.LowerMedian, "1")]
    public void Method_over_four_answers_gives_the_value_worked_out_by_hand(ScoringMethod method, decimal expected) =>
        Assert.Equal(expected, Score(Compile(Definition(method, four)), "s", ("a", Level(0)), ("b", Level(4)), ("c", Level(1)), ("d", Level(2))).Value);

    [Fact]
    public void Sum_adds_nothing_for_what_is_missing_and_says_so()
    {
        var score = Score(Compile(Definition(ScoringMethod.Sum, four)), "s", ("a", Level(3)), ("b", State(AnswerState.DontKnow)), ("c", State(AnswerState.NotApplicable)));
        Assert.Equal(new SectionScore(ScoreOutcome.Scored, 3, Counted: 1, Applicable: 3), score);
    }

    [Fact]
    public void Mean_of_percentages_puts_different_scales_on_one()
    {
        var section = Section("s", Question("a"), Question("b") with { Scale = "three" },
            new QuestionDefinition { Id = "n", Kind = QuestionKind.Number, Scored = true, Minimum = 10, Maximum = 20 });
        var questionnaire = Compile(Definition([Measure(ScoringMethod.Mean) with { Normalise = Normalisation.Percent }], section));
        var score = Score(questionnaire, "s", ("a", Level(1)), ("b", Level("t2")), ("n", new Answer { Value = new AnswerValue.Number(20) }));
        Assert.Equal((25m + 50 + 100) / 3, score.Value);
    }

    [Fact]
    public void Weighted_mean_takes_own_questions_and_child_sections_by_weight()
    {
        var parent = Section("p", Question("a") with { Weight = 2 }) with { Sections = [Section("c1", Question("b"), Question("c")) with { Weight = 3 }, Section("c2", Question("d"))] };
        var questionnaire = Compile(Definition(ScoringMethod.WeightedMean, parent));
        // c1 = 3, c2 = 0: (2·4 + 3·3 + 1·0) ÷ 6
        Assert.Equal(17m / 6, Score(questionnaire, "p", ("a", Level(4)), ("b", Level(2)), ("c", Level(4)), ("d", Level(0))).Value);
        // c2 has no answer: its weight goes too.
        Assert.Equal(17m / 5, Score(questionnaire, "p", ("a", Level(4)), ("b", Level(2)), ("c", Level(4))).Value);
    }

    [Fact]
    public void Mean_of_means_gives_each_section_the_same_say()
    {
        var parent = new SectionDefinition { Id = "p", Scoring = "outer", Scale = "maturity", Sections = [Section("c1", Question("a"), Question("b"), Question("c")), Section("c2", Question("d"))] };
        var definition = Definition(ScoringMethod.Mean, parent);
        definition = (definition with { ScoringRules = [.. definition.ScoringRules, new ScoringRule { Id = "outer", Measures = [Measure(ScoringMethod.MeanOfMeans)] }] }).WithTexts();
        Assert.Equal(2.5m, Score(Compile(definition), "p", ("a", Level(1)), ("b", Level(1)), ("c", Level(1)), ("d", Level(4))).Value);
    }

    [Theory]
    [InlineData("l4 l4 l4 l4", 3)]
    [InlineData("l4 l2 l4 l4", 0)]
    [InlineData("l4 l4 l2 l4", 1)]
    [InlineData("l4 l4 -- l4", 1)]
    [InlineData("l4 l4 NA l4", 3)]
    [InlineData("l4 l4 l4 NA", 2)]
    [InlineData("NA NA l4 l4", 3)]
    [InlineData("NA NA NA l4", 3)]
    [InlineData("l4 l4 NA NA", 1)]
    [InlineData("NA NA l2 l4", 0)]
    public void Gated_level_counts_only_when_all_of_it_and_all_below_is_achieved(string answers, decimal expected)
    {
        var section = Section("s", [.. "aabc".Select((_, i) => Question($"q{i}") with { Gate = i switch { 0 or 1 => 1, 2 => 2, _ => 3 }, AchievedAt = 3 })]);
        var given = answers.Split(' ').Select((a, i) => ($"q{i}", a)).Where(a => a.a != "--").Select(a => (a.Item1, a.a == "NA" ? State(AnswerState.NotApplicable) : Level(a.a)));
        Assert.Equal(expected, Score(Compile(Definition(ScoringMethod.Gated, section)), "s", [.. given]).Value);
    }

    [Theory]
    [InlineData(3, ScoreOutcome.Scored)]
    [InlineData(2, ScoreOutcome.NoAnswer)]
    public void Minimum_completeness_is_needed_to_the_last_answer(int answered, ScoreOutcome expected)
    {
        var five = Section("s", [.. Enumerable.Range(0, 5).Select(i => Question($"q{i}"))]);
        var questionnaire = Compile(Definition([Measure(ScoringMethod.LowerMedian) with { MinimumCompleteness = 0.6m }], five));
        Assert.Equal(expected, Score(questionnaire, "s", [.. Enumerable.Range(0, answered).Select(i => ($"q{i}", Level(2)))]).Outcome);
    }

    [Fact]
    public void Nothing_applicable_is_told_from_nothing_answered()
    {
        var questionnaire = Compile(Definition(ScoringMethod.Mean, Section("s", Question("a"))));
        Assert.Equal(ScoreOutcome.NotApplicable, Score(questionnaire, "s", ("a", State(AnswerState.NotApplicable))).Outcome);
        Assert.Equal(ScoreOutcome.NoAnswer, Score(questionnaire, "s").Outcome);
        Assert.Equal(ScoreOutcome.NoAnswer, Score(questionnaire, "s", ("a", State(AnswerState.Declined))).Outcome);
    }

    [Fact]
    public void State_treated_as_lowest_counts_as_the_scale_begins()
    {
        var measure = Measure(ScoringMethod.Mean) with { AnswerStates = new StateTreatments { DontKnow = StateTreatment.Lowest } };
        var questionnaire = Compile(Definition([measure], Section("s", Question("a") with { Scale = "three" }, Question("b") with { Scale = "three" })));
        Assert.Equal(new SectionScore(ScoreOutcome.Scored, 2, 2, 2), Score(questionnaire, "s", ("a", Level("t3")), ("b", State(AnswerState.DontKnow))));
    }

    [Theory]
    [InlineData(RoundingMode.HalfUp, "2.5", "3")]
    [InlineData(RoundingMode.HalfEven, "2.5", "2")]
    [InlineData(RoundingMode.Down, "2.75", "2")]
    public void Score_is_rounded_once_as_the_questionnaire_says(RoundingMode mode, decimal score, decimal shown)
    {
        var section = Section("s", new QuestionDefinition { Id = "n", Kind = QuestionKind.Number, Scored = true, Minimum = 0, Maximum = 4 });
        var measure = Measure(ScoringMethod.Mean) with { Rounding = new Rounding { Decimals = 0, Mode = mode }, Bands = [new Band { Id = "low", From = 0 }, new Band { Id = "high", From = 3 }] };
        var sheet = Sheet(Compile(Definition([measure], section)), Profile.Empty, ("n", new Answer { Value = new AnswerValue.Number(score) }));
        var explained = sheet.Explain().Sections[0].Measures[0];
        Assert.Equal((score, shown, shown >= 3 ? "high" : "low"), (explained.Score, explained.Shown, explained.Band));
    }

    [Fact]
    public void Multiple_choice_is_worth_the_sum_of_its_options()
    {
        var question = new QuestionDefinition
        {
            Id = "m",
            Kind = QuestionKind.Multiple,
            Scored = true,
            Options = [new() { Id = "x", Value = 1 }, new() { Id = "y", Value = 3 }, new() { Id = "none", Value = 0, Exclusive = true }],
        };
        var questionnaire = Compile(Definition([Measure(ScoringMethod.Mean) with { Normalise = Normalisation.Percent }], Section("s", question)));
        Assert.Equal(100, Score(questionnaire, "s", ("m", new Answer { Value = new AnswerValue.Choices(["y", "x"]) })).Value);
        Assert.Equal(25, Score(questionnaire, "s", ("m", new Answer { Value = new AnswerValue.Choices(["x"]) })).Value);
        Assert.Equal(0, Score(questionnaire, "s", ("m", new Answer { Value = new AnswerValue.Choices(["none"]) })).Value);
    }

    [Fact]
    public void Explanation_accounts_for_every_question_and_says_why_one_is_left_out()
    {
        var section = Section("s", Question("a"), Question("b") with { AppliesWhen = "profile('changed')" }, Question("c"), Question("d"), Question("e"));
        var sheet = Sheet(Compile(Definition(ScoringMethod.Mean, section)), ProfileOf(("changed", new ProfileValue.Flag(false))),
            ("a", Level(3)), ("b", Level(4)), ("c", State(AnswerState.NotApplicable)), ("d", State(AnswerState.NotYetTested)));
        var explained = sheet.Explain().Sections[0];
        Assert.Equal(
            [("a", ItemUse.Counted, null), ("b", ItemUse.LeftOut, "notApplicableByRule"), ("c", ItemUse.LeftOut, "notApplicable"), ("d", ItemUse.Missing, "notYetTested"), ("e", ItemUse.Missing, "unanswered")],
            explained.Measures[0].Items.Select(i => (i.Question, i.Use, i.Reason)));
        Assert.Equal((1, 3, 1m / 3), (explained.Measures[0].Counted, explained.Measures[0].Applicable, explained.Measures[0].Completeness));
        Assert.Equal(["a"], explained.Lowest!.Questions);
    }

    [Fact]
    public void Progress_counts_what_applies_and_names_the_wording_that_fits()
    {
        var worded = Question("b") with { Variants = [new VariantDefinition { Id = "noExport", When = "not has(profile('roles'), 'exporter')" }] };
        var section = Section("s", Question("a"), worded, Question("c") with { VisibleWhen = "profile('status') == 'party'" });
        var sheet = Sheet(Compile(Definition(ScoringMethod.Mean, section)), ProfileOf(("roles", new ProfileValue.Many(["importer"])), ("status", new ProfileValue.One("other"))), ("a", State(AnswerState.Declined)));
        var progress = AssessmentProgress.Of(sheet);
        Assert.Equal((2, 1, 1), (progress.Applicable, progress.Answered, progress.Open));
        Assert.Equal([("a", Standing.Declined, null), ("b", Standing.Unanswered, "noExport"), ("c", Standing.Hidden, null)],
            progress.Sections[0].Questions.Select(q => (q.Question, q.Standing, q.Variant)));
    }
}
