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

                foreach (var (_, value) in schema.ToArray())
                {
                    Mend(value, document);
                }

                break;
        }
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
