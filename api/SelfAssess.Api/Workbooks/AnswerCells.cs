using System.Globalization;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>A cell to be filled in.</summary>
/// <param name="Key">What it holds.</param>
/// <param name="Label">What is to be entered.</param>
/// <param name="Hint">What helps; null where there is nothing.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="IsNumber">Whether that is a number.</param>
/// <param name="Choices">What its drop-down list offers; empty where it has none.</param>
internal sealed record PlannedEntry(EntryKey Key, string Label, string? Hint, string Text, bool IsNumber, IReadOnlyList<string> Choices);

/// <summary>The cells of one question's answer, in one language.</summary>
internal sealed class AnswerCells
{
    private readonly FormQuestion question;
    private readonly WorkbookWords words;
    private readonly Dictionary<string, string> labels;
    private readonly Dictionary<AnswerState, string> states;

    public AnswerCells(Questionnaire questionnaire, FormQuestion question, WorkbookWords words)
    {
        (this.question, this.words) = (question, words);
        var distinct = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (question.Kind == QuestionKind.Level)
        {
            // The levels' values are what people call them by.
            var ids = question.Options.Select(o => o.Id).ToArray();
            Levels = questionnaire.Definition.Scales.First(s => s.Levels.Select(l => l.Id).SequenceEqual(ids, StringComparer.Ordinal)).Levels.ToDictionary(l => l.Id, l => l.Value, StringComparer.Ordinal);
        }

        labels = question.Options.ToDictionary(o => o.Id, o => Distinct(distinct, Levels.TryGetValue(o.Id, out var value) ? words.Say("level", value, o.Label) : o.Label), StringComparer.Ordinal);
        states = question.States.ToDictionary(s => s.State, s => Distinct(distinct, words.State(s.State)));
    }

    /// <summary>The value of each level; empty for other questions.</summary>
    public IReadOnlyDictionary<string, decimal> Levels { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal);

    public FormQuestion Question => question;

    /// <summary>Options by the words that the list offers.</summary>
    public IReadOnlyDictionary<string, string> Labels => labels;

    public IReadOnlyDictionary<AnswerState, string> States => states;

    public string Yes => words.Say("yes");

    public string No => words.Say("no");

    /// <summary>What an option of a dimension is called in its list.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(FormDimension dimension)
    {
        var distinct = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return dimension.Options.ToDictionary(o => o.Id, o => Distinct(distinct, o.Label), StringComparer.Ordinal);
    }

    /// <summary>The cells in their order, filled with an answer.</summary>
    public IEnumerable<PlannedEntry> Of(Answer? answer) => [.. ValuesOf(answer), .. BesideOf(answer)];

    private IEnumerable<PlannedEntry> ValuesOf(Answer? answer)
    {
        var value = answer?.Value;
        switch (question.Kind)
        {
            case QuestionKind.Level or QuestionKind.Single:
                var chosen = value is AnswerValue.Choice choice ? labels.GetValueOrDefault(choice.Id) : answer?.State is { } state ? states.GetValueOrDefault(state) : null;
                yield return Entry(EntryKey.Value, words.Say("answer"), Descriptors(), chosen, [.. labels.Values, .. states.Values]);
                yield break;
            case QuestionKind.Multiple:
                foreach (var option in question.Options)
                {
                    yield return Tick(new EntryKey(question.Id, EntryKey.Chosen, option.Id), option, value is AnswerValue.Choices choices && choices.Ids.Contains(option.Id, StringComparer.Ordinal));
                }

                break;
            case QuestionKind.Matrix:
                foreach (var entry in question.Dimensions.SelectMany(d => Side(d, (value as AnswerValue.Matrix)?.Dimensions.GetValueOrDefault(d.Id))))
                {
                    yield return entry;
                }

                break;
            case QuestionKind.Number:
                var number = (value as AnswerValue.Number)?.Value.ToString(CultureInfo.InvariantCulture);
                yield return Entry(EntryKey.Value, words.Say("answer"), Bounds(), number, []) with { IsNumber = true };
                break;
            case QuestionKind.Date:
                yield return Entry(EntryKey.Value, words.Say("answer"), words.Say("date"), (value as AnswerValue.Date)?.ToString(), []);
                break;
            default:
                yield return Entry(EntryKey.Value, words.Say("answer"), words.Say("text", question.MaximumLength ?? Questionnaire.DefaultTextLength), (value as AnswerValue.Text)?.Value, []);
                break;
        }

        yield return Entry(EntryKey.State, words.Say("states"), StateHints(), answer?.State is { } given ? states.GetValueOrDefault(given) : null, [.. states.Values]);
    }

