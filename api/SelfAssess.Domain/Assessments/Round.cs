using System.Text.RegularExpressions;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>How far a round has come.</summary>
public enum RoundStatus
{
    /// <summary>Entities are being listed; nobody is asked yet.</summary>
    Planned,

    /// <summary>Entities answer, each without seeing the others.</summary>
    Open,

    /// <summary>No entity's answer changes any more; they are compared and reconciled.</summary>
    Closed,
}

/// <summary>The round in which a State's entities answer separately. A State where one entity does everything needs none.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Entities">Who is asked what; ids are unique.</param>
/// <param name="OpenedAt">When it was last opened or reopened; null while it is planned.</param>
/// <param name="ClosedAt">When it was last closed; null before.</param>
/// <param name="AnswerBy">The day by which the coordinator asks for answers; null where none is set. It is told, and closes nothing.</param>
public sealed record Round(RoundStatus Status, IReadOnlyList<RoundEntity> Entities, DateTimeOffset? OpenedAt = null, DateTimeOffset? ClosedAt = null, DateOnly? AnswerBy = null)
{
    /// <summary>The entity of that id; null where the round does not list it.</summary>
    public RoundEntity? Find(string entity) => Entities.FirstOrDefault(e => e.Id == entity);
}

/// <summary>One government entity in a round.</summary>
/// <param name="Id">Stable over a State's rounds, so that earlier answers are found again: kebab case, up to 40 characters.</param>
/// <param name="Name">As the State writes it.</param>
/// <param name="Kind">One of the questionnaire's kinds of entity; null for a kind of the State's own.</param>
/// <param name="Questions">What it is asked, in the questionnaire's order.</param>
public sealed partial record RoundEntity(string Id, string Name, string? Kind, IReadOnlyList<string> Questions)
{
    /// <summary>Whether an entity can have this id.</summary>
    public static bool IsId(string id) => Pattern().IsMatch(id);

    public bool Equals(RoundEntity? other) =>
        other is not null && (Id, Name, Kind) == (other.Id, other.Name, other.Kind) && Questions.SequenceEqual(other.Questions, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Id, Name, Kind, Questions.Count);

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>What the State recorded of one question when its entities' answers were brought together.</summary>
/// <param name="Reason">Why the answer is the State's.</param>
/// <param name="Dissent">What an entity that disagrees wants kept; null where nobody asked for it.</param>
/// <param name="At">When it was recorded.</param>
public sealed record Reconciliation(string Reason, string? Dissent, DateTimeOffset At);

/// <summary>An answer agreed for the State, and why.</summary>
/// <param name="Answer">The State's answer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Dissent">What an entity that disagrees wants kept; null where nobody asked for it.</param>
public sealed record ReconciledAnswer(Answer Answer, string Reason, string? Dissent);

/// <summary>Who is asked what by default.</summary>
public static class RoundDefaults
{
    /// <summary>
    /// The questions that the questionnaire asks of a kind of entity: those for every entity, and those for that kind. In its order, whether
    /// or not they apply to the State.
    /// </summary>
    /// <param name="definition">The questionnaire.</param>
    /// <param name="kind">One of its kinds; null for a kind of the State's own, which is asked only what everybody is asked.</param>
    public static IReadOnlyList<string> QuestionsFor(QuestionnaireDefinition definition, string? kind)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return [.. definition.AllQuestions().Where(q => q.Core || (kind is not null && q.AskedOf.Contains(kind, StringComparer.Ordinal))).Select(q => q.Id)];
    }
}
