using System.Text.Json.Serialization;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// What one State adds to the aggregate of one cycle: no State code, no entity, no text, no time.
/// </summary>
/// <param name="Pseudonym">Keyed hash of the State: the same over the cycles, meaningless without the key.</param>
/// <param name="CycleId">The cycle.</param>
/// <param name="Themes">One entry for each reported section, in the questionnaire's order.</param>
/// <remarks>In JSON, a theme is its level and index, or the word for why it has none: <c>{"P14.1": [3, 75000000], "P14.2": "notApplicable"}</c>. A release reads many.</remarks>
[JsonConverter(typeof(ContributionConverter))]
public sealed record Contribution(string Pseudonym, string CycleId, IReadOnlyList<ThemeContribution> Themes);

/// <summary>One theme of a contribution.</summary>
/// <param name="Section">The reported section's id.</param>
/// <param name="Outcome">Whether there is a score.</param>
/// <param name="Level">Position of the level on its scale, lowest 0; null where <paramref name="Outcome"/> is not scored.</param>
/// <param name="Index">The index in millionths of a point, 0 to 100,000,000; null where there is none.</param>
public sealed record ThemeContribution(string Section, ThemeOutcome Outcome, int? Level, long? Index);

/// <summary>Whether a theme has a score, and if not, why.</summary>
public enum ThemeOutcome
{
    Scored,

    /// <summary>None of its questions applies to the State.</summary>
    NotApplicable,

    /// <summary>Too few questions were answered for a score.</summary>
    NoAnswer,
}
