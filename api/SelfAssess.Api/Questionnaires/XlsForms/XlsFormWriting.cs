using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Api.Workbooks;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.XlsForms;

/// <summary>The columns and sheets of an XLSForm that are ours.</summary>
internal static class XlsForm
{
    public const string Prefix = "selfassess::";

    /// <summary>Rows that only help to collect answers: comments, states, what is said of the State. They say nothing of the questionnaire.</summary>
    public const string Role = Prefix + "role";

    /// <summary>The dimension that a row of a matrix is.</summary>
    public const string Dimension = Prefix + "dimension";

    /// <summary>The state that a choice is.</summary>
    public const string State = Prefix + "state";

    /// <summary>A sheet of what XLSForm has no place for: rules of scoring, scales, texts of recommendations.</summary>
    public const string Sheet = "selfassess";

    public const string ProfileRole = "profile";
    public const string HelperRole = "helper";
    public const string EntityKinds = "entityKinds";

    public static string Column(string column, string language) => $"{column}::{CultureInfo.GetCultureInfo(language).EnglishName} ({language})";
}

/// <summary>
/// Writes a questionnaire as an XLSForm, with which KoBoToolbox and ODK collect. Texts that XLSForm knows are in its columns; the rest of the questionnaire is in
/// columns of our own, so that reading it gives the same questionnaire.
/// </summary>
internal sealed class XlsFormWriting
{
    private readonly QuestionnaireDefinition definition;
    private readonly XlsFormNames names;
    private readonly XlsFormRules rules;
    private readonly Dictionary<string, JsonObject> texts;
    private readonly List<Dictionary<string, string>> survey = [];
    private readonly List<Dictionary<string, string>> choices = [];

    private XlsFormWriting(QuestionnaireDefinition definition)
    {
        this.definition = definition;
        names = new XlsFormNames(definition);
        rules = new XlsFormRules(definition, names);
        texts = definition.Texts.ToDictionary(t => t.Key, t => JsonSerializer.SerializeToNode(t.Value, FileJson.Sparse)!.AsObject(), StringComparer.Ordinal);
    }

    public static byte[] Write(QuestionnaireDefinition definition) => SpreadsheetWriter.Write(new XlsFormWriting(definition).Spreadsheet());

    private Spreadsheet Spreadsheet()
    {
        var title = definition.Texts[definition.DefaultLanguage].Title;
        Profile();
        foreach (var section in definition.Sections)
        {
            Section(section);
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["form_title"] = title,
            ["form_id"] = definition.Id.Replace('-', '_'),
            ["version"] = definition.Version,
            ["default_language"] = $"{CultureInfo.GetCultureInfo(definition.DefaultLanguage).EnglishName} ({definition.DefaultLanguage})",
        };
        var sheetNames = new SheetNames();
        return new Spreadsheet("en", title,
        [
            Table("survey", survey).ToSheet(sheetNames), Table("choices", choices).ToSheet(sheetNames), Table("settings", [settings]).ToSheet(sheetNames), Table(XlsForm.Sheet, Rest()).ToSheet(sheetNames),
        ]);
    }

    private void Profile()
    {
        if (definition.Profile.Count == 0)
        {
            return;
        }

        survey.Add(new(StringComparer.Ordinal) { ["type"] = "begin_group", ["name"] = "profile", [XlsForm.Role] = XlsForm.HelperRole });
        foreach (var field in definition.Profile)
        {
            var list = field.Kind == ProfileFieldKind.Boolean ? "truth" : $"{names.OfProfile(field.Id)}_options";
            var row = Own(JsonSerializer.SerializeToNode(field, FileJson.Sparse)!.AsObject(), field.Kind switch
            {
                ProfileFieldKind.Single or ProfileFieldKind.Boolean => $"select_one {list}",
                ProfileFieldKind.Multiple => $"select_multiple {list}",
                _ => "decimal",
            }, names.OfProfile(field.Id));
            row[XlsForm.Role] = XlsForm.ProfileRole;
            Say(row, "label", ["profile", field.Id, "label"]);
            Say(row, "hint", ["profile", field.Id, "help"]);
            Bounds(row, field.Minimum, field.Maximum);
            survey.Add(row);
            foreach (var option in field.Options)
            {
                Choice(list, option, ["profile", field.Id, "options", option]);
            }
        }

        survey.Add(new(StringComparer.Ordinal) { ["type"] = "end_group", [XlsForm.Role] = XlsForm.HelperRole });
        if (definition.Profile.Any(f => f.Kind == ProfileFieldKind.Boolean))
        {
            Helping("truth", "true", w => w.Say("yes"));
            Helping("truth", "false", w => w.Say("no"));
        }
    }

