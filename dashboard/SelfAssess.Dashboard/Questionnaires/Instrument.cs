using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Questionnaires;

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
    public IReadOnlyList<ScaleLevel> ReportedLevels => ReportedScale?.Levels ?? [];

    /// <summary>The scale in which results are told; null where nothing is reported.</summary>
    public Scale? ReportedScale => Definition.Reporting is { } reporting ? Definition.Scales.First(s => s.Id == reporting.Scale) : null;

    /// <summary>The question; null where this version has none of that id.</summary>
    public QuestionDefinition? Find(string question) => questions.GetValueOrDefault(question);

    public string TitleOf(string question) => Texts.Questions.TryGetValue(question, out var text) ? text.Title : question;

    public string ShortTitleOf(string question) => Texts.Questions.TryGetValue(question, out var text) ? text.ShortTitle ?? text.Title : question;

    public string SectionTitle(string section) => Texts.Sections.TryGetValue(section, out var text) ? text.Title : section;

    public string ShortTitle(string section) => Texts.Sections.TryGetValue(section, out var text) ? text.ShortTitle ?? text.Title : section;

    public string KindName(string kind) => Texts.EntityKinds.TryGetValue(kind, out var name) ? name : kind;

    /// <summary>The scale of a level question: its own, or that of the nearest section around it.</summary>
    public Scale? ScaleOf(string question) => scales.GetValueOrDefault(question);

    public string LevelName(Scale? scale, string level) => scale is not null && Texts.Scales[scale.Id].TryGetValue(level, out var text) ? text.Name : level;

    /// <summary>A level's name, whichever scale has it.</summary>
    public string LevelName(string level) => LevelName(Definition.Scales.FirstOrDefault(s => s.Levels.Any(l => l.Id == level)), level);

    /// <summary>The name of the level that a score stands for; null where there is none.</summary>
    public string? LevelAt(double? value) => ReportedLevels.FirstOrDefault(l => Math.Abs(l.Value - value ?? double.NaN) < 1e-9)?.Id;

    /// <summary>A question as releases count it: its title, with a matrix the dimension's, and what its options are called.</summary>
    /// <param name="counted">The question's id, with a matrix's dimension behind a dot.</param>
    public (string Title, string? Dimension, Func<string, string> Option) Counted(string counted)
    {
        if (Texts.Questions.TryGetValue(counted, out var whole))
        {
            return (whole.Title, null, option => whole.Options.TryGetValue(option, out var label) ? label : option);
        }

        var at = counted.LastIndexOf('.');
        return at > 0 && Texts.Questions.TryGetValue(counted[..at], out var matrix) && matrix.Dimensions.TryGetValue(counted[(at + 1)..], out var dimension)
            ? (matrix.Title, dimension.Label, option => dimension.Options.TryGetValue(option, out var label) ? label : option)
            : (counted, null, option => option);
    }

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
