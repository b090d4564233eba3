using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

/// <summary>A State's own assessments in earlier cycles.</summary>
internal static class EarlierAssessments
{
    /// <summary>The last one that was signed off before <paramref name="cycle"/>, with the same questionnaire, in any version; null where the State has none.</summary>
    public static async Task<(Cycle Cycle, Assessment Assessment)?> LastAsync(
        IStateStore states, ICommonStore common, string state, Cycle cycle, CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        var id = cycle.Questionnaire.Id;
        var earlier = await Marten.QueryableExtensions.ToListAsync(
            session.Query<Cycle>().Where(c => c.StartsOn < cycle.StartsOn && c.Questionnaire.Id == id).OrderByDescending(c => c.StartsOn), cancellationToken);
        foreach (var candidate in earlier)
        {
            if (await AssessmentReading.FindAsync(states, state, candidate.Id, cancellationToken) is var (assessment, _)
                && assessment.Status is AssessmentStatus.SignedOff or AssessmentStatus.Included or AssessmentStatus.National)
            {
                return (candidate, assessment);
            }
        }

        return null;
    }
}
