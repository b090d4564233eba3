using System.Globalization;
using System.Text;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>A cell that was to be filled in, as it came back.</summary>
/// <param name="Key">What it holds.</param>
/// <param name="Where">Its sheet and address, as programs write it: <c>'Theme'!C12</c>.</param>
/// <param name="Cell">What stands in it; null where it is empty.</param>
/// <param name="Changed">Whether that is something else than when the workbook was handed out.</param>
internal sealed record FilledEntry(EntryKey Key, string Where, ReadCell? Cell, bool Changed);

/// <summary>
/// Reads one question's cells. A part of the answer whose cells are as they were stays exactly as it was, whatever the way through a spreadsheet program did to
/// its text; what changed is read as people write it: a level by its words or its number, digits of any script, a day by its number or as text.
/// </summary>
/// <param name="questionnaire">Which answers are permitted.</param>
/// <param name="cells">The question's cells in the workbook's language.</param>
/// <param name="before">The answer when the workbook was handed out; null where there was none.</param>
/// <param name="entries">The cells as they came back.</param>
/// <param name="firstDay">From which day the workbook counts days.</param>
internal sealed class EntryReading(Questionnaire questionnaire, AnswerCells cells, Answer? before, IReadOnlyList<FilledEntry> entries, DateOnly firstDay)
{
    private readonly FormQuestion question = cells.Question;
    private readonly List<FieldProblem> problems = [];

