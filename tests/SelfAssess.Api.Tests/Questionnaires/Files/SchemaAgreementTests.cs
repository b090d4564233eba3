using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>The schemas that authors' editors use say the same as the records that the program reads into.</summary>
public sealed class SchemaAgreementTests
{
    private static readonly string[] keywords =
    [
        "$schema", "$id", "$ref", "title", "description", "type", "properties", "additionalProperties", "required", "items", "enum", "pattern",
        "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "minItems", "default", "definitions",
    ];

    [Theory]
    [InlineData("questionnaire.schema.json", typeof(QuestionnaireDefinition))]
    [InlineData("texts.schema.json", typeof(QuestionnaireTexts))]
    public void Schema_and_records_have_the_same_keys_types_and_values(string file, Type record)
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped.Root, file)))!.AsObject();
        var seen = new HashSet<(Type, string)>();
        Compare(record, root, "#");

        // Every definition is used, or it would say something that nobody checks.
        var text = root.ToJsonString();
        Assert.All(root["definitions"]!.AsObject(), d => Assert.Contains($"\"#/definitions/{d.Key}\"", text, StringComparison.Ordinal));

        void Compare(Type type, JsonObject schema, string at)
        {
            var described = schema["description"] ?? Resolved(schema)["description"];
            Assert.True(at.EndsWith("/-", StringComparison.Ordinal) || !string.IsNullOrWhiteSpace(described?.GetValue<string>()), $"{at} has no description.");
            schema = Resolved(schema);
            if (!seen.Add((type, schema.GetPath())))
            {
                return;
            }

            var value = Nullable.GetUnderlyingType(type) ?? type;
            var (kind, inner) = Shape(value);
            Assert.Equal(kind, schema["type"]!.GetValue<string>());
            if (value.IsEnum)
            {
                Assert.Equal(Enum.GetNames(value).Select(JsonNamingPolicy.CamelCase.ConvertName).Where(n => value != typeof(AnswerState) || n is not ("dontKnow" or "declined")),
                    schema["enum"]!.AsArray().Select(e => e!.GetValue<string>()));
            }
            else if (kind == "array")
            {
                Compare(inner!, schema["items"]!.AsObject(), $"{at}/-");
            }
            else if (inner is not null)
            {
                Compare(inner, schema["additionalProperties"]!.AsObject(), $"{at}/*");
            }
            else if (kind == "object")
            {
                Assert.False(schema["additionalProperties"]!.GetValue<bool>(), at);
                // Texts are files of their own.
                var properties = value.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.Name != nameof(QuestionnaireDefinition.Texts) || value != typeof(QuestionnaireDefinition))
                    .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal);
                Assert.Equal(properties.Keys, schema["properties"]!.AsObject().Select(p => p.Key));
                Assert.Equal(properties.Where(p => Required(p.Value)).Select(p => p.Key),
                    schema["required"]?.AsArray().Select(r => r!.GetValue<string>()) ?? []);
                var ordinary = Activator.CreateInstance(value)!;
                foreach (var (key, property) in properties)
                {
                    var child = schema["properties"]![key]!.AsObject();
                    Compare(property.PropertyType, child, $"{at}/{key}");
                    if (Resolved(child)["default"] is { } standard && property.GetValue(ordinary) is { } actual && !Required(property))
                    {
                        Assert.Equal(JsonSerializer.Serialize(actual, RoundTrip.Options), standard.ToJsonString());
                    }
                }
            }
        }

        JsonObject Resolved(JsonObject schema) =>
            schema["$ref"] is { } reference ? root["definitions"]![reference.GetValue<string>()["#/definitions/".Length..]]!.AsObject() : schema;
    }

    [Theory]
    [InlineData("questionnaire.schema.json")]
    [InlineData("texts.schema.json")]
    public void Schema_uses_only_keywords_that_are_enforced(string file)
    {
        Check(JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped.Root, file)))!.AsObject());

        void Check(JsonObject schema)
        {
            Assert.All(schema, k => Assert.Contains(k.Key, keywords));
            foreach (var child in new[] { "properties", "definitions" }.SelectMany(k => schema[k]?.AsObject().Select(p => p.Value) ?? [])
                .Append(schema["items"]).Append(schema["additionalProperties"]).OfType<JsonObject>())
            {
                Check(child);
            }
        }
    }

    /// <summary>By name, because a chart library brings an attribute of the same name.</summary>
    private static bool Required(PropertyInfo property) =>
        property.CustomAttributes.Any(a => a.AttributeType.FullName == "System.Runtime.CompilerServices.RequiredMemberAttribute");

    /// <summary>Every key and every enumerated value of a schema.</summary>
    public static IEnumerable<string> Words(string file)
    {
        return Of(JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped.Root, file)))!.AsObject()).Distinct(StringComparer.Ordinal);

        static IEnumerable<string> Of(JsonObject schema) =>
            (schema["properties"]?.AsObject() ?? []).SelectMany(p => Of(p.Value!.AsObject()).Prepend(p.Key))
                .Concat((schema["definitions"]?.AsObject() ?? []).SelectMany(d => Of(d.Value!.AsObject())))
                .Concat(schema["enum"]?.AsArray().Select(e => e!.GetValue<string>()) ?? [])
                .Concat(schema["items"] is JsonObject items ? Of(items) : []);
    }

    private static (string Kind, Type? Inner) Shape(Type type) => type switch
    {
        _ when type == typeof(string) || type.IsEnum => ("string", null),
        _ when type == typeof(bool) => ("boolean", null),
        _ when type == typeof(int) => ("integer", null),
        _ when type == typeof(decimal) => ("number", null),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) => ("object", type.GetGenericArguments()[1]),
        _ when typeof(IEnumerable).IsAssignableFrom(type) => ("array", type.GetGenericArguments()[0]),
        _ => ("object", null),
    };
}
