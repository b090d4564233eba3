using FluentValidation;

namespace SelfAssess.Api.Platform.Http;

/// <summary>The languages of the Conference, in which everything that a person reads can be had.</summary>
internal static class ConferenceLanguages
{
    public static IReadOnlyList<string> All { get; } = ["ar", "en", "es", "fr", "ru", "zh"];

    /// <summary>One of them.</summary>
    public static IRuleBuilderOptions<T, string> IsALanguage<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(l => All.Contains(l, StringComparer.Ordinal)).WithMessage($"The languages are {string.Join(", ", All)}.");
}
