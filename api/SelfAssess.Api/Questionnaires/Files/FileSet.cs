using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.Files;

/// <summary>The files of one questionnaire while they are read.</summary>
internal sealed partial class FileSet
{
    private readonly List<QuestionnaireProblem> problems = [];

    /// <summary>The files in their roles: the structure under "", texts under their language.</summary>
    private readonly Dictionary<string, QuestionnaireFile> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, YamlDocument> documents = new(StringComparer.OrdinalIgnoreCase);

    public QuestionnaireReading Read(IReadOnlyList<QuestionnaireFile> given, QuestionnaireReference? expected)
    {
        if (given.Count > QuestionnaireFiles.MaximumFiles)
        {
            Add(given[QuestionnaireFiles.MaximumFiles].Path, "tooManyFiles",
                $"A questionnaire has at most {QuestionnaireFiles.MaximumFiles} files.");
            return Refused();
        }

        Sort(given);
        foreach (var (role, file) in files)
        {
            var document = YamlDocument.Read(file);
            documents.Add(role, document);
            problems.AddRange(document.Problems);
            if (document.Root is { } root)
            {
                problems.AddRange(Schemas.Check(file.Path, root, role.Length == 0 ? Schemas.Structure : Schemas.Texts));
            }
        }

        CheckLanguages();
        CheckExpected(expected);
        if (Deserialise<QuestionnaireDefinition>("") is not { } structure)
        {
            return Refused();
        }

        var texts = files.Keys.Where(l => l.Length > 0).ToDictionary(l => l, Deserialise<QuestionnaireTexts>, StringComparer.Ordinal);
        var definition = structure with
        {
            Texts = texts.Where(t => t.Value is not null).ToDictionary(t => t.Key, t => t.Value!, StringComparer.Ordinal),
        };
        var (questionnaire, violations) = Questionnaire.Compile(definition);
        AddViolations(violations, definition);
        return problems.Count > 0 ? Refused() : new QuestionnaireReading(questionnaire, []);
    }

    private void Sort(IReadOnlyList<QuestionnaireFile> given)
    {
        foreach (var file in given)
        {
            var match = FilePath().Match(file.Path);
            if (!match.Success)
            {
                Add(file.Path, "unknownFile",
                    "A questionnaire consists of 'questionnaire.yaml' and 'texts/<language>.yaml' (or .yml, .json); rename the file or take it away.");
            }
            else if (!files.TryAdd(match.Groups["language"].Value, file))
            {
                Add(file.Path, "duplicateFile", $"'{files[match.Groups["language"].Value].Path}' says the same; keep one of the two.");
            }
        }

        if (!files.ContainsKey(""))
        {
            Add("questionnaire.yaml", "missingFile", "There is no 'questionnaire.yaml'; it holds the structure.");
        }
    }

    /// <summary>Each language is declared in the structure, named by its file, and named in it.</summary>
    private void CheckLanguages()
    {
        foreach (var (language, file) in files.Where(f => f.Key.Length > 0))
        {
            if (documents[language].Root is JObject texts && texts["language"] is { Type: JTokenType.String } inside
                && !string.Equals(Text(inside), language, StringComparison.Ordinal))
            {
                Add(file.Path, "language",
                    $"The file is named after '{language}' and says '{YamlDocument.Shorten(Text(inside))}'; make them the same.",
                    inside);
            }
        }

        if (Root("") is not { } structure)
        {
            return;
        }

        var declared = structure["languages"] is JArray list ? list.Where(l => l.Type == JTokenType.String).ToList() : [];
        foreach (var language in declared.Where(l => !files.ContainsKey(Text(l))).DistinctBy(Text, StringComparer.Ordinal))
        {
            var name = YamlDocument.Shorten(Text(language));
            Add(files[""].Path, "missingFile", $"The language '{name}' has no file 'texts/{name}.yaml'; add it, or take the language out.",
                language);
        }

        if (structure["defaultLanguage"] is { Type: JTokenType.String } standard
            && !declared.Exists(l => string.Equals(Text(l), Text(standard), StringComparison.Ordinal)))
        {
            var name = YamlDocument.Shorten(Text(standard));
            Add(files[""].Path, "missingLanguage", $"The default language '{name}' is not among the languages; add it there.", standard);
        }

        if (structure["languages"] is JArray)
        {
            var names = declared.Select(Text).ToHashSet(StringComparer.Ordinal);
            foreach (var (language, file) in files.Where(f => f.Key.Length > 0 && !names.Contains(f.Key)))
            {
                Add(file.Path, "undeclaredLanguage",
                    $"'{files[""].Path}' does not declare the language '{language}'; add it to 'languages', or take the file away.",
                    documents[language].Root);
            }
        }
    }

