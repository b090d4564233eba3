using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Divergence;

/// <summary>Looks for the signals to which the questionnaire ties findings.</summary>
internal sealed class Signals(
    Questionnaire questionnaire,
    DivergenceDefinition rules,
    IReadOnlyList<EntityAnswers> responses,
    IReadOnlyList<string> silent,
    IReadOnlyList<QuestionDivergence> compared)
{
    private readonly Dictionary<string, QuestionDivergence> byQuestion = compared.ToDictionary(q => q.Question, StringComparer.Ordinal);

    /// <summary>The finding, where its signal is there; else null.</summary>
    public Finding? Find(FindingDefinition finding)
    {
        var (questions, entities) = finding.Signal switch
        {
            Signal.Spread => (Where(finding, Spreads), []),
            Signal.DontKnow => (DontKnow(finding), []),
            Signal.Contradiction => (Where(finding, q => Choices(q).Distinct(StringComparer.Ordinal).Count() > 1), []),
            Signal.GradeSpread => (Where(finding, BothEnds), []),
            Signal.DeniedRole => DeniedRoles(finding),
            Signal.Silent => ([], silent),
            Signal.WeakVoice => (WeakVoices(finding), []),
            _ => ((IReadOnlyList<string>)[], (IReadOnlyList<string>)[]),
        };
        return questions.Count == 0 && entities.Count == 0 ? null : new Finding(finding.Id, finding.Signal, questions, finding.References, entities);
    }

    private IReadOnlyList<string> Where(FindingDefinition finding, Func<string, bool> there) => [.. finding.Questions.Where(there)];

    private bool Spreads(string question) => byQuestion.TryGetValue(question, out var d) && d.Diverges == true;

    private IEnumerable<string> Choices(string question) => responses.Select(r => r.To(question)?.Value).OfType<AnswerValue.Choice>().Select(c => c.Id);

    private bool BothEnds(string question)
    {
        var options = questionnaire.OptionsOf(question);
        var given = Choices(question).ToHashSet(StringComparer.Ordinal);
        return options.Count > 1 && given.Contains(options[0]) && given.Contains(options[^1]);
    }

    /// <summary>The share is of those who answered at all; a single entity that does not know is no pattern. Confidential questions have a range and no share.</summary>
    private IReadOnlyList<string> DontKnow(FindingDefinition finding)
    {
        var looked = finding.Questions.Count > 0 ? finding.Questions : [.. questionnaire.Definition.AllQuestions().Where(q => !q.Confidential).Select(q => q.Id)];
        return
        [
            .. looked.Where(q =>
            {
                var given = responses.Select(r => r.To(q)).OfType<Answer>().ToArray();
                return given.Length >= 2 && given.Count(a => a.State == AnswerState.DontKnow) >= rules.DontKnowShare * given.Length;
            }),
        ];
    }

    /// <summary>One entity says that a kind takes part, and an entity of that kind says that it does not.</summary>
    private (IReadOnlyList<string> Questions, IReadOnlyList<string> Entities) DeniedRoles(FindingDefinition finding)
    {
        var (questions, entities) = (new List<string>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (question, own) in finding.Questions.Zip(finding.OwnPart))
        {
            var deniers = responses.Where(r => r.To(own)?.Value is AnswerValue.Choice { Id: "no" }
                && responses.Any(other => other != r && other.To(question)?.Value is AnswerValue.Choices named && r.Kind is { } kind && named.Ids.Contains(kind, StringComparer.Ordinal))).ToArray();
            if (deniers.Length > 0)
            {
                questions.Add(question);
                entities.UnionWith(deniers.Select(r => r.Entity));
            }
        }

        return (questions, [.. entities]);
    }

    /// <summary>
    /// Whether those that lead answer higher than the others: the difference of both groups' lower medians. For a confidential question a difference would tell
    /// of single entities, so that only its range counts.
    /// </summary>
    private IReadOnlyList<string> WeakVoices(FindingDefinition finding)
    {
        var named = finding.Leads.SelectMany(Choices).GroupBy(k => k, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ToArray();
        var leading = named.Where(g => g.Count() == named[0].Count()).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return Where(finding, q =>
        {
            if (questionnaire.IsConfidential(q))
            {
                return Spreads(q);
            }

            var (strong, weak) = (LowerMedian(q, r => r.Kind is { } k && leading.Contains(k)), LowerMedian(q, r => r.Kind is not { } k || !leading.Contains(k)));
            return strong - weak >= rules.Spread;
        });
    }

    private int? LowerMedian(string question, Func<EntityAnswers, bool> group)
    {
        var positions = Divergences.Levels(questionnaire.Find(question)!, responses.Where(group));
        return positions.Length == 0 ? null : positions[(positions.Length - 1) / 2];
    }
}
