namespace SelfAssess.Domain.Questionnaires;

/// <summary>All that a person reads of a questionnaire in one language, keyed by the structure's ids.</summary>
public sealed record QuestionnaireTexts
{
    /// <summary>The language (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>Where this text comes from and whether a native speaker has reviewed it.</summary>
    public required string Review { get; init; }


    /// <summary>The questionnaire's title.</summary>
    public required string Title { get; init; }

    /// <summary>What it asks, and of whom.</summary>
    public required string Description { get; init; }

    /// <summary>By profile field.</summary>
    public IReadOnlyDictionary<string, FieldText> Profile { get; init; } = Empty<FieldText>();

    /// <summary>By entity kind.</summary>
    public IReadOnlyDictionary<string, string> EntityKinds { get; init; } = Empty<string>();

    /// <summary>By reference.</summary>
    public IReadOnlyDictionary<string, string> References { get; init; } = Empty<string>();

    /// <summary>By scale, then by level.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, LevelText>> Scales { get; init; } = Empty<IReadOnlyDictionary<string, LevelText>>();

    /// <summary>By measure: its name, as "level" and "index".</summary>
    public IReadOnlyDictionary<string, string> Measures { get; init; } = Empty<string>();

    /// <summary>By band.</summary>
    public IReadOnlyDictionary<string, string> Bands { get; init; } = Empty<string>();

    /// <summary>By finding: what entities' answers may show, worded as a prompt.</summary>
    public IReadOnlyDictionary<string, string> Findings { get; init; } = Empty<string>();

    /// <summary>By recommendation: the action, worded as one that a State may consider.</summary>
    public IReadOnlyDictionary<string, string> Recommendations { get; init; } = Empty<string>();

    /// <summary>By section.</summary>
    public IReadOnlyDictionary<string, SectionText> Sections { get; init; } = Empty<SectionText>();

    /// <summary>By question.</summary>
    public IReadOnlyDictionary<string, QuestionText> Questions { get; init; } = Empty<QuestionText>();

    private static Dictionary<string, T> Empty<T>() => new(StringComparer.Ordinal);
}

/// <summary>A profile field's label, help and options.</summary>
public sealed record FieldText
{
    /// <summary>The name under which it is asked.</summary>
    public required string Label { get; init; }

    /// <summary>What helps to answer.</summary>
    public string? Help { get; init; }

    /// <summary>By option: its label.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A level's name and the test that it stands for.</summary>
public sealed record LevelText
{
    /// <summary>The level's name.</summary>
    public required string Name { get; init; }

    /// <summary>The test that the level stands for.</summary>
    public string? Test { get; init; }
}

/// <summary>A section's title and introduction.</summary>
public sealed record SectionText
{
    /// <summary>The section's title.</summary>
    public required string Title { get; init; }

    /// <summary>A shorter title for charts and tables; the title where there is none.</summary>
    public string? ShortTitle { get; init; }

    /// <summary>What is read before its questions.</summary>
    public string? Introduction { get; init; }
}

/// <summary>A question as a person reads it.</summary>
public sealed record QuestionText
{
    /// <summary>The question in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What it is about, as charts and tables of many States name it; the title where there is none.</summary>
    public string? ShortTitle { get; init; }

    /// <summary>The question itself.</summary>
    public required string Text { get; init; }

    /// <summary>What helps to answer.</summary>
    public string? Help { get; init; }

    /// <summary>What to point to as evidence; never the evidence itself.</summary>
    public string? Evidence { get; init; }

    /// <summary>When "not applicable" is the right answer.</summary>
    public string? NotApplicable { get; init; }

    /// <summary>When "not yet tested" is the right answer.</summary>
    public string? NotYetTested { get; init; }

    /// <summary>The descriptor of each level, for level questions.</summary>
    public IReadOnlyDictionary<string, string> Levels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The label of each option, for single and multiple choice.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The labels of each dimension of a matrix.</summary>
    public IReadOnlyDictionary<string, FieldText> Dimensions { get; init; } = new Dictionary<string, FieldText>(StringComparer.Ordinal);

    /// <summary>Rewordings by variant: what is given replaces, what is not stays.</summary>
    public IReadOnlyDictionary<string, VariantText> Variants { get; init; } = new Dictionary<string, VariantText>(StringComparer.Ordinal);
}

/// <summary>What a variant says differently.</summary>
public sealed record VariantText
{
    /// <summary>The question itself.</summary>
    public string? Text { get; init; }

    /// <summary>What helps to answer.</summary>
    public string? Help { get; init; }

    /// <summary>What to point to as evidence.</summary>
    public string? Evidence { get; init; }

    /// <summary>By level: its descriptor.</summary>
    public IReadOnlyDictionary<string, string> Levels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
