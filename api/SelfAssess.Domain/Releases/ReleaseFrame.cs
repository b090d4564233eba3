using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Releases;

/// <summary>What a release says of its cycle beside the numbers, and what is counted for it.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="CycleName">As people write it.</param>
/// <param name="CycleStartsOn">Its place in time.</param>
/// <param name="Number">1 for R1, 2 for R2.</param>
/// <param name="Questionnaire">The version that every participant answered.</param>
/// <param name="LockedOn">When the contributions were fixed (UTC).</param>
/// <param name="Invited">States in the register at that moment.</param>
/// <param name="Levels">Level ids of the reported scale, lowest first.</param>
/// <param name="Themes">Reported sections in order, each with the earlier versions that it may be compared with.</param>
public sealed record ReleaseFrame(
    string CycleId,
    string CycleName,
    DateOnly CycleStartsOn,
    int Number,
    QuestionnaireReference Questionnaire,
    DateOnly LockedOn,
    int Invited,
    IReadOnlyList<string> Levels,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Themes)
{
    /// <summary>Population, partition, merges and blocs, fixed before the cycle opened.</summary>
    public PublicationPlan Plan { get; init; } = new();

    /// <summary>The scored questions of the reported sections, in reading order.</summary>
    public IReadOnlyList<FramedIndicator> Indicators { get; init; } = [];

    /// <summary>The questions of which the chosen options are counted, in the order in which the questionnaire names them.</summary>
    public IReadOnlyList<FramedOptions> Counted { get; init; } = [];

    /// <summary>Cycle and number, for example <c>2026-R1</c>.</summary>
    public string ReleaseId => ReleaseIdOf(CycleId, Number);

    /// <summary>The id of a cycle's first or second release.</summary>
    public static string ReleaseIdOf(string cycleId, int number) => $"{cycleId}-R{number}";

    /// <summary>The frame of a release that reports what the questionnaire declares.</summary>
    /// <exception cref="InvalidOperationException">The questionnaire reports nothing.</exception>
    public static ReleaseFrame Of(
        Questionnaire questionnaire, PublicationPlan plan, string cycleId, string cycleName, DateOnly cycleStartsOn, int number, DateOnly lockedOn, int invited)
    {
        ArgumentNullException.ThrowIfNull(questionnaire);
        var definition = questionnaire.Definition;
        var reporting = definition.Reporting ?? throw new InvalidOperationException($"Questionnaire {questionnaire.Reference} reports nothing.");
        var sections = Contributions.ReportedSections(definition);
        var questions = definition.AllQuestions().ToDictionary(q => q.Id, StringComparer.Ordinal);
        return new ReleaseFrame(
            cycleId,
            cycleName,
            cycleStartsOn,
            number,
            questionnaire.Reference,
            lockedOn,
            invited,
            [.. definition.Scales.Single(s => s.Id == reporting.Scale).Levels.Select(l => l.Id)],
            [.. sections.Select(s => KeyValuePair.Create(s.Id, (IReadOnlyList<string>)
                [.. definition.ComparableWith.Where(c => c.Sections.Contains(s.Id, StringComparer.Ordinal)).Select(c => c.Version)]))])
        {
            Plan = plan,
            Indicators = [.. sections.SelectMany(s => s.AllQuestions().Where(q => q.Kind == QuestionKind.Level && questionnaire.IsScored(q.Id))
                .Select(q => new FramedIndicator(q.Id, s.Id, questionnaire.LevelsOf(q.Id))))],
            Counted = [.. reporting.Counted.SelectMany(q => Options(questions[q], definition))],
        };
    }

    private static IEnumerable<FramedOptions> Options(QuestionDefinition question, QuestionnaireDefinition definition) => question.Kind switch
    {
        QuestionKind.Matrix => question.Dimensions.Where(d => d.Options.Count > 0)
            .Select(d => new FramedOptions($"{question.Id}.{d.Id}", !d.Multiple, [.. d.Options.Select(o => o.Id)])),
        _ => [new FramedOptions(question.Id, question.Kind == QuestionKind.Single,
            question.OptionsFrom is null ? [.. question.Options.Select(o => o.Id)] : definition.EntityKinds)],
    };
}

/// <summary>One scored question of a reported section.</summary>
/// <param name="Question">Its id.</param>
/// <param name="Section">The reported section.</param>
/// <param name="Levels">The level ids of its scale, lowest first.</param>
public sealed record FramedIndicator(string Question, string Section, IReadOnlyList<string> Levels);

/// <summary>One question, or one dimension of a matrix, of which the chosen options are counted.</summary>
/// <param name="Question">The question's id, with the dimension behind a dot.</param>
/// <param name="Exclusive">Whether a State chooses one option at most.</param>
/// <param name="Options">The option ids in order.</param>
public sealed record FramedOptions(string Question, bool Exclusive, IReadOnlyList<string> Options);
