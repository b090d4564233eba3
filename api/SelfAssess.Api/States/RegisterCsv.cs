using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.States;

/// <summary>
/// The register as a table: one State a row, UTF-8, RFC 4180, with a header. Columns that are not in the file are left as they are in the register.
/// </summary>
internal static partial class RegisterCsv
{
    public const string ContentType = "text/csv";
    private const int MostRows = 1000;

    private static readonly CsvConfiguration written = new(CultureInfo.InvariantCulture) { NewLine = "\r\n" };

    // Without a line end of its own it takes any.
    private static readonly CsvConfiguration read = new(CultureInfo.InvariantCulture) { MissingFieldFound = null };

    private static readonly AttStanding undated = new() { Status = AttStatus.Other };

    /// <summary>The columns, each with what it reads from an entry and how it changes one.</summary>
    private static readonly IReadOnlyList<Column> columns =
    [
        new("code", s => s.Id, (s, _) => s),
        new("m49", s => s.M49, (s, v) => v is null || M49().IsMatch(v) ? s with { M49 = v } : throw new FormatException("An M49 code has three digits.")),
        new("regionalGroup", s => Text(s.RegionalGroup), (s, v) => s with { RegionalGroup = Read<RegionalGroup>(v) }),
        new("unitedNations", s => Text(s.UnitedNations), (s, v) => s with { UnitedNations = Read<UnitedNations>(v) }),
        new("en", s => s.Name, (s, v) => s with { Name = v is null ? throw new FormatException("The name in English is missing.") : Checked(v) }),
        .. StatesSetup.OtherLanguages.Select(language => new Column(language, s => s.Names.GetValueOrDefault(language), (s, v) => s with { Names = With(s.Names, language, v) })),
        new("attStatus", s => Text(s.Att?.Status), (s, v) => s with { Att = Read<AttStatus>(v) is { } status ? (s.Att ?? undated) with { Status = status } : null }),
        new("attSignedOn", s => Text(s.Att?.SignedOn), (s, v) => s with { Att = Dated(s, v, (a, d) => a with { SignedOn = d }) }),
        new("attConsentedOn", s => Text(s.Att?.ConsentedOn), (s, v) => s with { Att = Dated(s, v, (a, d) => a with { ConsentedOn = d }) }),
        new("attInForceOn", s => Text(s.Att?.InForceOn), (s, v) => s with { Att = Dated(s, v, (a, d) => a with { InForceOn = d }) }),
    ];

