using System.Text.Json;
using System.Text.Json.Serialization;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Platform.Http;

/// <summary>Refuses, wherever a text comes in, what the database cannot keep: null characters and halves of character pairs.</summary>
internal sealed class StorableStrings : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Check(reader.GetString()) : throw new JsonException("Expected a text.");

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Check(reader.GetString())!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static string? Check(string? text) => text is null || StorableText.Is(text) ? text
        : throw new JsonException("The text has a null character or half a character pair, which cannot be stored.");
}
