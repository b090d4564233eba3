using CsCheck;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Divergence;

public sealed class DivergenceTests
{
    private static readonly Questionnaire questionnaire = Compile(Compared());

    [Fact]
    public void Range_agreement_and_dont_knows_are_told_by_question()
    {
        var report = Of(Entity("a", ("q", Level(1))), Entity("b", ("q", Level(4))), Entity("c", ("q", State(AnswerState.DontKnow))));
        var q = report.Questions.Single(d => d.Question == "q");
        Assert.Equal((3, 2, 1, "l1", "l4", 3, true), (q.Asked, q.Answered, q.DontKnow, q.Lowest, q.Highest, q.Spread, q.Diverges));
        Assert.Equal(("l1", AnswerState.DontKnow), (q.ByEntity["a"].Level, q.ByEntity["c"].State));
    }

    [Fact]
    public void One_respondent_is_not_computed_and_nobody_neither()
    {
        var one = Of(Entity("a", ("q", Level(1)))).Questions.Single(d => d.Question == "q");
        Assert.Equal((DivergenceOutcome.NotComputed, null, null, null), (one.Outcome, one.Spread, one.Agreement, one.Diverges));
        var nobody = Of(Entity("a")).Questions.Single(d => d.Question == "q");
        Assert.Equal((DivergenceOutcome.NotComputed, 0, null), (nobody.Outcome, nobody.Answered, nobody.Lowest));
        Assert.Null(Divergences.BySection(questionnaire, Of(Entity("a", ("q", Level(1)))))["s"]);
    }

    [Theory]
    [InlineData("apart", "l1", "l3", true)]
    [InlineData("apart", "l1", "l2", false)]
    public void Spread_leads_to_its_finding(string finding, string one, string other, bool there) =>
        Assert.Equal(there, Of(Entity("a", ("q", Level(one))), Entity("b", ("q", Level(other)))).Findings.Any(f => f.Id == finding));

    [Fact]
    public void Dont_knows_count_from_their_share_on_and_not_for_a_single_entity()
    {
        var dontKnow = State(AnswerState.DontKnow);
        Assert.True(Has("unknown", Entity("a", ("q", dontKnow)), Entity("b", ("q", Level(1))), Entity("c", ("q", Level(1)))));
        Assert.False(Has("unknown", Entity("a", ("q", dontKnow)), Entity("b", ("q", Level(1))), Entity("c", ("q", Level(1))), Entity("d", ("q", Level(1)))));
        Assert.False(Has("unknown", Entity("a", ("q", dontKnow))));
    }

    [Fact]
    public void Different_leads_contradict_each_other()
    {
        Assert.True(Has("leads", Entity("a", ("lead", Level("customs"))), Entity("b", ("lead", Level("police")))));
        Assert.False(Has("leads", Entity("a", ("lead", Level("customs"))), Entity("b", ("lead", Level("customs"))), Entity("c", ("lead", State(AnswerState.DontKnow)))));
    }

    [Fact]
    public void Role_is_denied_where_another_names_the_kind()
    {
        var named = Entity("a", ("part", new Answer { Value = new AnswerValue.Choices(["police"]) }), ("mine", Level("yes")));
        var finding = Of(named, Entity("b", "police", ("mine", Level("no")))).Findings.Single(f => f.Id == "denied");
        Assert.Equal(["b"], finding.Entities);
        Assert.False(Has("denied", named, Entity("b", "police", ("mine", Level("yes")))));
        Assert.False(Has("denied", named, Entity("b", "customs", ("mine", Level("no")))));
    }

    [Fact]
    public void Silent_entity_is_one_that_did_not_answer_or_not_confirm()
    {
        var report = Of(Entity("a", ("q", Level(1))), Entity("b"), Entity("c", ("q", Level(1))) with { Confirmed = false });
        Assert.Equal(["b", "c"], report.Silent);
        Assert.Equal(["b", "c"], report.Findings.Single(f => f.Id == "silent").Entities);
    }

    [Fact]
    public void Grades_are_apart_only_where_both_ends_are_there()
    {
        Assert.True(Has("grades", Entity("a", ("grade", Level("senior"))), Entity("b", ("grade", Level("junior")))));
        Assert.False(Has("grades", Entity("a", ("grade", Level("senior"))), Entity("b", ("grade", Level("middle")))));
    }

    [Fact]
    public void Weak_voice_compares_those_that_lead_with_the_others()
    {
        EntityAnswers[] Said(int leading, int other) =>
            [Entity("a", "customs", ("lead", Level("customs")), ("voice", Level(leading))), Entity("b", "police", ("lead", Level("customs")), ("voice", Level(other)))];
        Assert.True(Has("weak", Said(4, 1)));
        Assert.False(Has("weak", Said(1, 4)));
        Assert.False(Has("weak", Said(3, 2)));
    }

