using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Scoring;

/// <summary>How a question's standing enters a measure.</summary>
internal static class Counting
{
    /// <summary>It has a value in the score.</summary>
    public const StateTreatment Counted = StateTreatment.Lowest;

    /// <summary>It is expected, but has none.</summary>
    public const StateTreatment Missing = StateTreatment.Missing;

    public static StateTreatment Of(Standing standing, StateTreatments states) => standing switch
    {
        Standing.Answered => Counted,
        Standing.Hidden or Standing.NotApplicableByRule => StateTreatment.Exclude,
        Standing.NotApplicable => states.NotApplicable,
        Standing.DontKnow => states.DontKnow,
        Standing.NotYetTested => states.NotYetTested,
        Standing.Declined => states.Declined,
        _ => states.Unanswered,
    };

    /// <summary>A counted question's value on its own scale: what was answered, or the lowest where a state counts as that.</summary>
    public static decimal Raw(CompiledQuestion question, Standing standing, decimal value) => standing == Standing.Answered ? value : question.Low;

    /// <summary>A counted question's value as the measure takes it.</summary>
    public static decimal Worth(CompiledMeasure measure, CompiledQuestion question, Standing standing, decimal value) =>
        measure.Definition.Normalise == Normalisation.Percent
            ? Percent(Raw(question, standing, value), question.Low, question.High)
            : Raw(question, standing, value);

    /// <summary>A child section's score as the measure takes it.</summary>
    public static decimal Worth(CompiledMeasure measure, CompiledMeasure child, decimal score) =>
        measure.Definition.Normalise == Normalisation.Percent ? Percent(score, child.Bounds!.Value.Low, child.Bounds!.Value.High) : score;

    private static decimal Percent(decimal value, decimal low, decimal high) => 100 * (value - low) / (high - low);
}
