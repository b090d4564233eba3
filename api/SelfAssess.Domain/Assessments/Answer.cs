using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>What was answered to one question: a value or a state, never both, never neither.</summary>
public sealed record Answer
{
    /// <summary>The value; null where <see cref="State"/> is given.</summary>
    public AnswerValue? Value { get; init; }

    /// <summary>The state; null where <see cref="Value"/> is given.</summary>
    public AnswerState? State { get; init; }

    /// <summary>Why the question is not applicable; required with that state.</summary>
    public string? Reason { get; init; }

    public string? Comment { get; init; }

    /// <summary>Pointers to evidence (a title, a reference number, a link); never classified content.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>True where value, state, reason, comment and evidence are alike.</summary>
    public bool IsSameAs(Answer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Equals(Value, other.Value) && (State, Reason, Comment) == (other.State, other.Reason, other.Comment)
            && Evidence.SequenceEqual(other.Evidence, StringComparer.Ordinal);
    }
}

/// <summary>A value of a question, by the question's kind.</summary>
[JsonConverter(typeof(AnswerValueConverter))]
public abstract record AnswerValue
{
    private AnswerValue()
    {
    }

    /// <summary>The value as it travels: an id, a list of ids, a number, a text, a date, or an object by dimension.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(AnswerValueConverter.ToNode(this));

    /// <summary>A level of a scale or an option of a single choice, by id.</summary>
    public sealed record Choice(string Id) : AnswerValue;

    /// <summary>Options of a multiple choice, by id, in no order.</summary>
    public sealed record Choices(IReadOnlyList<string> Ids) : AnswerValue
    {
        public bool Equals(Choices? other) => other is not null && Ids.Count == other.Ids.Count
            && Ids.Order(StringComparer.Ordinal).SequenceEqual(other.Ids.Order(StringComparer.Ordinal), StringComparer.Ordinal);

        public override int GetHashCode() => Ids.Count;
    }

    public sealed record Number(decimal Value) : AnswerValue;

    public sealed record Text(string Value) : AnswerValue;

    public sealed record Date(DateOnly Value) : AnswerValue
    {
        /// <summary>ISO 8601.</summary>
        public const string Format = "yyyy-MM-dd";

        public override string ToString() => Value.ToString(Format, CultureInfo.InvariantCulture);
    }

    /// <summary>Per dimension a <see cref="Choice"/>, <see cref="Choices"/> or <see cref="Text"/>.</summary>
    public sealed record Matrix(IReadOnlyDictionary<string, AnswerValue> Dimensions) : AnswerValue
    {
        public bool Equals(Matrix? other) => other is not null && Dimensions.Count == other.Dimensions.Count
            && Dimensions.All(d => other.Dimensions.TryGetValue(d.Key, out var value) && d.Value.Equals(value));

        public override int GetHashCode() => Dimensions.Count;
    }
}
