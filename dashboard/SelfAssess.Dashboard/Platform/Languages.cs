using System.Globalization;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace SelfAssess.Dashboard.Platform;

/// <summary>The languages of the Conference, in which every page is offered.</summary>
public static class Languages
{
    public const string Cookie = "selfassess-language";
    public const string Default = "en";

    /// <summary>By their codes (BCP 47).</summary>
    public static IReadOnlyList<string> All { get; } = ["ar", "en", "es", "fr", "ru", "zh"];

    private static readonly Dictionary<string, CultureInfo> Cultures = All.ToDictionary(l => l, CultureOf, StringComparer.Ordinal);

    /// <summary>The language of the request that is being answered.</summary>
    public static string Current => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>"rtl" or "ltr", as HTML writes it.</summary>
    public static string Direction => CultureInfo.CurrentUICulture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>How a language calls itself.</summary>
    public static string NameOf(string language) => language switch
    {
        "ar" => "العربية",
        "es" => "Español",
        "fr" => "Français",
        "ru" => "Русский",
        "zh" => "中文",
        _ => "English",
    };

    public static bool IsKnown(string? language) => language is not null && All.Contains(language, StringComparer.Ordinal);

    /// <summary>What somebody chose, else what the browser asks for, else English.</summary>
    public static string Choose(HttpRequest request) =>
        request.Cookies[Cookie] is { } chosen && IsKnown(chosen) ? chosen
        : new RequestHeaders(request.Headers).AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(PrimaryOf).FirstOrDefault(IsKnown) ?? Default;

    /// <summary>Makes everything that follows in this request speak the language.</summary>
    public static void Use(string language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Cultures[language];

    private static string PrimaryOf(StringWithQualityHeaderValue language) => language.Value.Value!.Split('-')[0].ToLowerInvariant();

    private static CultureInfo CultureOf(string language)
    {
        var culture = new CultureInfo(language);
        if (language == "ar")
        {
            // Western digits in every language, and with them their signs, so that pages agree with the charts.
            culture.NumberFormat = (NumberFormatInfo)CultureInfo.InvariantCulture.NumberFormat.Clone();
        }

        return CultureInfo.ReadOnly(culture);
    }
}
