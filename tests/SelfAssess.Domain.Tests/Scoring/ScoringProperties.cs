using CsCheck;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Scoring;

/// <summary>What holds for every questionnaire and all answers.</summary>
public sealed class ScoringProperties
{
    private static readonly Gen<Answer?> answer = Gen.Frequency(
        (6, Gen.Int[0, 4].Select(l => (Answer?)Level(l))),
        (1, Pick(AnswerState.NotApplicable, AnswerState.DontKnow, AnswerState.NotYetTested, AnswerState.Declined).Select(s => (Answer?)State(s))),
        (1, Gen.Const((Answer?)null)));

    private static readonly Gen<MeasureDefinition> measure =
        from method in Gen.Enum<ScoringMethod>()
        from percent in Gen.Bool
        from completeness in Gen.Int[0, 10]
        from dontKnow in Gen.Enum<StateTreatment>()
        select Measure(method) with
        {
            Normalise = percent && method is not (ScoringMethod.Sum or ScoringMethod.Gated) ? Normalisation.Percent : Normalisation.None,
            MinimumCompleteness = completeness / 10m,
            AnswerStates = new StateTreatments { DontKnow = dontKnow },
        };

    /// <summary>A section with own questions, or for means of means two sections with them.</summary>
    private static readonly Gen<Case> cases =
        from m in measure
        from count in Gen.Int[1, 7]
        from weights in Gen.Int[1, 5].Array[7]
        from answers in answer.Array[7]
        select Make(m, weights[..count], answers[..count]);

    [Fact]
    public void Score_is_within_the_bounds_that_the_explanation_names() => cases.Sample(c =>
    {
        var principal = Principal(c.Questionnaire, c.Answers);
        return principal.Score is not { } score || (score >= principal.Low && score <= principal.High);
    });

    [Fact]
    public void Raising_one_answer_never_lowers_a_score() => Gen.Select(cases, Gen.Int[0, 6]).Sample((c, which) =>
    {
        var question = c.Ids[which % c.Ids.Count];
        if (c.Answers.GetValueOrDefault(question)?.Value is not AnswerValue.Choice { Id: var id } || id == "l4")
        {
            return true;
        }

        var raised = new Dictionary<string, Answer>(c.Answers) { [question] = Level(id[1] - '0' + 1) };
        return (Find(c.Questionnaire, c.Answers), Find(c.Questionnaire, raised)) switch
        {
            ({ Value: { } before }, { Value: { } after }) => after >= before,
            var (before, after) => before.Outcome == after.Outcome,
        };
    });

    [Fact]
    public void Order_of_answers_and_questions_never_matters() => Gen.Select(cases, Gen.Int[0, 1000]).Sample((c, seed) =>
    {
        var shuffled = c.Answers.OrderBy(a => HashCode.Combine(a.Key, seed)).ToDictionary();
        var definition = c.Questionnaire.Definition;
        var reordered = Compile(definition with { Sections = [.. definition.Sections.Select(s => Shuffle(s, seed))] });
        return Find(c.Questionnaire, c.Answers) == Find(reordered, shuffled);
    });

    [Fact]
    public void Not_applicable_equals_absence() => Gen.Select(cases, Gen.Int[0, 6]).Sample((c, which) =>
    {
        var question = c.Ids[which % c.Ids.Count];
        var without = Without(c.Questionnaire.Definition, question);
        var stated = Find(c.Questionnaire, new Dictionary<string, Answer>(c.Answers) { [question] = State(AnswerState.NotApplicable) });
        return Questionnaire.Compile(without).Questionnaire is not { } smaller || stated == Find(smaller, c.Answers);
    });

    [Fact]
    public void What_a_rule_excludes_equals_absence() => Gen.Select(cases, Gen.Int[0, 6], Gen.Bool).Sample((c, which, hidden) =>
    {
        var question = c.Ids[which % c.Ids.Count];
        var definition = c.Questionnaire.Definition;
        var ruled = Compile(definition with { Sections = [.. definition.Sections.Select(s => Change(s, question, q => hidden ? q with { VisibleWhen = "false" } : q with { AppliesWhen = "1 == 2" }))] });
        return Questionnaire.Compile(Without(definition, question)).Questionnaire is not { } smaller || Find(ruled, c.Answers) == Find(smaller, c.Answers);
    });

    [Fact]
    public void Lower_median_is_always_a_value_that_was_given() => cases.Sample(c =>
    {
        var principal = Principal(c.Questionnaire, c.Answers);
        return principal is not { Method: ScoringMethod.LowerMedian, Score: { } score } || principal.Items.Any(i => i.Value == score);
    });

