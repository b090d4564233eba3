using System.Globalization;
using System.Resources;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>The words of charts in one language: the program's own, and those of a questionnaire.</summary>
internal sealed class ChartWords
{
    private static readonly ResourceManager resources = new("SelfAssess.Api.Charts.Texts.ChartTexts", typeof(ChartWords).Assembly);

    private const string LeftToRightMark = "\u200E";

    private readonly QuestionnaireTexts texts;
    private readonly CultureInfo culture;

    public ChartWords(QuestionnaireDefinition questionnaire, string language)
    {
        Language = language;
        culture = CultureInfo.GetCultureInfo(language);
        texts = questionnaire.Texts.TryGetValue(language, out var own) ? own : questionnaire.Texts[questionnaire.DefaultLanguage];
        Questionnaire = Say("questionnaire", Title, questionnaire.Version);
    }

    public string Language { get; }

    public bool RightToLeft => culture.TextInfo.IsRightToLeft;

    /// <summary>The questionnaire's texts, in its default language where it has none in this one.</summary>
    public QuestionnaireTexts Texts => texts;

    /// <summary>The questionnaire's title.</summary>
    public string Title => texts.Title;

    /// <summary>Its title and version.</summary>
    public string Questionnaire { get; }

    /// <summary>A text of the program, with its values filled in.</summary>
    public string Say(string key, params ReadOnlySpan<object> values)
    {
        var text = resources.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text '{key}' in '{Language}'.");
        return values.Length == 0 ? text : string.Format(culture, text, values);
    }

    /// <summary>A code of Latin letters and digits, which keeps its order within words that are read from the right.</summary>
    public string Code(string code) => RightToLeft ? LeftToRightMark + code : code;

    public string Theme(string section) => texts.Sections.TryGetValue(section, out var text) ? text.ShortTitle ?? text.Title : section;

    /// <summary>A theme as it stands beside its numbers.</summary>
    public string NumberedTheme(string section) => $"{section} {Theme(section)}";

    public string Section(string section) => texts.Sections.TryGetValue(section, out var text) ? text.Title : section;

    /// <summary>What a reference of the questionnaire stands for.</summary>
    public string Reference(string reference) => texts.References.GetValueOrDefault(reference, reference);

    /// <summary>What divides the States of a partition.</summary>
    public string Partition(PlannedPartition kind) => Say($"partition.{char.ToLowerInvariant(kind.ToString()[0])}{kind.ToString()[1..]}");

    /// <summary>A scored question as it stands beside its numbers.</summary>
    public string Indicator(string question) => texts.Questions.TryGetValue(question, out var text) ? $"{question} {text.Title}" : question;

    /// <summary>What a question is about that was asked in every State.</summary>
    public string Question(string question) => texts.Questions.TryGetValue(question, out var text) ? text.ShortTitle ?? text.Title : question;

    /// <summary>What a matrix asks in one dimension.</summary>
    public string Dimension(string question, string dimension) =>
        texts.Questions.TryGetValue(question, out var text) && text.Dimensions.TryGetValue(dimension, out var field) ? field.Label : dimension;

    /// <summary>An option of a question, or of a matrix in one dimension.</summary>
    public string Option(string question, string? dimension, string option)
    {
        var own = texts.Questions.GetValueOrDefault(question);
        var options = dimension is null ? own?.Options : own?.Dimensions.GetValueOrDefault(dimension)?.Options;
        return options?.GetValueOrDefault(option) ?? texts.EntityKinds.GetValueOrDefault(option) ?? option;
    }

    /// <summary>A group of the partition; several that were merged are named together, in the plan's order.</summary>
    public string Group(IReadOnlyList<string> groups) => List([.. groups.Select(g => Say($"group.{g}"))]);

    public string Level(string scale, string level) => texts.Scales[scale][level].Name;

    /// <summary>How many States took part, as a sentence.</summary>
    public string Participation(Participation participation) => participation is { Participants: { } participants, Invited: { } invited }
        ? Say("participation", Number(participants), Number(invited)) : Say("participationWithheld");

    /// <summary>Western digits in every language, so that pictures and tables agree; the decimal sign is the language's.</summary>
    public string Number(decimal value) => value.ToString("0.##", Language == "ar" ? CultureInfo.InvariantCulture : culture);

    public string Percent(decimal share) => Say("percent", Number(Math.Round(share, 0, MidpointRounding.AwayFromZero)));

    /// <summary>How many States stand behind a number.</summary>
    public string Base(Population? population) => population switch
    {
        null => Say("notPublishedShort"),
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

    /// <summary>A count of States of a release, or that it is withheld.</summary>
    public string Count(Protected number) => number is Domain.Releases.Protected.Published p ? Say("about", Number(p.Value)) : Say("notPublishedShort");

    /// <summary>A change of an index with its sign, or that it is withheld.</summary>
    public string Change(Protected change) => change switch
    {
        Domain.Releases.Protected.Published { Value: > 0 } p => Say("rise", Number(p.Value)),
        Domain.Releases.Protected.Published { Value: < 0 } p => Say("fall", Number(-p.Value)),
        _ => Protected(change),
    };

    /// <summary>The bases to which some numbers are rounded, as a list; null where none of them is published.</summary>
    public string? Bases(IEnumerable<Protected> numbers)
    {
        var bases = numbers.Select(n => n switch
        {
            Domain.Releases.Protected.Published p => p.Base,
            Domain.Releases.Protected.EndCoded e => e.Base,
            _ => 0,
        }).Where(b => b > 0).Distinct().Order().Select(Number).ToArray();
        return bases.Length == 0 ? null : List(bases);
    }

    private string List(string[] items) => items.Length == 1 ? items[0] : Say("listLast", items[..^1].Aggregate((before, next) => Say("listMore", before, next)), items[^1]);
}