    private void Section(SectionDefinition section)
    {
        var row = Own(JsonSerializer.SerializeToNode(section with { Questions = [], Sections = [] }, FileJson.Sparse)!.AsObject(), "begin_group", names.OfSection(section.Id));
        Relevant(row, section.VisibleWhen, section.AppliesWhen);
        Say(row, "label", ["sections", section.Id, "title"]);
        survey.Add(row);
        foreach (var question in section.Questions)
        {
            Question(question);
        }

        foreach (var child in section.Sections)
        {
            Section(child);
        }

        survey.Add(new(StringComparer.Ordinal) { ["type"] = "end_group" });
    }

    private void Question(QuestionDefinition question)
    {
        var name = names.OfQuestion(question.Id);
        var list = question.OptionsFrom is not null ? XlsForm.EntityKinds : $"{name}_options";
        var inGroup = question.Kind is QuestionKind.Level or QuestionKind.Single;
        var row = Own(JsonSerializer.SerializeToNode(question with { Options = [], Dimensions = [] }, FileJson.Sparse)!.AsObject(), question.Kind switch
        {
            QuestionKind.Level or QuestionKind.Single => $"select_one {list}",
            QuestionKind.Multiple => $"select_multiple {list}",
            QuestionKind.Number => "decimal",
            QuestionKind.Text => "text",
            QuestionKind.Date => "date",
            _ => "begin_group",
        }, name);
        Relevant(row, question.VisibleWhen, question.AppliesWhen);
        Say(row, "label", ["questions", question.Id, "text"]);
        Say(row, "hint", ["questions", question.Id, "help"]);
        Bounds(row, question.Minimum, question.Maximum);
        if (question.Kind == QuestionKind.Text)
        {
            row["constraint"] = string.Create(CultureInfo.InvariantCulture, $"string-length(.) <= {question.MaximumLength ?? Questionnaire.DefaultTextLength}");
        }

        survey.Add(row);
        Options(question, list);
        foreach (var dimension in question.Dimensions)
        {
            Dimension(question, dimension, name);
        }

        if (question.Kind == QuestionKind.Matrix)
        {
            survey.Add(new(StringComparer.Ordinal) { ["type"] = "end_group" });
        }

        Helpers(question, name, inGroup, row.GetValueOrDefault("relevant") ?? "");
    }

    private void Options(QuestionDefinition question, string list)
    {
        if (question.OptionsFrom is not null && choices.TrueForAll(c => c["list_name"] != list))
        {
            foreach (var kind in definition.EntityKinds)
            {
                Choice(list, kind, ["entityKinds", kind]);
            }
        }

        foreach (var option in question.Options)
        {
            Choice(list, option.Id, ["questions", question.Id, "options", option.Id], JsonSerializer.SerializeToNode(option, FileJson.Sparse)!.AsObject());
        }

        if (question.Kind == QuestionKind.Level)
        {
            foreach (var level in ScaleOf(question).Levels)
            {
                var choice = Choice(list, level.Id, []);
                foreach (var (language, text) in definition.Texts)
                {
                    // The level's name is the scale's; what it means here follows it.
                    var said = Taken(language, ["questions", question.Id, "levels", level.Id]);
                    choice[XlsForm.Column("label", language)] = XlsFormLabels.Level(text.Scales[ScaleOf(question).Id][level.Id].Name, said);
                }
            }
        }

        // Lists that several questions share have no states of one of them.
        if (question.Kind is QuestionKind.Level or QuestionKind.Single && question.OptionsFrom is null)
        {
            States(question, list);
        }
    }

