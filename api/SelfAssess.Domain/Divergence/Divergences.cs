using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Divergence;

/// <summary>Compares what a State's entities answered. Nothing here changes a level, and a confidential question tells nothing of a single entity.</summary>
public static class Divergences
{
    /// <summary>So few answers to a confidential question are not even shown as a range: each entity would know the other's.</summary>
    public const int FewestForARange = 3;

    /// <summary>The whole comparison. Questions that do not apply to the State are left out; the order of the entities makes no difference.</summary>
    public static DivergenceReport Of(Questionnaire questionnaire, Profile profile, IReadOnlyList<EntityAnswers> responses)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(responses);
        var sheet = ScoreSheet.Score(questionnaire, profile, new Dictionary<string, Answer>(StringComparer.Ordinal));
        var applicable = AssessmentProgress.Of(sheet).Sections.SelectMany(s => s.Questions).Where(q => q.Standing is not (Standing.Hidden or Standing.NotApplicableByRule))
            .Select(q => q.Question).ToHashSet(StringComparer.Ordinal);
        var rules = questionnaire.Definition.Divergence ?? new DivergenceDefinition();
        QuestionDivergence[] questions =
        [
            .. questionnaire.Definition.AllSections().SelectMany(s => s.Questions.Select(q => (Section: s.Id, Question: q)))
                .Where(q => q.Question.Kind == QuestionKind.Level && applicable.Contains(q.Question.Id) && responses.Any(r => r.Asked.Contains(q.Question.Id)))
                .Select(q => Compare(questionnaire, rules, q.Section, q.Question, responses)),
        ];
        string[] silent = [.. responses.Where(IsSilent).Select(r => r.Entity).Order(StringComparer.Ordinal)];
        var signals = new Signals(questionnaire, rules, responses, questions, applicable);
        return new DivergenceReport(responses.Count, silent, questions, [.. rules.Findings.Select(signals.Find).OfType<Finding>()]);
    }

    /// <summary>
    /// What is proposed as the State's answer: of a level question the lower median of the levels that were given; of any other, what all that answered
    /// agree on. Null where there is nothing to propose, and of a confidential question, unless all gave the same level.
    /// </summary>
    public static AnswerValue? Proposal(Questionnaire questionnaire, string question, IReadOnlyList<EntityAnswers> responses)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        var given = responses.Select(r => r.To(question)?.Value).OfType<AnswerValue>().ToArray();
        if (given.Length == 0)
        {
            return null;
        }

        if (given.All(v => v.Equals(given[0])))
        {
            return given[0];
        }

        var levels = questionnaire.LevelsOf(question);
        if (levels.Count == 0 || questionnaire.IsConfidential(question))
        {
            return null;
        }

        var positions = given.OfType<AnswerValue.Choice>().Select(c => IndexOf(levels, c.Id)).Order().ToArray();
        return new AnswerValue.Choice(levels[positions[(positions.Length - 1) / 2]]);
    }

    /// <summary>By reported section: whether entities diverge on any level question below it; null where nothing could be compared.</summary>
    public static IReadOnlyDictionary<string, bool?> BySection(Questionnaire questionnaire, DivergenceReport report)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(report);
        var byQuestion = report.Questions.ToDictionary(q => q.Question, q => q.Diverges, StringComparer.Ordinal);
        return questionnaire.Definition.AllSections().Where(s => s.Reported).ToDictionary(s => s.Id, s =>
        {
            var known = Below(s).Select(q => byQuestion.GetValueOrDefault(q.Id)).OfType<bool>().ToArray();
            return known.Length == 0 ? (bool?)null : known.Any(d => d);
        }, StringComparer.Ordinal);

        static IEnumerable<QuestionDefinition> Below(SectionDefinition section) => section.Questions.Concat(section.Sections.SelectMany(Below));
    }

    internal static bool IsSilent(EntityAnswers response) => !response.Confirmed || !response.Answers.Keys.Any(response.Asked.Contains);

    internal static int IndexOf(IReadOnlyList<string> levels, string id)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] == id)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"The scale has no level '{id}'.");
    }

    private static QuestionDivergence Compare(
        Questionnaire questionnaire, DivergenceDefinition rules, string section, QuestionDefinition question, IReadOnlyList<EntityAnswers> responses)
    {
        var levels = questionnaire.LevelsOf(question.Id);
        var asked = responses.Where(r => r.Asked.Contains(question.Id)).OrderBy(r => r.Entity, StringComparer.Ordinal).ToArray();
        var given = asked.Select(r => r.To(question.Id)?.Value).OfType<AnswerValue.Choice>().Select(c => IndexOf(levels, c.Id)).Order().ToArray();
        var dontKnow = asked.Count(r => r.To(question.Id)?.State == AnswerState.DontKnow);
        var computed = given.Length >= 2;
        var shown = given.Length >= (question.Confidential ? FewestForARange : 1);
        int? spread = computed && shown ? given[^1] - given[0] : null;
        var counts = new int[levels.Count];
        foreach (var position in given)
        {
            counts[position]++;
        }

        return new QuestionDivergence(
            question.Id,
            section,
            question.Confidential,
            asked.Length,
            given.Length,
            dontKnow,
            computed ? DivergenceOutcome.Computed : DivergenceOutcome.NotComputed,
            shown ? levels[given[0]] : null,
            shown ? levels[given[^1]] : null,
            spread,
            computed && !question.Confidential ? Agreement.OfCounts(counts) : null,
            spread is { } s ? s >= rules.Spread : null,
            question.Confidential ? new Dictionary<string, EntityLevel>(StringComparer.Ordinal)
                : asked.ToDictionary(r => r.Entity, r => new EntityLevel((r.To(question.Id)?.Value as AnswerValue.Choice)?.Id, r.To(question.Id)?.State), StringComparer.Ordinal));
    }
}
