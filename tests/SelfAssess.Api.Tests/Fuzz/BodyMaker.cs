using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>Makes bodies from their schemas: values that the world knows where it knows any, otherwise whatever the schema permits.</summary>
/// <param name="document">The document with the schemas.</param>
/// <param name="random">The run's chance.</param>
/// <param name="known">A value for a schema (<c>GrantBody</c>) or a member (<c>ScoreBody.answers</c>, or <c>name</c> of any schema); null where the world knows none.</param>
/// <param name="plain">Whether what may be left out is left out, unless the world knows it.</param>
internal sealed class BodyMaker(ApiDocument document, Random random, Func<string, JsonNode?> known, bool plain = false)
{
    /// <summary>What breaks programs that are careless with texts.</summary>
    public static readonly string[] Nasty =
    [
        "'; drop table common.mt_doc_cycle; --", "\" or \"1\"=\"1", "%' or '1'='1", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "../../../../etc/passwd", "${jndi:ldap://127.0.0.1/x}",
        "a\r\nSet-Cookie: forged=1", "{{7*7}}", "\u202e\u200f\u0007", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 漢字 العربية", "", " ", "null", "NaN", "0", "-1", "9999-12-31", "0001-01-01", "٣", "İ", new('x', 5000), "a\\b", "%", "_",
    ];

    public JsonNode? Of(JsonNode schema, string name, int depth = 0)
    {
        if (known(name) is { } value && (plain || random.Next(20) > 0))
        {
            return value;
        }

        var reference = (string?)schema["$ref"] is { } r ? r.Split('/')[^1] : null;
        if (reference is not null && known(reference) is { } whole && (plain || random.Next(20) > 0))
        {
            return whole;
        }

        var at = document.Resolve(schema);
        if ((at["oneOf"] ?? at["anyOf"])?.AsArray() is { Count: > 0 } choices)
        {
            return Of(choices[random.Next(choices.Count)]!, name, depth + 1);
        }

        if (at["enum"]?.AsArray() is { } values)
        {
            return values[random.Next(values.Count)]?.DeepClone();
        }

        var types = at["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : at["type"] is { } one ? (string[])[(string)one!] : ["string", "integer", "boolean", "null", "object", "array"];
        return types[random.Next(types.Length)] switch
        {
            "object" => OfObject(at, reference ?? name, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, depth > 6 ? 0 : random.Next(4)).Select(_ => at["items"] is { } items ? Of(items, $"{name}[]", depth + 1) : null)]),
            "integer" or "number" => random.Next((int?)at["minimum"] ?? -5, Math.Max(((int?)at["maximum"] ?? 400) + 1, 1)),
            "boolean" => random.Next(2) == 0,
            "null" => null,
            _ => OfText(at),
        };
    }

    private JsonObject OfObject(JsonObject schema, string name, int depth)
    {
        var made = new JsonObject();
        var required = (schema["required"]?.AsArray() ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        foreach (var (member, below) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(member) || (plain ? known($"{name}.{member}") is not null : depth < 6 && random.Next(5) < 2))
            {
                made[member] = Of(below!, $"{name}.{member}", depth + 1);
            }
        }

        if (schema["additionalProperties"] is JsonObject values)
        {
            for (var i = random.Next(3); i > 0 && depth < 6; i--)
            {
                made[random.Next(3) == 0 ? Nasty[random.Next(Nasty.Length)] : string.Create(CultureInfo.InvariantCulture, $"k{i}")] = Of(values, $"{name}.*", depth + 1);
            }
        }

        return made;
    }

    private string OfText(JsonObject schema) => (string?)schema["format"] switch
    {
        "date" => string.Create(CultureInfo.InvariantCulture, $"{2024 + random.Next(4)}-{1 + random.Next(12):00}-{1 + random.Next(28):00}"),
        "date-time" => string.Create(CultureInfo.InvariantCulture, $"2026-01-{1 + random.Next(28):00}T12:00:00Z"),
        "byte" => Convert.ToBase64String([.. Enumerable.Range(0, random.Next(24)).Select(_ => (byte)random.Next(256))]),
        "uuid" => new Guid([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]).ToString(),
        _ when (string?)schema["pattern"] == "^[0-9]{3}$" => random.Next(1000).ToString("000", CultureInfo.InvariantCulture),
        _ when (int?)schema["minLength"] > 0 || random.Next(3) > 0 => string.Create(CultureInfo.InvariantCulture, $"word{random.Next(10_000)}"),
        _ => Nasty[random.Next(Nasty.Length)],
    };

    /// <summary>Breaks a body in one place; answers the text to be sent.</summary>
    public string Broken(JsonNode? body)
    {
        var copy = body?.DeepClone();
        var objects = new List<JsonObject>();
        Collect(copy, objects);
        if (objects.Count == 0 || random.Next(8) == 0)
        {
            var text = copy?.ToJsonString() ?? "null";
            return random.Next(8) switch
            {
                0 => text[..(text.Length / 2)],
                1 => "null",
                2 => "[]",
                3 => "",
                4 => new string('[', 200) + new string(']', 200),
                5 => text + text,
                6 => "{\"\\ud800\":\"\\u0000\"}",
                _ => "1e999",
            };
        }

        var place = objects[random.Next(objects.Count)];
        var members = place.Select(m => m.Key).ToArray();
        var member = members.Length == 0 ? "nothing" : members[random.Next(members.Length)];
        switch (random.Next(7))
        {
            case 0:
                place.Remove(member);
                break;
            case 1:
                place[member] = null;
                break;
            case 2:
                place[member] = (JsonNode?)(random.Next(5) switch { 0 => JsonValue.Create(12345678901234567890m), 1 => JsonValue.Create(-1.5), 2 => new JsonArray(1, "x", null), 3 => new JsonObject { ["x"] = 1 }, _ => JsonValue.Create(true) });
                break;
            case 3:
                place["isAdministrator"] = true;
                break;
            case 4:
                place[member] = "\u0000";
                break;
            case 5:
                return copy!.ToJsonString().Replace($"\"{member}\":", $"\"{member}\":1,\"{member}\":", StringComparison.Ordinal);
            default:
                place[member] = Nasty[random.Next(Nasty.Length)];
                break;
        }

        return copy!.ToJsonString();
    }

    private static void Collect(JsonNode? node, List<JsonObject> objects)
    {
        if (node is JsonObject value)
        {
            objects.Add(value);
            foreach (var (_, below) in value)
            {
                Collect(below, objects);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Collect(item, objects);
            }
        }
    }
}
