using System.Globalization;
using System.Resources;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The words of charts in one language: the program's own, and those of a questionnaire.</summary>
internal sealed class ChartWords
{
    /// <summary>The languages of the Conference, in which charts are drawn.</summary>
    public static readonly IReadOnlyList<string> Languages = ["ar", "en", "es", "fr", "ru", "zh"];

    private static readonly ResourceManager resources = new("SelfAssess.Api.Charts.Texts.ChartTexts", typeof(ChartWords).Assembly);

    private readonly QuestionnaireTexts texts;
    private readonly CultureInfo culture;

    public ChartWords(QuestionnaireDefinition questionnaire, string language)
    {
        Language = language;
        culture = CultureInfo.GetCultureInfo(language);
        texts = questionnaire.Texts.TryGetValue(language, out var own) ? own : questionnaire.Texts[questionnaire.DefaultLanguage];
        Questionnaire = Say("questionnaire", texts.Title, questionnaire.Version);
    }

    public string Language { get; }

    public bool RightToLeft => culture.TextInfo.IsRightToLeft;

    /// <summary>Its title and version.</summary>
    public string Questionnaire { get; }

    /// <summary>A text of the program, with its values filled in.</summary>
    public string Say(string key, params ReadOnlySpan<object> values)
    {
        var text = resources.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text '{key}' in '{Language}'.");
        return values.Length == 0 ? text : string.Format(culture, text, values);
    }

    public string Theme(string section) => texts.Sections.TryGetValue(section, out var text) ? text.ShortTitle ?? text.Title : section;

    public string Level(string scale, string level) => texts.Scales[scale][level].Name;

    /// <summary>Western digits in every language, so that pictures and tables agree; the decimal sign is the language's.</summary>
    public string Number(decimal value) => value.ToString("0.##", Language == "ar" ? CultureInfo.InvariantCulture : culture);

    public string Percent(decimal share) => Say("percent", Number(Math.Round(share, 0, MidpointRounding.AwayFromZero)));

    /// <summary>How many States stand behind a number.</summary>
    public string Base(Population? population) => population switch
    {
        null => Say("notPublishedShort"),
        { Exact: true, From: var n } => Say("n", Number(n)),
        { To: { } to, From: var from } => Say("nRange", Number(from), Number(to)),
        { From: var from } => Say("nAtLeast", Number(from)),
    };

    /// <summary>A number of a release, or that it is withheld.</summary>
    public string Protected(Protected number) => number switch
    {
        Domain.Releases.Protected.Published p => Number(p.Value),
        Domain.Releases.Protected.EndCoded { AtLeast: true } e => Say("atLeast", Number(e.Bound)),
        Domain.Releases.Protected.EndCoded e => Say("atMost", Number(e.Bound)),
        _ => Say("notPublishedShort"),
    };
}
