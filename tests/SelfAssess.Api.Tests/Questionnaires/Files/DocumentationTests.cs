using System.Text.RegularExpressions;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>What docs/questionnaires.md shows is true.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string page = File.ReadAllText(Path.Combine(Repository(), "docs", "questionnaires.md"));

    [Fact]
    public void Example_can_be_read_and_scores_as_it_is_worked_out()
    {
        var blocks = Yaml().Matches(page).Select(m => m.Groups["yaml"].Value).ToArray();
        var reading = QuestionnaireFiles.Read([new(Shipped.Structure, blocks[0]), new(Shipped.English, blocks[1])]);
        Assert.Empty(reading.Problems);
        var profile = new Profile([new("rooms", new ProfileValue.Number(1))]);
        var answers = new Dictionary<string, Answer>(StringComparer.Ordinal)
        {
            ["register"] = new() { Value = new AnswerValue.Choice("written") },
            ["signing"] = new() { Value = new AnswerValue.Choice("informal") },
            ["place"] = new() { Value = new AnswerValue.Choice("box") },
        };

        Assert.Equal((75m, 3, 3), Index());
        answers["signing"] = new Answer { State = AnswerState.DontKnow };
        Assert.Equal((250m / 3, 2, 3), Index());

        (decimal?, int, int) Index()
        {
            var score = ScoreSheet.Score(reading.Questionnaire!, profile, answers).Find("keys", "index")!;
            return (score.Value, score.Counted, score.Applicable);
        }
    }

    [Theory]
    [InlineData("questionnaire.schema.json")]
    [InlineData("texts.schema.json")]
    public void Every_key_and_value_of_the_format_is_explained(string schema)
    {
        var words = Word().Matches(page).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

        Assert.All(SchemaAgreementTests.Words(schema), w => Assert.Contains(w, words));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SelfAssess.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("```yaml\n(?<yaml># yaml-language-server.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Yaml();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
