using System.Text.Json;
using CsCheck;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using static SelfAssess.Domain.Tests.Build;

namespace SelfAssess.Domain.Tests.Assessments;

public sealed class AnswerTests
{
    private static readonly Questionnaire all = Compile(Definition(ScoringMethod.Mean, Section("s",
        Question("level"),
        new QuestionDefinition { Id = "one", Kind = QuestionKind.Single, OptionsFrom = "entityKinds" },
        new QuestionDefinition { Id = "many", Kind = QuestionKind.Multiple, Options = [new() { Id = "x" }, new() { Id = "none", Exclusive = true }] },
        new QuestionDefinition { Id = "number", Kind = QuestionKind.Number, Minimum = 0, Maximum = 10 },
        new QuestionDefinition { Id = "text", Kind = QuestionKind.Text, MaximumLength = 5 },
        new QuestionDefinition { Id = "date", Kind = QuestionKind.Date },
        new QuestionDefinition { Id = "matrix", Kind = QuestionKind.Matrix, Dimensions = [new() { Id = "basis", Multiple = true, Options = [new() { Id = "law" }] }, new() { Id = "fit" }] })));

    [Theory]
    [InlineData("level", "\"l3\"")]
    [InlineData("one", "\"customs\"")]
    [InlineData("many", "[\"x\"]")]
    [InlineData("number", "3.25")]
    [InlineData("text", "\"abc\"")]
    [InlineData("date", "\"2026-11-23\"")]
    [InlineData("matrix", "{\"basis\":[\"law\"],\"fit\":\"It fits.\"}")]
    public void Value_is_read_checked_stored_and_sent_back_unchanged(string question, string json)
    {
        Assert.True(all.TryReadValue(question, JsonSerializer.Deserialize<JsonElement>(json), out var value, out _));
        var answer = new Answer { Value = value, Comment = "c", Evidence = ["e"] };
        Assert.Empty(all.Check(question, answer));
        var stored = JsonSerializer.Deserialize<Answer>(JsonSerializer.Serialize(answer))!;
        Assert.Equal(value, stored.Value);
        Assert.Equal(json, stored.Value!.ToJson().GetRawText());
    }

    [Theory]
    [InlineData("level", "3", "type")]
    [InlineData("level", "\"l9\"", "unknownOption")]
    [InlineData("one", "\"navy\"", "unknownOption")]
    [InlineData("many", "\"x\"", "type")]
    [InlineData("many", "[]", "required")]
    [InlineData("many", "[\"x\",\"x\"]", "duplicate")]
    [InlineData("many", "[\"x\",\"none\"]", "exclusive")]
    [InlineData("many", "[null]", "type")]
    [InlineData("number", "11", "outOfRange")]
    [InlineData("number", "1e300", "type")]
    [InlineData("number", "\"3\"", "type")]
    [InlineData("text", "\"abcdef\"", "tooLong")]
    [InlineData("text", "\"a\\u0000\"", "unstorable")]
    [InlineData("text", "\"\\ud800\"", "type")]
    [InlineData("text", "\" \"", "required")]
    [InlineData("date", "\"2026-02-30\"", "type")]
    [InlineData("matrix", "{\"basis\":\"law\"}", "type")]
    [InlineData("matrix", "{\"basis\":[\"custom\"]}", "unknownOption")]
    [InlineData("matrix", "{\"other\":\"x\"}", "unknownDimension")]
    [InlineData("matrix", "{}", "required")]
    [InlineData("nowhere", "1", "unknownQuestion")]
    public void Value_that_does_not_fit_is_refused_with_a_reason(string question, string json, string code)
    {
        var read = all.TryReadValue(question, JsonSerializer.Deserialize<JsonElement>(json), out var value, out var problems);
        Assert.Equal(code, (read ? all.Check(question, new Answer { Value = value }) : problems).Single().Code);
    }

