using JasperFx;
using Marten;

namespace SelfAssess.Api.States;

/// <summary>The UN regional groups; none where a State belongs to no group.</summary>
public enum RegionalGroup
{
    None,
    Africa,
    AsiaPacific,
    EasternEurope,
    LatinAmericaCaribbean,
    WesternEuropeOthers,
}

/// <summary>Standing in the United Nations.</summary>
public enum UnitedNations
{
    Member,
    Observer,
    Other,
}

/// <summary>Standing towards the Arms Trade Treaty.</summary>
public enum AttStatus
{
    StateParty,
    Signatory,
    Acceding,
    Other,
}

/// <summary>A State's standing towards the Treaty, as the deployment enters it; nothing of it is shipped as fact.</summary>
public sealed record AttStanding
{
    public required AttStatus Status { get; init; }

    /// <summary>Day of signature.</summary>
    public DateOnly? SignedOn { get; init; }

    /// <summary>Day of ratification, acceptance, approval or accession.</summary>
    public DateOnly? ConsentedOn { get; init; }

    /// <summary>Day on which the Treaty entered into force for the State.</summary>
    public DateOnly? InForceOn { get; init; }
}

/// <summary>A State in the register: what everybody may know.</summary>
public sealed record RegisteredState : IRevisioned
{
    /// <summary>Its code, by which it is addressed: two to eight capital letters and digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in English.</summary>
    public required string Name { get; init; }

    /// <summary>Its names in other languages of the Conference (ar, es, fr, ru, zh).</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>UN M49, three digits.</summary>
    public string? M49 { get; init; }
    public RegionalGroup? RegionalGroup { get; init; }
    public UnitedNations? UnitedNations { get; init; }
    public AttStanding? Att { get; init; }

    public int Version { get; set; }

    /// <summary>Whether both entries say the same.</summary>
    public bool SameAs(RegisteredState other) =>
        this with { Version = 0, Names = Nothing } == other with { Version = 0, Names = Nothing }
        && Names.Count == other.Names.Count && Names.All(n => other.Names.GetValueOrDefault(n.Key) == n.Value);

    private static readonly Dictionary<string, string> Nothing = [];
}

/// <summary>A State's context profile, kept with what belongs to the State.</summary>
public sealed record StateProfile : IRevisioned
{
    public const string TheOnly = "profile";

    public string Id { get; init; } = TheOnly;
    public required Profile Profile { get; init; }

    public int Version { get; set; }
}

internal static class StatesSetup
{
    public const string CodePattern = "^[A-Z0-9]{2,8}$";
    public const string M49Pattern = "^[0-9]{3}$";
    public const int LongestName = 200;

    /// <summary>What a name has to be, for people.</summary>
    public const string NameRule = "A name has 1 to 200 characters, no line ends or other control characters, and does not begin with =, +, - or @, which a spreadsheet would take for a formula.";

    /// <summary>Whether a text can be a State's name, in whatever it is shown: pages, papers, tables.</summary>
    public static bool IsName(string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= LongestName && !text.Any(char.IsControl) && !"=+-@".Contains(text.TrimStart()[0], StringComparison.Ordinal);

    /// <summary>Languages of names beside English.</summary>
    public static readonly IReadOnlyList<string> OtherLanguages = ["ar", "es", "fr", "ru", "zh"];

    public static void RegisterRegister(this StoreOptions options) => options.Schema.For<RegisteredState>().UseNumericRevisions(true);

    public static void RegisterStates(this StoreOptions options) => options.Schema.For<StateProfile>().UseNumericRevisions(true);
}
