using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SelfAssess.Api.Platform;

/// <summary>
/// JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space, shortest escapes, UTF-8.
/// Members that are null are left out, as they are everywhere in what we send. Numbers are written as plain decimals without trailing zeros, which is
/// the scheme's form for every number that a questionnaire can hold.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>SHA-256 over a value's canonical JSON, lower-case hexadecimal.</summary>
    public static string Hash<T>(T value) => Hash(JsonSerializer.SerializeToElement(value, Json.Http));

    /// <summary>The same of JSON as it was received.</summary>
    public static string Hash(JsonElement json) => Convert.ToHexStringLower(SHA256.HashData(Of(json)));

    /// <summary>A value of ours in canonical form.</summary>
    public static JsonElement Canonical<T>(T value) => JsonSerializer.Deserialize<JsonElement>(Of(JsonSerializer.SerializeToElement(value, value!.GetType(), Json.Http)));

    /// <summary>The canonical bytes.</summary>
    public static byte[] Of(JsonElement json)
    {
        var text = new StringBuilder();
        Write(text, json);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var first = true;
                foreach (var member in json.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null).OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    text.Append(first ? "" : ",");
                    first = false;
                    Write(text, member.Name);
                    text.Append(':');
                    Write(text, member.Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                text.AppendJoin(',', json.EnumerateArray().Select(item =>
                {
                    var inner = new StringBuilder();
                    Write(inner, item);
                    return inner;
                }));
                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(text, json.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(json.TryGetDecimal(out var number) ? number.ToString("0.#############################", CultureInfo.InvariantCulture) : json.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                text.Append(json.GetBoolean() ? "true" : "false");
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
