using System.Buffers;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Questionnaires.Rules;

namespace SelfAssess.Domain.Scoring;

/// <summary>
/// The scores of one set of answers: the one way in which answers become scores, for a State's own result and for the aggregate. Pure: the
/// same questionnaire, profile and answers give the same scores. Nothing here is rounded.
/// </summary>
public sealed class ScoreSheet : IRuleFacts
{
    private readonly Answer?[] answers;
    private readonly Standing[] standings;
    private readonly decimal[] values;
    private readonly MeasuredScore[] scores;
    private readonly Profile profile;

    private ScoreSheet(Questionnaire questionnaire, Profile profile)
    {
        Questionnaire = questionnaire;
        this.profile = profile;
        answers = new Answer?[questionnaire.Questions.Length];
        standings = new Standing[questionnaire.Questions.Length];
        values = new decimal[questionnaire.Questions.Length];
        scores = new MeasuredScore[questionnaire.Measures.Length];
    }

    public Questionnaire Questionnaire { get; }

    /// <summary>Scores answers. What does not fit the questionnaire (it was checked when it came in) counts as unanswered.</summary>
    /// <param name="questionnaire">The version that was answered.</param>
    /// <param name="profile">Decides what is shown, applies, and is worded how; enters no score.</param>
    /// <param name="given">By question, in any order.</param>
    public static ScoreSheet Score(Questionnaire questionnaire, Profile profile, IReadOnlyDictionary<string, Answer> given)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(given);
        var sheet = new ScoreSheet(questionnaire, profile);
        sheet.Place(given);
        sheet.Measure();
        return sheet;
    }

    internal Standing StandingOf(CompiledQuestion question) => standings[question.Index];

    /// <summary>The worth of an answered, scored question; meaningless otherwise.</summary>
    internal decimal ValueOf(CompiledQuestion question) => values[question.Index];

    internal Answer? AnswerTo(CompiledQuestion question) => answers[question.Index];

    internal MeasuredScore ScoreOf(CompiledMeasure measure) => scores[measure.Index];

    /// <summary>The level given to a level question that applies, by id; null for any other question or answer.</summary>
    public string? LevelOf(string question) => Questionnaire.Find(question) is { Definition.Kind: QuestionKind.Level } found
        && standings[found.Index] == Standing.Answered && answers[found.Index]?.Value is AnswerValue.Choice level ? level.Id : null;

    /// <summary>A section's score by one of its measures, or null where it has none of that id.</summary>
    public SectionScore? Find(string section, string measure)
    {
        foreach (var found in Questionnaire.Measures)
        {
            if (found.Section.Definition.Id == section && found.Definition.Id == measure)
            {
                var score = scores[found.Index];
                return new SectionScore(score.Outcome, score.Outcome == ScoreOutcome.Scored ? score.Value : null, score.Counted, score.Applicable);
            }
        }

        return null;
    }

    RuleValue IRuleFacts.Profile(string field) => !profile.Fields.TryGetValue(field, out var value) ? RuleValue.Unknown : value switch
    {
        ProfileValue.One one => RuleValue.Of(one.Option),
        ProfileValue.Many many => RuleValue.Of(many.Options),
        ProfileValue.Number number => RuleValue.Of(number.Value),
        ProfileValue.Flag flag => RuleValue.Of(flag.Value),
        _ => RuleValue.Unknown,
    };

    RuleValue IRuleFacts.Answer(int question) => standings[question] != Standing.Answered ? RuleValue.Unknown : answers[question]!.Value switch
    {
        AnswerValue.Choice choice => RuleValue.Of(choice.Id),
        AnswerValue.Choices choices => RuleValue.Of(choices.Ids),
        AnswerValue.Number number => RuleValue.Of(number.Value),
        _ => RuleValue.Unknown,
    };

    RuleValue IRuleFacts.Value(int question) => standings[question] == Standing.Answered ? RuleValue.Of(values[question]) : RuleValue.Unknown;

    string IRuleFacts.State(int question) => standings[question] switch
    {
        Standing.Hidden or Standing.NotApplicableByRule or Standing.NotApplicable => "notApplicable",
        Standing.Answered => "answered",
        Standing.DontKnow => "dontKnow",
        Standing.NotYetTested => "notYetTested",
        Standing.Declined => "declined",
        _ => "unanswered",
    };

    /// <summary>Decides for every question whether it is shown, applies and is answered, each after what its rules look at.</summary>
    private void Place(IReadOnlyDictionary<string, Answer> given)
    {
        Span<Standing> around = Questionnaire.Sections.Length <= 256 ? stackalloc Standing[Questionnaire.Sections.Length] : new Standing[Questionnaire.Sections.Length];
        foreach (var node in Questionnaire.Order)
        {
            if (node >= 0)
            {
                var section = Questionnaire.Sections[node];
                around[node] = Decide(section.Parent < 0 ? Standing.Unanswered : around[section.Parent], section.Visible, section.Applies);
                continue;
            }

            var question = Questionnaire.Questions[~node];
            var standing = Decide(around[question.Section.Index], question.Visible, question.Applies);
            if (standing == Standing.Unanswered && given.TryGetValue(question.Definition.Id, out var answer) && answer is not null)
            {
                answers[question.Index] = answer;
                standing = Read(question, answer);
            }

            standings[question.Index] = standing;
        }
    }

    /// <summary>What is around decides first; then visibility; then applicability.</summary>
    private Standing Decide(Standing around, Rule? visible, Rule? applies) =>
        around == Standing.Hidden || visible?.TrueOrUnknown(this) == false ? Standing.Hidden
        : around == Standing.NotApplicableByRule || applies?.TrueOrUnknown(this) == false ? Standing.NotApplicableByRule
        : Standing.Unanswered;

    private Standing Read(CompiledQuestion question, Answer answer)
    {
        if (answer.State is { } state)
        {
            return state switch
            {
                AnswerState.NotApplicable => Standing.NotApplicable,
                AnswerState.DontKnow => Standing.DontKnow,
                AnswerState.NotYetTested => Standing.NotYetTested,
                AnswerState.Declined => Standing.Declined,
                _ => Standing.Unanswered,
            };
        }

        if (!question.Scored)
        {
            return answer.Value is null ? Standing.Unanswered : Standing.Answered;
        }

        decimal worth = 0;
        switch (answer.Value)
        {
            case AnswerValue.Choice choice when question.Definition.Kind != QuestionKind.Multiple && question.IndexOf(choice.Id) is >= 0 and var index && index < question.Values.Length:
                worth = question.Values[index];
                break;
            case AnswerValue.Choices choices when question.Definition.Kind == QuestionKind.Multiple && choices.Ids.Count > 0:
                for (var i = 0; i < choices.Ids.Count; i++)
                {
                    var option = question.IndexOf(choices.Ids[i]);
                    worth += option < 0 ? 0 : question.Values[option];
                }

                worth = Math.Clamp(worth, question.Low, question.High);
                break;
            case AnswerValue.Number number when question.Definition.Kind == QuestionKind.Number && number.Value >= question.Low && number.Value <= question.High:
                worth = number.Value;
                break;
            default:
                return Standing.Unanswered;
        }

        values[question.Index] = worth;
        return Standing.Answered;
    }

    private void Measure()
    {
        // Measures are numbered in reading order; from the end, each finds its children's scores done.
        for (var i = scores.Length - 1; i >= 0; i--)
        {
            scores[i] = Measure(Questionnaire.Measures[i]);
        }
    }

    private MeasuredScore Measure(CompiledMeasure measure)
    {
        var scored = measure.Section.Scored;
        var rented = ArrayPool<decimal>.Shared.Rent(scored.Length * 2);
        try
        {
            int counted = 0, applicable = 0;
            foreach (var index in scored)
            {
                switch (Counting.Of(standings[index], measure.States))
                {
                    case Counting.Counted:
                        rented[counted++] = Counting.Worth(measure, Questionnaire.Questions[index], standings[index], values[index]);
                        applicable++;
                        break;
                    case Counting.Missing:
                        applicable++;
                        break;
                }
            }

            var (outcome, value) =
                applicable == 0 ? (ScoreOutcome.NotApplicable, 0)
                : counted == 0 || counted < measure.Definition.MinimumCompleteness * applicable ? (ScoreOutcome.NoAnswer, 0)
                : measure.Definition.Method switch
                {
                    ScoringMethod.Gated => (ScoreOutcome.Scored, Gate(measure)),
                    ScoringMethod.WeightedMean or ScoringMethod.MeanOfMeans => Weighted(measure, rented),
                    var method => (ScoreOutcome.Scored, Combine(method, rented.AsSpan(0, counted))),
                };
            return new MeasuredScore(outcome, value, counted, applicable);
        }
        finally
        {
            ArrayPool<decimal>.Shared.Return(rented);
        }
    }

    /// <summary>Sorted first, so that the order of questions cannot change the last digit of a sum.</summary>
    private static decimal Combine(ScoringMethod method, Span<decimal> counted)
    {
        counted.Sort();
        return method switch
        {
            ScoringMethod.Mean => Sum(counted) / counted.Length,
            ScoringMethod.Sum => Sum(counted),
            ScoringMethod.Minimum => counted[0],
            ScoringMethod.LowerMedian => counted[(counted.Length - 1) / 2],
            _ => throw new InvalidOperationException($"{method} does not combine values alone."),
        };
    }

    /// <summary>Σ weight · value ÷ Σ weight over the section's own counted questions and its child sections' scores; for a mean of means every weight is 1.</summary>
    private (ScoreOutcome, decimal) Weighted(CompiledMeasure measure, decimal[] buffer)
    {
        var section = measure.Section;
        var most = section.OwnQuestions + measure.Children.Count;
        var rented = buffer.Length >= most * 2 ? buffer : new decimal[most * 2];
        var items = 0;
        for (var index = section.FirstQuestion; index < section.FirstQuestion + section.OwnQuestions; index++)
        {
            var question = Questionnaire.Questions[index];
            if (question.Scored && Counting.Of(standings[index], measure.States) == Counting.Counted)
            {
                Add(question.Definition.Weight, Counting.Worth(measure, question, standings[index], values[index]));
            }
        }

        foreach (var child in measure.Children)
        {
            if (scores[child.Index] is { Outcome: ScoreOutcome.Scored, Value: var value })
            {
                Add(measure.Definition.Method == ScoringMethod.MeanOfMeans ? 1 : child.Section.Definition.Weight, Counting.Worth(measure, child, value));
            }
        }

        if (items == 0)
        {
            return (ScoreOutcome.NoAnswer, 0);
        }

        var products = rented.AsSpan(0, items);
        var weights = rented.AsSpan(most, items);
        products.Sort();
        weights.Sort();
        return (ScoreOutcome.Scored, Sum(products) / Sum(weights));

        void Add(decimal weight, decimal value)
        {
            rented[items] = weight * value;
            rented[most + items++] = weight;
        }
    }

    /// <summary>
    /// The highest gate up to which every question that applies is achieved. What is not answered is not achieved; a gate of which nothing
    /// applies is passed over, and nobody is raised above the highest gate of which something applies.
    /// </summary>
    private decimal Gate(CompiledMeasure measure)
    {
        var reached = 0;
        for (var gate = 1; gate <= measure.Gates; gate++)
        {
            var applies = false;
            foreach (var index in measure.Section.Scored)
            {
                var question = Questionnaire.Questions[index];
                if (question.Definition.Gate != gate)
                {
                    continue;
                }

                switch (Counting.Of(standings[index], measure.States))
                {
                    case Counting.Counted when Counting.Raw(question, standings[index], values[index]) >= question.AchievedAt:
                        applies = true;
                        break;
                    case Counting.Counted or Counting.Missing:
                        return reached;
                }
            }

            reached = applies ? gate : reached;
        }

        return reached;
    }

    private static decimal Sum(ReadOnlySpan<decimal> values)
    {
        decimal sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    /// <summary>One measure's score of its section.</summary>
    /// <param name="Outcome">Whether there is one.</param>
    /// <param name="Value">Unrounded; meaningless unless scored.</param>
    /// <param name="Counted">Scored questions below the section that count.</param>
    /// <param name="Applicable">Scored questions below the section that apply.</param>
    internal readonly record struct MeasuredScore(ScoreOutcome Outcome, decimal Value, int Counted, int Applicable);
}

/// <summary>A section's score by one measure.</summary>
/// <param name="Outcome">Whether there is one.</param>
/// <param name="Value">Unrounded, in the measure's unit; null unless scored.</param>
/// <param name="Counted">Scored questions below the section that count.</param>
/// <param name="Applicable">Scored questions below the section that apply.</param>
public sealed record SectionScore(ScoreOutcome Outcome, decimal? Value, int Counted, int Applicable);
