using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.XlsForms;

/// <summary>
/// Reads an XLSForm that <see cref="XlsFormWriting"/> wrote, and that somebody may have edited since, as a questionnaire. Whether that is a sound one is for
/// <see cref="QuestionnaireFiles"/> to say. An XLSForm of another origin is refused: it says nothing of scales, scoring and States.
/// </summary>
internal sealed partial class XlsFormReading
{
    private readonly List<FieldProblem> problems = [];
    private readonly Dictionary<string, JsonObject> texts = new(StringComparer.Ordinal);
    private readonly JsonObject whole = [];
    private readonly JsonArray profile = [];
    private readonly List<Row> choices;
    private readonly Dictionary<string, Dictionary<string, string>> levelNames = new(StringComparer.Ordinal);

    private XlsFormReading(List<Row> choices) => this.choices = choices;

    /// <summary>The questionnaire's files; or what is wrong with the form, each with its sheet and cell.</summary>
    public static (IReadOnlyList<QuestionnaireFile>? Files, Refusal? Refusal) Read(byte[] file)
    {
        var (read, unreadable) = SpreadsheetReader.Read(file);
        if (unreadable is not null)
        {
            return (null, Refuse([new FieldProblem("workbook", unreadable.Reason, unreadable.Code)]));
        }

        foreach (var name in (string[])["survey", "choices", XlsForm.Sheet])
        {
            if (!read!.Sheets.Any(s => s.Name == name))
            {
                return (null, Refuse([new FieldProblem($"'{name}'", $"The sheet is missing. Only an XLSForm that was written here can be read: it holds what XLSForm has no place for.", "missingSheet")]));
            }
        }

        var reading = new XlsFormReading(Rows(read!, "choices"));
        reading.problems.AddRange(read!.Sheets.SelectMany(s => s.Cells.Where(c => c.Value.IsFormula)
            .Select(c => new FieldProblem($"'{s.Name}'!{Spreadsheet.Address(c.Key.Row, c.Key.Column)}", "The cell holds a formula. Enter what it comes to.", "formula"))));
        reading.Rest(Rows(read, XlsForm.Sheet));
        reading.Survey(Rows(read, "survey"));
        return reading.problems.Count > 0 ? (null, Refuse(reading.problems)) : reading.Files();
    }

