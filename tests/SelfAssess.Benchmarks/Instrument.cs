using SelfAssess.Api.Demo;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Benchmarks;

/// <summary>The shipped questionnaire and fictitious answers to it.</summary>
internal static class Instrument
{
    public const string Id = "att-interagency";

    public static Questionnaire Read() =>
        QuestionnaireFolder.ReadAll(Path.Combine(AppContext.BaseDirectory, "questionnaires")).Select(r => r.Questionnaire!).Last(q => q.Definition.Id == Id);

    /// <summary>The 40 indicators, in reading order.</summary>
    public static IReadOnlyList<string> Indicators(QuestionnaireDefinition definition)
    {
        string[] ids = [.. Below(definition.Sections).SelectMany(s => s.Questions).Where(q => q.Kind == QuestionKind.Level).Select(q => q.Id)];
        return ids.Length == 40 ? ids : throw new InvalidOperationException($"The figures are for 40 indicators, and the questionnaire has {ids.Length}.");

        static IEnumerable<SectionDefinition> Below(IEnumerable<SectionDefinition> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));
    }

    /// <summary>An answer to each indicator and to nothing else; where the fictitious State gives none, the lowest level.</summary>
    public static Dictionary<string, Answer> IndicatorAnswers(DemoWorld world, DemoWorld.DemoState state, QuestionnaireDefinition definition, int cycle = 0)
    {
        var all = world.AnswersOf(state, cycle);
        var lowest = definition.Scales.Single(s => s.Id == definition.Reporting!.Scale).Levels[0].Id;
        return Indicators(definition).ToDictionary(
            id => id, id => all.GetValueOrDefault(id) ?? new Answer { Value = new AnswerValue.Choice(lowest) }, StringComparer.Ordinal);
    }
}
