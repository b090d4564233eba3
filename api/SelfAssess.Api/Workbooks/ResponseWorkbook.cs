using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Workbooks;

/// <summary>Whose workbook it is.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Name">The State's name in the workbook's language.</param>
/// <param name="Response">What the entity answered.</param>
/// <param name="Version">At which version that is.</param>
internal sealed record WorkbookSource(string State, string Name, EntityResponse Response, long Version);

/// <summary>An entity's response as a workbook: instructions, a sheet for each theme, and a hidden one with lists and seal.</summary>
internal static class ResponseWorkbook
{
    /// <summary>The sheet that no program shows.</summary>
    public const string HiddenSheet = "selfassess";

    /// <summary>The rows of the hidden sheet that hold the seal, a part in each, begin with this.</summary>
    public const string SealRow = "seal";

    public const int LabelColumn = 1;
    public const int TextColumn = 2;
    public const int EntryColumn = 3;
    public const int KeyColumn = 4;

    private const int FirstListColumn = 4;
    private static readonly double[] widths = [26, 78, 46, 0];

    /// <summary>The workbook before it is sealed, and its fingerprint: the same response has the same.</summary>
    public static (Spreadsheet Open, SealedWorkbook Told, string Checksum) Plan(WorkbookSource source, Questionnaire questionnaire, string language)
    {
        var form = FormOf(source.Response, questionnaire, language);
        var words = new WorkbookWords(form.Language);
        var (names, lists) = (new SheetNames(), new Lists());
        var hidden = names.Take(HiddenSheet);
        var sheets = new List<Sheet> { Instructions(names, words, source, form) };
        sheets.AddRange(form.Sections.Select(s => Theme(names, words, lists, questionnaire, source.Response, s)));
        var told = new SealedWorkbook(SealedWorkbook.TheFormat, source.State, source.Response.CycleId, source.Response.Entity.Id, source.Response.Questionnaire, source.Version, form.Language,
            [.. sheets.Select(s => SealedSheet.Of(s.Name, s.Rows.Select(r => (Locked(r), Entry(r)))))]);
        var checksum = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(told, Json.Http)));
        (string, string)[] facts =
        [
            ("format", $"selfassess-workbook/{SealedWorkbook.TheFormat.ToString(CultureInfo.InvariantCulture)}"), ("state", told.State), ("cycle", told.Cycle), ("entity", told.Entity),
            ("questionnaire", told.Questionnaire.ToString()), ("version", told.Version.ToString(CultureInfo.InvariantCulture)), ("language", told.Language), ("checksum", checksum),
        ];
        var last = new Sheet(hidden, lists.Beside(facts), []) { Visibility = SheetVisibility.VeryHidden, Locked = true };
        return (new Spreadsheet(form.Language, words.Say("title", source.Response.Entity.Name), [.. sheets, last])
        {
            Properties = [.. facts.Select(f => ($"selfassess.{f.Item1}", f.Item2))],
            ChooseFromList = words.Say("chooseFromList"),
        }, told, checksum);
    }

    /// <summary>The file, with the seal in it.</summary>
    public static byte[] Write(Spreadsheet open, string seal)
    {
        var hidden = open.Sheets[^1];
        var parts = seal.Chunk(Spreadsheet.LongestText / 2).Select((part, i) => (IReadOnlyList<SheetCell?>)[new($"{SealRow}.{(i + 1).ToString(CultureInfo.InvariantCulture)}"), new(new string(part))]);
        return SpreadsheetWriter.Write(open with { Sheets = [.. open.Sheets.SkipLast(1), hidden with { Rows = [.. hidden.Rows, .. parts] }] });
    }

    /// <summary>
    /// Every question that the entity is asked and that applies to the State, whatever is answered so far: who is offline cannot be asked another question because of
    /// an answer.
    /// </summary>
    public static QuestionnaireForm FormOf(EntityResponse response, Questionnaire questionnaire, string language)
    {
        var asked = response.Entity.Questions.ToHashSet(StringComparer.Ordinal);
        return QuestionnaireForm.Of(questionnaire.Definition, language, AssessmentProgress.Of(ScoreSheet.Score(questionnaire, response.Profile, response.Answers)), asked.Contains, questionnaire.DependsOnAnswers);
    }

    /// <summary>What nobody may change in a row, as it is fingerprinted.</summary>
    public static string LockedText(string? label, string? text, string? entry, string? key) => string.Join('\u001f', Clean(label), Clean(text), string.IsNullOrEmpty(key) ? Clean(entry) : "", key);

    /// <summary>A text as spreadsheet programs leave it: plain line ends, no space around.</summary>
    public static string Clean(string? text) => (text ?? "").ReplaceLineEndings("\n").Trim();

    /// <summary>A number as every program writes it.</summary>
    public static string CleanNumber(string number) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value.ToString("G15", CultureInfo.InvariantCulture) : number;

    /// <summary>What stands in a cell, whatever program stored it.</summary>
    public static string TextOf(ReadCell? cell) => cell is { Kind: ReadCellKind.Number } ? CleanNumber(cell.Text) : Clean(cell?.Text);

    private static string Locked(IReadOnlyList<SheetCell?> row) =>
        LockedText(row.ElementAtOrDefault(LabelColumn - 1)?.Text, row.ElementAtOrDefault(TextColumn - 1)?.Text, row.ElementAtOrDefault(EntryColumn - 1)?.Text, row.ElementAtOrDefault(KeyColumn - 1)?.Text);

    private static string Entry(IReadOnlyList<SheetCell?> row) =>
        row.ElementAtOrDefault(KeyColumn - 1) is null || row[EntryColumn - 1] is not { } entry ? "" : entry.IsNumber && entry.Text.Length > 0 ? CleanNumber(entry.Text) : Clean(entry.Text);

    private static Sheet Instructions(SheetNames names, WorkbookWords words, WorkbookSource source, QuestionnaireForm form)
    {
        var response = source.Response;
        var rows = new List<IReadOnlyList<SheetCell?>>
        {
            Row(new SheetCell(words.Say("title", response.Entity.Name), CellStyle.Title)),
            Fact("state", source.Name),
            Fact("entity", response.Entity.Name),
            Fact("cycle", response.CycleId),
            Fact("questionnaire", words.Say("questionnaire.version", form.Title, response.Questionnaire.Version)),
            Fact("version", source.Version.ToString(CultureInfo.InvariantCulture)),
            Row(),
            Row(new SheetCell(words.Say("how"), CellStyle.Heading), new SheetCell("", CellStyle.Heading)),
        };
        for (var step = 1; step <= 8; step++)
        {
            rows.Add(Row(new SheetCell(step.ToString(CultureInfo.InvariantCulture), CellStyle.Label), new SheetCell(words.Say($"how.{step.ToString(CultureInfo.InvariantCulture)}"))));
        }

        return new Sheet(names.Take(words.Say("instructions")), rows, [26, 110]) { Locked = true };

        IReadOnlyList<SheetCell?> Fact(string key, string value) => Row(new SheetCell(words.Say(key), CellStyle.Label), new SheetCell(value));
    }

    private static Sheet Theme(SheetNames names, WorkbookWords words, Lists lists, Questionnaire questionnaire, EntityResponse response, FormSection section)
    {
        var (rows, choices) = (new List<IReadOnlyList<SheetCell?>>
        {
            Row(new SheetCell(string.Join(" – ", [.. section.Around, section.Title]), CellStyle.Title)),
            Row(new SheetCell("", CellStyle.Heading), new SheetCell(words.Say("questions"), CellStyle.Heading), new SheetCell(words.Say("answers"), CellStyle.Heading)),
        }, new List<SheetChoice>());
        Say(section.Introduction, CellStyle.Plain);
        foreach (var question in section.Questions)
        {
            rows.Add(Row());
            rows.Add(Row(new SheetCell(question.Kind == QuestionKind.Level ? question.Id : "", CellStyle.Heading), new SheetCell(question.Title, CellStyle.Heading), new SheetCell("", CellStyle.Heading)));
            Say(question.Text, CellStyle.Plain);
            Say(question.Help, CellStyle.Muted);
            Say(question.Confidential ? words.Say("confidential") : null, CellStyle.Muted);
            Say(questionnaire.DependsOnAnswers(question.Id) ? words.Say("onlyIf") : null, CellStyle.Muted);
            foreach (var entry in new AnswerCells(questionnaire, question, words).Of(response.Answers.GetValueOrDefault(question.Id)))
            {
                rows.Add(Row(
                    new SheetCell(entry.Label, CellStyle.Label),
                    entry.Hint is null ? null : new SheetCell(Fit(entry.Hint)),
                    new SheetCell(Fit(entry.Text), CellStyle.Entry, entry.IsNumber),
                    new SheetCell(entry.Key.ToString())));
                if (entry.Choices.Count > 0)
                {
                    choices.Add(new SheetChoice(rows.Count, EntryColumn, lists.SourceOf(entry.Choices)));
                }
            }
        }

        return new Sheet(names.Take(section.ShortTitle ?? section.Title), rows, widths) { Frozen = 2, Locked = true, Choices = choices };

        void Say(string? text, CellStyle style)
        {
            if (text is not null)
            {
                rows.Add(Row(null, new SheetCell(Fit(text), style)));
            }
        }
    }

    private static IReadOnlyList<SheetCell?> Row(params IReadOnlyList<SheetCell?> cells) => cells;

    /// <summary>A text as far as a cell holds it. A longer answer is changed online only; see <see cref="WorkbookReading"/>.</summary>
    private static string Fit(string text) => text.Length <= Spreadsheet.LongestText ? text
        : text[..(char.IsHighSurrogate(text[Spreadsheet.LongestText - 1]) ? Spreadsheet.LongestText - 1 : Spreadsheet.LongestText)];

    /// <summary>What drop-down lists offer, each list once, in columns of the hidden sheet.</summary>
    private sealed class Lists
    {
        private readonly List<IReadOnlyList<string>> all = [];
        private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);

        public string SourceOf(IReadOnlyList<string> choices)
        {
            var key = string.Join('\u001f', choices);
            if (!sources.TryGetValue(key, out var source))
            {
                var column = Spreadsheet.ColumnName(FirstListColumn + all.Count);
                sources[key] = source = string.Create(CultureInfo.InvariantCulture, $"{HiddenSheet}!${column}$1:${column}${choices.Count}");
                all.Add(choices);
            }

            return source;
        }

        /// <summary>The rows of the hidden sheet: facts at the left, lists at the right.</summary>
        public IReadOnlyList<IReadOnlyList<SheetCell?>> Beside(IReadOnlyList<(string Key, string Value)> facts) =>
        [
            .. Enumerable.Range(0, Math.Max(facts.Count, all.Count == 0 ? 0 : all.Max(l => l.Count))).Select(row => (IReadOnlyList<SheetCell?>)
            [
                row < facts.Count ? new SheetCell(facts[row].Key) : null, row < facts.Count ? new SheetCell(facts[row].Value) : null, null,
                .. all.Select(l => row < l.Count ? new SheetCell(l[row]) : null),
            ]),
        ];
    }
}
