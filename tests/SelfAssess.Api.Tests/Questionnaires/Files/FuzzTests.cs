using CsCheck;
using SelfAssess.Api.Questionnaires.Files;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>Whatever the files hold, reading them answers: either a questionnaire or problems that have a place.</summary>
public sealed class FuzzTests
{
    private static readonly string[] pieces =
    [
        "\0", "\t", "\r", "\n", "\n\n", " ", "  ", ":", ": ", "-", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "!", "!!str ", "|\n", ">-\n", "\"", "'", "#", "%YAML 1.1\n", "---\n", "...\n", "@", "`",
        "~", "null", "true", ".nan", "1e999", "99999999999999999999", "-1", "0", "0.0000001", "\ud800", "\udc00", "\ufeff", "\uffff", "\u2028", "<<: ", "sections:", "questions:", "/", "~1", "\\", "x", "(((((((("
    ];

    private static readonly Gen<Func<string, string>> mutation = Gen.Select(Gen.Int[0, 6], Gen.Double.Unit, Gen.Double.Unit, Gen.OneOf(pieces),
        (kind, at, to, piece) => (Func<string, string>)(content =>
        {
            var lines = content.Split('\n').ToList();
            var (from, until) = ((int)(at * content.Length), (int)(to * content.Length));
            var (line, other) = ((int)(at * lines.Count), (int)(to * lines.Count));
            switch (kind)
            {
                case 0:
                    return content.Insert(from, piece);
                case 1:
                    return from < content.Length ? content.Remove(from, Math.Min(1 + (int)(to * 5), content.Length - from)) : content;
                case 2:
                    return content[..from];
                case 3:
                    lines.RemoveAt(line);
                    break;
                case 4:
                    lines.Insert(other, lines[line]);
                    break;
                case 5:
                    (lines[line], lines[other]) = (lines[other], lines[line]);
                    break;
                default:
                    return from < until ? content[until..] + content[..from] : content.Replace(content[..Math.Min(3, content.Length)], piece, StringComparison.Ordinal);
            }

            return string.Join('\n', lines);
        }));

    [Fact]
    public void Damaged_files_are_answered_and_never_crash() =>
        Gen.Select(Gen.OneOf([.. QuestionnaireFolder.ReadAll(Shipped.Root).Select(r => r.Files)]), Gen.Select(Gen.Int[0, 6], mutation).Array[1, 4]).Sample(
            (files, mutations) =>
            {
                var damaged = files.ToArray();
                foreach (var (which, mutate) in mutations)
                {
                    damaged[which % damaged.Length] = damaged[which % damaged.Length] with { Content = mutate(damaged[which % damaged.Length].Content) };
                }

                var reading = QuestionnaireFiles.Read(damaged);

                Assert.NotEqual(reading.Questionnaire is null, reading.Problems.Count == 0);
                Assert.All(reading.Problems, p =>
                {
                    Assert.True(p.Line is null or >= 1 && p.Column is null or >= 1, p.ToString());
                    var file = damaged.FirstOrDefault(f => f.Path == p.File);
                    Assert.True(p.Line is null || p.Line <= file!.Content.Count(c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') + 2, p.ToString());
                    Assert.False(string.IsNullOrWhiteSpace(p.Message));
                });
            },
            iter: 400);

    [Fact]
    public void Noise_is_answered_and_never_crashes() =>
        Gen.OneOf(Gen.String, Gen.OneOf(pieces).Array[0, 40].Select(string.Concat)).Sample(
            content => Assert.NotEmpty(QuestionnaireFiles.Read([new QuestionnaireFile("questionnaire.yaml", content), new QuestionnaireFile("texts/en.yaml", content)]).Problems),
            iter: 2000);
}
