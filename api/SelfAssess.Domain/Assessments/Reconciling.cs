using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>What follows from the entities' answers when they are brought together. Nothing here decides for the State.</summary>
public static class Reconciling
{
    /// <summary>True where an entity that is asked the question changed its answer after the State's was recorded.</summary>
    public static bool IsStale(string question, Reconciliation recorded, IEnumerable<EntityResponse> responses)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return responses.Any(r => r.Entity.Questions.Contains(question, StringComparer.Ordinal) && r.AnsweredAt.TryGetValue(question, out var at) && at > recorded.At);
    }

    /// <summary>
    /// The answer that all entities gave which answered at all, with everybody's pointers to evidence and nobody's comment; null where they differ or
    /// nobody answered. Of a confidential question only the level, and only where so many gave it that it may be shown as a range.
    /// </summary>
    public static Answer? Agreed(Questionnaire questionnaire, string question, IEnumerable<EntityResponse> responses)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        var given = responses.SelectMany(r => r.CountedAnswers).Where(a => a.Key == question).Select(a => a.Value).ToArray();
        if (given.Length == 0 || given.Any(a => !Equals(a.Value, given[0].Value) || a.State != given[0].State))
        {
            return null;
        }

        if (questionnaire.IsConfidential(question))
        {
            return given[0].Value is { } level && given.Length >= Divergences.FewestForARange ? new Answer { Value = level } : null;
        }

        string[] evidence = [.. given.SelectMany(a => a.Evidence).Distinct(StringComparer.Ordinal).Take(Questionnaire.MostEvidence)];
        return new Answer { Value = given[0].Value, State = given[0].State, Reason = given[0].Reason, Evidence = evidence };
    }
}
