namespace SelfAssess.Domain.Questionnaires;

/// <summary>Something in a questionnaire that breaks a rule.</summary>
/// <param name="Path">JSON pointer (RFC 6901) into the definition, texts included: <c>/sections/0/questions/2/weight</c>.</param>
/// <param name="Code">Stable, for programs: <c>duplicateId</c>, <c>unknownReference</c>, <c>ruleCycle</c>…</param>
/// <param name="Message">What is wrong and what to do about it, in English.</param>
public sealed record Violation(string Path, string Code, string Message);
