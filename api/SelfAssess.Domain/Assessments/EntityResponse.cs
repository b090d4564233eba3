using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Assessments;

/// <summary>How far one entity's response has come.</summary>
public enum ResponseStatus
{
    /// <summary>Being answered.</summary>
    Open,

    /// <summary>Confirmed by the entity's head; can be taken back or returned until the round closes.</summary>
    Confirmed,

    /// <summary>The round closed; nothing changes any more unless it is reopened.</summary>
    Closed,
}

/// <summary>What happened to one entity's response; events are kept for ever and never changed.</summary>
public abstract record ResponseEvent
{
    private ResponseEvent(DateTimeOffset at) => At = at;

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The entity is asked.</summary>
    public sealed record Opened(string CycleId, QuestionnaireReference Questionnaire, Profile Profile, RoundEntity Entity, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The entity's name, kind or questions changed. Answers to questions that it is no longer asked are kept and not counted.</summary>
    public sealed record Reassigned(RoundEntity Entity, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>Answers of an earlier cycle were laid beside the questions; each counts only when it is saved again.</summary>
    public sealed record Prefilled(string FromCycle, IReadOnlyDictionary<string, Answer> Answers, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>Answers were given, changed, or cleared (null).</summary>
    public sealed record AnswersSaved(IReadOnlyDictionary<string, Answer?> Answers, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The entity's head stands by the answers; <paramref name="By"/> is their name and function.</summary>
    public sealed record Confirmed(string By, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The entity took its confirmation back.</summary>
    public sealed record ConfirmationWithdrawn(DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The coordinator asks the entity to look again.</summary>
    public sealed record Returned(string Comment, DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The round closed, or the entity was taken off its list.</summary>
    public sealed record Closed(DateTimeOffset At) : ResponseEvent(At);

    /// <summary>The round was opened again.</summary>
    public sealed record Reopened(RoundEntity Entity, Profile Profile, DateTimeOffset At) : ResponseEvent(At);
}

/// <summary>What one government entity answers in one round: what all its events amount to. Until the round closes nobody else sees its answers.</summary>
public sealed record EntityResponse
{
    /// <summary>The stream; the same in every State for an entity's id in a cycle.</summary>
    public Guid Id { get; init; }

    public required string CycleId { get; init; }
    public required QuestionnaireReference Questionnaire { get; init; }
    public required Profile Profile { get; init; }
    public required RoundEntity Entity { get; init; }
    public ResponseStatus Status { get; init; }

    /// <summary>By question; what was cleared is absent.</summary>
    public IReadOnlyDictionary<string, Answer> Answers { get; init; } = new Dictionary<string, Answer>(StringComparer.Ordinal);

    /// <summary>When each answer last became what it is.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> AnsweredAt { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Answers of an earlier cycle, to be confirmed or changed one by one.</summary>
    public IReadOnlyDictionary<string, Answer> Prefilled { get; init; } = new Dictionary<string, Answer>(StringComparer.Ordinal);

    /// <summary>The cycle of <see cref="Prefilled"/>; null where nothing was pre-filled.</summary>
    public string? PrefilledFrom { get; init; }

    /// <summary>Who confirmed: name and function. Null unless the answers, as they stand, are confirmed.</summary>
    public string? ConfirmedBy { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Why the coordinator returned it; null once it is confirmed again.</summary>
    public string? ReturnComment { get; init; }

    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The answers to what the entity is asked now.</summary>
    public IEnumerable<KeyValuePair<string, Answer>> CountedAnswers => Answers.Where(a => Entity.Questions.Contains(a.Key, StringComparer.Ordinal));

    /// <summary>True where the answer is the one of the earlier cycle, saved again without a change.</summary>
    public bool IsUnchanged(string question) =>
        Answers.TryGetValue(question, out var now) && Prefilled.TryGetValue(question, out var before) && now.IsSameAs(before);

    /// <summary>The state after one more event. The first event must be <see cref="ResponseEvent.Opened"/>.</summary>
    public static EntityResponse Fold(EntityResponse? state, ResponseEvent happened, Guid id = default) => (state, happened) switch
    {
        (null, ResponseEvent.Opened e) => new EntityResponse
        {
            Id = id,
            CycleId = e.CycleId,
            Questionnaire = e.Questionnaire,
            Profile = e.Profile,
            Entity = e.Entity,
            OpenedAt = e.At,
            ChangedAt = e.At,
        },
        ({ } s, ResponseEvent.Reassigned e) => Unconfirmed(s) with { Entity = e.Entity, ChangedAt = e.At },
        ({ } s, ResponseEvent.Prefilled e) => s with { Prefilled = e.Answers, PrefilledFrom = e.FromCycle, ChangedAt = e.At },
        ({ } s, ResponseEvent.AnswersSaved e) => s with { Answers = s.Answers.With(e.Answers), AnsweredAt = Stamp(s, e), ChangedAt = e.At },
        ({ } s, ResponseEvent.Confirmed e) => s with { Status = ResponseStatus.Confirmed, ConfirmedBy = e.By, ConfirmedAt = e.At, ReturnComment = null, ChangedAt = e.At },
        ({ } s, ResponseEvent.ConfirmationWithdrawn e) => Unconfirmed(s) with { ChangedAt = e.At },
        ({ } s, ResponseEvent.Returned e) => Unconfirmed(s) with { ReturnComment = e.Comment, ChangedAt = e.At },
        ({ } s, ResponseEvent.Closed e) => s with { Status = ResponseStatus.Closed, ChangedAt = e.At },
        ({ } s, ResponseEvent.Reopened e) => Unconfirmed(s) with { Entity = e.Entity, Profile = e.Profile, ChangedAt = e.At },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow {(state is null ? "nothing" : state.Status)}."),
    };

    private static EntityResponse Unconfirmed(EntityResponse s) => s with { Status = ResponseStatus.Open, ConfirmedBy = null, ConfirmedAt = null };

    private static Dictionary<string, DateTimeOffset> Stamp(EntityResponse s, ResponseEvent.AnswersSaved saved)
    {
        var after = new Dictionary<string, DateTimeOffset>(s.AnsweredAt, StringComparer.Ordinal);
        foreach (var (question, answer) in saved.Answers)
        {
            if (answer is null || !s.Answers.TryGetValue(question, out var before) || !before.IsSameAs(answer))
            {
                after[question] = saved.At;
            }
        }

        return after;
    }
}
