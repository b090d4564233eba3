using System.Text.Json;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.Files;

/// <summary>A file of a questionnaire.</summary>
/// <param name="Path">In its folder: <c>questionnaire.yaml</c> or <c>texts/&lt;language&gt;.yaml</c> (or .yml, .json).</param>
/// <param name="Content">Its text.</param>
public sealed record QuestionnaireFile(string Path, string Content);

/// <summary>Something wrong in a questionnaire's files.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">From 1; null where the problem has no place in a file.</param>
/// <param name="Column">From 1; null where the problem has no place in a file.</param>
/// <param name="Path">JSON pointer (RFC 6901) into the file; of what is missing, where it should stand.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">What is wrong and what to do about it, in English.</param>
public sealed record QuestionnaireProblem(string File, int? Line, int? Column, string Path, string Code, string Message);

/// <summary>What reading a questionnaire's files gave: a questionnaire, or all that is wrong with them; never both, never neither.</summary>
/// <param name="Questionnaire">Null where there is any problem: a questionnaire is refused as a whole.</param>
/// <param name="Problems">In the order of files and lines.</param>
public sealed record QuestionnaireReading(Questionnaire? Questionnaire, IReadOnlyList<QuestionnaireProblem> Problems);

/// <summary>Reads and writes questionnaires as files; the format is described in <c>docs/questionnaires.md</c>.</summary>
public static class QuestionnaireFiles
{
    public const int MaximumFiles = 20;

    /// <summary>More problems than anybody reads at once; of what is beyond it is only said that there is more.</summary>
    public const int MaximumProblems = 1000;

    /// <summary>Reads a questionnaire from all of its files. Whatever they hold, it answers and does not throw.</summary>
    public static QuestionnaireReading Read(IReadOnlyList<QuestionnaireFile> files) => Read(files, expected: null);

    /// <summary>The same, and the questionnaire must have that id and version, because its folder says so.</summary>
    internal static QuestionnaireReading Read(IReadOnlyList<QuestionnaireFile> files, QuestionnaireReference? expected) =>
        new FileSet().Read(files, expected);

    /// <summary>
    /// Writes a definition as files in the canonical form: what equals a default is left out. Reading them gives an equal definition.
    /// </summary>
    public static IReadOnlyList<QuestionnaireFile> Write(QuestionnaireDefinition definition) =>
    [
        new("questionnaire.yaml", YamlWriting.Write(
            JsonSerializer.SerializeToNode(
                definition with { Texts = new Dictionary<string, QuestionnaireTexts>(StringComparer.Ordinal) }, FileJson.Sparse)!,
            "../../questionnaire.schema.json")),
        .. definition.Texts.Select(t => new QuestionnaireFile($"texts/{t.Key}.yaml",
            YamlWriting.Write(JsonSerializer.SerializeToNode(t.Value, FileJson.Sparse)!, "../../../texts.schema.json"))),
    ];
}
