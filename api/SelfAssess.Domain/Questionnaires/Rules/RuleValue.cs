namespace SelfAssess.Domain.Questionnaires.Rules;

/// <summary>What an expression of a rule yields.</summary>
internal enum RuleType
{
    Truth,
    Number,
    Text,

    /// <summary>A set of options.</summary>
    Options,
}

/// <summary>A value of a rule's expression, or unknown.</summary>
internal readonly record struct RuleValue(bool Known, decimal Number = 0, string? Text = null, IReadOnlyList<string>? Options = null)
{
    public static RuleValue Unknown => default;

    public static RuleValue Of(bool truth) => new(true, truth ? 1 : 0);

    public static RuleValue Of(decimal number) => new(true, number);

    public static RuleValue Of(string text) => new(true, Text: text);

    public static RuleValue Of(IReadOnlyList<string> options) => new(true, Options: options);

    public bool IsTrue => Known && Number != 0;

    public bool IsFalse => Known && Number == 0;
}

/// <summary>What a rule may look at while it is evaluated.</summary>
internal interface IRuleFacts
{
    /// <summary>A field of the State's profile.</summary>
    RuleValue Profile(string field);

    /// <summary>The answer to a question, unknown where there is no value or the question does not apply.</summary>
    RuleValue Answer(int question);

    /// <summary>The numeric value of a scored question, unknown likewise.</summary>
    RuleValue Value(int question);

    /// <summary>The state of a question; never unknown.</summary>
    string State(int question);
}

/// <summary>What names in a rule refer to.</summary>
internal interface IRuleNames
{
    /// <summary>The declared profile field, or null.</summary>
    ProfileField? Field(string id);

    /// <summary>The question's position and definition, or null.</summary>
    (int Index, QuestionDefinition Question)? Question(string id);

    /// <summary>The ids that an answer to the question may have; empty where it is no choice.</summary>
    IReadOnlyList<string> AnswerIds(int question);

    /// <summary>Whether the question enters scores.</summary>
    bool IsScored(int question);
}
