using CsCheck;
using SelfAssess.Domain.Questionnaires;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Questionnaires;

public sealed class CompileTests
{
    private static readonly QuestionnaireDefinition sound = Definition(ScoringMethod.Mean, Section("s", Question("a"), Question("b") with { References = ["Art.5"], AskedOf = ["customs"] }));

    public static TheoryData<string, string, Func<QuestionnaireDefinition, QuestionnaireDefinition>> Broken { get; } = new()
    {
        { "/id", "id", d => d with { Id = "with space" } },
        { "/version", "version", d => d with { Version = "one" } },
        { "/defaultLanguage", "missingLanguage", d => d with { DefaultLanguage = "fr" } },
        { "/texts/fr", "missingLanguage", d => d with { Languages = ["en", "fr"] } },
        { "/languages/1", "duplicateId", d => d with { Languages = ["en", "en"] } },
        { "/texts/en", "unknownReference", d => d with { Languages = ["fr"], DefaultLanguage = "fr", Texts = new Dictionary<string, QuestionnaireTexts> { ["fr"] = d.Texts["en"] with { Language = "fr" }, ["en"] = d.Texts["en"] } } },
        { "/texts/en/language", "language", d => Text(d, t => t with { Language = "fr" }) },
        { "/texts/en/questions/a", "missingText", d => Text(d, t => t with { Questions = t.Questions.Where(q => q.Key != "a").ToDictionary() }) },
        { "/texts/en/questions/zz", "unknownText", d => Text(d, t => t with { Questions = t.Questions.Append(new("zz", t.Questions["a"])).ToDictionary() }) },
        { "/texts/en/questions/a/levels/l4", "missingText", d => Text(d, t => t with { Questions = new Dictionary<string, QuestionText>(t.Questions) { ["a"] = t.Questions["a"] with { Levels = t.Questions["a"].Levels.Where(l => l.Key != "l4").ToDictionary() } } }) },
        { "/texts/en/questions/a/evidence", "unknownText", d => Text(d, t => t with { Questions = new Dictionary<string, QuestionText>(t.Questions) { ["a"] = t.Questions["a"] with { Evidence = "A note." } } }) },
        { "/texts/en/title", "missing", d => Text(d, t => t with { Title = " " }) },
        { "/texts/en/title", "unstorable", d => Text(d, t => t with { Title = "a\0b" }) },
        { "/sections/0/questions/2/id", "duplicateId", d => One(d, s => s with { Questions = [s.Questions[0], s.Questions[1], s.Questions[0]] }) },
        { "/sections/0/questions/0/weight", "weight", d => One(d, s => s with { Questions = [s.Questions[0] with { Weight = 0 }, s.Questions[1]] }) },
        { "/sections/0/weight", "weight", d => One(d, s => s with { Weight = -1 }) },
        { "/sections/0/questions/1/references/0", "unknownReference", d => d with { References = [], Texts = Text(d, t => t with { References = new Dictionary<string, string>() }).Texts } },
        { "/sections/0/questions/1/askedOf/0", "unknownReference", d => Text(d with { EntityKinds = [] }, t => t with { EntityKinds = new Dictionary<string, string>() }) },
        { "/sections/0/scoring", "unknownReference", d => One(d, s => s with { Scoring = "nothing" }) },
        { "/sections/0/scale", "unknownReference", d => One(d, s => s with { Scale = "nothing", Questions = [.. s.Questions.Select(q => q with { Scale = "maturity" })] }) },
        { "/sections/0/reported", "reporting", d => One(d, s => s with { Reported = true }) },
        { "/scales/0/levels/1/value", "scale", d => d with { Scales = [d.Scales[0] with { Levels = [d.Scales[0].Levels[0], d.Scales[0].Levels[1] with { Value = 0 }, .. d.Scales[0].Levels.Skip(2)] }, d.Scales[1]] } },
        { "/scoringRules/0/measures/0/minimumCompleteness", "outOfRange", d => d with { ScoringRules = [d.ScoringRules[0] with { Measures = [Measure(ScoringMethod.Mean) with { MinimumCompleteness = 1.1m }] }] } },
        { "/scoringRules/0/measures/0/of", "notForMethod", d => d with { ScoringRules = [d.ScoringRules[0] with { Measures = [Measure(ScoringMethod.Mean) with { Of = "score" }] }] } },
        { "/sections/0/questions/0/gate", "gate", d => One(d with { ScoringRules = [d.ScoringRules[0] with { Measures = [Measure(ScoringMethod.Gated)] }] }, s => s with { Questions = [s.Questions[0], s.Questions[1] with { Gate = 1 }] }) },
        { "/sections/0/scoring", "gate", d => One(d with { ScoringRules = [d.ScoringRules[0] with { Measures = [Measure(ScoringMethod.Gated)] }] }, s => s with { Questions = [.. s.Questions.Select((q, i) => q with { Gate = 1 + (2 * i) })] }) },
        { "/sections/0/scoring", "mixedScales", d => One(d, s => s with { Questions = [s.Questions[0], s.Questions[1] with { Scale = "three" }] }).WithTexts() },
        { "/sections/0/questions/0/minimum", "notForKind", d => One(d, s => s with { Questions = [s.Questions[0] with { Minimum = 1 }, s.Questions[1]] }) },
        { "/sections/0/questions/0/states", "states", d => One(d, s => s with { Questions = [s.Questions[0] with { States = [.. s.Questions[0].States, AnswerState.Declined] }, s.Questions[1]] }) },
        { "/sections", "missing", d => d with { Sections = null! } },
        { "/sections/0/questions/0", "missing", d => One(d, s => s with { Questions = [null!, s.Questions[1]] }) },
        { "/comparableWith/0/sections/0", "unknownReference", d => d with { ComparableWith = [new ComparableVersion { Version = "0.9", Sections = ["s"] }] } },
    };

