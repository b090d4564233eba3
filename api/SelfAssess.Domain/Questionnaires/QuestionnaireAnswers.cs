using System.Globalization;
using System.Text.Json;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires.Compilation;

namespace SelfAssess.Domain.Questionnaires;

/// <summary>What fits the questionnaire: answers and profiles.</summary>
public sealed partial class Questionnaire
{
    /// <summary>Longest text in characters where the question sets no other bound.</summary>
    public const int DefaultTextLength = 4000;

    /// <summary>Pointers to evidence that one answer holds at the most.</summary>
    public const int MostEvidence = 20;

    private const int EvidenceLength = 500;

    /// <summary>Everything that is wrong with an answer; nothing where it can be kept.</summary>
    /// <remarks>Whether the question applies is not asked: a profile may still change, and an answer that does not apply is kept and not counted.</remarks>
    public IReadOnlyList<AnswerProblem> Check(string questionId, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!positions.TryGetValue(questionId, out var position))
        {
            return [UnknownQuestion];
        }

        var question = Questions[position];
        var problems = new List<AnswerProblem>();
        if (answer.Value is null == answer.State is null)
        {
            problems.Add(new AnswerProblem("value", "Give a value or a state, exactly one of the two; send null instead of the answer to clear it.", "valueOrState"));
        }

        if (answer.Value is { } value)
        {
            CheckValue(question, value, problems);
        }

        CheckState(question, answer, problems);
        CheckText(answer.Reason, "reason", DefaultTextLength, problems);
        CheckText(answer.Comment, "comment", DefaultTextLength, problems);
        if (answer.Evidence is null || answer.Evidence.Count > MostEvidence)
        {
            problems.Add(new AnswerProblem("evidence", $"There are at most {MostEvidence} pointers to evidence.", "tooMany"));
        }

        for (var i = 0; i < Math.Min(answer.Evidence?.Count ?? 0, MostEvidence); i++)
        {
            CheckText(answer.Evidence![i] ?? "", $"evidence.{i.ToString(CultureInfo.InvariantCulture)}", EvidenceLength, problems);
        }

