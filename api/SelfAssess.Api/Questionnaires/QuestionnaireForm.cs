using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Questionnaires;

/// <summary>A questionnaire as somebody fills it in: in one language, with only the questions that are asked, each worded for the State's profile.</summary>
/// <param name="Questionnaire">Its id and version.</param>
/// <param name="Language">The language of the texts: the one asked for, or the questionnaire's own where it is not offered in that one.</param>
/// <param name="Title">The questionnaire's title.</param>
/// <param name="Applicable">Questions that are shown and apply.</param>
/// <param name="Answered">Those of them that have a value or a state.</param>
/// <param name="Sections">Those that have questions to answer, in reading order.</param>
public sealed record QuestionnaireForm(
    QuestionnaireReference Questionnaire, string Language, string Title, int Applicable, int Answered, IReadOnlyList<FormSection> Sections)
{
    /// <summary>The form of a questionnaire.</summary>
    /// <param name="definition">The questionnaire.</param>
    /// <param name="language">The language that is asked for.</param>
    /// <param name="progress">Where each question stands; null shows every question, in its ordinary wording.</param>
    /// <param name="asked">Which questions are asked.</param>
    /// <param name="always">Which of them are there even where they are not shown or do not apply; none unless given.</param>
    internal static QuestionnaireForm Of(QuestionnaireDefinition definition, string language, AssessmentProgress? progress, Func<string, bool> asked, Func<string, bool>? always = null)
    {
        var spoken = definition.Texts.ContainsKey(language) ? language : definition.DefaultLanguage;
        var texts = definition.Texts[spoken];
        var met = progress?.Sections.SelectMany(s => s.Questions).ToDictionary(q => q.Question, StringComparer.Ordinal);
        var sections = new List<FormSection>();
        Walk(definition.Sections, []);
        return new QuestionnaireForm(new(definition.Id, definition.Version), spoken, texts.Title, sections.Sum(s => s.Applicable), sections.Sum(s => s.Answered), sections);

        void Walk(IReadOnlyList<SectionDefinition> level, IReadOnlyList<string> around)
        {
            foreach (var section in level)
            {
                var text = texts.Sections[section.Id];
                var questions = section.Questions.Where(q => asked(q.Id) && Shown(q.Id)).Select(q => FormQuestion.Of(definition, texts, q, ScaleOf(q.Id), met?[q.Id])).ToArray();
                if (questions.Length > 0)
                {
                    sections.Add(new FormSection(section.Id, text.Title, text.ShortTitle, text.Introduction, around, section.Reported,
                        questions.Length, questions.Count(q => q.Answered), questions));
                }

                Walk(section.Sections, [.. around, text.Title]);
            }
        }

        bool Shown(string question) => met is null || always?.Invoke(question) == true || met[question].Standing is not (Standing.Hidden or Standing.NotApplicableByRule);

        Scale? ScaleOf(string question) => definition.Scales.FirstOrDefault(s => s.Id == ScaleIdOf(definition.Sections, question, null));
    }

    /// <summary>The scale of a level question: its own, or that of the nearest section around it.</summary>
    private static string? ScaleIdOf(IReadOnlyList<SectionDefinition> sections, string question, string? inherited) => sections.Select(s =>
        s.Questions.FirstOrDefault(q => q.Id == question) is { } found ? found.Scale ?? s.Scale ?? inherited : ScaleIdOf(s.Sections, question, s.Scale ?? inherited))
        .FirstOrDefault(s => s is not null);
}

/// <summary>A section with questions to answer.</summary>
/// <param name="Id">The section.</param>
/// <param name="Title">Its title.</param>
/// <param name="ShortTitle">A shorter one; absent where there is none.</param>
/// <param name="Introduction">What is read before its questions; absent where there is nothing.</param>
/// <param name="Around">The titles of the sections around it, outermost first.</param>
/// <param name="Reported">Whether results report it: a theme.</param>
/// <param name="Applicable">Its own questions that are shown and apply.</param>
/// <param name="Answered">Those of them that have a value or a state.</param>
/// <param name="Questions">Its own questions, in reading order.</param>
public sealed record FormSection(
    string Id, string Title, string? ShortTitle, string? Introduction, IReadOnlyList<string> Around, bool Reported, int Applicable, int Answered, IReadOnlyList<FormQuestion> Questions);

