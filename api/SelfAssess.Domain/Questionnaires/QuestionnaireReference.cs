namespace SelfAssess.Domain.Questionnaires;

/// <summary>A questionnaire and the version that something is pinned to.</summary>
/// <param name="Id">The questionnaire's id.</param>
/// <param name="Version"><c>major.minor</c>.</param>
public sealed record QuestionnaireReference(string Id, string Version)
{
    public override string ToString() => $"{Id} {Version}";
}