    [Fact]
    public void Confidential_answers_tell_nothing_of_a_single_entity() =>
        Gen.Int[0, 4].Array[2, 6].SelectMany(levels => Gen.Shuffle(levels).Select(shuffled => (levels, shuffled))).Sample((levels, shuffled) =>
        {
            DivergenceReport With(int[] given) => Of([.. given.Select((l, i) => Entity($"e{i}", i == 0 ? "customs" : "police", ("lead", Level("customs")), ("dissent", Level(l))))]);
            var report = With(levels);
            Assert.Equal(Json(report), Json(With(shuffled)));
            var dissent = report.Questions.Single(q => q.Question == "dissent");
            Assert.Empty(dissent.ByEntity);
            Assert.Null(dissent.Agreement);
            Assert.Equal(levels.Length >= Divergences.FewestForARange, dissent.Lowest is not null);
        });

    [Fact]
    public void Order_of_entities_makes_no_difference() =>
        Gen.Int[0, 4].Array[2, 6].SelectMany(levels => Gen.Shuffle(Enumerable.Range(0, levels.Length).ToArray()).Select(order => (levels, order))).Sample((levels, order) =>
        {
            var entities = levels.Select((l, i) => Entity($"e{i}", ("q", Level(l)), ("voice", Level(4 - l)))).ToArray();
            Assert.Equal(Json(Of(entities)), Json(Of([.. order.Select(i => entities[i])])));
        });

    [Fact]
    public void Proposal_is_the_lower_median_and_for_facts_what_all_say()
    {
        string? Proposed(string question, params string[] given) => (Divergences.Proposal(questionnaire, question,
            [.. given.Select((g, i) => Entity($"e{i}", (question, Level(g))))]) as AnswerValue.Choice)?.Id;
        Assert.Equal("l1", Proposed("q", "l4", "l1", "l0", "l3"));
        Assert.Equal("customs", Proposed("lead", "customs", "customs"));
        Assert.Null(Proposed("lead", "customs", "police"));
        Assert.Null(Proposed("dissent", "l1", "l3", "l4"));
        Assert.Equal("l3", Proposed("dissent", "l3", "l3", "l3"));
        Assert.Null(Proposed("q"));
    }

    [Fact]
    public void Question_that_does_not_apply_or_is_not_asked_is_left_out()
    {
        var hidden = Compile(Compared(q => q.Id == "q" ? q with { AppliesWhen = "profile('changed')" } : q));
        EntityAnswers[] entities = [Entity("a", ("q", Level(0))), Entity("b", ("q", Level(4)))];
        var profile = ProfileOf(("changed", new ProfileValue.Flag(false)));
        Assert.DoesNotContain(Divergences.Of(hidden, profile, entities).Questions, q => q.Question == "q");
        Assert.DoesNotContain(Divergences.Of(hidden, profile, entities).Findings, f => f.Id == "apart");
        var unasked = entities[1] with { Asked = new HashSet<string>(StringComparer.Ordinal) };
        Assert.Equal(1, Of(entities[0], unasked).Questions.Single(q => q.Question == "q").Answered);
    }

    [Theory]
    [InlineData(0, false, "first")]
    [InlineData(4, false, "share")]
    [InlineData(0, true, "talk,first")]
    public void Recommendations_fit_the_level_and_the_divergence(int level, bool diverges, string expected)
    {
        var sheet = Sheet(questionnaire, Profile.Empty, [.. new[] { "q", "voice", "dissent" }.Select(q => (q, Level(level)))]);
        Assert.Equal(expected.Split(','), Recommendations.For(sheet, new Dictionary<string, bool?> { ["s"] = diverges }).Select(r => r.Id));
    }

    [Fact]
    public void Section_without_a_level_gets_no_recommendation() =>
        Assert.Empty(Recommendations.For(Sheet(questionnaire, Profile.Empty), new Dictionary<string, bool?>()));

