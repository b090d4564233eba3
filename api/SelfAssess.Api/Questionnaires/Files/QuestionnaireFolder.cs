using System.Text;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.Files;

/// <summary>What reading one folder of a questionnaire gave.</summary>
/// <param name="Folder"><c>&lt;id&gt;/&lt;version&gt;</c>, from the root.</param>
/// <param name="Files">What was read, by paths from the folder.</param>
/// <param name="Questionnaire">Null where there is any problem.</param>
/// <param name="Problems">In the order of files and lines; the files' paths are given from the root.</param>
public sealed record QuestionnaireFolderReading(
    string Folder, IReadOnlyList<QuestionnaireFile> Files, Questionnaire? Questionnaire, IReadOnlyList<QuestionnaireProblem> Problems);

/// <summary>Reads questionnaires from <c>&lt;root&gt;/&lt;id&gt;/&lt;version&gt;/</c>.</summary>
public static class QuestionnaireFolder
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Links are not followed: they could lead out of the folder, or in circles.</summary>
    private static EnumerationOptions Ordinary(bool deep) =>
        new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden, IgnoreInaccessible = false, RecurseSubdirectories = deep };

    /// <summary>
    /// Reads every questionnaire below a folder, in the order of ids and versions. Files that are neither YAML nor JSON are passed over.
    /// </summary>
    /// <exception cref="IOException">The folder or a file in it cannot be read.</exception>
    public static IReadOnlyList<QuestionnaireFolderReading> ReadAll(string root) =>
    [
        .. Directories(root).SelectMany(Directories)
            .Select(folder => (Id: Path.GetFileName(Path.GetDirectoryName(folder))!, Version: Path.GetFileName(folder), Folder: folder))
            .OrderBy(f => f.Id, StringComparer.Ordinal)
            .ThenBy(f => Version.TryParse(f.Version, out var version) ? version : null)
            .ThenBy(f => f.Version, StringComparer.Ordinal)
            .Select(f => Read(f.Folder, new QuestionnaireReference(f.Id, f.Version))),
    ];

    private static string[] Directories(string folder) => Directory.GetDirectories(folder, "*", Ordinary(deep: false));

    private static QuestionnaireFolderReading Read(string folder, QuestionnaireReference expected)
    {
        var name = $"{expected.Id}/{expected.Version}";
        var paths = Directory.EnumerateFiles(folder, "*", Ordinary(deep: true))
            .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json")
            .Order(StringComparer.Ordinal);
        List<QuestionnaireFile> files = [];
        List<QuestionnaireProblem> unread = [];
        foreach (var path in paths)
        {
            var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            try
            {
                // One byte more than allowed is enough to be refused for its size.
                using var stream = File.OpenRead(path);
                var bytes = new byte[Math.Min(stream.Length, YamlDocument.MaximumBytes + 1)];
                stream.ReadExactly(bytes);
                files.Add(new QuestionnaireFile(relative, (stream.Length > bytes.Length ? Encoding.Latin1 : Utf8).GetString(bytes)));
            }
            catch (DecoderFallbackException e)
            {
                unread.Add(new QuestionnaireProblem(relative, null, null, "", "encoding",
                    $"Byte {e.Index + 1} of the file is not UTF-8; save the file as UTF-8."));
            }
        }

        var reading = QuestionnaireFiles.Read(files, expected);
        QuestionnaireProblem[] problems = [.. unread.Concat(reading.Problems).Select(p => p with { File = $"{name}/{p.File}" })];
        return new QuestionnaireFolderReading(name, files, problems.Length == 0 ? reading.Questionnaire : null, problems);
    }
}
