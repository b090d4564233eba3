using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Scoring;

public sealed class RuleTests
{
    private static readonly QuestionDefinition[] looked =
    [
        Question("level"),
        new() { Id = "one", Kind = QuestionKind.Single, Options = [new() { Id = "yes" }, new() { Id = "no" }] },
        new() { Id = "many", Kind = QuestionKind.Multiple, Options = [new() { Id = "x" }, new() { Id = "y" }] },
        new() { Id = "number", Kind = QuestionKind.Number },
        new() { Id = "text", Kind = QuestionKind.Text },
    ];

    [Theory]
    [InlineData("answer('level') == 'l3'", true)]
    [InlineData("value('level') >= 3 and value('level') < 3.5", true)]
    [InlineData("answer('one') != 'yes'", false)]
    [InlineData("has(answer('many'), 'y')", false)]
    [InlineData("count(answer('many')) == 1", true)]
    [InlineData("answer('number') > -2", true)]
    [InlineData("not (answer('number') > 10 or false)", true)]
    [InlineData("state('text') == 'declined'", true)]
    [InlineData("known(answer('number'))", true)]
    [InlineData("known(profile('changed'))", false)]
    [InlineData("has(profile('roles'), 'exporter') and profile('status') == 'party'", true)]
    [InlineData("profile('changed') or has(profile('roles'), 'exporter')", true)]
    [InlineData("profile('changed') and has(profile('roles'), 'importer')", false)]
    // Unknown: what may apply is not left out.
    [InlineData("profile('changed')", true)]
    [InlineData("not profile('changed')", true)]
    [InlineData("profile('entities') > 3", true)]
    [InlineData("answer('text') == 'x' or true", null)]
    public void Rule_decides_whether_a_question_applies(string rule, bool? applies)
    {
        var definition = Definition(ScoringMethod.Mean, Section("s", [.. looked, Question("q") with { AppliesWhen = rule }]));
        if (applies is null)
        {
            Assert.Equal("ruleType", Assert.Single(Questionnaire.Compile(definition).Violations).Code);
            return;
        }

        var sheet = Sheet(Compile(definition), ProfileOf(("roles", new ProfileValue.Many(["exporter"])), ("status", new ProfileValue.One("party"))),
            ("level", Level(3)), ("one", new Answer { Value = new AnswerValue.Choice("yes") }), ("many", new Answer { Value = new AnswerValue.Choices(["x"]) }),
            ("number", new Answer { Value = new AnswerValue.Number(4) }), ("text", State(AnswerState.Declined)));
        Assert.Equal(applies.Value ? Standing.Unanswered : Standing.NotApplicableByRule, Of(sheet, "q"));
    }

    [Fact]
    public void Hidden_question_is_unknown_to_the_rules_of_others()
    {
        var section = Section("s", Question("a") with { VisibleWhen = "false" }, Question("b") with { AppliesWhen = "known(answer('a'))" }, Question("c") with { AppliesWhen = "state('a') == 'answered'" });
        var sheet = Sheet(Compile(Definition(ScoringMethod.Mean, section)), Profile.Empty, ("a", Level(4)), ("b", Level(4)), ("c", Level(4)));
        Assert.Equal((Standing.Hidden, Standing.NotApplicableByRule, Standing.NotApplicableByRule), (Of(sheet, "a"), Of(sheet, "b"), Of(sheet, "c")));
    }

    [Fact]
    public void Section_rule_holds_for_all_below_and_may_look_at_later_questions()
    {
        var inner = Section("inner", Question("a"));
        var outer = new SectionDefinition { Id = "outer", Scale = "maturity", VisibleWhen = "answer('later') == 'l1'", Sections = [inner] };
        var sheet = Sheet(Compile(Definition(ScoringMethod.Mean, outer, Section("s", Question("later")))), Profile.Empty, ("later", Level(2)), ("a", Level(4)));
        Assert.Equal(Standing.Hidden, Of(sheet, "a"));
        Assert.Equal(ScoreOutcome.NotApplicable, sheet.Find("inner", "score")!.Outcome);
    }