    public static byte[] Write(IEnumerable<RegisteredState> states)
    {
        using var stream = new MemoryStream();
        using (var writer = new CsvWriter(new StreamWriter(stream), written))
        {
            foreach (var column in columns)
            {
                writer.WriteField(column.Name);
            }

            foreach (var state in states)
            {
                writer.NextRecord();
                foreach (var column in columns)
                {
                    writer.WriteField(column.Read(state) ?? "");
                }
            }

            writer.NextRecord();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a table into entries, over those that there are; every problem is reported with its line and column.</summary>
    public static (IReadOnlyList<RegisteredState> States, IReadOnlyList<FieldProblem> Problems) Read(string csv, IReadOnlyDictionary<string, RegisteredState> existing)
    {
        var states = new Dictionary<string, RegisteredState>(StringComparer.Ordinal);
        var problems = new List<FieldProblem>();
        using var reader = new CsvReader(new StringReader(csv), read);
        try
        {
            if (!reader.Read() || !reader.ReadHeader() || reader.HeaderRecord is not { } header)
            {
                return ([], [new FieldProblem("line 1", "The table is empty; its first line names the columns.", "empty")]);
            }

            var given = Columns(header, problems);
            while (problems.Count < 100 && reader.Read())
            {
                var line = reader.Context.Parser!.RawRow;
                if (states.Count == MostRows)
                {
                    problems.Add(new FieldProblem($"line {line}", $"A table has at most {MostRows} rows.", "tooMany"));
                    break;
                }

                ReadRow(reader, given, line, existing, states, problems);
            }
        }
        catch (CsvHelperException e)
        {
            problems.Add(new FieldProblem($"line {e.Context?.Parser?.RawRow ?? 1}", "The line is no row of a table: a quotation mark is missing or stands where it cannot.", "malformed"));
        }

        return ([.. states.Values], problems);
    }

    private static (int Index, Column Column)[] Columns(string[] header, List<FieldProblem> problems)
    {
        var given = new List<(int, Column)>();
        for (var i = 0; i < header.Length; i++)
        {
            if (columns.FirstOrDefault(c => c.Name == header[i].Trim().TrimStart('\uFEFF')) is not { } column)
            {
                problems.Add(new FieldProblem($"line 1, column {i + 1}", $"There is no column '{header[i]}'; there are {string.Join(", ", columns.Select(c => c.Name))}.", "unknownColumn"));
            }
            else if (given.Exists(g => g.Item2 == column))
            {
                problems.Add(new FieldProblem($"line 1, column {i + 1}", $"The column '{column.Name}' stands twice.", "duplicate"));
            }
            else
            {
                given.Add((i, column));
            }
        }

        if (!given.Exists(g => g.Item2.Name == "code"))
        {
            problems.Add(new FieldProblem("line 1", "The column 'code' is missing.", "required"));
        }

        return [.. given];
    }

    private static void ReadRow(
        CsvReader reader, (int Index, Column Column)[] given, int line, IReadOnlyDictionary<string, RegisteredState> existing, Dictionary<string, RegisteredState> states, List<FieldProblem> problems)
    {
        var at = given.FirstOrDefault(g => g.Column.Name == "code");
        var code = at.Column is null ? "" : Cell(at.Index) ?? "";
        if (at.Column is not null && !Code().IsMatch(code))
        {
            problems.Add(new FieldProblem($"line {line}, code", "A State's code is two to eight capital letters and digits.", "code"));
            return;
        }

        var state = existing.GetValueOrDefault(code) ?? new RegisteredState { Id = code, Name = "" };
        foreach (var (index, column) in given)
        {
            try
            {
                state = column.Change(state, Cell(index));
            }
            catch (FormatException e)
            {
                problems.Add(new FieldProblem($"line {line}, {column.Name}", e.Message, "format"));
            }
        }

        if (state.Name.Length == 0)
        {
            problems.Add(new FieldProblem($"line {line}, en", "A State that is new to the register needs its name in English.", "required"));
        }

        if (!states.TryAdd(code, state))
        {
            problems.Add(new FieldProblem($"line {line}, code", $"The State {code} stands twice.", "duplicate"));
        }

        string? Cell(int index)
        {
            var cell = reader.TryGetField<string>(index, out var text) ? text?.Trim() : null;
            return string.IsNullOrEmpty(cell) ? null
                : cell.Length > StatesSetup.LongestName || !Domain.Assessments.StorableText.Is(cell) ? throw new FormatException($"A cell has at most {StatesSetup.LongestName} characters, and no null character.")
                : cell;
        }
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> names, string language, string? name)
    {
        var changed = new Dictionary<string, string>(names, StringComparer.Ordinal);
        changed.Remove(language);
        if (name is not null)
        {
            changed[language] = Checked(name);
        }

        return changed;
    }

    private static string Checked(string name) => StatesSetup.IsName(name) ? name : throw new FormatException(StatesSetup.NameRule);

    private static AttStanding? Dated(RegisteredState state, string? value, Func<AttStanding, DateOnly?, AttStanding> change)
    {
        DateOnly? date = value is null ? null
            : DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
            : throw new FormatException("A date is written YYYY-MM-DD.");
        return state.Att is { } att ? change(att, date)
            : date is null ? null : throw new FormatException("A date needs the State's standing in the column attStatus.");
    }

    private static T? Read<T>(string? value)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]).ToArray();
        return value is null ? null
            : Array.IndexOf(names, value) is >= 0 and var index ? Enum.GetValues<T>()[index]
            : throw new FormatException($"'{value}' is not among {string.Join(", ", names)}.");
    }

    private static string? Text<T>(T? value)
        where T : struct, Enum =>
        value?.ToString() is { } name ? char.ToLowerInvariant(name[0]) + name[1..] : null;

    private static string? Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(StatesSetup.CodePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(StatesSetup.M49Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex M49();

    private sealed record Column(string Name, Func<RegisteredState, string?> Read, Func<RegisteredState, string?, RegisteredState> Change);
}
