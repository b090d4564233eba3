using SelfAssess.Api.Questionnaires.Files;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

public sealed class QuestionnaireFilesTests
{
    private const string S = Shipped.Structure;
    private const string T = Shipped.English;

    [Fact]
    public void Every_shipped_questionnaire_is_read_without_a_problem()
    {
        var readings = QuestionnaireFolder.ReadAll(Shipped.Root);

        Assert.NotEmpty(readings);
        Assert.All(readings, r => Assert.Empty(r.Problems));
        Assert.All(readings, r => Assert.Equal(r.Folder, $"{r.Questionnaire!.Definition.Id}/{r.Questionnaire.Definition.Version}"));
    }

    /// <summary>One edit of the small instrument, and the one problem that it makes: where, what, and words that help.</summary>
    public static TheoryData<string, string, string, string, string, string, string> Edits => new()
    {
        // File, what is replaced, by what; text on the line reported, path, code, a piece of the message.
        // YAML
        { S, "kind: level, gate: 1", "kind: level, kind: level, gate: 1", "kind: level, kind", "/sections/1/sections/1/questions/0/kind", "duplicateKey", "keep one" },
        { S, "weight: 3", "weight: &w 3", "&w", "/sections/1/sections/0/weight", "anchor", "repeat the value" },
        { S, "weight: 3", "weight: *w", "*w", "/sections/1/sections/0/weight", "alias", "repeat the value" },
        { S, "weight: 3", "weight: !!int 3", "!!int", "/sections/1/sections/0/weight", "tag", "leave the tag out" },
        { S, "weight: 3", "weight: .inf", ".inf", "/sections/1/sections/0/weight", "number", "decimal number" },
        { S, "weight: 3", "weight: 1e99", "1e99", "/sections/1/sections/0/weight", "number", "decimal number" },
        { S, "sections:\n", "---\nsections:\n", "---", "", "severalDocuments", "---" },
        { S, "        weight: 3", "\tweight: 3", "\tweight", "", "tab", "use spaces" },
        { S, "[prevention, resumption]", "[prevention, resumption", "[prevention, resumption\n", "", "syntax", "not valid YAML" },
        { S, "\"has(profile('holdings'), 'paper')\"", "has(profile: 'x': 'y')", "profile: 'x'", "", "syntax", "missing quote" },
        { T, "title: Remarks", "title: Remarks: all", "Remarks: all", "", "syntax", "in quotes" },
        { T, "    title: Remarks", "    title: \"Rem\\0arks\"", "Rem", "/questions/remarks/title", "controlCharacter", "remove it" },
        { T, "    title: Remarks", "    title: Rem\0arks", "Rem", "", "controlCharacter", "U+0000" },
        { T, "    \"1\": { name: Not at all }", "    1: { name: Not at all }", "    1:", "/scales/confidence/1", "quote", "\"1\"" },
        { T, "  remarks:\n", "  [remarks]:\n", "[remarks]", "/questions", "key", "quotes" },
        { T, "    title: Remarks", "    title: Remarks\n    : x", "    : x", "/questions/remarks/", "key", "no key" },

        // Shape
        { S, "version: \"1.0\"", "version: 1.0", "version:", "/version", "type", "put it in quotes: \"1.0\"" },
        { S, "id: \"3\"", "id: 3", "id: 3", "/scales/1/levels/2/id", "type", "\"3\"" },
        { S, "visibleWhen: profile('staff') > 1", "visibelWhen: profile('staff') > 1", "visibelWhen", "/sections/1/sections/3/visibelWhen", "unknownKey", "Did you mean 'visibleWhen'?" },
        { S, "weight: 3", "colour: 3", "colour", "/sections/1/sections/0/colour", "unknownKey", "the keys are id, scoring" },
        { S, "kind: date", "kind: dat", "kind: dat", "/sections/0/questions/1/kind", "notInList", "Did you mean 'date'?" },
        { S, "kind: date", "kind: Date", "kind: Date", "/sections/0/questions/1/kind", "notInList", "Did you mean 'date'?" },
        { S, "kind: date", "kind: 3", "kind: 3", "/sections/0/questions/1/kind", "notInList", "use one of level, single" },
        { S, "method: sum", "normalise: none", "- id: points\n        normalise", "/scoringRules/4/measures/0/method", "missing", "'method' is missing" },
        { S, "weight: 3", "weight: three", "three", "/sections/1/sections/0/weight", "type", "a number is expected" },
        { S, "weight: 3", "weight:", "weight:", "/sections/1/sections/0/weight", "type", "leave the key out" },
        { S, "decimals: 0", "decimals: 0.5", "0.5", "/rounding/decimals", "type", "whole number" },
        { S, "evidence: true", "evidence: 'true'", "'true'", "/sections/1/sections/0/sections/0/questions/0/evidence", "type", "without quotes" },
        { S, "entityKinds: [head, registry, technician]", "entityKinds: head", "entityKinds: head", "/entityKinds", "type", "a list is expected" },
        { S, "levels:\n      - { id: absent, value: 0 }", "levels:\n      - absent", "- absent", "/scales/0/levels/0", "type", "a map of keys" },
        { T, "  remarks:\n    title: Remarks\n", "  remarks:\n", "  remarks:", "/questions/remarks/title", "missing", "'title' is missing" },
        { T, "title: Remarks", "titel: Remarks", "titel", "/questions/remarks/titel", "unknownKey", "Did you mean 'title'?" },
        { T, "happened: \"Yes, it had to close\"", "happened: true", "true", "/questions/interrupted/options/happened", "type", "put it in quotes" },
        { T, "bare: Bare shelves", "bare: ''", "bare: ''", "/bands/bare", "empty", "A text is expected" },

        // Values
        { S, "id: small-office-continuity", "id: Small_Office", "Small_Office", "/id", "pattern", "kebab case" },
        { S, "weight: 3", "weight: 0", "weight: 0", "/sections/1/sections/0/weight", "outOfRange", "greater than 0" },
        { S, "minimumCompleteness: 0.5", "minimumCompleteness: 50", "minimumCompleteness: 50", "/scoringRules/0/measures/0/minimumCompleteness", "outOfRange", "at most 1" },
        { S, "decimals: 0", "decimals: 7", "decimals: 7", "/rounding/decimals", "outOfRange", "at most 6" },
        { S, "decimals: 0", "decimals: -1", "decimals: -1", "/rounding/decimals", "outOfRange", "at least 0" },
        { S, "id: small-office-continuity", $"id: {new string('a', 65)}", "id: aaa", "/id", "tooLarge", "at most 64" },
        { S, "languages: [en]", "languages: []", "languages: []", "/languages", "tooFew", "at least 1" },

        // Meaning
        { S, "scoring: views", "scoring: view", "scoring: view", "/sections/1/sections/3/scoring", "unknownReference", "views" },
        { S, "profile('counter')", "profile('desk')", "desk", "/sections/1/sections/1/questions/1/appliesWhen", "unknownReference", "desk" },
        { S, "value('back-up') >= 1", "value('restoring') >= 1", "id: off-site", "/sections/1/sections/0/sections/1/questions/1", "ruleCycle", "circle" },
        { T, "  remarks:\n", "  remark:\n", "  remark:", "/questions/remark", "unknownText", "remark" },
        { T, "language: en\n", "language: fr\n", "language: fr", "/language", "language", "make them the same" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Problem_says_where_it_is_and_what_to_do(string file, string old, string replacement, string line, string path, string code, string message)
    {
        // A rule in a circle, and a renamed text, are wrong in two places; the edit is one of them.
        var files = Shipped.Office.With(file, old, replacement);
        if (code == "ruleCycle")
        {
            files = files.With(S, "appliesWhen: answer('back-up') != 'absent'", "appliesWhen: answer('off-site') != 'absent'");
        }

        var reading = QuestionnaireFiles.Read(files);

        Assert.Null(reading.Questionnaire);
        Assert.True(reading.Problems.Any(p => p.File == file && p.Path == path && p.Code == code), string.Join('\n', reading.Problems));
        var problem = reading.Problems.First(p => p.File == file && p.Path == path && p.Code == code);
        Assert.Equal(files.LineOf(file, line), problem.Line);
        Assert.True(problem.Column >= 1);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        if (code is not ("unknownText" or "unknownReference" or "ruleCycle" or "key" or "missing" or "unknownKey" or "tooFew"))
        {
            // The rest have companions: what is misspelt is missing, too.
            Assert.Single(reading.Problems);
        }
    }

    [Fact]
    public void Missing_text_is_reported_at_the_nearest_thing_that_is_there()
    {
        var files = Shipped.Office.With(T, "      informal: The head of the office knows what to do.\n", "");

        var problem = Assert.Single(QuestionnaireFiles.Read(files).Problems);

        Assert.Equal((T, "/questions/plan-written/levels/informal", "missingText"), (problem.File, problem.Path, problem.Code));
        Assert.Equal(files.LineOf(T, "levels:\n      absent: There is no plan."), problem.Line);
    }

    [Fact]
    public void Problems_of_all_files_and_stages_are_reported_at_once_in_order()
    {
        var files = Shipped.Office
            .With(S, "weight: 3", "wieght: 3")
            .With(S, "languages: [en]", "languages: [en, fr, ar, es]")
            .With(S, "weight: 0.5", "weight: -1");
        files =
        [
            new QuestionnaireFile("texts/ar.yaml", "language: ar\ntitle: [unclosed\n"),
            new QuestionnaireFile("texts/fr.yaml", "language: fr\nreview: r\ntitle: 3\ndescription: d\nnotes: n\n"),
            new QuestionnaireFile("texts/de.yaml", "language: de\nreview: r\ntitle: t\ndescription: d\n"),
            .. files,
        ];

        var problems = QuestionnaireFiles.Read(files).Problems;

        Assert.Equal(
            [
                (S, "missingFile"), (S, "unknownKey"), (S, "outOfRange"),
                ("texts/ar.yaml", "syntax"), ("texts/de.yaml", "undeclaredLanguage"), ("texts/fr.yaml", "type"), ("texts/fr.yaml", "unknownKey"),
            ],
            problems.Select(p => (p.File, p.Code)));
        Assert.Equal(problems.OrderBy(p => p.File.StartsWith("texts/", StringComparison.Ordinal)).ThenBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line), problems);
    }

    [Fact]
    public void Structure_is_checked_even_where_its_texts_cannot_be_read()
    {
        var files = Shipped.Office.With(S, "scoring: stages", "scoring: stage").With(T, "title: Remarks", "titel: Remarks");

        Assert.Equal(
            [(S, "/sections/1/sections/1/scoring"), (T, "/questions/remarks/titel"), (T, "/questions/remarks/title")],
            QuestionnaireFiles.Read(files).Problems.Select(p => (p.File, p.Path)).Distinct().Order());
    }

    [Fact]
    public void Meaning_is_checked_even_where_a_value_is_out_of_bounds()
    {
        var files = Shipped.Office.With(S, "weight: 3", "weight: 0").With(S, "gate: 1,", "gate: 0,").With(S, "scoring: views", "scoring: view")
            .With(T, "test: Nobody could say how it is done.", "test: ''");

        Assert.Equal(
            [("outOfRange", "/sections/1/sections/0/weight"), ("outOfRange", "/sections/1/sections/1/questions/0/gate"), ("unknownReference", "/sections/1/sections/3/scoring"),
                ("empty", "/scales/practice/absent/test")],
            QuestionnaireFiles.Read(files).Problems.Where(p => p.Code != "gate").Select(p => (p.Code, p.Path)).Distinct());
    }

    [Theory]
    [InlineData("notes.yaml", "unknownFile")]
    [InlineData("../questionnaire.yaml", "unknownFile")]
    [InlineData("texts\\en.yaml", "unknownFile")]
    [InlineData("texts/english.yaml", "unknownFile")]
    [InlineData("", "unknownFile")]
    [InlineData("questionnaire.json", "duplicateFile")]
    [InlineData("texts/en.yml", "duplicateFile")]
    public void File_that_has_no_place_is_a_problem(string path, string code)
    {
        var problem = Assert.Single(QuestionnaireFiles.Read([.. Shipped.Office, new QuestionnaireFile(path, "id: x\n")]).Problems);

        Assert.Equal((path, code), (problem.File, problem.Code));
    }

    [Fact]
    public void Missing_files_are_problems()
    {
        Assert.Equal((S, "missingFile"), QuestionnaireFiles.Read([]).Problems.Select(p => (p.File, p.Code)).Single());
        var problem = Assert.Single(QuestionnaireFiles.Read([.. Shipped.Office.Where(f => f.Path == S)]).Problems);
        Assert.Equal((S, "/languages/0", "missingFile"), (problem.File, problem.Path, problem.Code));
    }

    [Fact]
    public void Default_language_that_is_not_offered_is_a_problem()
    {
        var problem = Assert.Single(QuestionnaireFiles.Read(Shipped.Office.With(S, "defaultLanguage: en", "defaultLanguage: fr")).Problems);

        Assert.Equal((S, "/defaultLanguage", "missingLanguage", 6), (problem.File, problem.Path, problem.Code, problem.Line));
    }

    [Fact]
    public void Too_much_of_anything_is_refused_early()
    {
        Code("tooManyFiles", [.. Enumerable.Range(0, QuestionnaireFiles.MaximumFiles + 1).Select(i => new QuestionnaireFile($"texts/a{i}.yaml", ""))]);
        Code("tooLarge", [new QuestionnaireFile(S, new string(' ', YamlDocument.MaximumBytes + 1))]);
        Code("tooLarge", [new QuestionnaireFile(S, "a: [" + string.Concat(Enumerable.Repeat("1,", YamlDocument.MaximumNodes)) + "]")]);
        Code("tooDeep", [new QuestionnaireFile(S, new string('[', 500_000))]);
        Code("tooDeep", [new QuestionnaireFile(S, string.Concat(Enumerable.Repeat("- ", 500_000)))]);
        Code("more", [new QuestionnaireFile(S, string.Concat(Enumerable.Range(0, 2 * QuestionnaireFiles.MaximumProblems).Select(i => $"k{i}: 1\n")))]);

        static void Code(string code, QuestionnaireFile[] files) => Assert.Contains(QuestionnaireFiles.Read(files).Problems, p => p.Code == code);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# only a comment\n", "empty")]
    [InlineData("- a\n", "type")]
    [InlineData("word", "type")]
    [InlineData("~", "type")]
    public void File_that_is_no_map_is_one_problem(string content, string code) =>
        Assert.Equal(code, Assert.Single(QuestionnaireFiles.Read([new QuestionnaireFile(S, content)]).Problems).Code);

    [Fact]
    public void Json_and_a_byte_order_mark_and_windows_line_ends_are_read_alike()
    {
        var expected = RoundTrip.Json(QuestionnaireFiles.Read(Shipped.Office).Questionnaire!.Definition);
        var json = RoundTrip.AsJsonFiles(QuestionnaireFiles.Read(Shipped.Office).Questionnaire!.Definition);

        foreach (var files in new[] { json, [.. Shipped.Office.Select(f => f with { Content = "\uFEFF" + f.Content.ReplaceLineEndings("\r\n") })] })
        {
            var reading = QuestionnaireFiles.Read(files);
            Assert.Empty(reading.Problems);
            Assert.Equal(expected, RoundTrip.Json(reading.Questionnaire!.Definition));
        }
    }

    [Fact]
    public void Folder_that_is_named_otherwise_than_its_questionnaire_is_a_problem()
    {
        var root = Directory.CreateTempSubdirectory("questionnaires").FullName;
        try
        {
            foreach (var (folder, bytes) in new (string, byte[]?)[] { ("other/1.0", null), ("small-office-continuity/1.1", null), ("small-office-continuity/1.0", [0xC3, 0x28]) })
            {
                foreach (var file in Shipped.Office)
                {
                    var path = Path.Combine(root, folder, file.Path);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllText(path, file.Content);
                    File.WriteAllText(Path.Combine(root, folder, "README.md"), "Files of other kinds are passed over.");
                    if (bytes is not null && file.Path == T)
                    {
                        File.WriteAllBytes(path, bytes);
                    }
                }
            }

            var problems = QuestionnaireFolder.ReadAll(root).SelectMany(r => r.Problems).Select(p => (p.File, p.Path, p.Code, p.Line));

            Assert.Equal<(string, string, string, int?)>(
                [
                    ($"other/1.0/{S}", "/id", "folder", 4),
                    ($"small-office-continuity/1.0/{T}", "", "encoding", null),
                    ($"small-office-continuity/1.0/{S}", "/languages/0", "missingFile", 7),
                    ($"small-office-continuity/1.1/{S}", "/version", "folder", 5),
                ],
                problems);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
