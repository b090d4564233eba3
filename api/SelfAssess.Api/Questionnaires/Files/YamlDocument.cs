using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SelfAssess.Api.Questionnaires.Files;

using Scalar = YamlDotNet.Core.Events.Scalar;

/// <summary>
/// One YAML 1.2 document (JSON is one, too) as JSON tokens that know where they stand. Built from the parser's events rather than its
/// representation model, because that one recurses without a bound, resolves aliases and stops at the first duplicate key.
/// </summary>
internal sealed partial class YamlDocument
{
    public const int MaximumBytes = 1024 * 1024;
    public const int MaximumDepth = 64;
    public const int MaximumNodes = 50_000;

    private readonly QuestionnaireFile file;
    private readonly List<QuestionnaireProblem> problems = [];
    private readonly Stack<Frame> open = new();
    private Mark last = new(1, 1, "");
    private bool complete = true;

    private YamlDocument(QuestionnaireFile file) => this.file = file;

    /// <summary>Null where the document could not be read to its end.</summary>
    public JToken? Root { get; private set; }

    /// <summary>What is wrong with it as YAML; the tokens concerned carry <see cref="Mark.Broken"/>.</summary>
    public IReadOnlyList<QuestionnaireProblem> Problems => problems;

    /// <summary>Where a token stands in its file (from 1), and what stands there.</summary>
    internal sealed record Mark(int Line, int Column, string Raw)
    {
        /// <summary>True where a problem has been reported already, so that the token's value says nothing.</summary>
        public bool Broken { get; init; }
    }

    /// <summary>A list or map that is being read.</summary>
    private sealed class Frame
    {
        public required JContainer Container { get; init; }

        /// <summary>True for a list or map that stands where a key should.</summary>
        public required bool IsKey { get; init; }

        /// <summary>The key whose value comes next.</summary>
        public string? Key { get; set; }

        public Mark? KeyMark { get; set; }

        /// <summary>True where that value has no place, because its key is no text or was there before.</summary>
        public bool Drop { get; set; }
    }

    public static YamlDocument Read(QuestionnaireFile file)
    {
        var document = new YamlDocument(file);
        document.Read();
        if (!document.complete)
        {
            document.Root = null;
        }

        return document;
    }

    /// <summary>The mark of the token at a pointer, or of the nearest token around it that exists.</summary>
    public Mark Locate(string pointer) => Root is null ? last : MarkOf(Find(Root, pointer, out _));

    /// <summary>The token at a pointer, or the nearest one around it that exists.</summary>
    public static JToken Find(JToken root, string pointer, out bool exact)
    {
        foreach (var segment in pointer.Split('/').Skip(1).Select(Unescape))
        {
            var next = root switch
            {
                JObject map => map[segment],
                JArray list when int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < list.Count => list[i],
                _ => null,
            };
            if (next is null)
            {
                exact = false;
                return root;
            }

            root = next;
        }

        exact = true;
        return root;
    }

    /// <summary>Where an author looks for a token: a list or map at its key, everything else at the value.</summary>
    public static Mark MarkOf(JToken token) =>
        (token is JContainer and not JProperty && token.Parent is JProperty ? token.Parent : token).Annotation<Mark>() ?? new Mark(1, 1, "");

    /// <summary>JSON pointer (RFC 6901) of a token.</summary>
    public static string PointerOf(JToken token)
    {
        var segments = new Stack<string>();
        for (var at = token; at is not null; at = at.Parent)
        {
            if (at is JProperty property)
            {
                segments.Push(Escape(property.Name));
            }
            else if (at.Parent is JArray list)
            {
                segments.Push(list.IndexOf(at).ToString(CultureInfo.InvariantCulture));
            }
        }

        return string.Concat(segments.Select(s => "/" + s));
    }

    public static string Escape(string segment) =>
        segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>
    /// What a plain scalar is in the YAML 1.2 core schema: null, a boolean, a number or a string. Null where it is a number out of range.
    /// </summary>
    public static JValue? Resolve(string plain)
    {
        switch (plain)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return JValue.CreateNull();
            case "true" or "True" or "TRUE":
                return new JValue(true);
            case "false" or "False" or "FALSE":
                return new JValue(false);
        }

        if (Integer().IsMatch(plain))
        {
            return long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new JValue(whole) : null;
        }