    [Fact]
    public void Every_violation_of_what_follows_is_named_at_once()
    {
        var definition = Compared() with
        {
            Divergence = new DivergenceDefinition
            {
                Spread = 0,
                DontKnowShare = 0,
                Findings =
                [
                    new FindingDefinition { Id = "a", Signal = Signal.Spread, Questions = ["lead", "nowhere"], Leads = ["lead"], References = ["P99"] },
                    new FindingDefinition { Id = "a", Signal = Signal.DeniedRole, Questions = ["part"] },
                    new FindingDefinition { Id = "b", Signal = Signal.WeakVoice, Questions = ["voice"], OwnPart = ["mine"] },
                    new FindingDefinition { Id = "c", Signal = Signal.Contradiction },
                    new FindingDefinition { Id = "d", Signal = Signal.Silent, Questions = ["q"] },
                ],
            },
            Recommendations = [new RecommendationDefinition { Id = "r", Sections = ["nowhere"], Levels = ["l9"], References = ["P99"] }],
        };
        var violations = Questionnaire.Compile(definition.WithTexts()).Violations.Select(v => v.Path).ToHashSet(StringComparer.Ordinal);
        string[] expected =
        [
            "/divergence/spread", "/divergence/dontKnowShare", "/divergence/findings/0/questions/0", "/divergence/findings/0/questions/1", "/divergence/findings/0/leads",
            "/divergence/findings/0/references/0", "/divergence/findings/1/id", "/divergence/findings/1/ownPart", "/divergence/findings/2/leads", "/divergence/findings/2/ownPart",
            "/divergence/findings/3/questions", "/divergence/findings/4/questions", "/recommendations/0/sections/0", "/recommendations/0/levels/0", "/recommendations/0/references/0",
        ];
        Assert.Empty(expected.Except(violations));
    }

    private static bool Has(string finding, params EntityAnswers[] entities) => Of(entities).Findings.Any(f => f.Id == finding);

    private static DivergenceReport Of(params EntityAnswers[] entities) => Divergences.Of(questionnaire, Profile.Empty, entities);

    private static string Json(DivergenceReport report) => System.Text.Json.JsonSerializer.Serialize(report);

    private static EntityAnswers Entity(string id, params (string Question, Answer Answer)[] answers) => Entity(id, null, answers);

    private static EntityAnswers Entity(string id, string? kind, params (string Question, Answer Answer)[] answers) =>
        new(id, kind, Confirmed: true, questionnaire.Definition.AllQuestions().Select(q => q.Id).ToHashSet(StringComparer.Ordinal), answers.ToDictionary(a => a.Question, a => a.Answer));

    private static QuestionnaireDefinition Compared(Func<QuestionDefinition, QuestionDefinition>? change = null)
    {
        QuestionDefinition[] questions =
        [
            Question("q"),
            Question("voice"),
            Question("dissent") with { Confidential = true },
            new QuestionDefinition { Id = "lead", Kind = QuestionKind.Single, OptionsFrom = "entityKinds" },
            new QuestionDefinition { Id = "part", Kind = QuestionKind.Multiple, OptionsFrom = "entityKinds" },
            new QuestionDefinition { Id = "mine", Kind = QuestionKind.Single, Options = [new OptionDefinition { Id = "yes" }, new OptionDefinition { Id = "no" }] },
            new QuestionDefinition { Id = "grade", Kind = QuestionKind.Single, Options = [.. new[] { "senior", "middle", "junior" }.Select(o => new OptionDefinition { Id = o })] },
        ];
        return (Definition([Measure(ScoringMethod.LowerMedian, "level"), Measure(ScoringMethod.Mean, "index") with { Normalise = Normalisation.Percent }],
            Section("s", [.. questions.Select(q => change?.Invoke(q) ?? q)]) with { Reported = true }) with
        {
            Reporting = new Reporting { LevelMeasure = "level", IndexMeasure = "index", Scale = "maturity" },
            Divergence = new DivergenceDefinition
            {
                Findings =
                [
                    new FindingDefinition { Id = "apart", Signal = Signal.Spread, Questions = ["q"], References = ["Art.5"] },
                    new FindingDefinition { Id = "unknown", Signal = Signal.DontKnow },
                    new FindingDefinition { Id = "leads", Signal = Signal.Contradiction, Questions = ["lead"] },
                    new FindingDefinition { Id = "denied", Signal = Signal.DeniedRole, Questions = ["part"], OwnPart = ["mine"] },
                    new FindingDefinition { Id = "silent", Signal = Signal.Silent },
                    new FindingDefinition { Id = "grades", Signal = Signal.GradeSpread, Questions = ["grade"] },
                    new FindingDefinition { Id = "weak", Signal = Signal.WeakVoice, Questions = ["voice", "dissent"], Leads = ["lead"] },
                ],
            },
            Recommendations =
            [
                new RecommendationDefinition { Id = "talk", AfterDivergence = true },
                new RecommendationDefinition { Id = "first", Sections = ["s"], Levels = ["l0", "l1"] },
                new RecommendationDefinition { Id = "share", Levels = ["l3", "l4"] },
            ],
        }).WithTexts();
    }
}
