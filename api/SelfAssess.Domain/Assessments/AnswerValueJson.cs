using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SelfAssess.Domain.Assessments;

/// <summary>Reads and writes values with their kind, so that what is stored can be read back without the questionnaire.</summary>
internal sealed class AnswerValueConverter : JsonConverter<AnswerValue>
{
    public override AnswerValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            throw NotAValue();
        }

        var kind = reader.GetString();
        reader.Read();
        AnswerValue value = kind switch
        {
            "choice" => new AnswerValue.Choice(reader.GetString()!),
            "choices" => new AnswerValue.Choices(JsonSerializer.Deserialize<List<string>>(ref reader, options)!),
            "number" => new AnswerValue.Number(reader.GetDecimal()),
            "text" => new AnswerValue.Text(reader.GetString()!),
            "date" => new AnswerValue.Date(DateOnly.ParseExact(reader.GetString()!, AnswerValue.Date.Format, CultureInfo.InvariantCulture)),
            "matrix" => new AnswerValue.Matrix(JsonSerializer.Deserialize<Dictionary<string, AnswerValue>>(ref reader, options)!),
            _ => throw NotAValue(),
        };
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject ? value : throw NotAValue();
    }

    public override void Write(Utf8JsonWriter writer, AnswerValue value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case AnswerValue.Choice choice:
                writer.WriteString("choice", choice.Id);
                break;
            case AnswerValue.Choices choices:
                writer.WritePropertyName("choices");
                JsonSerializer.Serialize(writer, choices.Ids, options);
                break;
            case AnswerValue.Number number:
                writer.WriteNumber("number", number.Value);
                break;
            case AnswerValue.Text text:
                writer.WriteString("text", text.Value);
                break;
            case AnswerValue.Date date:
                writer.WriteString("date", date.ToString());
                break;
            case AnswerValue.Matrix matrix:
                writer.WritePropertyName("matrix");
                JsonSerializer.Serialize(writer, matrix.Dimensions, options);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>The value as it travels, whose kind only the questionnaire tells.</summary>
    public static JsonNode ToNode(AnswerValue value) => value switch
    {
        AnswerValue.Choice choice => JsonValue.Create(choice.Id),
        AnswerValue.Choices choices => new JsonArray([.. choices.Ids.Select(id => (JsonNode)JsonValue.Create(id))]),
        AnswerValue.Number number => JsonValue.Create(number.Value),
        AnswerValue.Text text => JsonValue.Create(text.Value),
        AnswerValue.Date date => JsonValue.Create(date.ToString()),
        AnswerValue.Matrix matrix => new JsonObject(matrix.Dimensions.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)ToNode(d.Value)))),
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no form to travel in."),
    };

    private static JsonException NotAValue() => new("An answer's value names its kind and nothing else.");
}
