using System.Collections.Concurrent;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Presidency;

/// <summary>What the parts of a questionnaire are called in the reader's language, or in the questionnaire's own where it is not offered in that one.</summary>
public sealed class Instrument(QuestionnaireDefinition definition)
{
    private readonly QuestionnaireTexts texts = definition.Texts.TryGetValue(Languages.Current, out var own) ? own : definition.Texts[definition.DefaultLanguage];

    public string Title => texts.Title;

    public string Theme(string section) => texts.Sections.TryGetValue(section, out var text) ? text.ShortTitle ?? text.Title : section;

    public string Question(string question) => texts.Questions.TryGetValue(question, out var text) ? text.ShortTitle ?? text.Title : question;

    /// <summary>A level's name; the scale is the one that has it.</summary>
    public string Level(string level) => definition.Scales.Where(s => s.Levels.Any(l => l.Id == level)).Select(s => texts.Scales[s.Id][level].Name).FirstOrDefault(level);

    /// <summary>A counted question: its title, and with a matrix the dimension's.</summary>
    /// <param name="counted">The question's id, with a matrix's dimension behind a dot.</param>
    public (string Title, string? Dimension, Func<string, string> Option) Counted(string counted)
    {
        if (texts.Questions.TryGetValue(counted, out var whole))
        {
            return (whole.Title, null, option => whole.Options.TryGetValue(option, out var label) ? label : option);
        }

        var at = counted.LastIndexOf('.');
        return at > 0 && texts.Questions.TryGetValue(counted[..at], out var matrix) && matrix.Dimensions.TryGetValue(counted[(at + 1)..], out var dimension)
            ? (matrix.Title, dimension.Label, option => dimension.Options.TryGetValue(option, out var label) ? label : option)
            : (counted, null, option => option);
    }
}

/// <summary>Published questionnaires, each read once: a published version never changes, and everybody who is signed in may read it.</summary>
public sealed class Instruments
{
    private readonly ConcurrentDictionary<(string Id, string Version), QuestionnaireDefinition> known = new();

    public async Task<QuestionnaireDefinition> DefinitionAsync(ApiClient api, string id, string version) =>
        known.TryGetValue((id, version), out var found) ? found
        : known.GetOrAdd((id, version), (await api.GetQuestionnaireAsync(id, version)).Result);

    public async Task<Instrument> OfAsync(ApiClient api, QuestionnaireReference questionnaire) =>
        new(await DefinitionAsync(api, questionnaire.Id, questionnaire.Version));
}
