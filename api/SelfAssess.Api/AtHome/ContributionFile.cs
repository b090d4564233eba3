using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.AtHome;

/// <summary>
/// What a State that runs the program at home delivers of one cycle: its contribution, signed. No State code, no entity, no text, no time; whose it is, is known by the token.
/// </summary>
public sealed record ContributionFile
{
    public const string Kind = "selfassess-contribution/1";

    /// <summary>The kind of file: <c>selfassess-contribution/1</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The id of the delivery token that signed it.</summary>
    public required Guid Token { get; init; }

    /// <summary>The cycle.</summary>
    public required string Cycle { get; init; }

    /// <summary>The release of the cycle for which it is: 1, or 2 after the cycle was reopened.</summary>
    public required int Number { get; init; }

    /// <summary>The questionnaire that was answered.</summary>
    public required QuestionnaireReference Questionnaire { get; init; }

    /// <summary>SHA-256 over the questionnaire's canonical JSON, lower-case hexadecimal.</summary>
    public required string QuestionnaireHash { get; init; }

    /// <summary>The State's group in the cycle's plan; absent where it has none.</summary>
    public string? Group { get; init; }

    /// <summary>One entry for each reported section, in the questionnaire's order.</summary>
    public required IReadOnlyList<ThemeContribution> Themes { get; init; }

    /// <summary>By scored question that applies: the level's id, or the word for why it has none.</summary>
    public required IReadOnlyDictionary<string, string> Indicators { get; init; }

    /// <summary>By counted question, or question and dimension joined with a dot: the chosen options.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Counted { get; init; }

    /// <summary>By reported section: whether the State's entities diverge; null where they were not, or could not be, compared.</summary>
    public required IReadOnlyDictionary<string, bool?> Diverges { get; init; }

    /// <summary>ECDSA (P-256, SHA-256, IEEE P1363, base64) over the canonical JSON (RFC 8785) of all the rest, members that are null left out.</summary>
    public string Signature { get; init; } = "";

    /// <summary>What is signed.</summary>
    internal ContributionFile Unsigned => this with { Signature = "" };
}

/// <summary>A State takes back what it delivered of one cycle.</summary>
public sealed record WithdrawalFile
{
    public const string Kind = "selfassess-withdrawal/1";

    /// <summary>The kind of file: <c>selfassess-withdrawal/1</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The id of the delivery token that signed it.</summary>
    public required Guid Token { get; init; }

    /// <summary>The cycle.</summary>
    public required string Cycle { get; init; }

    /// <summary>The release of the cycle for which it was.</summary>
    public required int Number { get; init; }

    /// <summary>As that of a contribution.</summary>
    public string Signature { get; init; } = "";

    /// <summary>What is signed.</summary>
    internal WithdrawalFile Unsigned => this with { Signature = "" };
}

/// <summary>What became of a delivery.</summary>
public enum HomeDeliveryStatus
{
    /// <summary>Nothing came before the lock, and nothing can come any more.</summary>
    Nothing,
    Delivered,
    Withdrawn,
}

/// <summary>
/// State store, at the community, in the State's own tenant: what came from home for one release. Its content is gone once it is delivered with those of all others.
/// </summary>
public sealed record HomeDelivery : JasperFx.IRevisioned
{
    /// <summary>The release.</summary>
    public required string Id { get; init; }
    public required HomeDeliveryStatus Status { get; init; }

    /// <summary>SHA-256 over the file's canonical JSON without its signature: the same file sent twice is one delivery.</summary>
    public string? Hash { get; init; }

    /// <summary>Without its pseudonym, which is made when it joins the others; null once it has.</summary>
    public Contribution? Contribution { get; init; }
    public ContributionDetails? Details { get; init; }

    public int Version { get; set; }
}
