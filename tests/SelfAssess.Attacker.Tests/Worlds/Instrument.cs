using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Attacker.Tests.Worlds;

/// <summary>The shipped questionnaire of 40 indicators.</summary>
internal static class Instrument
{
    public static Questionnaire Questionnaire { get; } =
        QuestionnaireFolder.ReadAll(Path.Combine(AppContext.BaseDirectory, "questionnaires")).Select(r => r.Questionnaire).OfType<Questionnaire>().Last(q => q.Definition.Id == "att-interagency");

    public static QuestionnaireDefinition Definition => Questionnaire.Definition;
}
