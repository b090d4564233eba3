using JasperFx.Events;
using Marten;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

/// <summary>One thing that happened.</summary>
/// <param name="Entity">Whose response it happened to; null where it happened to the State's assessment.</param>
/// <param name="Happened">An <see cref="AssessmentEvent"/> or a <see cref="ResponseEvent"/>.</param>
/// <param name="By">Who caused it.</param>
internal sealed record Fact(string? Entity, object Happened, Provenance By)
{
    public DateTimeOffset At => Happened switch
    {
        AssessmentEvent e => e.At,
        ResponseEvent e => e.At,
        _ => throw new InvalidOperationException($"{Happened.GetType().Name} is no event of an assessment."),
    };
}

/// <summary>A fact, and what it made of what was there before.</summary>
/// <param name="Fact">What happened.</param>
/// <param name="Before">The assessment or response before; null at its beginning.</param>
/// <param name="After">The same afterwards.</param>
/// <param name="Blind">Whether it happened to a response while the round is still open: nobody but the entity may see what it says.</param>
internal sealed record RecordedFact(Fact Fact, object? Before, object After, bool Blind);

/// <summary>Everything that happened to one assessment and to its entities' responses, in order.</summary>
internal sealed class AssessmentRecord
{
    private AssessmentRecord(IReadOnlyList<RecordedFact> facts, Assessment assessment, IReadOnlyDictionary<string, EntityResponse> responses) =>
        (Facts, Assessment, Responses) = (facts, assessment, responses);

    public IReadOnlyList<RecordedFact> Facts { get; }

    /// <summary>The assessment as the last fact left it.</summary>
    public Assessment Assessment { get; }

    /// <summary>By entity, also of those that were taken off the list.</summary>
    public IReadOnlyDictionary<string, EntityResponse> Responses { get; }

    /// <summary>Reads it; null where there is no such assessment.</summary>
    public static async Task<AssessmentRecord?> FindAsync(IQuerySession session, string cycle, CancellationToken cancellationToken)
    {
        var own = await session.Events.FetchStreamAsync(AssessmentsSetup.StreamOf(cycle), token: cancellationToken);
        if (own.Count == 0)
        {
            return null;
        }

        var all = InOrder(own, null).ToList();
        var responses = await session.Query<EntityResponse>().Where(r => r.CycleId == cycle).ToListAsync(cancellationToken);
        foreach (var response in responses)
        {
            all.AddRange(InOrder(await session.Events.FetchStreamAsync(response.Id, token: cancellationToken), response.Entity.Id));
        }

        // By time, since imported events come under new numbers; the database's number decides between those of one moment.
        return Of(all.OrderBy(e => e.At).ThenBy(e => e.Number).Select(e => e.Fact));
    }

    /// <summary>A stream's facts; where nodes' clocks differ, none is dated before the one that it follows.</summary>
    private static IEnumerable<(DateTimeOffset At, long Number, Fact Fact)> InOrder(IEnumerable<IEvent> events, string? entity)
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var happened in events)
        {
            var fact = new Fact(entity, happened.Data, Provenance.Of(happened));
            latest = fact.At > latest ? fact.At : latest;
            yield return (latest, happened.Sequence, fact);
        }
    }

    /// <summary>What facts, in their order, amount to.</summary>
    /// <exception cref="InvalidOperationException">A fact cannot follow those before it.</exception>
    public static AssessmentRecord Of(IEnumerable<Fact> facts)
    {
        var recorded = new List<RecordedFact>();
        Assessment? assessment = null;
        var responses = new Dictionary<string, EntityResponse>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            switch (fact.Happened)
            {
                case AssessmentEvent happened:
                    var earlier = assessment;
                    assessment = Assessment.Fold(earlier, happened, earlier?.Id ?? default);
                    recorded.Add(new RecordedFact(fact, earlier, assessment, Blind: false));
                    break;
                case ResponseEvent happened when fact.Entity is { } entity:
                    var before = responses.GetValueOrDefault(entity);
                    responses[entity] = EntityResponse.Fold(before, happened, before?.Id ?? default);
                    recorded.Add(new RecordedFact(fact, before, responses[entity], Blind: true));
                    break;
                default:
                    throw new InvalidOperationException("A fact belongs to nothing.");
            }
        }

        return assessment is null ? throw new InvalidOperationException("Nothing was opened.")
            : new AssessmentRecord(AnswersAreBlind(assessment) ? recorded : [.. recorded.Select(r => r with { Blind = false })], assessment, responses);
    }

    /// <summary>
    /// Whether entities are answering. As long as they are, nobody sees what any of them says, not even of one that was taken off the list: it can be put back.
    /// </summary>
    private static bool AnswersAreBlind(Assessment assessment) => assessment is { Status: AssessmentStatus.Open, Round.Status: RoundStatus.Open };

    /// <summary>What was, or would be, sealed: as it stood when the revision was signed off, or as it stands now.</summary>
    /// <param name="published">The questionnaire.</param>
    /// <param name="state">The State's code.</param>
    /// <param name="revision">A revision that was signed off; null for what is there now.</param>
    /// <returns>The content with the event that sealed it; null where that revision was never signed off. The event is null where what is there now is not sealed.</returns>
    public (SealedContent Content, AssessmentEvent.SignedOff? SignedOff)? ContentAt(QuestionnaireCatalogue.PublishedAndCompiled published, string state, int? revision)
    {
        if (revision is null && Assessment.Seal is null)
        {
            return (SealedContent.Of(published, state, Assessment, InRound(this)), null);
        }

        var wanted = revision ?? Assessment.Revision;
        var position = Facts.ToList().FindIndex(f => f.Fact.Happened is AssessmentEvent.SignedOff s && s.Revision == wanted);
        if (position < 0)
        {
            return null;
        }

        var then = Of(Facts.Take(position + 1).Select(f => f.Fact));
        return (SealedContent.Of(published, state, then.Assessment, InRound(then)), (AssessmentEvent.SignedOff)Facts[position].Fact.Happened);
    }

    /// <summary>The responses of the entities that the round lists.</summary>
    private static EntityResponse[] InRound(AssessmentRecord record) =>
        [.. (record.Assessment.Round?.Entities ?? []).Select(e => record.Responses.GetValueOrDefault(e.Id)).OfType<EntityResponse>()];
}
