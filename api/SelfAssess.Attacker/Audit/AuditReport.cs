namespace SelfAssess.Attacker.Audit;

/// <summary>Who attacks, or in what way.</summary>
public enum AttackKind
{
    /// <summary>The form of the release: a population under ten, a forbidden statistic, a number off its grid.</summary>
    Form,

    /// <summary>Published populations, added and subtracted, leave fewer than ten States.</summary>
    Differencing,

    /// <summary>Somebody who knows the releases and no answers.</summary>
    Outsider,

    /// <summary>A State that knows its own answers.</summary>
    OneState,

    /// <summary>A declared bloc that pools its answers.</summary>
    Bloc,

    /// <summary>Five States that pool their answers, some chosen to do as much harm as they can.</summary>
    FiveStates,

    /// <summary>Up to three States, all those outside the level that nearly all share.</summary>
    Deviants,
}

/// <summary>How one kind of attack went, over all States and scores.</summary>
/// <param name="Kind">The attack.</param>
/// <param name="Attacked">Targets, each State once for every score and coalition.</param>
/// <param name="Narrow">Targets whose index is known to less than 25 points.</param>
/// <param name="Unique">Targets of which a score is known for certain.</param>
/// <param name="Below">Targets of which more is known than the attack may tell.</param>
/// <param name="WorstWidth">The narrowest range of an index that was left, in whole points, rounded down; at least so much is left to every State. Null where no index was attacked.</param>
public sealed record AttackResult(AttackKind Kind, int Attacked, int Narrow, int Unique, int Below, int? WorstWidth);

/// <summary>What the audit of a release found. It tells of no State, holds no value, and may be logged.</summary>
/// <param name="Passed">Whether every attack failed. An error is not a pass.</param>
/// <param name="Failed">The attacks that succeeded.</param>
/// <param name="Attacks">How each went; incomplete where the audit stopped at the first that succeeded.</param>
/// <param name="Solves">Questions that were put to the solver.</param>
/// <param name="Errors">What could not be decided, or did not fit together.</param>
public sealed record AuditReport(bool Passed, IReadOnlyList<AttackKind> Failed, IReadOnlyList<AttackResult> Attacks, int Solves, IReadOnlyList<string> Errors);

/// <summary>How far an audit has come.</summary>
/// <param name="Done">Scores that were attacked.</param>
/// <param name="Total">Scores to attack.</param>
public sealed record AuditProgress(int Done, int Total);
