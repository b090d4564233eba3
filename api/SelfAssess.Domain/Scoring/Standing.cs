namespace SelfAssess.Domain.Scoring;

/// <summary>Where a question stands in one assessment, before any measure decides how that counts.</summary>
public enum Standing : byte
{
    /// <summary>Not shown to this State; as if it were not there.</summary>
    Hidden,

    /// <summary>A rule says that it does not apply to this State; as if it were not there.</summary>
    NotApplicableByRule,

    /// <summary>It has a value.</summary>
    Answered,

    /// <summary>The State says, with a reason, that it does not apply.</summary>
    NotApplicable,
    DontKnow,
    NotYetTested,
    Declined,
    Unanswered,
}

/// <summary>Whether a section has a score by some measure, and if not, why.</summary>
public enum ScoreOutcome : byte
{
    Scored,

    /// <summary>Nothing of it applies.</summary>
    NotApplicable,

    /// <summary>Nothing, or less than the minimum completeness, is counted.</summary>
    NoAnswer,
}
