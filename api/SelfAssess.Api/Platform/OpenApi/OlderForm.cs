using System.Text.Json.Nodes;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>
/// Makes OpenAPI 3.0 of what the library writes as such: there, null is no type, so that "one of null and X" has to be said as X that may be null;
/// and a licence has an address instead of an identifier.
/// </summary>
internal static class OlderForm
{
    public static string Of(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        if (document["info"]?["license"] is JsonObject licence && licence.Remove("x-oai-license-identifier", out var identifier))
        {
            licence["url"] = $"https://spdx.org/licenses/{identifier}.html";
        }

        Mend(document, document);
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var union in schemas.Select(s => s.Value).OfType<JsonObject>().Where(s => s["oneOf"] is JsonArray && s["discriminator"] is not null).ToArray())
        {
            Flatten(union, schemas);
        }

        return document.ToJsonString(new System.Text.Json.JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }

    private static void Mend(JsonNode? node, JsonObject document)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Mend(item, document);
                }

                break;
            case JsonObject schema:
                if (schema["oneOf"] is JsonArray { Count: 2 } possibilities && possibilities.FirstOrDefault(IsNull) is { } nothing)
                {
                    possibilities.Remove(nothing);
                    var other = possibilities[0]!;
                    possibilities.Clear();
                    schema.Remove("oneOf");
                    schema["type"] = Resolve(other, document)["type"]?.DeepClone() ?? "object";
                    schema["nullable"] = true;
                    schema["allOf"] = new JsonArray(other);
                }

                if (schema["oneOf"] is JsonArray values && values.All(v => v?["type"]?.GetValueKind() == System.Text.Json.JsonValueKind.String && v["properties"] is null))
                {
                    // Several simple types: any, as far as this form can tell.
                    schema.Remove("oneOf");
                    schema["description"] = string.Join(" Or: ", values.Select(v => $"{v!["type"]}: {v["description"]}"));
                }

                if (schema["additionalProperties"] is JsonObject { } possible && possible["oneOf"] is JsonArray { Count: 2 } either && either.FirstOrDefault(IsNull) is { } none)
                {
                    either.Remove(none);
                    schema["additionalProperties"] = either[0]!.DeepClone();
                }

                foreach (var (_, value) in schema.ToArray())
                {
                    Mend(value, document);
                }

                break;
        }
    }

    /// <summary>Few generators of this form can read one of several kinds: they become one object with what each of them may have.</summary>
    private static void Flatten(JsonObject union, JsonObject schemas)
    {
        var discriminator = union["discriminator"]!["propertyName"]!.GetValue<string>();
        union.Remove("discriminator");
        union.Remove("oneOf", out var kinds);
        var properties = new JsonObject();
        var states = new JsonArray();
        foreach (var reference in kinds!.AsArray().Select(k => k!["$ref"]!.GetValue<string>().Split('/')[^1]))
        {
            schemas.Remove(reference, out var kind);
            foreach (var (key, value) in kind!["properties"]!.AsObject())
            {
                if (key == discriminator)
                {
                    states.Add(value!["enum"]![0]!.DeepClone());
                }
                else if (!properties.ContainsKey(key))
                {
                    properties[key] = value!.DeepClone();
                }
            }
        }

        properties.Insert(0, discriminator, new JsonObject { ["type"] = "string", ["enum"] = states, ["description"] = "Says which kind this is, and so which of the other members there are." });
        union["properties"] = properties;
    }

    private static bool IsNull(JsonNode? schema) => schema is JsonObject { Count: > 0 } o && o["enum"] is JsonArray { Count: 1 } values && values[0] is null;

    private static JsonNode Resolve(JsonNode schema, JsonObject document)
    {
        var resolved = schema;
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            resolved = reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)document, (at, key) => at[key]!);
        }

        return resolved;
    }
}
