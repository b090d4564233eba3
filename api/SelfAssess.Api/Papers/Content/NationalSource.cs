using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Papers.Content;

/// <summary>All that a national report is made of: one State's own result. It never leaves the State.</summary>
/// <param name="State">The State's name in the report's language.</param>
/// <param name="Cycle">The cycle's name.</param>
/// <param name="Assessment">The assessment as it stands.</param>
/// <param name="Sheet">Its scores.</param>
/// <param name="Compared">What the comparison of the entities' answers gave; null where they were not compared.</param>
/// <param name="Last">The State's last assessment and its cycle's name; null where there is none.</param>
internal sealed record NationalSource(string State, string Cycle, Assessment Assessment, ScoreSheet Sheet, DivergenceReport? Compared, (ScoreSheet Sheet, string Cycle)? Last)
{
    public QuestionnaireDefinition Questionnaire => Sheet.Questionnaire.Definition;

    /// <summary>What the State may consider, as in its result.</summary>
    public IReadOnlyList<Recommendation> Recommended => Recommendations.For(Sheet,
        Compared is null ? new Dictionary<string, bool?>(StringComparer.Ordinal) : Divergences.BySection(Sheet.Questionnaire, Compared));
}