    private void Dimension(QuestionDefinition question, DimensionDefinition dimension, string name)
    {
        var side = names.Beside(name, dimension.Id);
        var list = $"{side}_options";
        var row = Own(JsonSerializer.SerializeToNode(dimension with { Options = [] }, FileJson.Sparse)!.AsObject(),
            dimension.Options.Count == 0 ? "text" : dimension.Multiple ? $"select_multiple {list}" : $"select_one {list}", side);
        row.Remove(XlsForm.Prefix + "id");
        row[XlsForm.Dimension] = dimension.Id;
        Say(row, "label", ["questions", question.Id, "dimensions", dimension.Id, "label"]);
        Say(row, "hint", ["questions", question.Id, "dimensions", dimension.Id, "help"]);
        survey.Add(row);
        foreach (var option in dimension.Options)
        {
            Choice(list, option.Id, ["questions", question.Id, "dimensions", dimension.Id, "options", option.Id], JsonSerializer.SerializeToNode(option, FileJson.Sparse)!.AsObject());
        }
    }

    /// <summary>What goes with an answer: its state, why it does not apply, comment and evidence.</summary>
    private void Helpers(QuestionDefinition question, string name, bool inGroup, string relevant)
    {
        var state = name;
        if (!inGroup || question.OptionsFrom is not null)
        {
            state = names.Beside(name, "state");
            States(question, state);
            Helper(state, $"select_one {state}", "states", relevant);
        }

        if (question.States.Contains(AnswerState.NotApplicable))
        {
            Helper(names.Beside(name, "reason"), "text", "reason", $"${{{state}}} = 'notApplicable'");
        }

        Helper(names.Beside(name, "comment"), "text", "comment", relevant);
        if (question.Evidence)
        {
            Helper(names.Beside(name, "evidence"), "text", "evidence", relevant);
        }
    }

