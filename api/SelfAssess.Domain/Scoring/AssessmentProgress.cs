using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Scoring;

/// <summary>How far an assessment is, over all its questions, scored or not.</summary>
/// <param name="Applicable">Questions that are shown and apply.</param>
/// <param name="Answered">Those of them that have a value or a state.</param>
/// <param name="Open">Those that have neither.</param>
/// <param name="Sections">The same by section, in reading order.</param>
public sealed record AssessmentProgress(int Applicable, int Answered, int Open, IReadOnlyList<SectionProgress> Sections)
{
    public static AssessmentProgress Of(ScoreSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var sections = sheet.Questionnaire.Sections.Select(s => Of(sheet, s)).ToArray();
        var top = sections.Where((_, i) => sheet.Questionnaire.Sections[i].Parent < 0).ToArray();
        return new AssessmentProgress(top.Sum(s => s.Applicable), top.Sum(s => s.Answered), top.Sum(s => s.Open), sections);
    }

    private static SectionProgress Of(ScoreSheet sheet, CompiledSection section)
    {
        var all = sheet.Questionnaire.Questions.AsSpan(section.FirstQuestion, section.EndQuestion - section.FirstQuestion);
        int applicable = 0, answered = 0;
        foreach (var question in all)
        {
            var standing = sheet.StandingOf(question);
            applicable += standing is Standing.Hidden or Standing.NotApplicableByRule ? 0 : 1;
            answered += standing is Standing.Hidden or Standing.NotApplicableByRule or Standing.Unanswered ? 0 : 1;
        }

        return new SectionProgress(
            section.Definition.Id,
            section.Parent < 0 ? null : sheet.Questionnaire.Sections[section.Parent].Definition.Id,
            applicable,
            answered,
            applicable - answered,
            [.. sheet.Questionnaire.Questions.Skip(section.FirstQuestion).Take(section.OwnQuestions)
                .Select(q => new QuestionProgress(q.Definition.Id, sheet.StandingOf(q), Questionnaire.VariantOf(q, sheet)))]);
    }
}

/// <summary>How far one section is, with all that is below it.</summary>
/// <param name="Section">Its id.</param>
/// <param name="Parent">The section around it; null at the top.</param>
/// <param name="Applicable">Questions that are shown and apply.</param>
/// <param name="Answered">Those of them that have a value or a state.</param>
/// <param name="Open">Those that have neither.</param>
/// <param name="Questions">Its own questions.</param>
public sealed record SectionProgress(string Section, string? Parent, int Applicable, int Answered, int Open, IReadOnlyList<QuestionProgress> Questions);

/// <summary>One question as this State meets it.</summary>
/// <param name="Question">Its id.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Variant">The wording that fits the State's profile; null for the ordinary one.</param>
public sealed record QuestionProgress(string Question, Standing Standing, string? Variant);
