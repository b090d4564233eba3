using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Divergence;

/// <summary>One entity's answers as they stood when the round closed.</summary>
/// <param name="Entity">The entity's id in the round.</param>
/// <param name="Kind">Its kind among the questionnaire's; null for one of the State's own.</param>
/// <param name="Confirmed">Whether its head confirmed.</param>
/// <param name="Asked">The questions that it was asked.</param>
/// <param name="Answers">By question; what it was not asked is ignored.</param>
public sealed record EntityAnswers(
    string Entity, string? Kind, bool Confirmed, IReadOnlySet<string> Asked, IReadOnlyDictionary<string, Answer> Answers)
{
    /// <summary>A response's answers, seen for comparison.</summary>
    public static EntityAnswers Of(EntityResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new EntityAnswers(response.Entity.Id, response.Entity.Kind, response.ConfirmedBy is not null,
            response.Entity.Questions.ToHashSet(StringComparer.Ordinal), response.CountedAnswers.ToDictionary(StringComparer.Ordinal));
    }

    internal Answer? To(string question) => Asked.Contains(question) ? Answers.GetValueOrDefault(question) : null;
}

/// <summary>How far a State's entities agree. It changes no level: it says where to talk.</summary>
/// <param name="Entities">How many entities were asked.</param>
/// <param name="Silent">Those that answered nothing or did not confirm, by id in order.</param>
/// <param name="Questions">The level questions that at least one entity was asked, in the questionnaire's order.</param>
/// <param name="Findings">What may be learnt from it, in the questionnaire's order.</param>
public sealed record DivergenceReport(
    int Entities, IReadOnlyList<string> Silent, IReadOnlyList<QuestionDivergence> Questions, IReadOnlyList<Finding> Findings);

/// <summary>Whether entities' answers can be compared.</summary>
public enum DivergenceOutcome
{
    Computed,

    /// <summary>Fewer than two entities gave a level (of a confidential question, fewer than three). That is no agreement, and no disagreement.</summary>
    NotComputed,
}

/// <summary>How far entities agree on one level question. Of a confidential one nothing is told but the range: with how many answered, or did not know, it would tell more.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Section">The section that it stands in.</param>
/// <param name="Confidential">Whether single entities' answers are shown to nobody.</param>
/// <param name="Asked">Entities that were asked, and to whose other answers it applies.</param>
/// <param name="Answered">Those that gave a level; null for a confidential question.</param>
/// <param name="DontKnow">Those that do not know; null for a confidential question.</param>
/// <param name="Outcome">Whether there is something to compare.</param>
/// <param name="Lowest">The lowest level given; null where nobody gave one, and of a confidential question where fewer than three did.</param>
/// <param name="Highest">The highest level given; null as <paramref name="Lowest"/>.</param>
/// <param name="Spread">Levels between both; null unless computed and shown.</param>
/// <param name="Agreement">Van der Eijk's A, from −1 (half at each end) over 0 (even) to 1 (all at one level), unrounded; null unless computed, and for a confidential question.</param>
/// <param name="Diverges">Whether the spread reaches the questionnaire's; null unless computed and shown.</param>
/// <param name="ByEntity">By entity: the level's id, or its state; empty for a confidential question.</param>
public sealed record QuestionDivergence(
    string Question,
    string Section,
    bool Confidential,
    int Asked,
    int? Answered,
    int? DontKnow,
    DivergenceOutcome Outcome,
    string? Lowest,
    string? Highest,
    int? Spread,
    decimal? Agreement,
    bool? Diverges,
    IReadOnlyDictionary<string, EntityLevel> ByEntity);

/// <summary>What one entity answered to a level question.</summary>
/// <param name="Level">The level's id; null where it gave a state, or nothing.</param>
/// <param name="State">The state; null where it gave a level, or nothing.</param>
public sealed record EntityLevel(string? Level, AnswerState? State);

/// <summary>Something that the answers may show: a prompt, not a proof.</summary>
/// <param name="Id">The finding of the questionnaire.</param>
/// <param name="Signal">What led to it.</param>
/// <param name="Questions">Where, in the questionnaire's order; empty where it is about entities as a whole.</param>
/// <param name="References">What it may point to.</param>
/// <param name="Entities">Which entities it is about, in the order of their ids; empty where it is about all of them, or confidential.</param>
public sealed record Finding(string Id, Signal Signal, IReadOnlyList<string> Questions, IReadOnlyList<string> References, IReadOnlyList<string> Entities);