    private void Helper(string name, string type, string word, string relevant)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = type, ["name"] = name, ["relevant"] = relevant, [XlsForm.Role] = XlsForm.HelperRole };
        foreach (var language in definition.Texts.Keys)
        {
            row[XlsForm.Column("label", language)] = WordsOf(language).Say(word);
        }

        survey.Add(row);
    }

    private void States(QuestionDefinition question, string list)
    {
        foreach (var state in Enum.GetValues<AnswerState>().Where(s => s is AnswerState.DontKnow or AnswerState.Declined || question.States.Contains(s)))
        {
            Helping(list, JsonNamingPolicy.CamelCase.ConvertName(state.ToString()), w => w.State(state));
        }
    }

    /// <summary>A choice that is no option of the questionnaire.</summary>
    private void Helping(string list, string name, Func<WorkbookWords, string> label)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal) { ["list_name"] = list, ["name"] = name, [XlsForm.State] = name };
        foreach (var language in definition.Texts.Keys)
        {
            row[XlsForm.Column("label", language)] = label(WordsOf(language));
        }

        choices.Add(row);
    }

    private Dictionary<string, string> Choice(string list, string id, string[] path, JsonObject? own = null)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal) { ["list_name"] = list, ["name"] = id };
        foreach (var (property, value) in own ?? [])
        {
            if (property != "id")
            {
                row[XlsForm.Prefix + property] = XlsFormCells.Write(value);
            }
        }

        if (path.Length > 0)
        {
            Say(row, "label", path);
        }

        choices.Add(row);
        return row;
    }

    private static Dictionary<string, string> Own(JsonObject node, string type, string name)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = type, ["name"] = name };
        foreach (var (property, value) in node)
        {
            row[XlsForm.Prefix + property] = XlsFormCells.Write(value);
        }

        return row;
    }

    private void Relevant(Dictionary<string, string> row, string? visible, string? applies)
    {
        if (rules.Relevant(visible, applies) is { Length: > 0 } relevant)
        {
            row["relevant"] = relevant;
        }
    }

    private static void Bounds(Dictionary<string, string> row, decimal? low, decimal? high)
    {
        var bounds = ((string?[])[low is { } l ? string.Create(CultureInfo.InvariantCulture, $". >= {l}") : null, high is { } h ? string.Create(CultureInfo.InvariantCulture, $". <= {h}") : null]).OfType<string>().ToArray();
        if (bounds.Length > 0)
        {
            row["constraint"] = string.Join(" and ", bounds);
        }
    }

    /// <summary>Puts a text into a column for each language, and takes it off what is left.</summary>
    private void Say(Dictionary<string, string> row, string column, string[] path)
    {
        foreach (var language in texts.Keys)
        {
            if (Taken(language, path) is { } text)
            {
                row[XlsForm.Column(column, language)] = text;
            }
        }
    }

    private string? Taken(string language, string[] path)
    {
        JsonNode? node = texts[language];
        foreach (var step in path[..^1])
        {
            node = (node as JsonObject)?[step];
        }

        var text = (node as JsonObject)?[path[^1]]?.GetValue<string>();
        (node as JsonObject)?.Remove(path[^1]);
        return text;
    }

    /// <summary>What is left: properties of the whole, and texts by their path.</summary>
    private List<Dictionary<string, string>> Rest()
    {
        var rows = new List<Dictionary<string, string>>();
        var whole = JsonSerializer.SerializeToNode(definition with { Sections = [], Profile = [], Texts = new Dictionary<string, QuestionnaireTexts>(StringComparer.Ordinal) }, FileJson.Sparse)!.AsObject();
        foreach (var (property, value) in whole.Where(p => p.Key is not ("sections" or "texts")))
        {
            // Cells have an end; a long value goes on in the next row of the same key.
            rows.AddRange(XlsFormCells.Write(value).Chunk(Platform.Spreadsheets.Spreadsheet.LongestText / 2)
                .Select(piece => new Dictionary<string, string>(StringComparer.Ordinal) { ["part"] = "definition", ["key"] = property, ["value"] = new string(piece) }));
        }

        var left = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (language, node) in texts)
        {
            Leaves(node, [], (path, text) =>
            {
                var key = string.Join('/', path);
                left.TryAdd(key, new(StringComparer.Ordinal) { ["part"] = "text", ["key"] = key });
                left[key][XlsForm.Column("label", language)] = text;
            });
        }

        return [.. rows, .. left.Values];
    }

    private static void Leaves(JsonObject node, string[] path, Action<string[], string> told)
    {
        foreach (var (key, value) in node)
        {
            if (value is JsonObject inner)
            {
                Leaves(inner, [.. path, key], told);
            }
            else if (value is not null)
            {
                told([.. path, key], value.GetValue<string>());
            }
        }
    }

    private Scale ScaleOf(QuestionDefinition question) => definition.Scales.First(s => s.Id == (question.Scale ?? Around(definition.Sections, question.Id, null)));

    private static string? Around(IReadOnlyList<SectionDefinition> sections, string question, string? inherited) => sections
        .Select(s => s.Questions.Any(q => q.Id == question) ? s.Scale ?? inherited : Around(s.Sections, question, s.Scale ?? inherited)).FirstOrDefault(s => s is not null);

    private static WorkbookWords WordsOf(string language) => new(ConferenceLanguages.All.Contains(language, StringComparer.Ordinal) ? language : "en");

    private static DataTable Table(string name, IReadOnlyList<Dictionary<string, string>> rows)
    {
        string[] first = ["type", "list_name", "part", "key", "value", "name", "form_title", "form_id", "version"];
        string[] columns = [.. rows.SelectMany(r => r.Keys).Distinct(StringComparer.Ordinal).OrderBy(c => Array.IndexOf(first, c) is var at and >= 0 ? at : c.StartsWith(XlsForm.Prefix, StringComparison.Ordinal) ? 100 : 50)];
        return new DataTable(name, columns, [.. rows.Select(r => (IReadOnlyList<object?>)[.. columns.Select(c => (object?)r.GetValueOrDefault(c))])]);
    }
}

/// <summary>How a level is labelled: its name, and what it means for the question.</summary>
internal static class XlsFormLabels
{
    public static string Level(string name, string? descriptor) => descriptor is null ? name : $"{name}: {descriptor}";

    /// <summary>What it means for the question; null where the label is the name alone.</summary>
    public static string? Descriptor(string name, string label) =>
        label == name ? null : label.StartsWith($"{name}: ", StringComparison.Ordinal) ? label[(name.Length + 2)..] : label;
}

/// <summary>Values in cells: a text as it is, anything else as JSON.</summary>
internal static class XlsFormCells
{
    public static string Write(JsonNode? value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : value?.ToJsonString(Platform.Json.Http) ?? "";

    /// <summary>Reads a value by the type that a property has.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonNode? Read(string text, Type type) =>
        type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type).IsEnum ? JsonValue.Create(text) : JsonNode.Parse(text);
}
