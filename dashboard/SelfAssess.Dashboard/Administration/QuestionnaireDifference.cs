using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Administration;

/// <summary>What is different between two versions of a questionnaire.</summary>
/// <param name="Language">The language of a text; null for the structure.</param>
/// <param name="Where">The way to it, by ids: <c>sections/P14.1/questions/1.1/scale</c>.</param>
/// <param name="Before">How it was; null where it is new.</param>
/// <param name="Now">How it is; null where it is gone.</param>
public sealed record QuestionnaireDifference(string? Language, string Where, string? Before, string? Now)
{
    private const string Order = "(order)";
    private static readonly JsonSerializerOptions written = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Everything that is different, structure first; parts are told apart by their ids, so that what moves is not new.</summary>
    public static IReadOnlyList<QuestionnaireDifference> Of(QuestionnaireDefinition before, QuestionnaireDefinition now)
    {
        var (old, current) = (Flatten(before), Flatten(now));
        return
        [
            .. old.Keys.Union(current.Keys, StringComparer.Ordinal)
                .Where(k => old.GetValueOrDefault(k) != current.GetValueOrDefault(k) && !(k.EndsWith(Order, StringComparison.Ordinal) && !SameParts(old.GetValueOrDefault(k), current.GetValueOrDefault(k))))
                .Select(k => Of(k, old.GetValueOrDefault(k), current.GetValueOrDefault(k)))
                .OrderBy(d => d.Language is not null).ThenBy(d => d.Language, StringComparer.Ordinal),
        ];
    }

    private static QuestionnaireDifference Of(string key, string? before, string? now) =>
        key.Split('/', 3) is ["texts", var language, var rest] ? new(language, rest, before, now) : new(null, key, before, now);

    /// <summary>A changed order is told only where no part came or went: that is told by itself.</summary>
    private static bool SameParts(string? before, string? now) =>
        before is not null && now is not null && before.Split(' ').ToHashSet(StringComparer.Ordinal).SetEquals(now.Split(' '));

    private static Dictionary<string, string> Flatten(QuestionnaireDefinition definition)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(JsonSerializer.SerializeToNode(definition, written), "");
        return values;

        void Walk(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject parts:
                    foreach (var (name, part) in parts)
                    {
                        Walk(part, path.Length == 0 ? name : $"{path}/{name}");
                    }

                    break;
                case JsonArray list when list.Count > 0 && list.All(p => p is JsonObject part && part["id"] is not null):
                    values[$"{path}/{Order}"] = string.Join(' ', list.Select(IdOf));
                    foreach (var part in list)
                    {
                        Walk(part, $"{path}/{IdOf(part)}");
                    }

                    break;
                case JsonArray { Count: 0 } or null:
                    break;
                case JsonArray list:
                    values[path] = string.Join(", ", list.Select(p => p?.ToString()));
                    break;
                default:
                    values[path] = node.ToString();
                    break;
            }
        }
    }

    private static string IdOf(JsonNode? part) => part!["id"]!.ToString();
}
