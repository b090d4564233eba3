using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CsCheck;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>Definitions as JSON, by options that are none of the loader's: what both sides leave out would not be noticed.</summary>
internal static class RoundTrip
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 256,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Json(QuestionnaireDefinition definition) => JsonSerializer.Serialize(definition, Options);

    /// <summary>The definition as JSON files, everything spelt out.</summary>
    public static IReadOnlyList<QuestionnaireFile> AsJsonFiles(QuestionnaireDefinition definition)
    {
        var options = new JsonSerializerOptions(Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, IndentCharacter = '\t', IndentSize = 1 };
        var structure = JsonSerializer.SerializeToNode(definition, options)!.AsObject();
        structure.Remove("texts");
        return
        [
            new("questionnaire.json", structure.ToJsonString(options)),
            .. definition.Texts.Select(t => new QuestionnaireFile($"texts/{t.Key}.json", JsonSerializer.Serialize(t.Value, options))),
        ];
    }
}

public sealed class RoundTripTests
{
    private static readonly Gen<string> text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 12],
        Gen.OneOf("true", "~", "1.10", "no", "- a", "a: b", "a #b", " lead", "trail ", "two\nlines", "end\n", "\n\n", "\ttab", "'q'", "\"q\"", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a",
            "`a`", "|", ">", "?", "---", "...", "a\\b", "1e3", "0x1F", ".inf", "<<", "\u00a0", "\u2028", "\u0085", "\u200f\u0627\u0644", "\u4e2d\u6587", "\ud83d\ude00", "\ufeff", "a\r\nb", "\u007f", new string('x', 300) + " y"),
        Gen.String[Gen.Char.Where(c => !char.IsSurrogate(c) && (c >= ' ' || c is '\n' or '\t') && c < '\ufffe'), 1, 20]);

    private static readonly Gen<string> id = Gen.OneOf(
        Gen.OneOf("1", "1.10", "1e3", "true", "null", "no", "0x1F", "1_000", "2020-01-01", "a(b)", "a.b"),
        Gen.Select(Gen.Char.AlphaNumeric, Gen.String[Gen.Char["abcXYZ019._()-"], 0, 8], (first, rest) => first + rest));

    private static readonly Gen<decimal> number = Gen.Int[-1_000_000, 1_000_000].Select(Gen.Int[0, 6], (n, digits) => n / (decimal)Math.Pow(10, digits));
    private static readonly Gen<string?> maybe = Gen.OneOf(Gen.Const((string?)null), text.Select(t => (string?)t));
    private static readonly Gen<string[]> ids = id.Array[0, 3];

    private static readonly Gen<OptionDefinition> option =
        Gen.Select(id, number.Nullable(), Gen.Bool, (i, v, e) => new OptionDefinition { Id = i, Value = v, Exclusive = e });

    private static readonly Gen<StateTreatments> states = Gen.Enum<StateTreatment>().Array[5].Select(s =>
        new StateTreatments { NotApplicable = s[0], DontKnow = s[1], NotYetTested = s[2], Declined = s[3], Unanswered = s[4] });

    private static readonly Gen<Rounding> rounding =
        Gen.Select(Gen.Int[0, 6], Gen.Enum<RoundingMode>(), (d, m) => new Rounding { Decimals = d, Mode = m });

    private static readonly Gen<QuestionDefinition> question =
        from head in Gen.Select(id, Gen.Enum<QuestionKind>(), maybe, option.Array[0, 2], ids)
        from numbers in Gen.Select(number.Nullable(), number.Nullable(), number.Nullable(), Gen.Int[1, 9].Nullable(), Gen.Int[1, 9].Nullable(), Gen.Int[1, 9])
        from rest in Gen.Select(maybe, maybe, ids, Gen.Enum<AnswerState>().Array[0, 2], Gen.Bool.Array[4], Gen.Bool.Nullable())
        select new QuestionDefinition
        {
            Id = head.Item1,
            Kind = head.Item2,
            Scale = head.Item3,
            Options = head.Item4,
            OptionsFrom = rest.Item5[3] ? "entityKinds" : null,
            Dimensions = [.. head.Item5.Select(d => new DimensionDefinition { Id = d, Multiple = rest.Item5[3], Options = head.Item4 })],
            Minimum = numbers.Item1,
            Maximum = numbers.Item2,
            AchievedAt = numbers.Item3,
            MaximumLength = numbers.Item4,
            Gate = numbers.Item5,
            Weight = numbers.Item6 / 4m,
            VisibleWhen = rest.Item1,
            AppliesWhen = rest.Item2,
            Variants = [.. rest.Item3.Select(v => new VariantDefinition { Id = v, When = v })],
            States = rest.Item4,
            Core = rest.Item5[0],
            Confidential = rest.Item5[1],
            Evidence = rest.Item5[2],
            Scored = rest.Item6,
            AskedOf = rest.Item3,
            References = head.Item5,
        };

    private static readonly Gen<SectionDefinition> section = Gen.Recursive<SectionDefinition>((depth, inner) =>
        from head in Gen.Select(id, maybe, maybe, maybe, maybe, Gen.Bool)
        from questions in question.Array[0, 3]
        from sections in depth < 3 ? inner.Array[0, 2] : Gen.Const(Array.Empty<SectionDefinition>())
        select new SectionDefinition
        {
            Id = head.Item1,
            Scoring = head.Item2,
            Scale = head.Item3,
            VisibleWhen = head.Item4,
            AppliesWhen = head.Item5,
            Reported = head.Item6,
            Weight = head.Item6 ? 1 : 0.25m,
            Questions = questions,
            Sections = sections,
        });

    private static readonly Gen<MeasureDefinition> measure =
        from head in Gen.Select(id, Gen.Enum<ScoringMethod>(), Gen.Enum<Normalisation>(), maybe)
        from rest in Gen.Select(number, states.Select(s => (StateTreatments?)s), rounding.Select(r => (Rounding?)r), Gen.Bool, ids)
        select new MeasureDefinition
        {
            Id = head.Item1,
            Method = head.Item2,
            Normalise = head.Item3,
            Of = head.Item4,
            MinimumCompleteness = rest.Item1,
            AnswerStates = rest.Item4 ? rest.Item2 : null,
            Rounding = rest.Item4 ? null : rest.Item3,
            Bands = [.. rest.Item5.Select(b => new Band { Id = b, From = rest.Item1 })],
        };

    private static Gen<IReadOnlyDictionary<string, T>> Map<T>(Gen<T> values) =>
        Gen.Select(id, values).Array[0, 3].Select(all => (IReadOnlyDictionary<string, T>)all.DistinctBy(p => p.Item1, StringComparer.Ordinal)
            .ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal));

    private static readonly Gen<FieldText> field = Gen.Select(text, maybe, Map(text), (l, h, o) => new FieldText { Label = l, Help = h, Options = o });

    private static readonly Gen<QuestionText> questionText =
        from head in Gen.Select(text, text, maybe, maybe, maybe, maybe, maybe)
        from maps in Gen.Select(Map(text), Map(text), Map(field), Map(Gen.Select(maybe, maybe, maybe, Map(text),
            (t, h, e, l) => new VariantText { Text = t, Help = h, Evidence = e, Levels = l })))
        select new QuestionText
        {
            Title = head.Item1,
            Text = head.Item2,
            Help = head.Item3,
            Evidence = head.Item4,
            NotApplicable = head.Item5,
            NotYetTested = head.Item6,
            ShortTitle = head.Item7,
            Levels = maps.Item1,
            Options = maps.Item2,
            Dimensions = maps.Item3,
            Variants = maps.Item4,
        };

    private static Gen<QuestionnaireTexts> Texts(string language) =>
        from head in Gen.Select(text, text, text)
        from maps in Gen.Select(Map(field), Map(text), Map(text), Map(Map(Gen.Select(text, maybe, (n, t) => new LevelText { Name = n, Test = t }))), Map(text), Map(text))
        from sections in Map(Gen.Select(text, maybe, maybe, (t, s, i) => new SectionText { Title = t, ShortTitle = s, Introduction = i }))
        from questions in Map(questionText)
        from follow in Gen.Select(Map(text), Map(text))
        select new QuestionnaireTexts
        {
            Language = language,
            Review = head.Item1,
            Title = head.Item2,
            Description = head.Item3,
            Profile = maps.Item1,
            EntityKinds = maps.Item2,
            References = maps.Item3,
            Scales = maps.Item4,
            Measures = maps.Item5,
            Bands = maps.Item6,
            Findings = follow.Item1,
            Recommendations = follow.Item2,
            Sections = sections,
            Questions = questions,
        };

    private static readonly Gen<FindingDefinition> finding = Gen.Select(id, Gen.Enum<Signal>(), ids, ids, ids, ids,
        (i, s, q, o, l, r) => new FindingDefinition { Id = i, Signal = s, Questions = q, OwnPart = o, Leads = l, References = r });

    private static readonly Gen<DivergenceDefinition> divergence =
        Gen.Select(Gen.Int[1, 9], number, finding.Array[0, 2], (s, d, f) => new DivergenceDefinition { Spread = s, DontKnowShare = d, Findings = f });

    private static readonly Gen<RecommendationDefinition> recommendation = Gen.Select(id, ids, ids, Gen.Bool, ids,
        (i, s, l, a, r) => new RecommendationDefinition { Id = i, Sections = s, Levels = l, AfterDivergence = a, References = r });

    private static readonly Gen<QuestionnaireDefinition> definition =
        from head in Gen.Select(ids, ids, states, rounding, Gen.Bool)
        from lists in Gen.Select(
            Gen.Select(id, Gen.Enum<ProfileFieldKind>(), ids, number.Nullable(), Gen.Bool,
                (i, k, o, n, r) => new ProfileField { Id = i, Kind = k, Options = o, Minimum = n, Maximum = n, Required = r }).Array[0, 3],
            Gen.Select(id, Gen.Select(id, number, (i, v) => new ScaleLevel { Id = i, Value = v }).Array[0, 4], (i, l) => new Scale { Id = i, Levels = l }).Array[0, 2],
            Gen.Select(id, measure.Array[0, 3], (i, m) => new ScoringRule { Id = i, Measures = m }).Array[0, 2])
        from sections in section.Array[0, 3]
        from follow in Gen.Select(divergence, recommendation.Array[0, 2])
        from english in Texts("en")
        from arabic in Texts("ar")
        select new QuestionnaireDefinition
        {
            Id = "generated",
            Version = "1.10",
            DefaultLanguage = "en",
            Languages = ["en", "ar"],
            ComparableWith = [.. head.Item1.Select(v => new ComparableVersion { Version = v, Sections = head.Item2 })],
            References = head.Item1,
            EntityKinds = head.Item2,
            AnswerStates = head.Item3,
            Rounding = head.Item4,
            Reporting = head.Item5 ? new Reporting { LevelMeasure = "1", IndexMeasure = "true", Scale = "1.0", Counted = head.Item2 } : null,
            Divergence = head.Item5 ? follow.Item1 : null,
            Recommendations = follow.Item2,
            Profile = lists.Item1,
            Scales = lists.Item2,
            ScoringRules = lists.Item3,
            Sections = sections,
            Texts = new Dictionary<string, QuestionnaireTexts>(StringComparer.Ordinal) { ["en"] = english, ["ar"] = arabic },
        };

    [Fact]
    public void Shipped_questionnaire_is_the_same_after_writing_and_reading() =>
        Assert.All(QuestionnaireFolder.ReadAll(Shipped.Root), shipped =>
        {
            var expected = shipped.Questionnaire!.Definition;
            var written = QuestionnaireFiles.Write(expected);
            var reading = QuestionnaireFiles.Read(written);
            Assert.Empty(reading.Problems);
            Assert.Equal(RoundTrip.Json(expected), RoundTrip.Json(reading.Questionnaire!.Definition));

            // And the canonical form is a fixed point, so that writing it again changes no file.
            Assert.Equal(written, QuestionnaireFiles.Write(reading.Questionnaire.Definition));
            Assert.Equal(RoundTrip.Json(expected), RoundTrip.Json(JsonSerializer.Deserialize<QuestionnaireDefinition>(RoundTrip.Json(expected), RoundTrip.Options)!));
        });

    /// <summary>Most generated definitions mean nothing, so that they are compared before they are compiled.</summary>
    [Fact]
    public void Any_definition_is_the_same_after_writing_and_reading() =>
        definition.Sample(
            expected =>
            {
                var files = QuestionnaireFiles.Write(expected);
                var read = files.Select(f => YamlDocument.Read(f)).ToArray();
                Assert.All(read, r => Assert.Empty(r.Problems));
                var whole = JsonNode.Parse(read[0].Root!.ToString(Newtonsoft.Json.Formatting.None), documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
                whole["texts"] = new JsonObject(read.Skip(1).Zip(files.Skip(1), (r, f) =>
                    KeyValuePair.Create(Path.GetFileNameWithoutExtension(f.Path), JsonNode.Parse(r.Root!.ToString(Newtonsoft.Json.Formatting.None)))));
                Assert.Equal(RoundTrip.Json(expected), RoundTrip.Json(JsonSerializer.Deserialize<QuestionnaireDefinition>(whole.ToJsonString(RoundTrip.Options), RoundTrip.Options)!));

                // Whatever it means, reading it answers.
                Assert.NotEqual(QuestionnaireFiles.Read(files).Questionnaire is null, QuestionnaireFiles.Read(files).Problems.Count == 0);
            },
            iter: 300);
}
