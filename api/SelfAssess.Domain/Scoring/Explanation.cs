using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Questionnaires.Compilation;

namespace SelfAssess.Domain.Scoring;

/// <summary>Tells how a score sheet came about. Scores are taken from the sheet and not computed again.</summary>
public static class Explanation
{
    /// <summary>The whole breakdown.</summary>
    public static ScoreExplanation Explain(this ScoreSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        return new ScoreExplanation(
            sheet.Questionnaire.Reference,
            [.. sheet.Questionnaire.Sections.Where(s => s.Parent < 0).Select(s => Explain(sheet, s))]);
    }

    /// <summary>A score as it is shown.</summary>
    internal static decimal Round(decimal score, Rounding rounding) => decimal.Round(score, rounding.Decimals, rounding.Mode switch
    {
        RoundingMode.HalfUp => MidpointRounding.AwayFromZero,
        RoundingMode.HalfEven => MidpointRounding.ToEven,
        _ => MidpointRounding.ToNegativeInfinity,
    });

    private static SectionExplanation Explain(ScoreSheet sheet, CompiledSection section) => new(
        section.Definition.Id,
        section.Definition.Reported,
        [.. section.Measures.Select(m => Explain(sheet, m))],
        section.Measures.Length == 0 ? null : Lowest(sheet, section),
        [.. Own(sheet, section).Select(q => new QuestionExplanation(
            q.Definition.Id, sheet.StandingOf(q), q.Scored, q.Scored && sheet.StandingOf(q) == Standing.Answered ? sheet.ValueOf(q) : null))],
        [.. section.Children.Select(c => Explain(sheet, sheet.Questionnaire.Sections[c]))]);

    private static IEnumerable<CompiledQuestion> Own(ScoreSheet sheet, CompiledSection section) =>
        sheet.Questionnaire.Questions.Skip(section.FirstQuestion).Take(section.OwnQuestions);

    private static MeasureExplanation Explain(ScoreSheet sheet, CompiledMeasure measure)
    {
        var score = sheet.ScoreOf(measure);
        decimal? value = score.Outcome == ScoreOutcome.Scored ? score.Value : null;
        decimal? shown = value is { } v ? Round(v, measure.Rounding) : null;
        var definition = measure.Definition;
        return new MeasureExplanation(
            definition.Id,
            definition.Method,
            definition.Normalise,
            score.Outcome,
            value,
            shown,
            shown is { } s ? definition.Bands.LastOrDefault(b => b.From <= s)?.Id : null,
            measure.Bounds!.Value.Low,
            measure.Bounds!.Value.High,
            score.Counted,
            score.Applicable,
            score.Applicable == 0 ? null : (decimal)score.Counted / score.Applicable,
            definition.MinimumCompleteness,
            [.. Items(sheet, measure)]);
    }

    private static IEnumerable<ScoreItem> Items(ScoreSheet sheet, CompiledMeasure measure)
    {
        var direct = measure.Definition.Method is ScoringMethod.WeightedMean or ScoringMethod.MeanOfMeans;
        var questions = direct ? Own(sheet, measure.Section).Where(q => q.Scored) : measure.Section.Scored.Select(q => sheet.Questionnaire.Questions[q]);
        foreach (var question in questions)
        {
            var standing = sheet.StandingOf(question);
            var counting = Counting.Of(standing, measure.States);
            var counted = counting == Counting.Counted;
            var gated = measure.Definition.Method == ScoringMethod.Gated;
            yield return new ScoreItem(
                question.Definition.Id,
                null,
                counted ? ItemUse.Counted : counting == Counting.Missing ? ItemUse.Missing : ItemUse.LeftOut,
                standing == Standing.Answered ? null : Compiler.Kind(standing),
                counted ? Counting.Worth(measure, question, standing, sheet.ValueOf(question)) : null,
                measure.Definition.Method == ScoringMethod.WeightedMean ? question.Definition.Weight : 1,
                gated ? question.Definition.Gate : null,
                gated && counting != StateTreatment.Exclude ? counted && Counting.Raw(question, standing, sheet.ValueOf(question)) >= question.AchievedAt : null);
        }

        foreach (var child in measure.Children)
        {
            var score = sheet.ScoreOf(child);
            var counted = score.Outcome == ScoreOutcome.Scored;
            yield return new ScoreItem(
                null,
                child.Section.Definition.Id,
                counted ? ItemUse.Counted : score.Outcome == ScoreOutcome.NoAnswer ? ItemUse.Missing : ItemUse.LeftOut,
                counted ? null : Compiler.Kind(score.Outcome),
                counted ? Counting.Worth(measure, child, score.Value) : null,
                measure.Definition.Method == ScoringMethod.WeightedMean ? child.Section.Definition.Weight : 1,
                null,
                null);
        }
    }

    private static LowestQuestions? Lowest(ScoreSheet sheet, CompiledSection section)
    {
        var answered = section.Scored.Select(q => sheet.Questionnaire.Questions[q])
            .Where(q => sheet.StandingOf(q) == Standing.Answered)
            .Select(q => (q.Definition.Id, Position: 100 * (sheet.ValueOf(q) - q.Low) / (q.High - q.Low)))
            .ToArray();
        if (answered.Length == 0)
        {
            return null;
        }

        var lowest = answered.Min(a => a.Position);
        return new LowestQuestions(lowest, [.. answered.Where(a => a.Position == lowest).Select(a => a.Id)]);
    }
}
