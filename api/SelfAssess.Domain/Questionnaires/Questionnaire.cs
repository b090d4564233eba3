using SelfAssess.Domain.Questionnaires.Compilation;
using SelfAssess.Domain.Questionnaires.Rules;

namespace SelfAssess.Domain.Questionnaires;

/// <summary>A questionnaire in which every rule of the format has been checked, ready to score. It never changes.</summary>
public sealed partial class Questionnaire
{
    internal Questionnaire(QuestionnaireDefinition definition, CompiledSection[] sections, CompiledQuestion[] questions, int[] order, CompiledMeasure[] measures)
    {
        Definition = definition;
        Sections = sections;
        Questions = questions;
        Order = order;
        Measures = measures;
        positions = questions.ToDictionary(q => q.Definition.Id, q => q.Index, StringComparer.Ordinal);
        fields = definition.Profile.ToDictionary(f => f.Id, StringComparer.Ordinal);
    }

    private readonly Dictionary<string, int> positions;
    private readonly Dictionary<string, ProfileField> fields;

    /// <summary>As its author wrote it.</summary>
    public QuestionnaireDefinition Definition { get; }

    /// <summary>Its id and version.</summary>
    public QuestionnaireReference Reference => new(Definition.Id, Definition.Version);

    internal CompiledSection[] Sections { get; }

    internal CompiledQuestion[] Questions { get; }

    /// <summary>
    /// In which order rules are evaluated, so that each finds what it looks at: a section as its index, a question as the one's
    /// complement of its index.
    /// </summary>
    internal int[] Order { get; }

    internal CompiledMeasure[] Measures { get; }

    /// <summary>Checks a definition; either nothing is wrong with it, or there is no questionnaire and every violation is listed.</summary>
    public static CompileResult Compile(QuestionnaireDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new Compiler(definition).Compile();
    }

    /// <summary>Whether there is a question of that id.</summary>
    public bool Has(string questionId) => positions.ContainsKey(questionId);

    internal CompiledQuestion? Find(string questionId) => positions.TryGetValue(questionId, out var position) ? Questions[position] : null;

    /// <summary>Whether the question's answers enter scores; false for one that there is not.</summary>
    public bool IsScored(string questionId) => positions.TryGetValue(questionId, out var position) && Questions[position].Scored;

    /// <summary>Whether single entities' answers to the question are shown to nobody; false for one that there is not.</summary>
    public bool IsConfidential(string questionId) => positions.TryGetValue(questionId, out var position) && Questions[position].Definition.Confidential;

    /// <summary>The ids of a level question's levels, lowest first; empty for any other question.</summary>
    public IReadOnlyList<string> LevelsOf(string questionId) =>
        positions.TryGetValue(questionId, out var position) && Questions[position].Definition.Kind == QuestionKind.Level ? Questions[position].Ids : [];

    /// <summary>The ids of a choice's options in order, of a level question's levels, and nothing for any other question.</summary>
    public IReadOnlyList<string> OptionsOf(string questionId) => positions.TryGetValue(questionId, out var position) ? Questions[position].Ids : [];

    /// <summary>Whether other answers decide if the question is asked, or one of the sections around it; false for one that there is not.</summary>
    public bool DependsOnAnswers(string questionId)
    {
        if (Find(questionId) is not { } question)
        {
            return false;
        }

        var depends = Looks(question.Visible) || Looks(question.Applies);
        for (var section = question.Section; !depends; section = Sections[section.Parent])
        {
            depends = Looks(section.Visible) || Looks(section.Applies);
            if (section.Parent < 0)
            {
                break;
            }
        }

        return depends;

        static bool Looks(Rule? rule) => rule is { Questions.Count: > 0 };
    }

    /// <summary>The wording of a question that fits the profile, as a variant's id; null for the ordinary one.</summary>
    internal static string? VariantOf(CompiledQuestion question, IRuleFacts facts)
    {
        for (var i = 0; i < question.Variants.Length; i++)
        {
            if (question.Variants[i].True(facts))
            {
                return question.Definition.Variants[i].Id;
            }
        }

        return null;
    }
}

/// <summary>What checking a definition gave.</summary>
/// <param name="Questionnaire">Null where there are violations.</param>
/// <param name="Violations">All of them, in the order of the definition.</param>
public sealed record CompileResult(Questionnaire? Questionnaire, IReadOnlyList<Violation> Violations);
