using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>How far an assessment has come.</summary>
public enum AssessmentStatus
{
    /// <summary>Being answered.</summary>
    Open,

    /// <summary>Handed in; can be reopened until the cycle closes.</summary>
    Submitted,

    /// <summary>The cycle closed while it was submitted: it counts in the cycle's aggregate.</summary>
    Included,

    /// <summary>The cycle closed before it was submitted: it stays readable and counts nowhere.</summary>
    Expired,
}

/// <summary>What happened to an assessment; events are kept for ever and never changed.</summary>
public abstract record AssessmentEvent
{
    private AssessmentEvent()
    {
    }

    /// <summary>The State began an assessment for a cycle, with its profile as it stood.</summary>
    public sealed record Opened(string CycleId, QuestionnaireReference Questionnaire, Profile Profile, DateTimeOffset At) : AssessmentEvent;

    /// <summary>The State's current profile replaced the one that the assessment held.</summary>
    public sealed record ProfileTaken(Profile Profile, DateTimeOffset At) : AssessmentEvent;

    /// <summary>Answers were given, changed, or cleared (null).</summary>
    public sealed record AnswersSaved(IReadOnlyDictionary<string, Answer?> Answers, DateTimeOffset At) : AssessmentEvent;

    public sealed record Submitted(DateTimeOffset At) : AssessmentEvent;

    /// <summary>A submitted assessment was taken back to be amended.</summary>
    public sealed record Reopened(string Reason, DateTimeOffset At) : AssessmentEvent;

    /// <summary>The cycle closed; <paramref name="Included"/> says whether this assessment counts in it.</summary>
    public sealed record CycleClosed(bool Included, DateTimeOffset At) : AssessmentEvent;
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

    /// <summary>By question; what was cleared is absent.</summary>
    public IReadOnlyDictionary<string, Answer> Answers { get; init; } = new Dictionary<string, Answer>(StringComparer.Ordinal);

    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>How often it was reopened after a submission.</summary>
    public int Amendments { get; init; }

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
        ({ } s, AssessmentEvent.AnswersSaved e) => s with { Answers = Merge(s.Answers, e.Answers), ChangedAt = e.At },
        ({ } s, AssessmentEvent.Submitted e) => s with { Status = AssessmentStatus.Submitted, SubmittedAt = e.At, ChangedAt = e.At },
        ({ } s, AssessmentEvent.Reopened e) =>
            s with { Status = AssessmentStatus.Open, SubmittedAt = null, Amendments = s.Amendments + 1, ChangedAt = e.At },
        ({ } s, AssessmentEvent.CycleClosed e) =>
            s with { Status = e.Included ? AssessmentStatus.Included : AssessmentStatus.Expired, ChangedAt = e.At },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow {(state is null ? "nothing" : state.Status)}."),
    };

    private static Dictionary<string, Answer> Merge(IReadOnlyDictionary<string, Answer> before, IReadOnlyDictionary<string, Answer?> saved)
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
