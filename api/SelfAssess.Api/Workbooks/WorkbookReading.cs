using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>Whose workbook is expected.</summary>
internal sealed record WorkbookAddress(string State, string Cycle, string Entity);

/// <summary>A question that was answered otherwise in a workbook than when it was handed out.</summary>
/// <param name="Question">The question.</param>
/// <param name="Where">Sheet and cell of the first change.</param>
/// <param name="Before">The answer when the workbook was handed out; null where there was none.</param>
/// <param name="Answer">The answer now; null where it was cleared.</param>
internal sealed record WorkbookEdit(string Question, string Where, Answer? Before, Answer? Answer);

/// <summary>A workbook that came back.</summary>
/// <param name="Version">The response's version when it was handed out.</param>
/// <param name="Language">The language of its words.</param>
/// <param name="Edits">What was changed, in the order of the questionnaire.</param>
internal sealed record ReturnedWorkbook(long Version, string Language, IReadOnlyList<WorkbookEdit> Edits);

/// <summary>Reads workbooks that come back: whether they are ours, whose they are, what is damaged, and what was changed.</summary>
internal static class WorkbookReading
{
    private const string WholeFile = "workbook";

    // As many as help; a workbook of which everything is broken says so soon enough.
    private const int MostProblems = 200;

    /// <summary>The workbook's seal and sheets; or why it is not taken, whatever is on the sheets.</summary>
    public static (SealedWorkbook? Sealed, ReadSpreadsheet? Read, Refusal? Refusal) Open(byte[] file, WorkbookAddress address, WorkbookSeals seals)
    {
        var (read, unreadable) = SpreadsheetReader.Read(file);
        if (unreadable is not null)
        {
            return (null, null, Whole(unreadable.Reason, unreadable.Code));
        }

        if (Array.Find([.. read!.Sheets], s => s.Name == ResponseWorkbook.HiddenSheet) is not { } hidden || SealIn(hidden) is not { Length: > 0 } seal
            || seals.Open(seal) is not { Format: SealedWorkbook.TheFormat } workbook)
        {
            return (null, null, Whole("The workbook was not handed out here, or its hidden sheet is damaged. Download it again.", "notOurs"));
        }

        var refusal = workbook.State != address.State ? Whole("The workbook is of another State.", "otherState")
            : workbook.Cycle != address.Cycle ? Whole($"The workbook is of another round, {workbook.Cycle}.", "otherRound")
            : workbook.Entity != address.Entity ? Whole($"The workbook is of another entity, {workbook.Entity}.", "otherEntity")
            : null;
        return (workbook, read, refusal);
    }

    /// <summary>What was changed in a workbook; or everything that is wrong with it.</summary>
    /// <param name="workbook">What it was.</param>
    /// <param name="read">What it is.</param>
    /// <param name="questionnaire">The response's questionnaire.</param>
    /// <param name="current">The response now.</param>
    /// <param name="version">Its version now.</param>
    /// <param name="before">The response when the workbook was handed out.</param>
    public static (ReturnedWorkbook? Returned, Refusal? Refusal) Read(
        SealedWorkbook workbook, ReadSpreadsheet read, Questionnaire questionnaire, EntityResponse current, long version, EntityResponse? before)
    {
        if (workbook.Questionnaire != current.Questionnaire)
        {
            return (null, Whole($"The workbook is of another version of the questionnaire, {workbook.Questionnaire}.", "otherVersion"));
        }

        if (workbook.Version > version || before is null)
        {
            return (null, Whole("The workbook is of a later state of the response than there is here.", "otherRound"));
        }

        var problems = new List<FieldProblem>();
        var entries = new List<FilledEntry>();
        foreach (var told in workbook.Sheets)
        {
            if (read.Sheets.FirstOrDefault(s => s.Name == told.Name) is { } sheet)
            {
                entries.AddRange(EntriesOf(told, sheet, problems));
            }
            else
            {
                problems.Add(new FieldProblem($"'{told.Name}'", "The sheet is missing or was renamed.", "missingSheet"));
            }
        }

        var known = workbook.Sheets.Select(s => s.Name).Append(ResponseWorkbook.HiddenSheet).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(read.Sheets.Where(s => !known.Contains(s.Name)).Select(s => new FieldProblem($"'{s.Name}'", "The sheet was not in the workbook when it was handed out. Remove it.", "unknownSheet")));
        if (problems.Count > 0)
        {
            return (null, Invalid(problems));
        }

        var edits = new List<WorkbookEdit>();
        var words = new WorkbookWords(workbook.Language);
        var asked = ResponseWorkbook.FormOf(current, questionnaire, workbook.Language).Sections.SelectMany(s => s.Questions).ToDictionary(q => q.Id, StringComparer.Ordinal);
        foreach (var changed in entries.GroupBy(e => e.Key.Question, StringComparer.Ordinal).Where(g => g.Any(e => e.Changed)))
        {
            var where = changed.First(e => e.Changed).Where;
            if (!asked.TryGetValue(changed.Key, out var question))
            {
                problems.Add(new FieldProblem(where, "Your entity is not asked this question any more.", "notAssigned"));
                continue;
            }

            var old = before.Answers.GetValueOrDefault(changed.Key);
            var (answer, wrong) = new EntryReading(questionnaire, new AnswerCells(questionnaire, question, words), old, [.. changed], read.FirstDay).Read();
            problems.AddRange(wrong);
            edits.Add(new WorkbookEdit(changed.Key, where, old, answer));
        }

        return problems.Count > 0 ? (null, Invalid(problems)) : (new ReturnedWorkbook(workbook.Version, workbook.Language, edits), null);
    }

