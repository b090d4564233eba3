using System.Globalization;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Presidency;

/// <summary>How numbers of a release are written.</summary>
internal static class ReleaseWords
{
    private static readonly Words T = Words.Of("Presidency");

    /// <summary>A number as it is shown: rounded, or only a bound; never anything for what is withheld.</summary>
    /// <param name="number">The number.</param>
    /// <param name="signed">Whether it is a change.</param>
    public static string Number(Protected number, bool signed = false) => number.Status switch
    {
        ProtectedStatus.Published => Write(number.Value, signed),
        ProtectedStatus.EndCoded => T[number.AtLeast ? "atLeast" : "atMost", Write(number.Bound, signed)],
        _ => T["notPublished"],
    };

    /// <summary>A number of States: exact, or the band in which it lies.</summary>
    public static string States(int? from, int? to) => (from, to) switch
    {
        (null, _) => T["notPublished"],
        ({ } least, null) => T["orMore", least],
        ({ } least, { } most) when least == most => Write(least, signed: false),
        _ => T["band", from, to],
    };

    /// <summary>Why a theme or an indicator looks as it does, in a few words.</summary>
    public static string Status(ThemeStatus status, bool notRevised, bool merged = false) =>
        T[status == ThemeStatus.NotPublished ? "status.notPublished" : notRevised ? "status.notRevised" : status == ThemeStatus.Concentrated ? "status.concentrated"
            : merged ? "status.merged" : "status.published"];

    /// <summary>The same for counts.</summary>
    public static string Status(IEnumerable<Protected> numbers, bool notRevised) =>
        T[numbers.All(n => n.Status == ProtectedStatus.NotPublished) ? "status.notPublished" : notRevised ? "status.notRevised" : "status.published"];

    /// <summary>A planned group, or several that were put together.</summary>
    public static string Group(IEnumerable<string> groups) => string.Join(" + ", groups.Select(g => T[$"group-{g}"]));

    /// <summary>A number as the language writes it.</summary>
    public static string Plain(double value) => Write(value, signed: false);

    private static string Write(double value, bool signed) => value.ToString(signed ? "+0.##;\u22120.##;0" : "0.##;\u22120.##", CultureInfo.CurrentCulture);
}
