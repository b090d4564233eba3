namespace SelfAssess.Api.Workbooks;

/// <summary>Which part of an answer a cell holds. It stands in a hidden column beside the cell.</summary>
/// <param name="Question">The question.</param>
/// <param name="Part">One of the parts below.</param>
/// <param name="Member">The option or dimension; null for other parts.</param>
/// <param name="Option">The option of a dimension of which several may be chosen; else null.</param>
internal sealed record EntryKey(string Question, string Part, string? Member = null, string? Option = null)
{
    /// <summary>A level or option with the states among them, a number, a text or a day.</summary>
    public const string Value = "value";

    /// <summary>Whether one of several options is chosen.</summary>
    public const string Chosen = "option";

    /// <summary>One side of a matrix.</summary>
    public const string Dimension = "dimension";

    public const string State = "state";
    public const string Reason = "reason";
    public const string Comment = "comment";
    public const string Evidence = "evidence";

    // No id has such a sign.
    private const char Between = '|';

    /// <summary>Whether it is a part of the answer's value.</summary>
    public bool IsOfValue => Part is Value or Chosen or Dimension;

    public override string ToString() => string.Join(Between, ((string?[])[Question, Part, Member, Option]).OfType<string>());

    public static EntryKey? Parse(string text) => text.Split(Between) switch
    {
        [var question, var part] => new(question, part),
        [var question, var part, var member] => new(question, part, member),
        [var question, var part, var member, var option] => new(question, part, member, option),
        _ => null,
    };
}