    private IEnumerable<PlannedEntry> BesideOf(Answer? answer)
    {
        if (states.ContainsKey(AnswerState.NotApplicable))
        {
            yield return Entry(EntryKey.Reason, words.Say("reason"), words.Say("reason.hint"), answer?.Reason, []);
        }

        yield return Entry(EntryKey.Comment, words.Say("comment"), words.Say("comment.hint"), answer?.Comment, []);
        if (question.EvidencePrompt is not null || answer?.Evidence.Count > 0)
        {
            yield return Entry(EntryKey.Evidence, words.Say("evidence"), Lines(question.EvidencePrompt, words.Say("evidence.hint")), string.Join('\n', answer?.Evidence ?? []), []);
        }
    }

    private IEnumerable<PlannedEntry> Side(FormDimension dimension, AnswerValue? value)
    {
        var key = new EntryKey(question.Id, EntryKey.Dimension, dimension.Id);
        if (dimension.Options.Count == 0)
        {
            yield return new PlannedEntry(key, dimension.Label, dimension.Help, (value as AnswerValue.Text)?.Value ?? "", false, []);
        }
        else if (!dimension.Multiple)
        {
            var offered = LabelsOf(dimension);
            yield return new PlannedEntry(key, dimension.Label, dimension.Help, value is AnswerValue.Choice choice ? offered.GetValueOrDefault(choice.Id) ?? "" : "", false, [.. offered.Values]);
        }
        else
        {
            foreach (var option in dimension.Options)
            {
                yield return Tick(key with { Option = option.Id }, option, value is AnswerValue.Choices choices && choices.Ids.Contains(option.Id, StringComparer.Ordinal), dimension.Label);
            }
        }
    }

    private PlannedEntry Tick(EntryKey key, FormOption option, bool chosen, string? of = null) =>
        new(key, of ?? words.Say("choice"), Lines(option.Label, option.Exclusive ? words.Say("exclusive") : null), chosen ? Yes : "", false, [Yes, No]);

    private PlannedEntry Entry(string part, string label, string? hint, string? text, IReadOnlyList<string> choices) =>
        new(new EntryKey(question.Id, part), label, hint, text ?? "", false, choices);

    private string? Descriptors() =>
        Lines([.. question.Options.Select(o => o.Descriptor is null ? null : words.Say("descriptor", labels[o.Id], o.Descriptor)), StateHints()]);

    private string? StateHints() => Lines([.. question.States.Select(s => s.When is null ? null : words.Say("descriptor", states[s.State], s.When))]);

    private string Bounds() => (question.Minimum, question.Maximum) switch
    {
        ({ } low, { } high) => words.Say("number.between", low, high),
        ({ } low, null) => words.Say("number.atLeast", low),
        (null, { } high) => words.Say("number.atMost", high),
        _ => words.Say("number"),
    };

    private static string? Lines(params ReadOnlySpan<string?> lines) => lines.ToArray().OfType<string>().ToArray() is { Length: > 0 } some ? string.Join('\n', some) : null;

    /// <summary>The same words twice in a list could not be told apart.</summary>
    private static string Distinct(HashSet<string> taken, string label)
    {
        var name = label;
        for (var number = 2; !taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{label} ({number})");
        }

        return name;
    }
}
