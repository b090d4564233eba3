using System.Collections.Concurrent;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>Published questionnaires, each read from the api once: a published version never changes.</summary>
public sealed class PublishedQuestionnaires
{
    private const int Most = 32;
    private readonly ConcurrentDictionary<string, QuestionnaireDefinition> known = new(StringComparer.Ordinal);

    internal async Task<QuestionnaireDefinition> GetAsync(string version, Func<Task<QuestionnaireDefinition>> read)
    {
        if (known.TryGetValue(version, out var found))
        {
            return found;
        }

        if (known.Count >= Most)
        {
            known.Clear();
        }

        return known[version] = await read();
    }
}

/// <summary>Questionnaires as the reader of this request reads them.</summary>
public sealed class QuestionnaireLibrary(ApiClient api, PublishedQuestionnaires published)
{
    public async Task<Instrument> GetAsync(QuestionnaireReference reference) =>
        new(await published.GetAsync($"{reference.Id}/{reference.Version}", async () => (await api.GetQuestionnaireAsync(reference.Id, reference.Version)).Result));
}

/// <summary>One version of a questionnaire with its words in the reader's language, or in its own where it is not offered in that one.</summary>
public sealed class Instrument
{
    private readonly Dictionary<string, QuestionDefinition> questions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Scale> scales = new(StringComparer.Ordinal);
    private readonly List<SectionDefinition> sections = [];

    public Instrument(QuestionnaireDefinition definition)
    {
        Definition = definition;
        Texts = definition.Texts.TryGetValue(Languages.Current, out var texts) ? texts : definition.Texts[definition.DefaultLanguage];
        Walk(definition.Sections, null);
    }

    public QuestionnaireDefinition Definition { get; }

    public QuestionnaireTexts Texts { get; }

    /// <summary>Every section, in reading order.</summary>
    public IReadOnlyList<SectionDefinition> Sections => sections;

    /// <summary>The sections that results report.</summary>
    public IEnumerable<SectionDefinition> Themes => sections.Where(s => s.Reported);

    /// <summary>The levels in which results are told, lowest first; none where nothing is reported.</summary>
    public IReadOnlyList<ScaleLevel> ReportedLevels => Definition.Reporting is { } reporting ? Definition.Scales.First(s => s.Id == reporting.Scale).Levels : [];

    /// <summary>The question; null where this version has none of that id.</summary>
    public QuestionDefinition? Find(string question) => questions.GetValueOrDefault(question);

    public string TitleOf(string question) => Texts.Questions.TryGetValue(question, out var text) ? text.Title : question;

    public string SectionTitle(string section) => Texts.Sections.TryGetValue(section, out var text) ? text.Title : section;

    public string ShortTitle(string section) => Texts.Sections.TryGetValue(section, out var text) ? text.ShortTitle ?? text.Title : section;

    public string KindName(string kind) => Texts.EntityKinds.TryGetValue(kind, out var name) ? name : kind;

    /// <summary>The scale of a level question: its own, or that of the nearest section around it.</summary>
    public Scale? ScaleOf(string question) => scales.GetValueOrDefault(question);

    /// <summary>The scale in which results are told.</summary>
    public Scale? ReportedScale => Definition.Reporting is { } reporting ? Definition.Scales.First(s => s.Id == reporting.Scale) : null;

    public string LevelName(Scale? scale, string level) => scale is not null && Texts.Scales[scale.Id].TryGetValue(level, out var text) ? text.Name : level;

    /// <summary>The name of the level that a score stands for; null where there is none.</summary>
    public string? LevelAt(double? value) => ReportedLevels.FirstOrDefault(l => Math.Abs(l.Value - value ?? double.NaN) < 1e-9)?.Id;

    private void Walk(IEnumerable<SectionDefinition> level, string? inherited)
    {
        foreach (var section in level)
        {
            sections.Add(section);
            var scale = section.Scale ?? inherited;
            foreach (var question in section.Questions)
            {
                questions[question.Id] = question;
                if (question.Kind == QuestionKind.Level && Definition.Scales.FirstOrDefault(s => s.Id == (question.Scale ?? scale)) is { } own)
                {
                    scales[question.Id] = own;
                }
            }

            Walk(section.Sections, scale);
        }
    }
}