        if (Float().IsMatch(plain))
        {
            return decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new JValue(number) : null;
        }

        return OtherNumber().IsMatch(plain) ? null : new JValue(plain);
    }

    private void Read()
    {
        if (Encoding.UTF8.GetByteCount(file.Content) > MaximumBytes)
        {
            Stop(last, "tooLarge", $"A file has at most {MaximumBytes / 1024} KiB; shorten its texts.");
            return;
        }

        // A byte order mark would become part of the first key.
        var content = file.Content.TrimStart('\uFEFF');
        if (Unprintable(content) is var bad and >= 0)
        {
            // The parser takes U+0000 for the end of the file.
            var before = content.AsSpan(0, bad);
            var mark = new Mark(before.Count('\n') + 1, bad - before.LastIndexOf('\n'), "");
            Stop(mark, "controlCharacter", $"The character U+{(int)content[bad]:X4} cannot be stored or shown; remove it.");
            return;
        }

        var parser = new Parser(new StringReader(content));
        var (documents, nodes) = (0, 0);
        while (Next(parser, content))
        {
            var at = parser.Current!;
            last = new Mark((int)at.Start.Line, (int)at.Start.Column, at is Scalar scalar ? scalar.Value : "");
            if (at is DocumentStart && ++documents > 1)
            {
                Stop(last, "severalDocuments", "A file holds one YAML document; take '---' and what follows out.");
            }
            else if (at is NodeEvent && ++nodes > MaximumNodes)
            {
                Stop(last, "tooLarge", $"A file has at most {MaximumNodes} values.");
            }
            else if (open.Count == MaximumDepth && at is MappingStart or SequenceStart)
            {
                Stop(last, "tooDeep", $"Values are nested at most {MaximumDepth} deep.");
            }

            if (!complete)
            {
                return;
            }

            Take(at);
        }

        if (complete && Root is null)
        {
            Stop(last, "empty", "The file is empty.");
        }
    }

    private bool Next(Parser parser, string content)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException e)
        {
            Refuse(new Mark((int)e.Start.Line, (int)e.Start.Column, ""), e.Message, content.Split('\n'));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // On some broken input, such as an unclosed list, the parser fails in ways of its own and does not say where.
            Refuse(last, "the parser could not go on after this place.", content.Split('\n'));
        }

        return false;
    }

    private void Refuse(Mark mark, string reason, string[] lines)
    {
        var tab = Array.FindIndex(lines, Math.Clamp(mark.Line - 1, 0, lines.Length - 1), l => TabInIndentation().IsMatch(l));
        if (tab >= 0 && reason.Contains("tab ", StringComparison.Ordinal))
        {
            Stop(new Mark(tab + 1, lines[tab].IndexOf('\t', StringComparison.Ordinal) + 1, ""), "tab",
                "Tabs cannot be used for indentation; use spaces.");
            return;
        }

        var hint = reason switch
        {
            _ when reason.Contains("invalid mapping", StringComparison.Ordinal) =>
                "Put a text with ': ' in it in quotes; begin all keys of a map in the same column.",
            _ when reason.Contains("cannot start any token", StringComparison.Ordinal) =>
                "Put a text that begins with this character in quotes.",
            _ => "Look for a missing quote, bracket or colon, or wrong indentation, here or just before.",
        };
        Stop(mark, "syntax", $"This is not valid YAML: {reason} {hint}");
    }

    private void Take(ParsingEvent at)
    {
        if (at is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
            {
                Report("anchor", "Anchors (&) are not supported; repeat the value where it is needed, or put a text that begins with & in quotes.");
            }

            if (!node.Tag.IsEmpty)
            {
                Report("tag", "Tags (!) are not supported; leave the tag out, or put a text that begins with ! in quotes.");
            }
        }

        switch (at)
        {
            case AnchorAlias:
                Report("alias", "Aliases (*) are not supported; repeat the value here, or put a text that begins with * in quotes.");
                if (AtKey(out var aliased))
                {
                    (aliased.Key, aliased.Drop) = ("", true);
                }
                else
                {
                    Place(JValue.CreateNull(), broken: true);
                }

                break;
            case Scalar scalar when AtKey(out var map):
                TakeKey(map, scalar);
                break;
            case Scalar scalar:
                TakeValue(scalar);
                break;
            case MappingStart:
                Open(new JObject());
                break;
            case SequenceStart:
                Open(new JArray());
                break;
            case MappingEnd or SequenceEnd when open.Pop().IsKey:
                (open.Peek().Key, open.Peek().Drop) = ("", true);
                break;
        }
    }

    private bool AtKey([NotNullWhen(true)] out Frame? map) => open.TryPeek(out map) && map is { Container: JObject, Key: null };

    private void Open(JContainer container)
    {
        var isKey = AtKey(out _);
        if (isKey)
        {
            Report("key", "A key is a text; put it in quotes if it begins with a bracket.");
        }
        else
        {
            Place(container);
        }

        open.Push(new Frame { Container = container, IsKey = isKey });
    }

    private void TakeKey(Frame map, Scalar scalar)
    {
        var key = scalar.Value;
        (map.Key, map.KeyMark) = (key, last);
        if (Unprintable(key) >= 0)
        {
            Report("controlCharacter", "The key has a control character in it; remove it.");
            map.Drop = true;
        }
        else if (key.Length == 0)
        {
            Report("key", "There is no key before the colon.");
            map.Drop = true;
        }
        else if (((JObject)map.Container).Property(key, StringComparison.Ordinal) is { } first)
        {
            Report("duplicateKey", $"The key '{Shorten(key)}' was given before, in line {MarkOf(first).Line}; keep one of the two.");
            map.Drop = true;
        }
        else if (scalar.Style == ScalarStyle.Plain && Resolve(key) is not { Type: JTokenType.String })
        {
            Report("quote", $"Other programs read the key {Shorten(key)} as a number or the like; put it in quotes: \"{Shorten(key)}\".");
        }
    }

    private void TakeValue(Scalar scalar)
    {
        if (Unprintable(scalar.Value) >= 0)
        {
            Report("controlCharacter", "The text has a control character in it; remove it.");
            Place(JValue.CreateString(""), broken: true);
        }
        else if (scalar.Style != ScalarStyle.Plain)
        {
            Place(JValue.CreateString(scalar.Value));
        }
        else if (Resolve(scalar.Value) is { } value)
        {
            Place(value);
        }
        else
        {
            Report("number", $"{Shorten(scalar.Value)} is no number that can be used here; write a decimal number, or put a text in quotes.");
            Place(JValue.CreateNull(), broken: true);
        }
    }

    /// <summary>Puts a value where the document has come to.</summary>
    private void Place(JToken value, bool broken = false)
    {
        value.AddAnnotation(last with { Broken = broken });
        if (!open.TryPeek(out var frame))
        {
            Root = value;
            return;
        }

        if (frame.Container is JArray list)
        {
            list.Add(value);
        }
        else if (!frame.Drop)
        {
            var property = new JProperty(frame.Key!, value);
            property.AddAnnotation(frame.KeyMark!);
            frame.Container.Add(property);
        }

        (frame.Key, frame.Drop) = (null, false);
    }

    private void Report(string code, string message)
    {
        var path = !open.TryPeek(out var frame) ? ""
            : PointerOf(frame.Container) + (frame.Container is JArray list ? $"/{list.Count}" : frame.Key is { } key ? "/" + Escape(key) : "");
        problems.Add(new QuestionnaireProblem(file.Path, last.Line, last.Column, path, code, message));
    }

    /// <summary>Reports something after which the rest of the document cannot be read.</summary>
    private void Stop(Mark mark, string code, string message)
    {
        problems.Add(new QuestionnaireProblem(file.Path, mark.Line, mark.Column, "", code, message));
        complete = false;
    }

    /// <summary>An excerpt for a message.</summary>
    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : $"{line[..(char.IsHighSurrogate(line[58]) ? 58 : 59)]}…";
    }

    /// <summary>Position of the first character that YAML, JSON or PostgreSQL cannot hold, or -1.</summary>
    private static int Unprintable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if ((c < ' ' && c is not ('\t' or '\n' or '\r')) || c is '\uFFFE' or '\uFFFF')
            {
                return i;
            }

            if (char.IsSurrogate(c))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(c, text[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"\A[-+]?[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Integer();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Float();

    /// <summary>Octal, hexadecimal, infinite and not a number: numbers for YAML, but none that a questionnaire needs.</summary>
    [GeneratedRegex(@"\A(0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OtherNumber();

    [GeneratedRegex(@"\A *\t", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TabInIndentation();
}
