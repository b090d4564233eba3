namespace SelfAssess.Domain.Questionnaires;

/// <summary>Why an answer or a profile does not fit the questionnaire.</summary>
/// <param name="Field">Which part of it: <c>value</c>, <c>reason</c>, <c>value.basis</c>… or the profile field.</param>
/// <param name="Message">What is wrong and what to do about it, in English.</param>
/// <param name="Code">Stable, for programs.</param>
public sealed record AnswerProblem(string Field, string Message, string Code);
