using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SelfAssess.Api.Questionnaires.Files;

using Scalar = YamlDotNet.Core.Events.Scalar;

/// <summary>Writes JSON as YAML that people read: block style, and quotes wherever another program might read something else.</summary>
internal static class YamlWriting
{
    public static string Write(JsonNode root, string schema)
    {
        // Long texts stay on one line: a change to one is then a change to one line.
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine($"# yaml-language-server: $schema={schema}");
        var emitter = new Emitter(text, new EmitterSettings(
            bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, indentSequences: true, newLine: "\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Emit(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true,
                    map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    Emit(emitter, key, StyleOf(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                var flow = list.All(i => i is JsonValue);
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true,
                    flow ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                Emit(emitter, text.GetValue<string>(), StyleOf(text.GetValue<string>()));
                break;
            default:
                Emit(emitter, node?.ToJsonString() ?? "null", ScalarStyle.Plain);
                break;
        }
    }

    private static void Emit(Emitter emitter, string value, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true));

    private static ScalarStyle StyleOf(string text) =>
        text.Length > 0 && text.All(c => c < 0x7F && (char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '(' or ')'))
            && char.IsLetter(text[0]) && text[^1] != ' ' && YamlDocument.Resolve(text) is { Type: Newtonsoft.Json.Linq.JTokenType.String }
            ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted;
}
