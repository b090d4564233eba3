using System.Globalization;
using System.Resources;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>The words of offline workbooks in one language; those of the questionnaire are its own.</summary>
internal sealed class WorkbookWords(string language)
{
    private static readonly ResourceManager resources = new("SelfAssess.Api.Workbooks.Texts.WorkbookTexts", typeof(WorkbookWords).Assembly);

    private readonly CultureInfo culture = CultureInfo.GetCultureInfo(language);

    public string Language => language;

    /// <summary>A text with its values filled in.</summary>
    public string Say(string key, params ReadOnlySpan<object> values)
    {
        var text = resources.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text '{key}' in '{language}'.");
        return values.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, values);
    }

    public string State(AnswerState state) => Say($"state.{char.ToLowerInvariant(state.ToString()[0])}{state.ToString()[1..]}");
}
