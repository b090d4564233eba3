using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Charts.Models;

/// <summary>Which question and which dimension the name of a count stands for.</summary>
internal static class CountedQuestions
{
    /// <summary>Of <c>F14.1.basis</c> the matrix F14.1 and its dimension; of any other question the question alone. Ids may have dots themselves.</summary>
    public static (string Question, string? Dimension) Parse(QuestionnaireDefinition questionnaire, string name) =>
        questionnaire.AllQuestions().FirstOrDefault(q => name.Length > q.Id.Length && name.StartsWith(q.Id, StringComparison.Ordinal) && name[q.Id.Length] == '.'
            && q.Dimensions.Any(d => d.Id == name[(q.Id.Length + 1)..])) is { } matrix ? (matrix.Id, name[(matrix.Id.Length + 1)..]) : (name, null);
}
