using CsCheck;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Tests;

/// <summary>Small questionnaires, with their texts, and answers to them.</summary>
internal static class Build
{
    public static readonly Scale Maturity = new() { Id = "maturity", Levels = [.. Enumerable.Range(0, 5).Select(i => new ScaleLevel { Id = $"l{i}", Value = i })] };
    public static readonly Scale Three = new() { Id = "three", Levels = [.. Enumerable.Range(1, 3).Select(i => new ScaleLevel { Id = $"t{i}", Value = i })] };

    public static QuestionDefinition Question(string id) => new() { Id = id, Kind = QuestionKind.Level, States = [AnswerState.NotApplicable, AnswerState.NotYetTested] };

    public static SectionDefinition Section(string id, params IReadOnlyList<QuestionDefinition> questions) => new() { Id = id, Scoring = "rule", Scale = "maturity", Questions = questions };

    public static MeasureDefinition Measure(ScoringMethod method, string id = "score") => new() { Id = id, Method = method };

    /// <summary>A definition whose texts are complete.</summary>
    public static QuestionnaireDefinition Definition(IReadOnlyList<MeasureDefinition> measures, params IReadOnlyList<SectionDefinition> sections) => new QuestionnaireDefinition
    {
        Id = "test",
        Version = "1.0",
        DefaultLanguage = "en",
        Languages = ["en"],
        Scales = [Maturity, Three],
        Profile =
        [
            new ProfileField { Id = "roles", Kind = ProfileFieldKind.Multiple, Options = ["exporter", "importer"] },
            new ProfileField { Id = "status", Kind = ProfileFieldKind.Single, Options = ["party", "other"] },
            new ProfileField { Id = "entities", Kind = ProfileFieldKind.Number },
            new ProfileField { Id = "changed", Kind = ProfileFieldKind.Boolean },
        ],
        EntityKinds = ["customs", "police"],
        References = ["Art.5"],
        ScoringRules = measures.Count == 0 ? [] : [new ScoringRule { Id = "rule", Measures = measures }],
        Sections = measures.Count == 0 ? [.. sections.Select(s => s with { Scoring = null })] : sections,
    }.WithTexts();

    public static QuestionnaireDefinition Definition(ScoringMethod method, params IReadOnlyList<SectionDefinition> sections) => Definition([Measure(method)], sections);

    public static QuestionnaireDefinition WithTexts(this QuestionnaireDefinition d)
    {
        var sections = Sections(d.Sections).ToArray();
        return d with
        {
            Texts = new Dictionary<string, QuestionnaireTexts>
            {
                ["en"] = new()
                {
                    Language = "en",
                    Review = "A test.",
                    Title = "Test",
                    Description = "A test.",
                    Profile = d.Profile.ToDictionary(f => f.Id, f => new FieldText { Label = f.Id, Options = f.Options.ToDictionary(o => o) }),
                    EntityKinds = d.EntityKinds.ToDictionary(k => k),
                    References = d.References.ToDictionary(r => r),
                    Scales = d.Scales.DistinctBy(s => s.Id).ToDictionary(s => s.Id, s => (IReadOnlyDictionary<string, LevelText>)s.Levels.ToDictionary(l => l.Id, l => new LevelText { Name = l.Id })),
                    Measures = d.ScoringRules.SelectMany(r => r.Measures).DistinctBy(m => m.Id).ToDictionary(m => m.Id, m => m.Id),
                    Bands = d.ScoringRules.SelectMany(r => r.Measures).SelectMany(m => m.Bands).DistinctBy(b => b.Id).ToDictionary(b => b.Id, b => b.Id),
                    Findings = (d.Divergence?.Findings ?? []).DistinctBy(f => f.Id).ToDictionary(f => f.Id, f => f.Id),
                    Recommendations = d.Recommendations.DistinctBy(r => r.Id).ToDictionary(r => r.Id, r => r.Id),
                    Sections = sections.DistinctBy(s => s.Id).ToDictionary(s => s.Id, s => new SectionText { Title = s.Id }),
                    Questions = Questions(d.Sections, null).DistinctBy(q => q.Question.Id).ToDictionary(q => q.Question.Id, q => Text(d, q.Question, q.Scale)),
                },
            },
        };
    }

    public static Questionnaire Compile(QuestionnaireDefinition definition)
    {
        var result = Questionnaire.Compile(definition);
        Assert.True(result.Questionnaire is not null, string.Join("\n", result.Violations));
        return result.Questionnaire;
    }

    public static Answer Level(string id) => new() { Value = new AnswerValue.Choice(id) };

    public static Answer Level(int level) => Level($"l{level}");

    public static Answer State(AnswerState state) => new() { State = state, Reason = state == AnswerState.NotApplicable ? "It does not." : null };

    public static SectionScore Score(Questionnaire questionnaire, string section, params (string Question, Answer Answer)[] answers) =>
        Sheet(questionnaire, Profile.Empty, answers).Find(section, "score")!;

    public static ScoreSheet Sheet(Questionnaire questionnaire, Profile profile, params (string Question, Answer Answer)[] answers) =>
        ScoreSheet.Score(questionnaire, profile, answers.ToDictionary(a => a.Question, a => a.Answer));

    public static Profile ProfileOf(params (string Field, ProfileValue Value)[] fields) => new(fields.ToDictionary(f => f.Field, f => f.Value));

    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static IEnumerable<SectionDefinition> Sections(IEnumerable<SectionDefinition> sections) => sections.SelectMany(s => Sections(s.Sections).Prepend(s));

    private static IEnumerable<(QuestionDefinition Question, string? Scale)> Questions(IEnumerable<SectionDefinition> sections, string? scale) =>
        sections.SelectMany(s => s.Questions.Select(q => (q, q.Scale ?? s.Scale ?? scale)).Concat(Questions(s.Sections, s.Scale ?? scale)));

    private static QuestionText Text(QuestionnaireDefinition d, QuestionDefinition q, string? scale) => new()
    {
        Title = q.Id,
        Text = $"{q.Id}?",
        Evidence = q.Evidence ? "A note." : null,
        NotApplicable = q.States.Contains(AnswerState.NotApplicable) ? "Where it does not." : null,
        NotYetTested = q.States.Contains(AnswerState.NotYetTested) ? "Where it was not." : null,
        Levels = q.Kind == QuestionKind.Level ? (d.Scales.FirstOrDefault(s => s.Id == scale)?.Levels ?? []).ToDictionary(l => l.Id, l => l.Id) : new Dictionary<string, string>(),
        Options = q.Options.DistinctBy(o => o.Id).ToDictionary(o => o.Id, o => o.Id),
        Dimensions = q.Dimensions.ToDictionary(x => x.Id, x => new FieldText { Label = x.Id, Options = x.Options.ToDictionary(o => o.Id, o => o.Id) }),
        Variants = q.Variants.ToDictionary(v => v.Id, v => new VariantText { Text = v.Id }),
    };
}