    private void CheckExpected(QuestionnaireReference? expected)
    {
        foreach (var (key, folder) in new[] { ("id", expected?.Id), ("version", expected?.Version) })
        {
            if (folder is not null && Root("")?[key] is { Type: JTokenType.String } inside
                && !string.Equals(Text(inside), folder, StringComparison.Ordinal))
            {
                Add(files[""].Path, "folder",
                    $"The {key} is '{YamlDocument.Shorten(Text(inside))}', but the folder is named '{folder}'; make them the same.", inside);
            }
        }
    }

    private static string Text(JToken token) => token.Value<string>()!;

    private JObject? Root(string role) => documents.TryGetValue(role, out var document) ? document.Root as JObject : null;

    /// <summary>
    /// Null where the file is not there or its shape is wrong. A value out of bounds is left out, so that all the others are still checked.
    /// </summary>
    private T? Deserialise<T>(string role)
        where T : class
    {
        if (Root(role) is not { } root || documents[role].Problems.Count > 0)
        {
            return null;
        }

        var known = problems.Where(p => string.Equals(p.File, files[role].Path, StringComparison.Ordinal)).ToList();
        if (known.Exists(p => Schemas.IsShape(p.Code)))
        {
            return null;
        }

        var sound = (JObject)root.DeepClone();
        foreach (var problem in known.Where(p => Schemas.IsBound(p.Code)))
        {
            if (YamlDocument.Find(sound, problem.Path, out var exact).Parent is JProperty property && exact)
            {
                property.Remove();
            }
        }

        try
        {
            return System.Text.Json.JsonSerializer.Deserialize<T>(sound.ToString(Formatting.None), FileJson.Strict);
        }
        catch (System.Text.Json.JsonException e)
        {
            if (known.Count == 0)
            {
                Add(files[role].Path, "value", $"A value cannot be read: {e.Message}");
            }

            return null;
        }
    }

    private void AddViolations(IReadOnlyList<Violation> violations, QuestionnaireDefinition definition)
    {
        // Of a language whose file is missing or has the wrong shape, all texts are missing; that has been said.
        var unread = definition.Languages.Append(definition.DefaultLanguage).Concat(files.Keys)
            .Where(l => l.Length > 0 && !definition.Texts.ContainsKey(l)).ToHashSet(StringComparer.Ordinal);
        var said = problems.Select(p => (p.File, p.Path)).ToHashSet();
        foreach (var violation in violations)
        {
            var (role, path) = TextPath().Match(violation.Path) is { Success: true } match
                ? (YamlDocument.Unescape(match.Groups["language"].Value), match.Groups["path"].Value)
                : ("", violation.Path);
            var file = files.TryGetValue(role, out var known) ? known.Path : $"texts/{role}.yaml";
            if (unread.Contains(role) || said.Contains((file, path)))
            {
                continue;
            }

            var mark = documents.TryGetValue(role, out var document) ? document.Locate(path) : null;
            problems.Add(new QuestionnaireProblem(file, mark?.Line, mark?.Column, path, violation.Code, violation.Message));
        }
    }

    private void Add(string file, string code, string message, JToken? at = null)
    {
        var mark = at is null ? null : YamlDocument.MarkOf(at);
        problems.Add(new QuestionnaireProblem(file, mark?.Line, mark?.Column, at is null ? "" : YamlDocument.PointerOf(at), code, message));
    }

    private QuestionnaireReading Refused()
    {
        List<QuestionnaireProblem> sorted =
        [
            .. problems.OrderBy(p => p.File.StartsWith("texts/", StringComparison.Ordinal)).ThenBy(p => p.File, StringComparer.Ordinal)
                .ThenBy(p => p.Line ?? 0).ThenBy(p => p.Column ?? 0),
        ];
        if (sorted.Count > QuestionnaireFiles.MaximumProblems)
        {
            sorted.RemoveRange(QuestionnaireFiles.MaximumProblems, sorted.Count - QuestionnaireFiles.MaximumProblems);
            sorted.Add(new QuestionnaireProblem(sorted[^1].File, null, null, "", "more",
                "There are more problems, which are not listed; solve these first."));
        }

        return new QuestionnaireReading(null, sorted);
    }

    [GeneratedRegex(@"\A(questionnaire|texts/(?<language>[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}))\.(yaml|yml|json)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FilePath();

    [GeneratedRegex(@"\A/texts/(?<language>[^/]+)(?<path>(/.*)?)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex TextPath();
}
