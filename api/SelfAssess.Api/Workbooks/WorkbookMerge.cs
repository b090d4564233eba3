using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>Which of two answers to one question stays.</summary>
public enum WorkbookChoice
{
    /// <summary>The one in the workbook.</summary>
    Workbook,

    /// <summary>The one that was given online since the workbook was handed out.</summary>
    Online,

    /// <summary>Both joined, where that is possible.</summary>
    Both,
}

/// <summary>What taking a workbook in does to one question.</summary>
/// <param name="Edit">What was changed in the workbook.</param>
/// <param name="Online">The answer online now; null where there is none.</param>
/// <param name="IsConflict">Whether it was changed online too, and otherwise.</param>
/// <param name="Both">Both joined; null where they exclude each other, or there is no conflict.</param>
internal sealed record MergedAnswer(WorkbookEdit Edit, Answer? Online, bool IsConflict, Answer? Both);

/// <summary>Brings what was changed in a workbook together with what was changed online since.</summary>
internal static class WorkbookMerge
{
    /// <summary>Every question that the workbook changes. What both sides answered alike is no change.</summary>
    public static IReadOnlyList<MergedAnswer> Of(Questionnaire questionnaire, ReturnedWorkbook workbook, EntityResponse current) =>
    [
        .. workbook.Edits.Select(e => (Edit: e, Online: current.Answers.GetValueOrDefault(e.Question))).Where(m => !Same(m.Edit.Answer, m.Online) && !Same(m.Edit.Answer, m.Edit.Before)).Select(m =>
            Same(m.Edit.Before, m.Online) ? new MergedAnswer(m.Edit, m.Online, false, null)
            : new MergedAnswer(m.Edit, m.Online, true, Join(questionnaire, m.Edit.Question, m.Edit.Answer, m.Online))),
    ];

    /// <summary>Both answers as one: options and evidence of both, comments one below the other. Null where they say different things of which only one can be.</summary>
    private static Answer? Join(Questionnaire questionnaire, string question, Answer? workbook, Answer? online)
    {
        if (workbook is null || online is null || workbook.State != online.State)
        {
            return null;
        }

        var value = workbook.Value is null ? null : Join(workbook.Value, online.Value);
        if (value is null && workbook.Value is not null)
        {
            return null;
        }

        var joined = new Answer
        {
            Value = value,
            State = workbook.State,
            Reason = Join(online.Reason, workbook.Reason),
            Comment = Join(online.Comment, workbook.Comment),
            Evidence = [.. online.Evidence.Union(workbook.Evidence, StringComparer.Ordinal)],
        };
        return questionnaire.Check(question, joined).Count == 0 ? joined : null;
    }

    private static AnswerValue? Join(AnswerValue workbook, AnswerValue? online) => (workbook, online) switch
    {
        _ when workbook.Equals(online) => workbook,
        (AnswerValue.Choices w, AnswerValue.Choices o) => new AnswerValue.Choices([.. o.Ids.Union(w.Ids, StringComparer.Ordinal)]),
        (AnswerValue.Text w, AnswerValue.Text o) => new AnswerValue.Text(Join(o.Value, w.Value)!),
        (AnswerValue.Matrix w, AnswerValue.Matrix o) => JoinSides(w, o),
        _ => null,
    };

    private static AnswerValue.Matrix? JoinSides(AnswerValue.Matrix workbook, AnswerValue.Matrix online)
    {
        var sides = workbook.Dimensions.Keys.Union(online.Dimensions.Keys, StringComparer.Ordinal).ToDictionary(id => id, id =>
            !workbook.Dimensions.TryGetValue(id, out var w) ? online.Dimensions[id] : !online.Dimensions.TryGetValue(id, out var o) ? w : Join(w, o), StringComparer.Ordinal);
        return sides.Values.Any(s => s is null) ? null : new AnswerValue.Matrix(sides.ToDictionary(s => s.Key, s => s.Value!, StringComparer.Ordinal));
    }

    private static string? Join(string? first, string? second) =>
        first is null || first == second ? second : second is null ? first : $"{first}\n\n{second}";

    private static bool Same(Answer? one, Answer? other) => one is null ? other is null : other is not null && one.IsSameAs(other);
}
