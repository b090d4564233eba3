namespace SelfAssess.Domain.Questionnaires;

/// <summary>A questionnaire and the version that something is pinned to.</summary>
public sealed record QuestionnaireReference(string Id, string Version)
{
    public override string ToString() => $"{Id} {Version}";
}