    private (IReadOnlyList<QuestionnaireFile>? Files, Refusal? Refusal) Files()
    {
        if (profile.Count > 0)
        {
            whole["profile"] = profile;
        }

        whole["texts"] = new JsonObject(texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
        try
        {
            return (QuestionnaireFiles.Write(whole.Deserialize<QuestionnaireDefinition>(FileJson.Strict)!), null);
        }
        catch (JsonException e)
        {
            return (null, Refuse([new FieldProblem("workbook", $"The form does not hold a whole questionnaire: {e.Message}", "incomplete")]));
        }
    }

    /// <summary>Properties of the whole, and texts by their path.</summary>
    private void Rest(List<Row> rows)
    {
        foreach (var property in rows.Where(r => r["part"] == "definition").GroupBy(r => r["key"] ?? "", StringComparer.Ordinal))
        {
            Put(whole, typeof(QuestionnaireDefinition), property.Key, string.Concat(property.Select(r => r["value"])), property.First(), "value");
        }

        foreach (var row in rows.Where(r => r["part"] == "text" && r["key"] is not null))
        {
            Say(row, "label", row["key"]!.Split('/'));
        }

        foreach (var scale in (whole["scales"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var id = (string?)scale["id"] ?? "";
            foreach (var (language, text) in texts)
            {
                foreach (var (level, said) in (text["scales"] as JsonObject)?[id] as JsonObject ?? [])
                {
                    levelNames.TryAdd($"{language}/{level}", new(StringComparer.Ordinal));
                    levelNames[$"{language}/{level}"][id] = (string?)(said as JsonObject)?["name"] ?? "";
                }
            }
        }
    }

    private void Survey(List<Row> rows)
    {
        var around = new Stack<(JsonObject Node, bool IsMatrix)>();
        around.Push((whole, false));
        foreach (var row in rows)
        {
            switch (row["type"]?.Split(' ')[0], row[XlsForm.Role])
            {
                case (_, XlsForm.HelperRole) or (null, _):
                    break;
                case (_, XlsForm.ProfileRole):
                    profile.Add(Field(row));
                    break;
                case ("end_group" or "end group", _):
                    if (around.Count == 1)
                    {
                        problems.Add(row.Problem("type", "A group ends that never began.", "unbalanced"));
                        return;
                    }

                    around.Pop();
                    break;
                case (_, _) when row[XlsForm.Dimension] is { } dimension:
                    Under(around.Peek().Node, "dimensions").Add(Side(row, around.Peek().Node, dimension));
                    break;
                case ("begin_group" or "begin group", _) when row[XlsForm.Prefix + "kind"] is null:
                    var section = Own(row, typeof(SectionDefinition));
                    Say(row, "label", ["sections", IdOf(section), "title"]);
                    Under(around.Peek().Node, "sections").Add(section);
                    around.Push((section, false));
                    break;
                default:
                    var question = Question(row, around);
                    if (row["type"]!.StartsWith("begin", StringComparison.Ordinal))
                    {
                        around.Push((question, true));
                    }

                    break;
            }
        }

        if (around.Count > 1)
        {
            problems.Add(new FieldProblem("'survey'", "A group never ends.", "unbalanced"));
        }
    }

    private JsonObject Field(Row row)
    {
        var field = Own(row, typeof(ProfileField));
        Say(row, "label", ["profile", IdOf(field), "label"]);
        Say(row, "hint", ["profile", IdOf(field), "help"]);
        foreach (var option in ChoicesOf(row).Where(c => c[XlsForm.State] is null))
        {
            Say(option, "label", ["profile", IdOf(field), "options", option["name"] ?? ""]);
        }

        return field;
    }

    private JsonObject Question(Row row, Stack<(JsonObject Node, bool IsMatrix)> around)
    {
        var question = Own(row, typeof(QuestionDefinition));
        var id = IdOf(question);
        if (around.Count == 1 || around.Peek().IsMatrix)
        {
            problems.Add(row.Problem("type", "A question stands in a group that is a section.", "misplaced"));
        }

        Under(around.Peek().Node, "questions").Add(question);
        Say(row, "label", ["questions", id, "text"]);
        Say(row, "hint", ["questions", id, "help"]);
        foreach (var choice in ChoicesOf(row).Where(c => c[XlsForm.State] is null))
        {
            var name = choice["name"] ?? "";
            if ((string?)question["optionsFrom"] is not null)
            {
                Say(choice, "label", [XlsForm.EntityKinds, name]);
            }
            else if ((string?)question["kind"] == "level")
            {
                Level(choice, id, name);
            }
            else
            {
                Under(question, "options").Add(Option(choice));
                Say(choice, "label", ["questions", id, "options", name]);
            }
        }

        return question;
    }

    private JsonObject Side(Row row, JsonObject question, string id)
    {
        var side = Own(row, typeof(DimensionDefinition), id);
        Say(row, "label", ["questions", IdOf(question), "dimensions", id, "label"]);
        Say(row, "hint", ["questions", IdOf(question), "dimensions", id, "help"]);
        foreach (var choice in ChoicesOf(row).Where(c => c[XlsForm.State] is null))
        {
            Under(side, "options").Add(Option(choice));
            Say(choice, "label", ["questions", IdOf(question), "dimensions", id, "options", choice["name"] ?? ""]);
        }

        return side;
    }

    /// <summary>What a level means for a question: its label without the level's name, by whichever scale has it.</summary>
    private void Level(Row choice, string question, string level)
    {
        foreach (var (language, label) in choice.Texts("label"))
        {
            var names = levelNames.GetValueOrDefault($"{language}/{level}")?.Values.ToArray() ?? [];
            var name = Array.Find(names, n => label == n || label.StartsWith($"{n}: ", StringComparison.Ordinal)) ?? "";
            if (XlsFormLabels.Descriptor(name, label) is { } descriptor)
            {
                Set(language, ["questions", question, "levels", level], descriptor);
            }
        }
    }

    private JsonObject Option(Row choice) => Own(choice, typeof(OptionDefinition), choice["name"] ?? "");

    private IEnumerable<Row> ChoicesOf(Row row) =>
        row["type"]!.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var list, ..] ? choices.Where(c => c["list_name"] == list) : [];

    /// <summary>Our own columns of a row as the properties that they are.</summary>
    private JsonObject Own(Row row, Type type, string? id = null)
    {
        var node = new JsonObject();
        if (id is not null)
        {
            node["id"] = id;
        }

        foreach (var (column, text) in row.Own())
        {
            Put(node, type, column[XlsForm.Prefix.Length..], text, row, column);
        }

        if (node["id"] is null)
        {
            problems.Add(row.Problem("name", $"The row has no {XlsForm.Prefix}id: give it the id of what it is in the questionnaire.", "required"));
        }

        return node;
    }

    private void Put(JsonObject node, Type type, string property, string text, Row row, string column)
    {
        if (type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == property) is not { } known)
        {
            problems.Add(row.Problem(column, $"A {type.Name} has no '{property}'.", "unknownProperty"));
            return;
        }

        try
        {
            node[property] = XlsFormCells.Read(text, known.PropertyType);
        }
        catch (JsonException)
        {
            problems.Add(row.Problem(column, $"This is no value of '{property}'.", "type"));
        }
    }

    private void Say(Row row, string column, string[] path)
    {
        foreach (var (language, text) in row.Texts(column))
        {
            Set(language, path, text);
        }
    }

    private void Set(string language, string[] path, string text)
    {
        if (!texts.TryGetValue(language, out var node))
        {
            texts[language] = node = [];
        }

        foreach (var step in path[..^1])
        {
            node = node[step] as JsonObject ?? (JsonObject)(node[step] = new JsonObject());
        }

        node[path[^1]] = text;
    }

    private static JsonArray Under(JsonObject node, string property) => node[property] as JsonArray ?? (JsonArray)(node[property] = new JsonArray());

    private static string IdOf(JsonObject node) => (string?)node["id"] ?? "";

    private static Refusal Refuse(IReadOnlyList<FieldProblem> problems) => Refusal.Invalid("The form cannot be read as a questionnaire.", problems);

    private static List<Row> Rows(ReadSpreadsheet read, string name)
    {
        var sheet = read.Sheets.First(s => s.Name == name);
        var headers = sheet.Cells.Where(c => c.Key.Row == 1).ToDictionary(c => c.Key.Column, c => c.Value.Text.Trim());
        return [.. sheet.Cells.Where(c => c.Key.Row > 1 && headers.ContainsKey(c.Key.Column)).GroupBy(c => c.Key.Row).OrderBy(r => r.Key)
            .Select(r => new Row(name, r.Key, r.GroupBy(c => headers[c.Key.Column], StringComparer.Ordinal).ToDictionary(c => c.Key, c => (c.First().Key.Column, c.First().Value.Text), StringComparer.Ordinal)))];
    }

    /// <summary>A row by its headers.</summary>
    private sealed partial record Row(string Sheet, int Number, IReadOnlyDictionary<string, (int Column, string Text)> Cells)
    {
        public string? this[string column] => Cells.TryGetValue(column, out var cell) && cell.Text.Length > 0 ? cell.Text : null;

        /// <summary>The properties of the questionnaire that have columns.</summary>
        public IEnumerable<(string Column, string Text)> Own() => Cells
            .Where(c => c.Key.StartsWith(XlsForm.Prefix, StringComparison.Ordinal) && c.Key is not (XlsForm.Role or XlsForm.Dimension or XlsForm.State)).Select(c => (c.Key, c.Value.Text));

        /// <summary>A column's texts by language.</summary>
        public IEnumerable<(string Language, string Text)> Texts(string column) => Cells
            .Select(c => (Match: Translated().Match(c.Key), c.Value.Text)).Where(c => c.Match.Success && c.Match.Groups["column"].Value == column).Select(c => (c.Match.Groups["language"].Value, c.Text));

        public FieldProblem Problem(string column, string reason, string code) =>
            new($"'{Sheet}'!{Spreadsheet.Address(Number, Cells.TryGetValue(column, out var cell) ? cell.Column : 1)}", reason, code);

        [GeneratedRegex(@"^(?<column>[a-z_]+)::.*\((?<language>[A-Za-z-]+)\)$", RegexOptions.CultureInvariant)]
        private static partial Regex Translated();
    }
}