        return problems;
    }

    /// <summary>Everything that is wrong with a profile; fields may be missing.</summary>
    public IReadOnlyList<AnswerProblem> CheckProfile(Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var problems = new List<AnswerProblem>();
        foreach (var (id, value) in profile.Fields)
        {
            if (!fields.TryGetValue(id, out var field))
            {
                problems.Add(new AnswerProblem(id, $"The questionnaire declares no such profile field; there are {Violations.List(fields.Keys)}.", "unknownField"));
                continue;
            }

            var problem = (field.Kind, value) switch
            {
                (ProfileFieldKind.Single, ProfileValue.One one) => field.Options.Contains(one.Option, StringComparer.Ordinal) ? null : UnknownOption(one.Option, field.Options),
                (ProfileFieldKind.Multiple, ProfileValue.Many many) => CheckOptions(many.Options, field.Options),
                (ProfileFieldKind.Number, ProfileValue.Number number) => CheckNumber(number.Value, field.Minimum, field.Maximum),
                (ProfileFieldKind.Boolean, ProfileValue.Flag) => null,
                (ProfileFieldKind.Single, _) => ("Expected one option as a string.", "type"),
                (ProfileFieldKind.Multiple, _) => ("Expected a list of options.", "type"),
                (ProfileFieldKind.Number, _) => ("Expected a number.", "type"),
                _ => ("Expected true or false.", "type"),
            };
            if (problem is var (message, code))
            {
                problems.Add(new AnswerProblem(id, message, code));
            }
        }

        return problems;
    }

    /// <summary>Reads a value as it travels, by the question's kind.</summary>
    /// <param name="questionId">The question.</param>
    /// <param name="json">An id, a list of ids, a number, a text, a date (YYYY-MM-DD), or an object by dimension.</param>
    /// <param name="value">The value; whether it is a permitted one is for <see cref="Check"/> to say.</param>
    /// <param name="problems">Why it could not be read.</param>
    public bool TryReadValue(string questionId, JsonElement json, out AnswerValue? value, out IReadOnlyList<AnswerProblem> problems)
    {
        value = null;
        if (!positions.TryGetValue(questionId, out var position))
        {
            problems = [UnknownQuestion];
            return false;
        }

        var question = Questions[position].Definition;
        value = question.Kind switch
        {
            QuestionKind.Level or QuestionKind.Single => ReadText(json) is { } id ? new AnswerValue.Choice(id) : null,
            QuestionKind.Multiple => ReadList(json) is { } ids ? new AnswerValue.Choices(ids) : null,
            QuestionKind.Number => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? new AnswerValue.Number(number) : null,
            QuestionKind.Text => ReadText(json) is { } text ? new AnswerValue.Text(text) : null,
            QuestionKind.Date => DateOnly.TryParseExact(ReadText(json), AnswerValue.Date.Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? new AnswerValue.Date(date) : null,
            _ => ReadMatrix(question, json),
        };
        problems = value is not null ? [] : [new AnswerProblem("value", Expected(question.Kind), "type")];
        return value is not null;
    }

    private static AnswerProblem UnknownQuestion => new("", "The questionnaire has no such question.", "unknownQuestion");

    private static string Expected(QuestionKind kind) => kind switch
    {
        QuestionKind.Level => "Expected the id of a level as a string.",
        QuestionKind.Single => "Expected the id of an option as a string.",
        QuestionKind.Multiple => "Expected a list of option ids.",
        QuestionKind.Number => "Expected a number.",
        QuestionKind.Text => "Expected a text.",
        QuestionKind.Date => "Expected a date as a string, YYYY-MM-DD.",
        _ => "Expected an object by dimension: an option's id, a list of them, or a text.",
    };

    private static string? ReadText(JsonElement json)
    {
        // A text with half a character pair cannot be read at all.
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static List<string>? ReadList(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var ids = new List<string>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (ReadText(item) is not { } id)
            {
                return null;
            }

            ids.Add(id);
        }

        return ids;
    }

    private static AnswerValue.Matrix? ReadMatrix(QuestionDefinition question, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var dimensions = new SortedDictionary<string, AnswerValue>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var dimension = question.Dimensions.FirstOrDefault(d => d.Id == member.Name);
            AnswerValue? value = (dimension, ReadList(member.Value), ReadText(member.Value)) switch
            {
                ({ Multiple: true }, { } ids, _) => new AnswerValue.Choices(ids),
                ({ Multiple: false, Options.Count: > 0 }, _, { } id) => new AnswerValue.Choice(id),
                ({ Multiple: false }, _, { } text) => new AnswerValue.Text(text),
                (null, { } ids, _) => new AnswerValue.Choices(ids),
                (null, _, { } text) => new AnswerValue.Text(text),
                _ => null,
            };
            if (value is null)
            {
                return null;
            }

            dimensions[member.Name] = value;
        }

        return new AnswerValue.Matrix(dimensions);
    }

    private static void CheckState(CompiledQuestion question, Answer answer, List<AnswerProblem> problems)
    {
        if (answer.State is AnswerState.NotApplicable or AnswerState.NotYetTested && !question.Definition.States.Contains(answer.State.Value))
        {
            problems.Add(new AnswerProblem("state", $"This question cannot be answered '{Compiler.Kind(answer.State.Value)}'.", "stateNotPermitted"));
        }

        if (answer.State is { } state && !Enum.IsDefined(state))
        {
            problems.Add(new AnswerProblem("state", "There is no such state.", "type"));
        }

        if (answer.State == AnswerState.NotApplicable && string.IsNullOrWhiteSpace(answer.Reason))
        {
            problems.Add(new AnswerProblem("reason", "Say why the question is not applicable.", "required"));
        }
        else if (answer.State != AnswerState.NotApplicable && answer.Reason is not null)
        {
            problems.Add(new AnswerProblem("reason", "A reason goes with 'notApplicable' only; use the comment.", "notExpected"));
        }
    }

    private static void CheckValue(CompiledQuestion question, AnswerValue value, List<AnswerProblem> problems)
    {
        var definition = question.Definition;
        switch (definition.Kind, value)
        {
            case (QuestionKind.Level or QuestionKind.Single, AnswerValue.Choice choice):
                Add(question.IndexOf(choice.Id) >= 0 ? null : UnknownOption(choice.Id, question.Ids));
                break;
            case (QuestionKind.Multiple, AnswerValue.Choices choices):
                Add(CheckOptions(choices.Ids, question.Ids) ?? CheckExclusive(choices.Ids, definition.Options));
                break;
            case (QuestionKind.Number, AnswerValue.Number number):
                Add(CheckNumber(number.Value, definition.Minimum, definition.Maximum));
                break;
            case (QuestionKind.Text, AnswerValue.Text text):
                CheckText(text.Value, "value", definition.MaximumLength ?? DefaultTextLength, problems);
                break;
            case (QuestionKind.Date, AnswerValue.Date):
                break;
            case (QuestionKind.Matrix, AnswerValue.Matrix matrix):
                CheckMatrix(definition, matrix, problems);
                break;
            default:
                problems.Add(new AnswerProblem("value", Expected(definition.Kind), "type"));
                break;
        }

        void Add((string Message, string Code)? problem)
        {
            if (problem is var (message, code))
            {
                problems.Add(new AnswerProblem("value", message, code));
            }
        }
    }

    private static void CheckMatrix(QuestionDefinition definition, AnswerValue.Matrix matrix, List<AnswerProblem> problems)
    {
        if (matrix.Dimensions.Count == 0)
        {
            problems.Add(new AnswerProblem("value", "Answer at least one dimension.", "required"));
        }

        foreach (var (id, value) in matrix.Dimensions)
        {
            var dimension = definition.Dimensions.FirstOrDefault(d => d.Id == id);
            var ids = dimension?.Options.Select(o => o.Id).ToArray() ?? [];
            (string Message, string Code)? problem = (dimension, value) switch
            {
                (null, _) => ($"The question has no dimension '{id}'; there are {Violations.List(definition.Dimensions.Select(d => d.Id))}.", "unknownDimension"),
                ({ Multiple: true }, AnswerValue.Choices choices) => CheckOptions(choices.Ids, ids) ?? CheckExclusive(choices.Ids, dimension.Options),
                ({ Multiple: false, Options.Count: > 0 }, AnswerValue.Choice choice) => ids.Contains(choice.Id, StringComparer.Ordinal) ? null : UnknownOption(choice.Id, ids),
                ({ Multiple: false, Options.Count: 0 }, AnswerValue.Text) => null,
                ({ Multiple: true }, _) => ("Expected a list of option ids.", "type"),
                ({ Options.Count: > 0 }, _) => ("Expected the id of an option as a string.", "type"),
                _ => ("Expected a text.", "type"),
            };
            if (problem is var (message, code))
            {
                problems.Add(new AnswerProblem($"value.{id}", message, code));
            }
            else if (value is AnswerValue.Text text)
            {
                CheckText(text.Value, $"value.{id}", DefaultTextLength, problems);
            }
        }
    }

    private static void CheckText(string? text, string field, int longest, List<AnswerProblem> problems)
    {
        switch (text)
        {
            case null:
                break;
            case var _ when string.IsNullOrWhiteSpace(text):
                problems.Add(new AnswerProblem(field, "The text is empty; leave it out where there is nothing to say.", "required"));
                break;
            case var _ when text.Length > longest:
                problems.Add(new AnswerProblem(field, $"The text has {text.Length} characters; at most {longest} are kept.", "tooLong"));
                break;
            case var _ when !StorableText.Is(text):
                problems.Add(new AnswerProblem(field, "The text has a null character or half a character pair, which cannot be stored.", "unstorable"));
                break;
        }
    }

    private static (string Message, string Code)? CheckOptions(IReadOnlyList<string> chosen, IReadOnlyList<string> permitted) =>
        chosen.Count == 0 ? ("Choose at least one option, or give a state.", "required")
        : chosen.FirstOrDefault(c => !permitted.Contains(c, StringComparer.Ordinal)) is { } unknown ? UnknownOption(unknown, permitted)
        : chosen.Distinct(StringComparer.Ordinal).Count() != chosen.Count ? ("An option is named twice.", "duplicate")
        : null;

    private static (string Message, string Code)? CheckExclusive(IReadOnlyList<string> chosen, IReadOnlyList<OptionDefinition> options) =>
        chosen.Count > 1 && options.FirstOrDefault(o => o.Exclusive && chosen.Contains(o.Id, StringComparer.Ordinal)) is { } alone
            ? ($"'{alone.Id}' excludes every other option.", "exclusive") : null;

    private static (string Message, string Code)? CheckNumber(decimal number, decimal? minimum, decimal? maximum) =>
        number < (minimum ?? -ShapeCheck.LargestNumber) ? ($"The number is at least {Text(minimum ?? -ShapeCheck.LargestNumber)}.", "outOfRange")
        : number > (maximum ?? ShapeCheck.LargestNumber) ? ($"The number is at most {Text(maximum ?? ShapeCheck.LargestNumber)}.", "outOfRange")
        : decimal.Round(number, 6) != number ? ("The number has at most six decimals.", "outOfRange")
        : null;

    private static (string Message, string Code) UnknownOption(string given, IEnumerable<string> permitted) =>
        ($"'{(given.Length > 64 ? given[..64] + "…" : given)}' is not among {Violations.List(permitted)}.", "unknownOption");

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