    [Fact]
    public void Sound_definition_compiles() => Assert.Empty(Questionnaire.Compile(sound).Violations);

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void Broken_definition_is_refused_as_a_whole_with_the_place_and_the_reason(string path, string code, Func<QuestionnaireDefinition, QuestionnaireDefinition> spoil)
    {
        var result = Questionnaire.Compile(spoil(sound));
        Assert.Null(result.Questionnaire);
        Assert.Equal([(path, code)], result.Violations.Select(v => (v.Path, v.Code)));
    }

    [Fact]
    public void All_violations_are_reported_at_once()
    {
        var broken = One(sound, s => s with { Scoring = "nothing", Questions = [s.Questions[0] with { AppliesWhen = "nonsense" }, s.Questions[1] with { Id = "a" }] });
        Assert.Equal(["duplicateId", "missingText", "ruleSyntax", "unknownReference", "unknownText"],
            Questionnaire.Compile(broken).Violations.Select(v => v.Code).Where(c => c != "missingText").Append("missingText").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sections_deeper_than_the_limit_are_refused_and_do_not_crash()
    {
        var section = Section("s0", Question("q"));
        for (var i = 1; i < 5000; i++)
        {
            section = new SectionDefinition { Id = $"s{i}", Scale = "maturity", Sections = [section] };
        }

        var definition = sound with { Sections = [section] };
        Assert.Contains(Questionnaire.Compile(definition).Violations, v => v.Code == "tooLarge");
    }

    [Fact]
    public void Fuzzed_rules_never_crash() => Gen.OneOf(
            Gen.String[0, 60],
            Pick("and", "or", "not", "(", ")", "'a'", "'l1'", "answer", "profile", "value", "state", "has", "count", "known", "==", "<", ",", "1", "true", "'roles'", "''").Array[0, 30].Select(t => string.Join(' ', t)))
        .Sample(rule =>
        {
            var result = Questionnaire.Compile(One(sound, s => s with { Questions = [s.Questions[0], s.Questions[1] with { AppliesWhen = rule }] }));
            return result.Questionnaire is not null == (result.Violations.Count == 0);
        });

    private static QuestionnaireDefinition One(QuestionnaireDefinition d, Func<SectionDefinition, SectionDefinition> change) => d with { Sections = [change(d.Sections[0])] };

    private static QuestionnaireDefinition Text(QuestionnaireDefinition d, Func<QuestionnaireTexts, QuestionnaireTexts> change) =>
        d with { Texts = new Dictionary<string, QuestionnaireTexts> { ["en"] = change(d.Texts["en"]) } };
}
