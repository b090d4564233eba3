using System.Text.Json;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

/// <summary>An answer as it travels: a value or a state, never both.</summary>
public sealed record AnswerBody
{
    /// <summary>
    /// By the question's kind: the id of a level or option, a list of option ids, a number, a text, a date (YYYY-MM-DD), or for a matrix an
    /// object by dimension.
    /// </summary>
    public JsonElement? Value { get; init; }

    /// <summary>Instead of a value.</summary>
    public AnswerState? State { get; init; }

    /// <summary>Why the question is not applicable; required with that state.</summary>
    public string? Reason { get; init; }

    /// <summary>Anything worth knowing; never classified content.</summary>
    public string? Comment { get; init; }

    /// <summary>Pointers to evidence: titles, reference numbers, links; never the evidence itself.</summary>
    public IReadOnlyList<string>? Evidence { get; init; }

    internal static AnswerBody Of(Answer answer) => new()
    {
        Value = answer.Value?.ToJson(),
        State = answer.State,
        Reason = answer.Reason,
        Comment = answer.Comment,
        Evidence = answer.Evidence.Count == 0 ? null : answer.Evidence,
    };
}

/// <summary>One State's assessment in one cycle.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Questionnaire">The version that it is pinned to.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Profile">The context profile that chooses and words the questions.</param>
/// <param name="Answers">By question.</param>
/// <param name="OpenedAt">When the State began.</param>
/// <param name="ChangedAt">When it last changed.</param>
/// <param name="Revision">The revision that is open or sealed; the first is 1.</param>
/// <param name="SignedOffAt">When this revision was signed off; absent while it is open.</param>
/// <param name="Seal">SHA-256 over the canonical content, lower-case hexadecimal; absent while it is open.</param>
/// <param name="Consent">What the State decided about the anonymous aggregate; absent until it decides, and then nothing leaves it.</param>
/// <param name="Round">How far the round of its entities has come; absent where the State answers directly.</param>
public sealed record AssessmentView(
    string State,
    string Cycle,
    QuestionnaireReference Questionnaire,
    AssessmentStatus Status,
    Profile Profile,
    IReadOnlyDictionary<string, AnswerBody> Answers,
    DateTimeOffset OpenedAt,
    DateTimeOffset ChangedAt,
    int Revision,
    DateTimeOffset? SignedOffAt,
    string? Seal,
    Consent? Consent,
    RoundStatus? Round)
{
    internal static AssessmentView Of(string state, Assessment assessment) => new(
        state,
        assessment.CycleId,
        assessment.Questionnaire,
        assessment.Status,
        assessment.Profile,
        assessment.Answers.ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value), StringComparer.Ordinal),
        assessment.OpenedAt,
        assessment.ChangedAt,
        assessment.Revision,
        assessment.SignedOffAt,
        assessment.Seal,
        assessment.Consent,
        assessment.Round?.Status);
}

/// <summary>What a change answers: enough to go on, without sending everything back.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Status">How far the assessment has come.</param>
/// <param name="Version">The new version; the same as the ETag.</param>
/// <param name="ChangedAt">When this change was made.</param>
/// <param name="Answered">Questions with a value or a state.</param>
public sealed record AssessmentReceipt(string State, string Cycle, AssessmentStatus Status, long Version, DateTimeOffset ChangedAt, int Answered)
{
    internal static AssessmentReceipt Of(string state, Assessment assessment, long version) =>
        new(state, assessment.CycleId, assessment.Status, version, assessment.ChangedAt, assessment.Answers.Count);
}
