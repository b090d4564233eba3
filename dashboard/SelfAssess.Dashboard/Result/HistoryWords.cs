using System.Text.Json;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Questionnaires;

namespace SelfAssess.Dashboard.Result;

/// <summary>What changed, in words: fields by their names, answers by the levels and options that they name.</summary>
internal sealed class HistoryWords(Instrument instrument)
{
    private static readonly Words T = Words.Of("Result");
    private static readonly Words answering = Words.Of("Answering");
    private static readonly Words coordination = Words.Of("Coordinator");

    /// <summary>What a field is called; the path itself where there is no name for it.</summary>
    public string Field(string path) => path.Split('.', 2) switch
    {
        ["answers", var question] => Named(question),
        ["prefilled", var question] => T["field.prefilled", Named(question)],
        ["reconciliations", var question] => T["field.reconciliation", Named(question)],
        ["round", var part] when part.StartsWith("entities.", StringComparison.Ordinal) => T["field.entity", part["entities.".Length..]],
        _ => T.Find($"field.{path}") ?? path,
    };

    /// <summary>A value; null where there is none.</summary>
    public string? Value(string path, object? value) => value is not JsonElement { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } json ? null : path.Split('.', 2) switch
    {
        ["answers" or "prefilled", var question] => Answer(question, json),
        ["reconciliations", var question] when json.TryGetProperty("answer", out var answer) => Reconciled(question, answer, json),
        ["profile", ..] when json.ValueKind == JsonValueKind.Object => string.Join("; ", json.EnumerateObject().Select(Fact)),
        ["round", _] when json.ValueKind == JsonValueKind.Object && json.TryGetProperty("name", out var name) => name.GetString(),
        ["status" or "consent", ..] when json.ValueKind == JsonValueKind.String => coordination.Find($"status.{json.GetString()}") ?? T.Find($"value.{json.GetString()}") ?? json.GetString(),
        _ => json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText(),
    };

    /// <summary>A field of the State's profile, with its value.</summary>
    private string Fact(JsonProperty fact)
    {
        var text = instrument.Texts.Profile.TryGetValue(fact.Name, out var own) ? own : null;
        var values = fact.Value.ValueKind == JsonValueKind.Array ? fact.Value.EnumerateArray().Select(v => v.ToString()) : [fact.Value.ToString()];
        return $"{text?.Label ?? fact.Name} {string.Join(coordination["comma"], values.Select(Said))}";

        string Said(string value) => text?.Options.TryGetValue(value, out var name) == true ? name : value switch { "True" => coordination["yes"], "False" => coordination["no"], _ => value };
    }

    private string Named(string question) => instrument.Find(question) is { Kind: QuestionKind.Level } ? $"{question} {instrument.TitleOf(question)}" : instrument.TitleOf(question);

    private string Reconciled(string question, JsonElement answer, JsonElement all) =>
        string.Join(" · ", new[] { Answer(question, answer), TextOf(all, "reason"), TextOf(all, "dissent") }.OfType<string>());

    private string Answer(string question, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return answer.GetRawText();
        }

        var said = TextOf(answer, "state") is { } state ? answering[$"state.{state}"]
            : answer.TryGetProperty("value", out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? Said(question, value) : null;
        var evidence = answer.TryGetProperty("evidence", out var pointers) && pointers.ValueKind == JsonValueKind.Array ? pointers.EnumerateArray().Select(p => p.ToString()) : [];
        return string.Join(" · ", new[] { said, TextOf(answer, "reason"), TextOf(answer, "comment") }.OfType<string>().Concat(evidence));
    }

    private string Said(string question, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when instrument.ScaleOf(question) is { } scale => instrument.LevelName(scale, value.GetString()!),
        JsonValueKind.String => Option(question, value.GetString()!),
        JsonValueKind.Array => string.Join(coordination["comma"], value.EnumerateArray().Select(o => Option(question, o.ToString()))),
        // A matrix: recorded as it is, side by side.
        JsonValueKind.Object when value.TryGetProperty("kind", out _) is false => string.Join("; ", value.EnumerateObject().Select(s => Side(question, s))),
        _ => value.GetRawText(),
    };

    private string Side(string question, JsonProperty side)
    {
        var text = instrument.Texts.Questions.TryGetValue(question, out var own) && own.Dimensions.TryGetValue(side.Name, out var dimension) ? dimension : null;
        var values = side.Value.ValueKind == JsonValueKind.Array ? side.Value.EnumerateArray().Select(o => o.ToString()) : [side.Value.ToString()];
        return $"{text?.Label ?? side.Name}{coordination["colon"]} {string.Join(coordination["comma"], values.Select(v => text?.Options.TryGetValue(v, out var name) == true ? name : v))}";
    }

    private string Option(string question, string option) =>
        instrument.Texts.Questions.TryGetValue(question, out var text) && text.Options.TryGetValue(option, out var name) ? name : instrument.KindName(option);

    private static string? TextOf(JsonElement json, string field) => json.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