    /// <summary>The answer, which is null where there is none any more; or everything that is wrong with its cells.</summary>
    public (Answer? Answer, IReadOnlyList<FieldProblem> Problems) Read()
    {
        foreach (var entry in entries.Where(e => e.Changed))
        {
            CheckCell(entry);
        }

        if (problems.Count > 0)
        {
            return (null, problems);
        }

        var (value, state) = question.Kind is QuestionKind.Level or QuestionKind.Single ? ReadGroup() : ReadApart();
        var reason = Changed(EntryKey.Reason) ? Text(EntryKey.Reason) : state == AnswerState.NotApplicable ? before?.Reason : null;
        var answer = new Answer
        {
            Value = value,
            State = state,
            Reason = reason,
            Comment = Changed(EntryKey.Comment) ? Text(EntryKey.Comment) : before?.Comment,
            Evidence = Changed(EntryKey.Evidence) ? [.. (Text(EntryKey.Evidence) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : before?.Evidence ?? [],
        };
        if (problems.Count > 0 || answer is { Value: null, State: null, Reason: null, Comment: null, Evidence.Count: 0 })
        {
            return (null, problems);
        }

        problems.AddRange(questionnaire.Check(question.Id, answer).Select(p => new FieldProblem(WhereOf(p.Field), p.Message, p.Code)));
        return (answer, problems);
    }

    private void CheckCell(FilledEntry entry)
    {
        var shown = entry.Key.Part switch
        {
            EntryKey.Comment => before?.Comment,
            EntryKey.Reason => before?.Reason,
            EntryKey.Value => (before?.Value as AnswerValue.Text)?.Value,
            EntryKey.Evidence => string.Join('\n', before?.Evidence ?? []),
            _ => null,
        };
        if (entry.Cell is { IsFormula: true })
        {
            Problem(entry, "The cell holds a formula. Enter what it comes to.", "formula");
        }
        else if (entry.Cell is { Kind: ReadCellKind.Error })
        {
            Problem(entry, "The cell holds an error of the spreadsheet program. Enter the answer anew.", "error");
        }
        else if (entry.Cell is { Kind: ReadCellKind.Day } && question.Kind != QuestionKind.Date)
        {
            Problem(entry, "The spreadsheet program took what was entered for a day. Format the cell as text and enter it anew.", "becameDay");
        }
        else if (shown?.Length > Spreadsheet.LongestText)
        {
            Problem(entry, "The text is longer than a cell holds; the workbook shows its beginning only. Change it online.", "longerThanCell");
        }
    }

    /// <summary>A level or an option, or a state instead, from one cell.</summary>
    private (AnswerValue? Value, AnswerState? State) ReadGroup()
    {
        if (Find(EntryKey.Value) is not { Changed: true } entry)
        {
            return (before?.Value, before?.State);
        }

        if (TextOf(entry) is not { } text)
        {
            return (null, null);
        }

        if (OptionOf(text, cells.Labels) is { } option)
        {
            return (new AnswerValue.Choice(option), null);
        }

        if (StateOf(text) is { } state)
        {
            return (null, state);
        }

        if (LevelOf(text) is { } level)
        {
            return (new AnswerValue.Choice(level), null);
        }

        Problem(entry, $"\"{Short(text)}\" is not in the cell's list.", "notInList");
        return (null, null);
    }

    /// <summary>A value from its own cells, and a state from its.</summary>
    private (AnswerValue? Value, AnswerState? State) ReadApart()
    {
        var (value, state) = (before?.Value, before?.State);
        var valueChanged = entries.Any(e => e is { Changed: true, Key.IsOfValue: true });
        if (valueChanged)
        {
            value = question.Kind switch
            {
                QuestionKind.Multiple => Choices(question.Options, null, (before?.Value as AnswerValue.Choices)?.Ids ?? []),
                QuestionKind.Matrix => Matrix(),
                QuestionKind.Number => Number(),
                QuestionKind.Date => Day(),
                _ => Text(EntryKey.Value) is { } text ? new AnswerValue.Text(text) : null,
            };
        }

        if (Find(EntryKey.State) is not { Changed: true } entry)
        {
            if (valueChanged && value is not null && state is not null && Find(EntryKey.State) is { } kept)
            {
                Problem(kept, "There is a value and a state. Empty this cell, or the cells of the value.", "valueOrState");
            }

            return (value, value is null || state is null ? state : null);
        }

        if (TextOf(entry) is not { } said)
        {
            return (value, null);
        }

        if (StateOf(said) is { } given)
        {
            return (null, given);
        }

        Problem(entry, $"\"{Short(said)}\" is not in the cell's list.", "notInList");
        return (value, null);
    }

    private AnswerValue.Choices? Choices(IReadOnlyList<FormOption> options, string? dimension, IReadOnlyList<string> chosen)
    {
        string[] ids = [.. options.Select(o => o.Id).Where(id =>
            entries.FirstOrDefault(e => dimension is null ? e.Key is { Part: EntryKey.Chosen } && e.Key.Member == id : e.Key.Member == dimension && e.Key.Option == id) is { Changed: true } entry
                ? Ticked(entry) : chosen.Contains(id, StringComparer.Ordinal))];
        return ids.Length == 0 ? null : new AnswerValue.Choices(ids);
    }

    private AnswerValue.Matrix? Matrix()
    {
        var sides = new Dictionary<string, AnswerValue>(StringComparer.Ordinal);
        foreach (var dimension in question.Dimensions)
        {
            var old = (before?.Value as AnswerValue.Matrix)?.Dimensions.GetValueOrDefault(dimension.Id);
            var changed = entries.Where(e => e.Changed && e.Key.Part == EntryKey.Dimension && e.Key.Member == dimension.Id).ToArray();
            var side = changed.Length == 0 ? old
                : dimension.Multiple ? Choices(dimension.Options, dimension.Id, (old as AnswerValue.Choices)?.Ids ?? [])
                : TextOf(changed[0]) is not { } text ? null
                : dimension.Options.Count == 0 ? new AnswerValue.Text(text)
                : OptionOf(text, AnswerCells.LabelsOf(dimension)) is { } option ? (AnswerValue)new AnswerValue.Choice(option) : NotInList(changed[0], text);
            if (side is not null)
            {
                sides[dimension.Id] = side;
            }
        }

        return sides.Count == 0 ? null : new AnswerValue.Matrix(sides);
    }

    private AnswerValue? NotInList(FilledEntry entry, string text)
    {
        Problem(entry, $"\"{Short(text)}\" is not in the cell's list.", "notInList");
        return null;
    }

    private AnswerValue.Number? Number()
    {
        var entry = Find(EntryKey.Value)!;
        if (TextOf(entry) is not { } text)
        {
            return null;
        }

        if (NumberOf(text) is { } number)
        {
            return new AnswerValue.Number(number);
        }

        Problem(entry, $"\"{Short(text)}\" is not a number.", "type");
        return null;
    }

    private AnswerValue.Date? Day()
    {
        var entry = Find(EntryKey.Value)!;
        if (TextOf(entry) is not { } text)
        {
            return null;
        }

        if (entry.Cell!.Kind is ReadCellKind.Day or ReadCellKind.Number && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && days is >= 1 and < 2_958_466)
        {
            return new AnswerValue.Date(firstDay.AddDays((int)days));
        }

        // With or without the time that some programs add.
        var day = Digits(text).Split('T', ' ')[0];
        if (DateOnly.TryParseExact(day, AnswerValue.Date.Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return new AnswerValue.Date(read);
        }

        Problem(entry, $"\"{Short(text)}\" is not a day in the form YYYY-MM-DD.", "type");
        return null;
    }

    private bool Ticked(FilledEntry entry)
    {
        var text = TextOf(entry);
        if (text is null || Same(text, cells.No) || text is "0" or "–" or "-" || Same(text, "FALSE"))
        {
            return false;
        }

        if (!Same(text, cells.Yes) && !Same(text, "TRUE") && !Same(text, "x") && Digits(text) is not "1" && text is not ("✓" or "✔" or "☑"))
        {
            Problem(entry, $"\"{Short(text)}\" is not in the cell's list.", "notInList");
        }

        return true;
    }

    private static string? OptionOf(string text, IReadOnlyDictionary<string, string> labels) =>
        labels.FirstOrDefault(l => Same(l.Value, text)).Key ?? labels.Keys.FirstOrDefault(id => id == text);

    private AnswerState? StateOf(string text) => cells.States.Where(s => Same(s.Value, text) || Same(s.Key.ToString(), text)).Select(s => (AnswerState?)s.Key).FirstOrDefault();

    /// <summary>A level by its number, alone or before a dash: "1", "١", "1 – Case by case".</summary>
    private string? LevelOf(string text)
    {
        var number = Digits(text).Split('–', '—', '-', ':', ' ')[0];
        return NumberOf(number) is { } value ? cells.Levels.Where(l => l.Value == value).Select(l => l.Key).FirstOrDefault() : null;
    }

    private FilledEntry? Find(string part) => entries.FirstOrDefault(e => e.Key.Part == part);

    private bool Changed(string part) => Find(part) is { Changed: true };

    private string? Text(string part) => Find(part) is { } entry ? TextOf(entry) : null;

    private static string? TextOf(FilledEntry entry) => ResponseWorkbook.TextOf(entry.Cell) is { Length: > 0 } text ? text : null;

    /// <summary>The cell that a problem of the answer's field concerns; the first changed one where several do.</summary>
    private string WhereOf(string field)
    {
        var parts = field.Split('.');
        bool Fits(FilledEntry e) => parts[0] == "value" ? e.Key.IsOfValue && (parts.Length == 1 || e.Key.Member == parts[1]) : e.Key.Part == parts[0];
        return (entries.FirstOrDefault(e => Fits(e) && e.Changed) ?? entries.FirstOrDefault(Fits) ?? entries.First(e => e.Changed)).Where;
    }

    private void Problem(FilledEntry entry, string reason, string code) => problems.Add(new FieldProblem(entry.Where, reason, code));

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)]}…";

    private static bool Same(string one, string other) => string.Equals(Spaced(one), Spaced(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>Every run of spaces, whatever their kind, as one.</summary>
    private static string Spaced(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>A number as people of any language write it; null where it is none.</summary>
    private static decimal? NumberOf(string text)
    {
        var plain = Digits(text).Replace('\u066b', '.').Replace('\u2212', '-');
        plain = string.Concat(plain.Where(c => !char.IsWhiteSpace(c) && c is not ('\u066c' or '\u2009' or '\u200e' or '\u200f' or '\u061c')));
        // A lone comma is taken for the sign of decimals, as on the pages.
        plain = plain.Contains('.', StringComparison.Ordinal) ? plain.Replace(",", "", StringComparison.Ordinal) : plain.Replace(',', '.');
        return decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
            : double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) && Math.Abs(large) < 1e15 ? (decimal)large
            : null;
    }

    /// <summary>Digits of any script as Western ones.</summary>
    private static string Digits(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? plain.Append((int)Rune.GetNumericValue(rune)) : plain.Append(rune.ToString());
        }

        return plain.ToString();
    }
}