    [Fact]
    public void Formality_profile_changes_no_score()
    {
        var formality = new QuestionDefinition
        {
            Id = "formality",
            Kind = QuestionKind.Matrix,
            Dimensions =
            [
                new() { Id = "basis", Multiple = true, Options = [new() { Id = "none", Exclusive = true }, new() { Id = "informal" }, new() { Id = "law" }] },
                new() { Id = "permanence", Options = [new() { Id = "standing" }, new() { Id = "adHoc" }] },
                new() { Id = "fit" },
            ],
        };
        var matrix = Gen.Select(Gen.Bool, Gen.Bool, Gen.String[Gen.Char.AlphaNumeric, 1, 5]).Select((law, standing, fit) => new Answer
        {
            Value = new AnswerValue.Matrix(new Dictionary<string, AnswerValue>
            {
                ["basis"] = new AnswerValue.Choices([law ? "law" : "none"]),
                ["permanence"] = new AnswerValue.Choice(standing ? "standing" : "adHoc"),
                ["fit"] = new AnswerValue.Text(fit),
            }),
        });
        Gen.Select(cases, matrix).Sample((c, value) =>
        {
            var definition = c.Questionnaire.Definition;
            var section = definition.Sections[0];
            var with = Compile((definition with { Sections = [section with { Sections = [.. section.Sections, new SectionDefinition { Id = "f", Questions = [formality] }] }] }).WithTexts());
            return Find(c.Questionnaire, c.Answers) == Find(with, new Dictionary<string, Answer>(c.Answers) { ["formality"] = value });
        });
    }

    private static Case Make(MeasureDefinition measure, int[] weights, Answer?[] answers)
    {
        var questions = weights.Select((w, i) => Question($"q{i}") with { Weight = w, Gate = Math.Min(i, 2) + 1, AchievedAt = 2 }).ToArray();
        var top = measure.Method != ScoringMethod.MeanOfMeans ? Section("s", questions)
            : new SectionDefinition { Id = "s", Scoring = "rule", Scale = "maturity", Sections = [.. questions.Chunk(3).Select((q, i) => Section($"s{i}", q) with { Scoring = "inner" })] };
        var definition = Definition([measure], top);
        definition = (definition with { ScoringRules = [.. definition.ScoringRules, new ScoringRule { Id = "inner", Measures = [measure with { Method = ScoringMethod.Mean }] }] }).WithTexts();
        var ids = questions.Select(q => q.Id).ToArray();
        return new Case(Compile(definition), ids, ids.Zip(answers).Where(a => a.Second is not null).ToDictionary(a => a.First, a => a.Second!));
    }

    private static SectionScore Find(Questionnaire questionnaire, IReadOnlyDictionary<string, Answer> answers) => ScoreSheet.Score(questionnaire, Profile.Empty, answers).Find("s", "score")!;

    private static MeasureExplanation Principal(Questionnaire questionnaire, IReadOnlyDictionary<string, Answer> answers) =>
        ScoreSheet.Score(questionnaire, Profile.Empty, answers).Explain().Sections[0].Measures[0];

    private static SectionDefinition Shuffle(SectionDefinition section, int seed) => section with
    {
        Questions = [.. section.Questions.OrderBy(q => HashCode.Combine(q.Id, seed))],
        Sections = [.. section.Sections.OrderBy(s => HashCode.Combine(s.Id, seed)).Select(s => Shuffle(s, seed))],
    };

    private static SectionDefinition Change(SectionDefinition section, string id, Func<QuestionDefinition, QuestionDefinition?> change) => section with
    {
        Questions = [.. section.Questions.Select(q => q.Id == id ? change(q) : q).OfType<QuestionDefinition>()],
        Sections = [.. section.Sections.Select(s => Change(s, id, change)).Where(s => s.Questions.Count > 0)],
    };

    private static QuestionnaireDefinition Without(QuestionnaireDefinition definition, string question) =>
        (definition with { Sections = [.. definition.Sections.Select(s => Change(s, question, _ => null))] }).WithTexts();

    private sealed record Case(Questionnaire Questionnaire, IReadOnlyList<string> Ids, IReadOnlyDictionary<string, Answer> Answers)
    {
        public override string ToString() => $"{Questionnaire.Definition.ScoringRules[0].Measures[0]} {string.Join(", ", Answers)}";
    }
}
