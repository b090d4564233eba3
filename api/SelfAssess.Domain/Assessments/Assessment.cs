using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>How far an assessment has come.</summary>
public enum AssessmentStatus
{
    /// <summary>Being answered and reconciled.</summary>
    Open,

    /// <summary>Sealed; until the cycle closes it can be amended as a new revision.</summary>
    SignedOff,

    /// <summary>The cycle closed while it was signed off and had consent: it counts in the cycle's aggregate.</summary>
    Included,

    /// <summary>The cycle closed while it was signed off, without consent: it stays with the State.</summary>
    National,

    /// <summary>The cycle closed before it was signed off: it stays readable and counts nowhere.</summary>
    Expired,
}

/// <summary>What the State decided about leaving the country, separate from its sign-off.</summary>
public enum Consent
{
    /// <summary>Nothing leaves the State.</summary>
    KeepNational,

    /// <summary>An anonymous contribution joins the cycle's aggregate.</summary>
    JoinAggregate,
}

/// <summary>What happened to an assessment; events are kept for ever and never changed.</summary>
public abstract record AssessmentEvent
{
    private AssessmentEvent(DateTimeOffset at) => At = at;

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The State began an assessment for a cycle, with its profile as it stood.</summary>
    public sealed record Opened(string CycleId, QuestionnaireReference Questionnaire, Profile Profile, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The State's current profile replaced the one that the assessment held.</summary>
    public sealed record ProfileTaken(Profile Profile, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The short path of a State where one entity does everything: answers were given, changed, or cleared (null).</summary>
    public sealed record AnswersSaved(IReadOnlyDictionary<string, Answer?> Answers, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The list of entities and of what each is asked was written; an empty list takes a planned round back.</summary>
    public sealed record RoundPlanned(IReadOnlyList<RoundEntity> Entities, DateTimeOffset At, DateOnly? AnswerBy = null) : AssessmentEvent(At);

    public sealed record RoundOpened(DateTimeOffset At) : AssessmentEvent(At);

    public sealed record RoundClosed(DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>Entities may answer again. What was reconciled stays; where an entity changes its answer, it has to be looked at again.</summary>
    public sealed record RoundReopened(string Reason, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>Answers were agreed for the State.</summary>
    public sealed record Reconciled(IReadOnlyDictionary<string, ReconciledAnswer> Answers, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The State stands by the assessment. <paramref name="Seal"/> is the hash over its canonical content, lower-case hexadecimal SHA-256.</summary>
    public sealed record SignedOff(int Revision, string Seal, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>A sealed assessment is amended; the sealed revision stays what it is.</summary>
    public sealed record RevisionBegun(string Reason, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The State decided what may leave it, or changed its mind.</summary>
    public sealed record ConsentDecided(Consent Choice, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The assessment came from another instance with its history. What the State consented to there does not count here.</summary>
    public sealed record Imported(DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The cycle closed; <paramref name="Included"/> says whether this assessment counts in it.</summary>
    public sealed record CycleClosed(bool Included, DateTimeOffset At) : AssessmentEvent(At);

    /// <summary>The cycle was reopened for its second release, and the State takes part in that: it may amend, sign off late, or withdraw.</summary>
    public sealed record TakenUpAgain(DateTimeOffset At) : AssessmentEvent(At);
}

/// <summary>One State's assessment in one cycle: what all its events amount to.</summary>
public sealed record Assessment
{
    /// <summary>The stream; the same for all States of a cycle, and unique within a State.</summary>
    public Guid Id { get; init; }

    public required string CycleId { get; init; }
    public required QuestionnaireReference Questionnaire { get; init; }
    public required Profile Profile { get; init; }
    public AssessmentStatus Status { get; init; }

    /// <summary>The State's answers by question: given directly, or reconciled from its entities'. What was cleared is absent.</summary>
    public IReadOnlyDictionary<string, Answer> Answers { get; init; } = new Dictionary<string, Answer>(StringComparer.Ordinal);

    /// <summary>The round of entities; null where the State answers directly.</summary>
    public Round? Round { get; init; }

    /// <summary>By question that was reconciled.</summary>
    public IReadOnlyDictionary<string, Reconciliation> Reconciliations { get; init; } = new Dictionary<string, Reconciliation>(StringComparer.Ordinal);

    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The revision that is being worked on, or is sealed; the first is 1.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>When this revision was signed off; null while it is open.</summary>
    public DateTimeOffset? SignedOffAt { get; init; }

    /// <summary>The seal of this revision; null while it is open.</summary>
    public string? Seal { get; init; }

    /// <summary>Null until the State decides; then nothing leaves it.</summary>
    public Consent? Consent { get; init; }

    public DateTimeOffset? ConsentDecidedAt { get; init; }

    /// <summary>The state after one more event. The first event must be <see cref="AssessmentEvent.Opened"/>.</summary>
    public static Assessment Fold(Assessment? state, AssessmentEvent happened, Guid id = default) => (state, happened) switch
    {
        (null, AssessmentEvent.Opened e) => new Assessment
        {
            Id = id,
            CycleId = e.CycleId,
            Questionnaire = e.Questionnaire,
            Profile = e.Profile,
            OpenedAt = e.At,
            ChangedAt = e.At,
        },
        ({ } s, AssessmentEvent.ProfileTaken e) => s with { Profile = e.Profile, ChangedAt = e.At },
        ({ } s, AssessmentEvent.AnswersSaved e) => s with { Answers = s.Answers.With(e.Answers), ChangedAt = e.At },
        ({ } s, AssessmentEvent.RoundPlanned { Entities.Count: 0 } e) => s with { Round = null, ChangedAt = e.At },
        ({ } s, AssessmentEvent.RoundPlanned e) =>
            s with { Round = (s.Round ?? new Round(RoundStatus.Planned, [])) with { Entities = e.Entities, AnswerBy = e.AnswerBy }, ChangedAt = e.At },
        ({ Round: { } round } s, AssessmentEvent.RoundOpened e) =>
            s with { Round = round with { Status = RoundStatus.Open, OpenedAt = e.At }, ChangedAt = e.At },
        ({ Round: { } round } s, AssessmentEvent.RoundClosed e) =>
            s with { Round = round with { Status = RoundStatus.Closed, ClosedAt = e.At }, ChangedAt = e.At },
        ({ Round: { } round } s, AssessmentEvent.RoundReopened e) =>
            s with { Round = round with { Status = RoundStatus.Open, OpenedAt = e.At }, ChangedAt = e.At },
        ({ } s, AssessmentEvent.Reconciled e) => s with
        {
            Answers = s.Answers.With(e.Answers.ToDictionary(a => a.Key, a => (Answer?)a.Value.Answer, StringComparer.Ordinal)),
            Reconciliations = Record(s.Reconciliations, e),
            ChangedAt = e.At,
        },
        ({ } s, AssessmentEvent.SignedOff e) =>
            s with { Status = AssessmentStatus.SignedOff, Revision = e.Revision, Seal = e.Seal, SignedOffAt = e.At, ChangedAt = e.At },
        ({ } s, AssessmentEvent.RevisionBegun e) =>
            s with { Status = AssessmentStatus.Open, Revision = s.Revision + 1, Seal = null, SignedOffAt = null, ChangedAt = e.At },
        ({ } s, AssessmentEvent.ConsentDecided e) => s with { Consent = e.Choice, ConsentDecidedAt = e.At, ChangedAt = e.At },
        ({ } s, AssessmentEvent.Imported e) => s with { Consent = null, ConsentDecidedAt = null, ChangedAt = e.At },
        ({ } s, AssessmentEvent.CycleClosed e) => s with
        {
            Status = e.Included ? AssessmentStatus.Included : s.Status == AssessmentStatus.SignedOff ? AssessmentStatus.National : AssessmentStatus.Expired,
            ChangedAt = e.At,
        },
        ({ } s, AssessmentEvent.TakenUpAgain e) => s with { Status = s.Seal is null ? AssessmentStatus.Open : AssessmentStatus.SignedOff, ChangedAt = e.At },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow {(state is null ? "nothing" : state.Status)}."),
    };

    private static Dictionary<string, Reconciliation> Record(IReadOnlyDictionary<string, Reconciliation> before, AssessmentEvent.Reconciled happened)
    {
        var after = new Dictionary<string, Reconciliation>(before, StringComparer.Ordinal);
        foreach (var (question, agreed) in happened.Answers)
        {
            after[question] = new Reconciliation(agreed.Reason, agreed.Dissent, happened.At);
        }

        return after;
    }
}

/// <summary>Answers by question, as events change them.</summary>
internal static class AnswerSets
{
    /// <summary>The answers after some were saved, or cleared (null).</summary>
    public static Dictionary<string, Answer> With(this IReadOnlyDictionary<string, Answer> before, IReadOnlyDictionary<string, Answer?> saved)
    {
        var after = new Dictionary<string, Answer>(before, StringComparer.Ordinal);
        foreach (var (question, answer) in saved)
        {
            if (answer is null)
            {
                after.Remove(question);
            }
            else
            {
                after[question] = answer;
            }
        }

        return after;
    }
}