/// <summary>A question as it is asked.</summary>
/// <param name="Id">The question.</param>
/// <param name="Kind">The shape of its answer.</param>
/// <param name="Title">The question in a few words.</param>
/// <param name="Text">The question itself.</param>
/// <param name="Help">What helps to answer; absent where there is nothing.</param>
/// <param name="EvidencePrompt">What to point to as evidence; absent where none is asked for.</param>
/// <param name="States">The states that may be given instead of a value, each with when it is the right answer.</param>
/// <param name="Options">Levels lowest first, or options; empty for other kinds.</param>
/// <param name="Dimensions">Of a matrix; empty for other kinds.</param>
/// <param name="Minimum">Lowest number permitted; absent where there is no bound.</param>
/// <param name="Maximum">Highest number permitted; absent where there is no bound.</param>
/// <param name="MaximumLength">Longest text in characters; absent for other kinds.</param>
/// <param name="Confidential">Whether single entities' answers are shown to nobody.</param>
/// <param name="Answered">Whether it has a value or a state.</param>
public sealed record FormQuestion(
    string Id,
    QuestionKind Kind,
    string Title,
    string Text,
    string? Help,
    string? EvidencePrompt,
    IReadOnlyList<FormState> States,
    IReadOnlyList<FormOption> Options,
    IReadOnlyList<FormDimension> Dimensions,
    decimal? Minimum,
    decimal? Maximum,
    int? MaximumLength,
    bool Confidential,
    bool Answered)
{
    internal static FormQuestion Of(QuestionnaireDefinition definition, QuestionnaireTexts texts, QuestionDefinition question, Scale? scale, QuestionProgress? met)
    {
        var text = texts.Questions[question.Id];
        var variant = met?.Variant is { } id ? text.Variants.GetValueOrDefault(id) : null;
        return new FormQuestion(
            question.Id,
            question.Kind,
            text.Title,
            variant?.Text ?? text.Text,
            variant?.Help ?? text.Help,
            question.Evidence ? variant?.Evidence ?? text.Evidence : null,
            [.. Enum.GetValues<AnswerState>().Where(s => s is AnswerState.DontKnow or AnswerState.Declined || question.States.Contains(s)).Select(s => new FormState(s, s switch
            {
                AnswerState.NotApplicable => text.NotApplicable,
                AnswerState.NotYetTested => text.NotYetTested,
                _ => null,
            }))],
            question.Kind switch
            {
                QuestionKind.Level => [.. scale!.Levels.Select(l => new FormOption(l.Id, texts.Scales[scale.Id][l.Id].Name, variant?.Levels.GetValueOrDefault(l.Id) ?? text.Levels.GetValueOrDefault(l.Id), false))],
                _ when question.OptionsFrom is not null => [.. definition.EntityKinds.Select(k => new FormOption(k, texts.EntityKinds[k], null, false))],
                _ => OptionsOf(question.Options, text.Options),
            },
            [.. question.Dimensions.Select(d => FormDimension.Of(d, text.Dimensions[d.Id]))],
            question.Minimum,
            question.Maximum,
            question.Kind == QuestionKind.Text ? question.MaximumLength ?? Questionnaire.DefaultTextLength : null,
            question.Confidential,
            met is not null && met.Standing is not (Standing.Unanswered or Standing.Hidden or Standing.NotApplicableByRule));
    }

    internal static IReadOnlyList<FormOption> OptionsOf(IReadOnlyList<OptionDefinition> options, IReadOnlyDictionary<string, string> labels) =>
        [.. options.Select(o => new FormOption(o.Id, labels[o.Id], null, o.Exclusive))];
}

/// <summary>A state that may be given instead of a value.</summary>
/// <param name="State">The state.</param>
/// <param name="When">When it is the right answer; absent where the questionnaire says nothing.</param>
public sealed record FormState(AnswerState State, string? When);

/// <summary>A possible answer.</summary>
/// <param name="Id">As answers name it.</param>
/// <param name="Label">Its name.</param>
/// <param name="Descriptor">What a level means for this question; absent for options.</param>
/// <param name="Exclusive">Whether choosing it rules out every other option.</param>
public sealed record FormOption(string Id, string Label, string? Descriptor, bool Exclusive);

/// <summary>One side of a matrix.</summary>
/// <param name="Id">As answers name it.</param>
/// <param name="Label">Its name.</param>
/// <param name="Help">What helps to answer; absent where there is nothing.</param>
/// <param name="Multiple">Whether several options may be chosen.</param>
/// <param name="Options">What can be chosen; empty where the answer is a text.</param>
public sealed record FormDimension(string Id, string Label, string? Help, bool Multiple, IReadOnlyList<FormOption> Options)
{
    internal static FormDimension Of(DimensionDefinition dimension, FieldText text) =>
        new(dimension.Id, text.Label, text.Help, dimension.Multiple, FormQuestion.OptionsOf(dimension.Options, text.Options));
}
