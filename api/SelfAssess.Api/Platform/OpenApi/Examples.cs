using System.Text.Json.Nodes;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>
/// Requests and answers of a real run of the program with the instrument that ships with it, recorded by a test and cut to a readable
/// length. A test compares them with what the program answers now.
/// </summary>
internal sealed class Examples
{
    /// <summary>By operation: <c>request</c>, and <c>responses</c> by status.</summary>
    private readonly JsonNode recorded = Read();

    private readonly Dictionary<string, string> parameters = new(StringComparer.Ordinal)
    {
        ["state"] = "XA",
        ["cycle"] = "2026",
        ["questionnaire"] = "att-interagency",
        ["version"] = "1.0",
        ["release"] = "2026-R1",
        ["run"] = "9f2d6c1e-0b5a-4c8e-8d3f-2a7b1c4e5f60",
    };

    public JsonNode? Parameter(string name) => parameters.GetValueOrDefault(name) is { } value ? JsonValue.Create(value) : null;

    public JsonNode? Request(string operation) => recorded[operation]?["request"]?.DeepClone();

    public JsonNode? Response(string operation, int status) => recorded[operation]?["responses"]?[CommonParts.Status(status)]?.DeepClone();

    private static JsonNode Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("SelfAssess.Api.Platform.OpenApi.examples.json")!;
        return JsonNode.Parse(stream)!;
    }
}