    /// <summary>The cells to be filled in of a sheet, whose other cells have to be as they were.</summary>
    private static List<FilledEntry> EntriesOf(SealedSheet told, ReadSheet sheet, List<FieldProblem> problems)
    {
        var entries = new List<FilledEntry>();
        for (var row = 1; row <= told.Count; row++)
        {
            var (key, entry) = (At(row, ResponseWorkbook.KeyColumn)?.Text, At(row, ResponseWorkbook.EntryColumn));
            var locked = (ReadCell?[])[At(row, ResponseWorkbook.LabelColumn), At(row, ResponseWorkbook.TextColumn), At(row, ResponseWorkbook.KeyColumn)];
            if (!told.IsLockedAlike(row, ResponseWorkbook.LockedText(locked[0]?.Text, locked[1]?.Text, entry?.Text, key)) || Array.Exists(locked, c => c is { IsFormula: true }))
            {
                problems.Add(new FieldProblem(Where(row, ResponseWorkbook.LabelColumn), "What is locked in this row was changed. Restore it, or download the workbook again.", "lockedChanged"));
            }
            else if (key is not null && EntryKey.Parse(key) is { } part)
            {
                entries.Add(new FilledEntry(part, Where(row, ResponseWorkbook.EntryColumn), entry, !told.IsEntryAlike(row, ResponseWorkbook.TextOf(entry)) || entry is { IsFormula: true }));
            }
        }

        problems.AddRange(sheet.Cells.Keys.Where(c => c.Row > told.Count || c.Column > ResponseWorkbook.KeyColumn).Order().Select(c =>
            new FieldProblem(Where(c.Row, c.Column), "The cell is outside of those that are filled in. Empty it.", "outside")));
        return entries;

        ReadCell? At(int row, int column) => sheet.Cells.GetValueOrDefault((row, column));

        string Where(int row, int column) => $"'{sheet.Name}'!{Spreadsheet.Address(row, column)}";
    }

    private static string SealIn(ReadSheet hidden) => string.Concat(hidden.Cells
        .Where(c => c.Key.Column == 1 && c.Value.Text.StartsWith($"{ResponseWorkbook.SealRow}.", StringComparison.Ordinal)).OrderBy(c => c.Key.Row)
        .Select(c => hidden.Cells.GetValueOrDefault((c.Key.Row, 2))?.Text.Trim()));

    private static Refusal Whole(string reason, string code) => Refusal.Invalid(reason, new FieldProblem(WholeFile, reason, code));

    private static Refusal Invalid(IReadOnlyList<FieldProblem> problems) =>
        Refusal.Invalid("Some cells of the workbook cannot be taken; nothing was changed.", [.. problems.Take(MostProblems)]);
}
