using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Domain.Divergence;

/// <summary>Compares what a State's entities answered. Nothing here changes a level, and a confidential question tells nothing of a single entity.</summary>
public static class Divergences
{
    /// <summary>So few answers to a confidential question are not even shown as a range: each entity would know the other's.</summary>
    public const int FewestForARange = 3;

    /// <summary>
    /// The whole comparison. A question is left out for an entity to which it does not apply, by the State's profile or by the entity's own answers;
    /// where that is every entity, it is left out altogether. The order of the entities makes no difference.
    /// </summary>
    public static DivergenceReport Of(Questionnaire questionnaire, Profile profile, IReadOnlyList<EntityAnswers> responses)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(responses);
        var rules = questionnaire.Definition.Divergence ?? new DivergenceDefinition();
        string[] silent = [.. responses.Where(r => IsSilent(questionnaire, r)).Select(r => r.Entity).Order(StringComparer.Ordinal)];
        EntityAnswers[] asked = [.. responses.Select(r => Applying(questionnaire, profile, r)).OrderBy(r => r.Entity, StringComparer.Ordinal)];
        QuestionDivergence[] questions =
        [
            .. questionnaire.Questions.Where(q => q.Definition.Kind == QuestionKind.Level && asked.Any(r => r.Asked.Contains(q.Definition.Id)))
                .Select(q => Compare(q, rules, asked)),
        ];
        var signals = new Signals(questionnaire, rules, asked, silent, questions);
        return new DivergenceReport(responses.Count, silent, questions, [.. rules.Findings.Select(signals.Find).OfType<Finding>()]);
    }

    /// <summary>
    /// What is proposed as the State's answer: of a level question the lower median of the levels that were given; of any other, what all that answered
    /// agree on. Null where there is nothing to propose. Of a confidential question the one level that its range consists of, where that may be shown.
    /// </summary>
    public static AnswerValue? Proposal(Questionnaire questionnaire, string question, IReadOnlyList<EntityAnswers> responses)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(responses);
        if (questionnaire.Find(question) is not { } asked)
        {
            return null;
        }

        if (asked.Definition.Kind != QuestionKind.Level)
        {
            var given = responses.Select(r => r.To(question)?.Value).OfType<AnswerValue>().Distinct().Take(2).ToArray();
            return given.Length == 1 && !asked.Definition.Confidential ? given[0] : null;
        }

        var levels = Levels(asked, responses);
        return levels.Length == 0 || (asked.Definition.Confidential && (levels.Length < FewestForARange || levels[0] != levels[^1])) ? null
            : new AnswerValue.Choice(asked.Ids[levels[(levels.Length - 1) / 2]]);
    }

    /// <summary>By reported section: whether entities diverge on any level question below it; null where nothing could be compared.</summary>
    public static IReadOnlyDictionary<string, bool?> BySection(Questionnaire questionnaire, DivergenceReport report)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(report);
        var byQuestion = report.Questions.ToDictionary(q => q.Question, q => q.Diverges, StringComparer.Ordinal);
        return questionnaire.Definition.AllSections().Where(s => s.Reported).ToDictionary(s => s.Id, s =>
        {
            var known = s.AllQuestions().Select(q => byQuestion.GetValueOrDefault(q.Id)).OfType<bool>().ToArray();
            return known.Length == 0 ? (bool?)null : known.Any(d => d);
        }, StringComparer.Ordinal);
    }

    /// <summary>The positions on the question's scale of the levels that were given, lowest first. What the scale does not have was not given.</summary>
    internal static int[] Levels(CompiledQuestion question, IEnumerable<EntityAnswers> responses) =>
        [.. responses.Select(r => r.To(question.Definition.Id)?.Value).OfType<AnswerValue.Choice>().Select(c => question.IndexOf(c.Id)).Where(p => p >= 0).Order()];

    /// <summary>An answer to a confidential question alone is not looked at: whether an entity gave one is its own affair.</summary>
    private static bool IsSilent(Questionnaire questionnaire, EntityAnswers response)
    {
        var open = response.Asked.Where(q => !questionnaire.IsConfidential(q)).ToArray();
        return !response.Confirmed || (open.Length > 0 && !open.Any(response.Answers.ContainsKey));
    }

    private static EntityAnswers Applying(Questionnaire questionnaire, Profile profile, EntityAnswers response)
    {
        var sheet = ScoreSheet.Score(questionnaire, profile, response.Answers.Where(a => response.Asked.Contains(a.Key)).ToDictionary(StringComparer.Ordinal));
        return response with
        {
            Asked = questionnaire.Questions.Where(q => sheet.StandingOf(q) is not (Standing.Hidden or Standing.NotApplicableByRule)).Select(q => q.Definition.Id)
                .Where(response.Asked.Contains).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static QuestionDivergence Compare(CompiledQuestion question, DivergenceDefinition rules, IReadOnlyList<EntityAnswers> responses)
    {
        var (id, confidential) = (question.Definition.Id, question.Definition.Confidential);
        var asked = responses.Where(r => r.Asked.Contains(id)).ToArray();
        var given = Levels(question, asked);
        var computed = given.Length >= (confidential ? FewestForARange : 2);
        var shown = confidential ? computed : given.Length > 0;
        int? spread = computed ? given[^1] - given[0] : null;
        return new QuestionDivergence(
            id,
            question.Section.Definition.Id,
            confidential,
            asked.Length,
            confidential ? null : given.Length,
            confidential ? null : asked.Count(r => r.To(id)?.State == AnswerState.DontKnow),
            computed ? DivergenceOutcome.Computed : DivergenceOutcome.NotComputed,
            shown ? question.Ids[given[0]] : null,
            shown ? question.Ids[given[^1]] : null,
            spread,
            computed && !confidential ? Agreement.OfCounts([.. question.Ids.Select((_, level) => given.Count(g => g == level))]) : null,
            spread >= rules.Spread ? true : spread is null ? null : false,
            confidential ? new Dictionary<string, EntityLevel>(StringComparer.Ordinal)
                : asked.ToDictionary(r => r.Entity, r => new EntityLevel(Levels(question, [r]) is [var level] ? question.Ids[level] : null, r.To(id)?.State), StringComparer.Ordinal));
    }
}
