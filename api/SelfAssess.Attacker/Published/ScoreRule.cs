using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Published;

/// <summary>A theme's score together with how many of its questions have a level, and the sum of those levels' positions.</summary>
/// <param name="Outcome">Whether there is a score.</param>
/// <param name="Level">Of the score.</param>
/// <param name="Index">Of the score, in millionths of a point.</param>
/// <param name="Answered">Questions with a level; −1 where nobody asks.</param>
/// <param name="Sum">Sum of the levels' positions; −1 where nobody asks.</param>
internal sealed record ThemeScore(ThemeOutcome Outcome, int? Level, long? Index, int Answered = -1, int Sum = -1);

/// <summary>
/// How a theme's score follows from the answers to its questions, found by scoring every combination with the questionnaire itself. Only where it does
/// not matter which question has which answer, and there are few enough combinations.
/// </summary>
internal sealed class ScoreRule
{
    private static readonly ConditionalWeakTable<Questionnaire, ConcurrentDictionary<string, ScoreRule?>> known = [];

    private readonly Dictionary<string, ThemeScore> scores;

    private ScoreRule(IReadOnlyList<string> questions, int levels, Dictionary<string, ThemeScore> scores)
    {
        (Questions, Levels, this.scores) = (questions, levels, scores);
    }

    /// <summary>The theme's questions, in order.</summary>
    public IReadOnlyList<string> Questions { get; }

    /// <summary>How many levels each question has. Behind them come the two answers without a level.</summary>
    public int Levels { get; }

    /// <summary>Levels, not applicable, no answer.</summary>
    public int Answers => Levels + 2;

    /// <summary>Every score that there can be.</summary>
    public IEnumerable<ThemeScore> Scores => scores.Values.Distinct();

    /// <summary>The rule of a theme; null where the theme's score is of another kind.</summary>
    public static ScoreRule? Of(Questionnaire questionnaire, string section) =>
        known.GetOrCreateValue(questionnaire).GetOrAdd(section, s => Make(questionnaire, s));

    /// <summary>The position of an answer of a contribution: a level's, or one of the two behind them.</summary>
    /// <param name="levels">The level ids of the question.</param>
    /// <param name="answer">As the contribution has it; null where a rule says that the question does not apply.</param>
    public static int AnswerOf(IReadOnlyList<string> levels, string? answer)
    {
        if (answer is null or "notApplicable")
        {
            return levels.Count;
        }

        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] == answer)
            {
                return i;
            }
        }

        return levels.Count + 1;
    }

    /// <summary>The score of so many of each answer.</summary>
    public ThemeScore ScoreOf(IReadOnlyList<int> times) => scores[Key(times)];

    private static ScoreRule? Make(Questionnaire questionnaire, string sectionId)
    {
        var definition = questionnaire.Definition;
        var section = definition.AllSections().Single(s => s.Id == sectionId);
        string[] questions = [.. section.AllQuestions().Where(q => q.Kind == QuestionKind.Level && questionnaire.IsScored(q.Id)).Select(q => q.Id)];
        var levels = questions.Length == 0 ? 0 : questionnaire.LevelsOf(questions[0]).Count;
        if (section.Sections.Count > 0 || levels == 0 || !AnswerRule.CanList(questions.Length, levels + 2)
            || Array.Exists(questions, q => !questionnaire.LevelsOf(q).SequenceEqual(questionnaire.LevelsOf(questions[0]), StringComparer.Ordinal))
            || section.AllQuestions().Any(q => questionnaire.IsScored(q.Id) && q.Kind != QuestionKind.Level)
            || !TreatsStatesAlike(definition, section))
        {
            return null;
        }

        var found = new Dictionary<string, ThemeScore>(StringComparer.Ordinal);
        foreach (var times in AnswerRule.Multisets(questions.Length, levels + 2))
        {
            int[] answers = [.. times.SelectMany((t, a) => Enumerable.Repeat(a, t))];
            var score = Score(questionnaire, sectionId, questions, answers);
            if (score != Score(questionnaire, sectionId, [.. questions.Reverse()], answers))
            {
                return null;
            }

            found[Key(times)] = score with { Answered = answers.Count(a => a < levels), Sum = answers.Where(a => a < levels).Sum() };
        }

        return new ScoreRule(questions, levels, found);
    }

    /// <summary>A release tells two kinds of answers without a level; the score must not depend on more.</summary>
    private static bool TreatsStatesAlike(QuestionnaireDefinition definition, SectionDefinition section) =>
        definition.ScoringRules.Where(r => r.Id == section.Scoring).SelectMany(r => r.Measures).Select(m => m.AnswerStates ?? definition.AnswerStates).All(s =>
            s.NotApplicable == StateTreatment.Exclude && s.DontKnow == s.Unanswered && s.NotYetTested == s.Unanswered && s.Declined == s.Unanswered);

    private static ThemeScore Score(Questionnaire questionnaire, string section, IReadOnlyList<string> questions, int[] answers)
    {
        var given = new Dictionary<string, Answer>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            var levels = questionnaire.LevelsOf(questions[i]);
            if (answers[i] < levels.Count)
            {
                given[questions[i]] = new Answer { Value = new AnswerValue.Choice(levels[answers[i]]) };
            }
            else if (answers[i] == levels.Count)
            {
                given[questions[i]] = new Answer { State = AnswerState.NotApplicable };
            }
        }

        var assessment = new Assessment { CycleId = "", Questionnaire = questionnaire.Reference, Profile = new Profile(new Dictionary<string, ProfileValue>()), Answers = given };
        var theme = Contributions.Of(questionnaire, assessment, "").Themes.Single(t => t.Section == section);
        return new ThemeScore(theme.Outcome, theme.Level, theme.Index);
    }

    private static string Key(IReadOnlyList<int> times) => string.Join(',', times);
}
