using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Answering;

/// <summary>How answers stand in a form: the names of its fields, and what is read from them.</summary>
/// <remarks>
/// A level or a single choice is one group of radio buttons for options (<c>=id</c>) and states (<c>!state</c>) alike; other kinds have their inputs, and a
/// group for the states. What a question's answer was when the form was made goes along as a fingerprint, so that nobody's change is overwritten unseen.
/// </remarks>
internal static class AnswerForm
{
    public const string OptionMark = "=";
    public const string StateMark = "!";

    public static string Id(string question) => $"q-{question}";

    public static string Value(string question, string? dimension = null) => dimension is null ? $"v:{question}" : $"v:{question}:{dimension}";

    public static string State(string question) => $"s:{question}";

    public static string Reason(string question) => $"r:{question}";

    public static string Comment(string question) => $"c:{question}";

    public static string Evidence(string question) => $"e:{question}";

    public static string Base(string question) => $"b:{question}";

    /// <summary>How the names of <see cref="Choice"/> begin.</summary>
    public const string ChoicePrefix = "k:";

    /// <summary>Which of two conflicting answers stays: <c>mine</c> or <c>theirs</c>; where a workbook is taken in, <c>workbook</c>, <c>online</c> or <c>both</c>.</summary>
    public static string Choice(string question) => ChoicePrefix + question;

    /// <summary>Whether options and states are one group.</summary>
    public static bool IsOneGroup(FormQuestion question) => question.Kind is QuestionKind.Level or QuestionKind.Single;

    /// <summary>What somebody answered; null where they answered nothing.</summary>
    public static AnswerBody? Read(IFormCollection form, FormQuestion question)
    {
        var (value, state) = IsOneGroup(question) ? ReadGroup(form[Value(question.Id)]) : (ReadValue(form, question), Text(form[State(question.Id)]));
        var answer = new AnswerBody
        {
            // The description cannot say that any value may also be none.
            Value = (state is null ? value : null)!,
            State = state,
            Reason = state == "notApplicable" ? Text(form[Reason(question.Id)]) : null,
            Comment = Text(form[Comment(question.Id)]),
            Evidence = [.. form[Evidence(question.Id)].ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        };
        return answer is { Value: null, State: null, Comment: null, Evidence.Count: 0 } ? null : answer;
    }

    /// <summary>Whether people know the question by its id: an indicator's is its number, any other's is for programs.</summary>
    public static bool IsNumbered(FormQuestion question) => question.Kind == QuestionKind.Level;

    /// <summary>How a message names a question: an indicator by its number, another one by its title.</summary>
    public static string NameOf(FormSection section, string question) => section.Questions.FirstOrDefault(q => q.Id == question && !IsNumbered(q))?.Title ?? question;

    /// <summary>Tells two answers apart; the same for the same answer, however it came.</summary>
    public static string FingerprintOf(AnswerBody? answer)
    {
        var text = answer is null ? "" : new JsonArray(
            Canonical(ToElement(answer.Value)), answer.State, answer.Reason, answer.Comment, new JsonArray([.. (answer.Evidence ?? []).Select(e => JsonValue.Create(e))])).ToJsonString();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>The options that an answer names; of a matrix, in one dimension.</summary>
    public static IReadOnlyList<string> ChosenIn(AnswerBody? answer, string? dimension = null)
    {
        var value = ToElement(answer?.Value);
        if (dimension is not null)
        {
            value = value is { ValueKind: JsonValueKind.Object } matrix && matrix.TryGetProperty(dimension, out var side) ? side : null;
        }

        return value switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(o => o.GetString()!)],
            { ValueKind: JsonValueKind.Number } number => [number.GetRawText()],
            _ => [],
        };
    }

    private static (object? Value, string? State) ReadGroup(StringValues sent) => sent.ToString() switch
    {
        ['=', .. var option] => (option, null),
        ['!', .. var state] => (null, state),
        _ => (null, null),
    };

    private static object? ReadValue(IFormCollection form, FormQuestion question)
    {
        var sent = form[Value(question.Id)];
        switch (question.Kind)
        {
            case QuestionKind.Multiple:
                return sent.Count == 0 ? null : sent.OfType<string>().ToArray();
            case QuestionKind.Number:
                // Either sign of decimals; what is no number is sent as it is, and refused with its reason.
                return Text(sent) is not { } text ? null
                    : decimal.TryParse(text.Replace(',', '.'), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : text;
            case QuestionKind.Matrix:
                var sides = new SortedDictionary<string, object>(StringComparer.Ordinal);
                foreach (var dimension in question.Dimensions)
                {
                    var side = form[Value(question.Id, dimension.Id)];
                    if (dimension.Multiple && side.Count > 0)
                    {
                        sides[dimension.Id] = side.OfType<string>().ToArray();
                    }
                    else if (!dimension.Multiple && Text(side) is { } one)
                    {
                        sides[dimension.Id] = one;
                    }
                }

                return sides.Count == 0 ? null : sides;
            default:
                return Text(sent);
        }
    }

    /// <summary>A text as it is kept: trimmed, with plain line ends; null where there is none.</summary>
    private static string? Text(StringValues sent) => sent.ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? text : null;

    private static JsonElement? ToElement(object? value) => value switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(value),
    };

    private static JsonNode? Canonical(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } many => new JsonArray([.. many.EnumerateArray().Select(o => o.GetString()).Order(StringComparer.Ordinal).Select(o => JsonValue.Create(o))]),
        { ValueKind: JsonValueKind.Object } matrix => new JsonObject(matrix.EnumerateObject().OrderBy(s => s.Name, StringComparer.Ordinal)
            .Select(s => KeyValuePair.Create(s.Name, Canonical(s.Value)))),
        { ValueKind: JsonValueKind.Number } number => JsonValue.Create(number.GetDecimal().ToString("0.######", CultureInfo.InvariantCulture)),
        { ValueKind: JsonValueKind.String } text => JsonValue.Create(text.GetString()),
        _ => null,
    };
}
