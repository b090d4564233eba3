using System.Globalization;
using System.Text.Json;
using SelfAssess.Dashboard.Api;
using StateFacts = SelfAssess.Dashboard.Api.Profile;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>A State's context profile as a form.</summary>
internal static class ProfileForm
{
    /// <summary>What was entered: only the fields that have a value. What is no number is sent as it is, and refused with its reason.</summary>
    public static StateFacts Read(IFormCollection form, IEnumerable<ProfileField> fields)
    {
        var profile = new StateFacts();
        foreach (var field in fields)
        {
            var sent = form[field.Id];
            object? value = field.Kind switch
            {
                ProfileFieldKind.Multiple => sent.Count == 0 ? null : sent.OfType<string>().ToArray(),
                ProfileFieldKind.Boolean => sent.ToString() switch { "true" => true, "false" => false, _ => null },
                ProfileFieldKind.Number when decimal.TryParse(sent.ToString().Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) => number,
                _ => sent.ToString().Trim() is { Length: > 0 } text ? text : null,
            };
            if (value is not null)
            {
                profile[field.Id] = value;
            }
        }

        return profile;
    }

    /// <summary>The values of a field: options, a number, or "true" and "false".</summary>
    public static IReadOnlyList<string> ValuesOf(StateFacts profile, string field) => profile.TryGetValue(field, out var value) ? Texts(value) : [];

    /// <summary>Whether two profiles say something else.</summary>
    public static bool Differ(StateFacts one, StateFacts other) =>
        one.Keys.Union(other.Keys, StringComparer.Ordinal).Any(f => !ValuesOf(one, f).ToHashSet(StringComparer.Ordinal).SetEquals(ValuesOf(other, f)));

    private static string[] Texts(object? value) => value switch
    {
        null => [],
        JsonElement { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(o => o.ToString())],
        JsonElement { ValueKind: JsonValueKind.True } => ["true"],
        JsonElement { ValueKind: JsonValueKind.False } => ["false"],
        JsonElement one => [one.ToString()],
        string text => [text],
        bool yes => [yes ? "true" : "false"],
        IEnumerable<string> many => [.. many],
        IFormattable number => [number.ToString(null, CultureInfo.InvariantCulture)],
        _ => [],
    };
}
