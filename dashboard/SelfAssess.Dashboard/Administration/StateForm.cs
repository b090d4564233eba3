using System.Globalization;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Administration;

/// <summary>What is entered about a State.</summary>
public sealed class StateForm
{
    public static readonly string[] OtherLanguages = ["ar", "es", "fr", "ru", "zh"];

    /// <summary>As the api names them.</summary>
    public static readonly string[] Groups = ["none", "africa", "asiaPacific", "easternEurope", "latinAmericaCaribbean", "westernEuropeOthers"];

    public static readonly string[] Standings = ["member", "observer", "other"];

    public string? Code { get; set; }

    public string? Name { get; set; }

    public Dictionary<string, string>? Names { get; set; }

    public string? M49 { get; set; }

    public string? Group { get; set; }

    public string? UnitedNations { get; set; }

    public string? Att { get; set; }

    public string? SignedOn { get; set; }

    public string? ConsentedOn { get; set; }

    public string? InForceOn { get; set; }

    /// <summary>Of a new State, where there are several.</summary>
    public string? Server { get; set; }

    /// <summary>The State's name in the reader's language.</summary>
    public static string NameOf(StateView state) => state.Names.TryGetValue(Languages.Current, out var name) ? name : state.Name;

    public static StateForm Of(StateView state) => new()
    {
        Code = state.Code,
        Name = state.Name,
        Names = new Dictionary<string, string>(state.Names, StringComparer.Ordinal),
        M49 = state.M49,
        Group = state.RegionalGroup,
        UnitedNations = state.UnitedNations,
        Att = state.Att?.Status.ToString(),
        SignedOn = Days.Write(state.Att?.SignedOn),
        ConsentedOn = Days.Write(state.Att?.ConsentedOn),
        InForceOn = Days.Write(state.Att?.InForceOn),
    };

    public PutStateBody ToBody() => new()
    {
        Name = Name?.Trim() ?? "",
        Names = (Names ?? []).Where(n => OtherLanguages.Contains(n.Key, StringComparer.Ordinal) && !string.IsNullOrWhiteSpace(n.Value)).ToDictionary(n => n.Key, n => n.Value.Trim(), StringComparer.Ordinal),
        M49 = Texts.OrNull(M49),
        RegionalGroup = Texts.OrNull(Group),
        UnitedNations = Texts.OrNull(UnitedNations),
        Att = Enum.TryParse<AttStatus>(Att, out var status)
            ? new Att { Status = status, SignedOn = Days.Read(SignedOn), ConsentedOn = Days.Read(ConsentedOn), InForceOn = Days.Read(InForceOn) } : null,
        Server = Texts.OrNull(Server),
    };
}

/// <summary>Days as forms write them.</summary>
internal static class Days
{
    public static string? Write(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day; null where none, or nonsense, was entered.</summary>
    public static DateOnly? Read(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

internal static class Texts
{
    /// <summary>What was entered; null where nothing was.</summary>
    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
