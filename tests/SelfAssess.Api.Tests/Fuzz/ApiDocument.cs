using System.Text.Json.Nodes;
using NJsonSchema;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>A parameter of an operation, its references followed.</summary>
/// <param name="Place">path, query or header.</param>
internal sealed record FuzzParameter(string Name, string Place, bool Required, JsonObject Schema);

/// <summary>An operation as the document describes it.</summary>
internal sealed record FuzzOperation(string Id, string Method, string Path, IReadOnlyList<FuzzParameter> Parameters, string? ContentType, JsonObject? Body, JsonObject Responses)
{
    public bool Reads => Method == "GET";

    public bool Takes(string header) => Parameters.Any(p => p.Place == "header" && p.Name == header);
}

/// <summary>The program's own OpenAPI 3.1 document, as far as it says what may be sent and what may be answered.</summary>
internal sealed class ApiDocument
{
    private readonly JsonObject root;
    private readonly Dictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);

    public ApiDocument(string json)
    {
        root = JsonNode.Parse(json)!.AsObject();
        Operations =
        [
            .. from path in root["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "put" or "post" or "patch" or "delete"
               select Read(path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject()),
        ];
    }

    public IReadOnlyList<FuzzOperation> Operations { get; }

    /// <summary>Follows a reference; what is none is answered as it is.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        var at = node.AsObject();
        while (at["$ref"] is { } reference)
        {
            at = reference.GetValue<string>().TrimStart('#', '/').Split('/').Aggregate((JsonNode)root, (n, key) => n[key]!).AsObject();
        }

        return at;
    }

    /// <summary>What of a body its schema does not permit.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync(JsonNode schema, string json)
    {
        var text = schema.ToJsonString();
        if (!schemas.TryGetValue(text, out var known))
        {
            schemas[text] = known = await CompileAsync(schema);
        }

        return [.. known.Validate(json).Select(e => $"{e.Path}: {e.Kind}")];
    }

    private async Task<JsonSchema> CompileAsync(JsonNode schema)
    {
        var reached = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        Reach(schema);
        var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["definitions"] = new JsonObject(reached.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value.DeepClone()))) };
        return await JsonSchema.FromJsonAsync(whole.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal));

        void Reach(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list)
                {
                    Reach(item);
                }
            }
            else if (node is JsonObject value)
            {
                if (value["$ref"] is JsonValue reference && reference.GetValue<string>().Split('/')[^1] is var name && reached.TryAdd(name, root["components"]!["schemas"]![name]!))
                {
                    Reach(reached[name]);
                }

                foreach (var (_, below) in value)
                {
                    Reach(below);
                }
            }
        }
    }

    private FuzzOperation Read(string path, string method, JsonObject operation)
    {
        var parameters = (operation["parameters"]?.AsArray() ?? []).Select(p => Resolve(p!))
            .Select(p => new FuzzParameter((string)p["name"]!, (string)p["in"]!, (bool?)p["required"] ?? false, p["schema"]!.AsObject())).ToArray();
        var (type, content) = operation["requestBody"]?["content"]?.AsObject().First() ?? default;
        var responses = new JsonObject(operation["responses"]!.AsObject().Select(r => KeyValuePair.Create(r.Key, (JsonNode?)Resolve(r.Value!).DeepClone())));
        return new FuzzOperation((string)operation["operationId"]!, method, path, parameters, type, content?["schema"]?.AsObject(), responses);
    }
}