    [Theory]
    [InlineData("answer('nowhere') == 'x'", "unknownReference")]
    [InlineData("profile('nowhere')", "unknownReference")]
    [InlineData("answer('level') == 'l9'", "unknownReference")]
    [InlineData("has(profile('roles'), 'exporterr')", "unknownReference")]
    [InlineData("state('level') == 'maybe'", "unknownReference")]
    [InlineData("answer('level') > 'l3'", "ruleType")]
    [InlineData("answer('level') == 3", "ruleType")]
    [InlineData("answer('many') == 'x'", "ruleType")]
    [InlineData("value('text') == 1", "ruleType")]
    [InlineData("answer('level')", "ruleType")]
    [InlineData("count(answer('level')) == 1", "ruleType")]
    [InlineData("true and", "ruleSyntax")]
    [InlineData("(true", "ruleSyntax")]
    [InlineData("true true", "ruleSyntax")]
    [InlineData("answer(level)", "ruleSyntax")]
    [InlineData("answer('level", "ruleSyntax")]
    [InlineData("System.IO.File", "ruleSyntax")]
    [InlineData("1 = 1", "ruleSyntax")]
    [InlineData("1.2.3 == 1", "ruleSyntax")]
    [InlineData("", "ruleSyntax")]
    public void Broken_rule_is_refused_with_its_place(string rule, string code)
    {
        var definition = Definition(ScoringMethod.Mean, Section("s", [.. looked, Question("q") with { AppliesWhen = rule }]));
        Assert.Equal([("/sections/0/questions/5/appliesWhen", code)], Questionnaire.Compile(definition).Violations.Select(v => (v.Path, v.Code)));
    }

    [Fact]
    public void Rule_is_bounded_in_length_depth_and_size()
    {
        Assert.Equal("ruleTooLong", CodeOf(new string(' ', 2001)));
        Assert.Equal("ruleTooDeep", CodeOf(new string('(', 40) + "true" + new string(')', 40)));
        Assert.Equal("ruleTooDeep", CodeOf(string.Concat(Enumerable.Repeat("not ", 40)) + "true"));
        Assert.Equal("ruleTooLong", CodeOf("true" + string.Concat(Enumerable.Repeat(" or true", 200))));

        static string CodeOf(string rule) => Questionnaire.Compile(Definition(ScoringMethod.Mean, Section("s", Question("q") with { AppliesWhen = rule }))).Violations.Single().Code;
    }

    [Fact]
    public void Rules_in_a_circle_are_named_in_order()
    {
        var section = Section("s", Question("a") with { AppliesWhen = "known(answer('b'))" }, Question("b") with { AppliesWhen = "known(answer('c'))" }, Question("c") with { VisibleWhen = "known(answer('a'))" });
        var violation = Assert.Single(Questionnaire.Compile(Definition(ScoringMethod.Mean, section)).Violations);
        Assert.Equal("ruleCycle", violation.Code);
        Assert.Contains("a → b → c → a", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Section_that_waits_for_its_own_question_is_a_circle()
    {
        var section = Section("s", Question("a")) with { VisibleWhen = "known(answer('a'))" };
        Assert.Equal("ruleCycle", Assert.Single(Questionnaire.Compile(Definition(ScoringMethod.Mean, section)).Violations).Code);
    }

    [Fact]
    public void Variant_may_look_at_the_profile_only()
    {
        var section = Section("s", Question("a"), Question("b") with { Variants = [new VariantDefinition { Id = "v", When = "known(answer('a'))" }] });
        Assert.Equal(("/sections/0/questions/1/variants/0/when", "ruleScope"),
            Questionnaire.Compile(Definition(ScoringMethod.Mean, section)).Violations.Select(v => (v.Path, v.Code)).Single());
    }

    private static Standing Of(ScoreSheet sheet, string question) => AssessmentProgress.Of(sheet).Sections.SelectMany(s => s.Questions).Single(q => q.Question == question).Standing;
}
