using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Scoring;

/// <summary>The whole breakdown of a score sheet: every section, its measures, what was counted, what was left out and why.</summary>
/// <param name="Questionnaire">What was answered.</param>
/// <param name="Sections">The section tree.</param>
public sealed record ScoreExplanation(QuestionnaireReference Questionnaire, IReadOnlyList<SectionExplanation> Sections);

/// <summary>One section.</summary>
/// <param name="Section">Its id.</param>
/// <param name="Reported">Whether results and releases report it.</param>
/// <param name="Measures">Its scores; the first is the principal one.</param>
/// <param name="Lowest">The counted questions below it with the lowest position on their scales; null where nothing is counted.</param>
/// <param name="Questions">Its own questions.</param>
/// <param name="Sections">The sections below it.</param>
public sealed record SectionExplanation(
    string Section,
    bool Reported,
    IReadOnlyList<MeasureExplanation> Measures,
    LowestQuestions? Lowest,
    IReadOnlyList<QuestionExplanation> Questions,
    IReadOnlyList<SectionExplanation> Sections);

/// <summary>One score of a section.</summary>
/// <param name="Measure">The measure's id.</param>
/// <param name="Method">How values became one.</param>
/// <param name="Normalise">What values were turned into before.</param>
/// <param name="Outcome">Whether there is a score.</param>
/// <param name="Score">Unrounded; null unless scored.</param>
/// <param name="Shown">The score as it is to be shown: rounded once, by the questionnaire's rule; null unless scored.</param>
/// <param name="Band">The band in which the shown score lies; null where there is none.</param>
/// <param name="Low">Lowest possible score.</param>
/// <param name="High">Highest possible score.</param>
/// <param name="Counted">Scored questions below the section that count.</param>
/// <param name="Applicable">Scored questions below the section that apply.</param>
/// <param name="Completeness">Counted ÷ applicable, unrounded; null where nothing applies.</param>
/// <param name="MinimumCompleteness">Below this there is no score.</param>
/// <param name="Items">What the method looked at, in reading order.</param>
public sealed record MeasureExplanation(
    string Measure,
    ScoringMethod Method,
    Normalisation Normalise,
    ScoreOutcome Outcome,
    decimal? Score,
    decimal? Shown,
    string? Band,
    decimal Low,
    decimal High,
    int Counted,
    int Applicable,
    decimal? Completeness,
    decimal MinimumCompleteness,
    IReadOnlyList<ScoreItem> Items);

/// <summary>One thing that a method looked at: a question, or a child section's score.</summary>
/// <param name="Question">The question's id; null for a section.</param>
/// <param name="Section">The child section's id; null for a question.</param>
/// <param name="Use">Whether it entered the score.</param>
/// <param name="Reason">Why it did not, or why it counts as the lowest value; null for an ordinary answer or score.</param>
/// <param name="Value">The value as the method took it, normalised where the measure says so; null unless counted.</param>
/// <param name="Weight">Its weight; 1 where the method has no weights.</param>
/// <param name="Gate">The gate that it guards, for gated measures.</param>
/// <param name="Achieved">Whether it achieves its gate, for gated measures.</param>
public sealed record ScoreItem(string? Question, string? Section, ItemUse Use, string? Reason, decimal? Value, decimal Weight, int? Gate, bool? Achieved);

/// <summary>What became of an item.</summary>
public enum ItemUse
{
    Counted,

    /// <summary>Expected, but without a value: lowers completeness.</summary>
    Missing,

    /// <summary>Neither expected nor counted.</summary>
    LeftOut,
}

/// <summary>One question.</summary>
/// <param name="Question">Its id.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Scored">Whether it enters scores.</param>
/// <param name="Value">The worth of its answer on its own scale; null unless answered and scored.</param>
public sealed record QuestionExplanation(string Question, Standing Standing, bool Scored, decimal? Value);

/// <summary>Where a section is lowest: a level is never shown without it.</summary>
/// <param name="Position">Position between the scale's ends, 0 to 100, unrounded.</param>
/// <param name="Questions">The questions that share it.</param>
public sealed record LowestQuestions(decimal Position, IReadOnlyList<string> Questions);
