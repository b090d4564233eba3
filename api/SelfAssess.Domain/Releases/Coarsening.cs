namespace SelfAssess.Domain.Releases;

/// <summary>
/// How far a whole release is coarsened where the audit found that a finer one would tell too much. Each step contains those before it, and
/// the order is fixed, so that nobody chooses what to withhold after having seen the numbers.
/// </summary>
public enum CoarseningStep
{
    /// <summary>What the number of contributors allows.</summary>
    None,

    /// <summary>No changes in the States of both cycles.</summary>
    NoPanel,

    /// <summary>No distributions and no counts.</summary>
    NoDistributions,

    /// <summary>No quartiles and no medians.</summary>
    NoQuantiles,

    /// <summary>Means to the next coarser base; where there is none, no mean.</summary>
    NextBase,

    /// <summary>One more of the planned merges.</summary>
    Merged,

    /// <summary>No groups.</summary>
    TotalOnly,

    /// <summary>Nothing but that there was a cycle.</summary>
    Nothing,
}