    [Fact]
    public void State_and_value_exclude_each_other_and_not_applicable_needs_a_reason()
    {
        Assert.Equal("valueOrState", all.Check("level", new Answer()).Single().Code);
        Assert.Equal("valueOrState", all.Check("level", Level(1) with { State = AnswerState.DontKnow }).Single().Code);
        Assert.Equal(("reason", "required"), all.Check("level", new Answer { State = AnswerState.NotApplicable }).Select(p => (p.Field, p.Code)).Single());
        Assert.Equal("stateNotPermitted", all.Check("one", State(AnswerState.NotApplicable)).Single().Code);
        Assert.Empty(all.Check("one", State(AnswerState.Declined)));
    }

    [Fact]
    public void Profile_is_checked_field_by_field()
    {
        var problems = all.CheckProfile(ProfileOf(("roles", new ProfileValue.Many(["exporter", "thief"])), ("status", new ProfileValue.Flag(true)), ("colour", new ProfileValue.One("red")), ("changed", new ProfileValue.Flag(true))));
        Assert.Equal([("colour", "unknownField"), ("roles", "unknownOption"), ("status", "type")], problems.Select(p => (p.Field, p.Code)).Order());
        var profile = ProfileOf(("roles", new ProfileValue.Many(["exporter"])), ("status", new ProfileValue.One("party")), ("entities", new ProfileValue.Number(3)), ("changed", new ProfileValue.Flag(true)));
        Assert.Empty(all.CheckProfile(profile));
        Assert.Equal(profile, JsonSerializer.Deserialize<Profile>(JsonSerializer.Serialize(profile)));
    }

    [Fact]
    public void Fuzzed_values_never_crash()
    {
        var scalar = Gen.OneOf(Gen.Const("null"), Gen.Const("true"), Gen.Int.Select(i => $"{i}"), Gen.String.Select(s => JsonSerializer.Serialize(s)), Pick("\"l1\"", "\"x\"", "\"law\"", "\"2026-01-01\""));
        var json = Gen.Recursive<string>((depth, self) => depth > 3 ? scalar
            : Gen.OneOf(scalar, self.Array[0, 3].Select(a => $"[{string.Join(',', a)}]"), self.Array[0, 2].Select(a => $"{{{string.Join(',', a.Select((v, i) => $"\"{(i == 0 ? "basis" : "fit")}\":{v}"))}}}")));
        Gen.Select(Pick("level", "one", "many", "number", "text", "date", "matrix", "nowhere"), json).Sample((question, text) =>
        {
            if (all.TryReadValue(question, JsonSerializer.Deserialize<JsonElement>(text), out var value, out _))
            {
                var answer = new Answer { Value = value };
                _ = all.Check(question, answer);
                _ = Sheet(all, Profile.Empty, (question, answer));
            }
        });
    }

    [Fact]
    public void Events_fold_to_what_was_last_said()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        AssessmentEvent[] events =
        [
            new AssessmentEvent.Opened("2026", new QuestionnaireReference("test", "1.0"), Profile.Empty, at),
            new AssessmentEvent.AnswersSaved(new Dictionary<string, Answer?> { ["a"] = Level(1), ["b"] = Level(2) }, at),
            new AssessmentEvent.AnswersSaved(new Dictionary<string, Answer?> { ["a"] = null, ["b"] = Level(3) }, at),
            new AssessmentEvent.SignedOff(1, "first", at),
            new AssessmentEvent.RevisionBegun("A mistake.", at),
            new AssessmentEvent.SignedOff(2, "second", at),
            new AssessmentEvent.CycleClosed(Included: true, at),
        ];
        var assessment = events.Aggregate((Assessment?)null, (state, e) => Assessment.Fold(state, e))!;
        Assert.Equal(AssessmentStatus.Included, assessment.Status);
        Assert.Equal((2, "second"), (assessment.Revision, assessment.Seal));
        var (question, kept) = Assert.Single(assessment.Answers);
        Assert.Equal(("b", new AnswerValue.Choice("l3")), (question, kept.Value));
    }
}
