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

    [Fact]
    public void Entity_that_a_rule_over_its_own_answers_passes_over_is_not_compared()
    {
        var followed = Compile(Compared(q => q.Id == "voice" ? q with { AppliesWhen = "state('q') == 'answered'" } : q));
        EntityAnswers[] entities =
            [Entity("a", ("q", Level(0)), ("voice", Level(0))), Entity("b", ("q", Level(0)), ("voice", Level(4))), Entity("c", ("q", State(AnswerState.DontKnow)), ("voice", Level(2)))];
        var voice = Divergences.Of(followed, Profile.Empty, entities).Questions.Single(q => q.Question == "voice");
        Assert.Equal((2, 2, 4), (voice.Asked, voice.Answered, voice.Spread));
        Assert.Equal(["a", "b"], voice.ByEntity.Keys);
    }

    [Fact]
    public void Level_that_the_scale_does_not_have_counts_as_unanswered() =>
        Assert.Equal((2, 1, "l1"), Of(Entity("a", ("q", Level("l9"))), Entity("b", ("q", Level(1)))).Questions.Where(q => q.Question == "q").Select(q => (q.Asked, q.Answered!.Value, q.Lowest)).Single());

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
        Assert.False(Has("unknown", Entity("a", ("dissent", dontKnow)), Entity("b", ("dissent", dontKnow)), Entity("c", ("dissent", dontKnow))));
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

    /// <summary>Levels, states and silence alike: who gave which must not be found in any part of the report.</summary>
    [Fact]
    public void Confidential_answers_tell_nothing_of_a_single_entity() =>
        Gen.OneOf(Gen.Int[0, 4].Select(l => (Answer?)Level(l)), Pick<Answer?>(State(AnswerState.DontKnow), State(AnswerState.Declined), null)).Array[2, 6]
            .SelectMany(given => Gen.Shuffle(given).Select(shuffled => (given, shuffled))).Sample((given, shuffled) =>
            {
                DivergenceReport With(Answer?[] answers) => Of([.. answers.Select((a, i) =>
                    Entity($"e{i}", i == 0 ? "customs" : "police", [.. i == 1 ? [] : new[] { ("lead", Level("customs")) }, .. a is null ? [] : new[] { ("dissent", a) }]))]);
                var report = With(given);
                Assert.Equal(Json(report), Json(With(shuffled)));
                var dissent = report.Questions.Single(q => q.Question == "dissent");
                var levels = given.Count(a => a?.Value is not null);
                Assert.Empty(dissent.ByEntity);
                Assert.Equal((null, null, null), (dissent.Answered, dissent.DontKnow, dissent.Agreement));
                Assert.Equal(levels >= Divergences.FewestForARange, dissent.Lowest is not null);
                Assert.Equal(levels >= Divergences.FewestForARange, dissent.Outcome == DivergenceOutcome.Computed);
            });

    /// <summary>All that can be told of the confidential question is its range: two sets of answers with the same ends are told alike.</summary>
    [Fact]
    public void Confidential_answers_with_the_same_ends_are_told_alike() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 4]).Sample((low, high, one, other) =>
        {
            string Told(Answer last) => Json(Of(Entity("a", ("dissent", Level(low))), Entity("b", ("dissent", Level(high))), Entity("c", ("dissent", Level(Math.Clamp(one, Math.Min(low, high), Math.Max(low, high))))), Entity("d", ("dissent", last))));
            Assert.Equal(Told(State(AnswerState.DontKnow)), Told(Level(Math.Clamp(other, Math.Min(low, high), Math.Max(low, high)))));
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
        Assert.Null(Proposed("dissent", "l3", "l3"));
        Assert.Null(Proposed("dissent", "l3"));
        Assert.Null(Proposed("q"));
    }

    [Fact]
    public void Choices_agree_in_whatever_order_they_were_given()
    {
        AnswerValue? Proposed(params string[][] given) => Divergences.Proposal(questionnaire, "part",
            [.. given.Select((g, i) => Entity($"e{i}", ("part", new Answer { Value = new AnswerValue.Choices(g) })))]);
        Assert.Equal(new AnswerValue.Choices(["customs", "police"]), Proposed(["police", "customs"], ["customs", "police"]));
        Assert.Null(Proposed(["police"], ["customs", "police"]));

        AnswerValue Form(string fit, params string[] basis) =>
            new AnswerValue.Matrix(new Dictionary<string, AnswerValue> { ["basis"] = new AnswerValue.Choices(basis), ["fit"] = new AnswerValue.Text(fit) });
        AnswerValue? Formed(params AnswerValue[] given) =>
            Divergences.Proposal(questionnaire, "form", [.. given.Select((g, i) => Entity($"e{i}", ("form", new Answer { Value = g })))]);
        Assert.Equal(Form("Small.", "informal", "law"), Formed(Form("Small.", "law", "informal"), Form("Small.", "informal", "law")));
        Assert.Null(Formed(Form("Small.", "law"), Form("Large.", "law")));
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
    public void No_more_than_three_recommendations_are_offered_in_file_order()
    {
        var many = Compile((questionnaire.Definition with { Recommendations = [.. Enumerable.Range(0, 5).Select(i => new RecommendationDefinition { Id = $"r{9 - i}" })] }).WithTexts());
        Assert.Equal(["r9", "r8", "r7"], Recommendations.For(Sheet(many, Profile.Empty, ("q", Level(2))), new Dictionary<string, bool?>()).Select(r => r.Id));
    }

    /// <summary>Arrangements are recorded and never judged: whatever is answered about them, the same is recommended, proposed and found.</summary>
    [Fact]
    public void Formality_changes_no_level_finding_or_recommendation() =>
        Gen.Select(Gen.Int[0, 4].Array[3], Pick("none", "informal", "law"), Pick("none", "informal", "law"), Gen.Bool).Sample((levels, basis, other, diverges) =>
        {
            (string, string) With(string b)
            {
                (string, Answer)[] answers =
                [
                    .. new[] { "q", "voice", "dissent" }.Zip(levels, (q, l) => (q, Level(l))),
                    ("form", new Answer { Value = new AnswerValue.Matrix(new Dictionary<string, AnswerValue> { ["basis"] = new AnswerValue.Choices([b]) }) }),
                ];
                return (string.Join(',', Recommendations.For(Sheet(questionnaire, Profile.Empty, answers), new Dictionary<string, bool?> { ["s"] = diverges }).Select(r => r.Id)),
                    Json(Of(Entity("a", answers), Entity("b", ("q", Level(0)), ("form", answers[^1].Item2)))));
            }

            Assert.Equal(With(basis), With(other));
        });

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

    /// <summary>A confidential question has a range and nothing else: no signal that looks at single answers may use it, and no rule may betray it.</summary>
    [Theory]
    [InlineData(Signal.DontKnow, "dissent", null, null, "/divergence/findings/0/questions/0")]
    [InlineData(Signal.Contradiction, "lead", null, null, "/divergence/findings/0/questions/0")]
    [InlineData(Signal.GradeSpread, "grade", null, null, "/divergence/findings/0/questions/0")]
    [InlineData(Signal.DeniedRole, "part", "grade", null, "/divergence/findings/0/questions/0")]
    [InlineData(Signal.WeakVoice, "voice", null, "lead", "/divergence/findings/0/leads/0")]
    public void Signal_over_single_answers_refuses_confidential_questions(Signal signal, string question, string? own, string? leads, string path)
    {
        var definition = Compared(q => q.Id == (leads ?? question) ? q with { Confidential = true } : q) with
        {
            Divergence = new DivergenceDefinition
            {
                Findings = [new FindingDefinition { Id = "f", Signal = signal, Questions = [question], OwnPart = own is null ? [] : ["mine"], Leads = leads is null ? [] : [leads] }],
            },
        };
        Assert.Equal([(path, "confidential")], Questionnaire.Compile(definition.WithTexts()).Violations.Select(v => (v.Path, v.Code)));
    }

    [Fact]
    public void Own_part_that_is_confidential_is_refused()
    {
        var violations = Questionnaire.Compile(Compared(q => q.Id == "mine" ? q with { Confidential = true } : q)).Violations;
        Assert.Equal([("/divergence/findings/3/ownPart/0", "confidential")], violations.Select(v => (v.Path, v.Code)));
    }

    [Theory]
    [InlineData("answer('dissent') == 'l0'")]
    [InlineData("state('dissent') == 'answered'")]
    public void Rule_over_a_confidential_question_is_refused(string rule)
    {
        var violations = Questionnaire.Compile(Compared(q => q.Id == "voice" ? q with { VisibleWhen = rule } : q)).Violations;
        Assert.Equal([("/sections/0/questions/1/visibleWhen", "confidential")], violations.Select(v => (v.Path, v.Code)));
    }

    [Fact]
    public void What_is_named_twice_or_can_never_be_offered_is_refused()
    {
        var twice = Compared() with
        {
            Divergence = new DivergenceDefinition { Findings = [new FindingDefinition { Id = "f", Signal = Signal.Spread, Questions = ["q", "q"], References = ["Art.5", "Art.5"] }] },
            Recommendations = [new RecommendationDefinition { Id = "r", Sections = ["s", "s"], Levels = ["l0", "l0"], References = ["Art.5", "Art.5"] }],
        };
        Assert.Equal(["/divergence/findings/0/questions/1", "/divergence/findings/0/references/1", "/recommendations/0/levels/1", "/recommendations/0/references/1", "/recommendations/0/sections/1"],
            Questionnaire.Compile(twice.WithTexts()).Violations.Where(v => v.Code == "duplicateId").Select(v => v.Path).Order(StringComparer.Ordinal));

        var unreported = Compared();
        unreported = unreported with { Reporting = null, Sections = [unreported.Sections[0] with { Reported = false }], Recommendations = [new RecommendationDefinition { Id = "r" }] };
        Assert.Equal([("/recommendations", "reporting")], Questionnaire.Compile(unreported.WithTexts()).Violations.Select(v => (v.Path, v.Code)));
    }

    [Fact]
    public void Finding_and_recommendation_without_a_text_or_text_without_them_are_refused()
    {
        var sound = Compared();
        var texts = sound.Texts["en"];
        var without = sound with
        {
            Texts = new Dictionary<string, QuestionnaireTexts>
            {
                ["en"] = texts with
                {
                    Findings = texts.Findings.Where(f => f.Key != "apart").Append(new("zz", "?")).ToDictionary(),
                    Recommendations = texts.Recommendations.Where(r => r.Key != "talk").Append(new("zz", "?")).ToDictionary(),
                },
            },
        };
        Assert.Equal([("/texts/en/findings/apart", "missingText"), ("/texts/en/findings/zz", "unknownText"), ("/texts/en/recommendations/talk", "missingText"), ("/texts/en/recommendations/zz", "unknownText")],
            Questionnaire.Compile(without).Violations.Select(v => (v.Path, v.Code)).OrderBy(v => v.Path, StringComparer.Ordinal));
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
            new QuestionDefinition
            {
                Id = "form",
                Kind = QuestionKind.Matrix,
                Dimensions =
                [
                    new DimensionDefinition { Id = "basis", Multiple = true, Options = [new OptionDefinition { Id = "none", Exclusive = true }, new OptionDefinition { Id = "informal" }, new OptionDefinition { Id = "law" }] },
                    new DimensionDefinition { Id = "fit" },
                ],
            },
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
