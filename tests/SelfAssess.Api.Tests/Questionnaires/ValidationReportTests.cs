using System.Text.Json;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Questionnaires;

public sealed class ValidationReportTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Valid_files_are_answered_as_they_would_be_published()
    {
        var host = await postgres.SharedApiAsync();
        var (report, _) = await host.Administrator().DoAsync(HttpMethod.Post, "questionnaires/validate", new { files = SampleQuestionnaire.Files("looked-at") });
        Assert.True(report.GetProperty("valid").GetBoolean());
        await host.Administrator().DoAsync(HttpMethod.Post, "questionnaires", new { files = SampleQuestionnaire.Files("looked-at") });
        var (published, _) = await host.Administrator().DoAsync(HttpMethod.Get, "questionnaires/looked-at/1.0");
        // The database orders members as it likes.
        Assert.True(JsonElement.DeepEquals(published, report.GetProperty("definition")));
    }

    [Fact]
    public async Task Files_with_problems_are_answered_with_the_problems_alone()
    {
        var host = await postgres.SharedApiAsync();
        var files = new[] { new { path = "questionnaire.yaml", content = "id: looked-at" } };
        var (report, _) = await host.Administrator().DoAsync(HttpMethod.Post, "questionnaires/validate", new { files });
        Assert.False(report.GetProperty("valid").GetBoolean());
        Assert.NotEqual(0, report.GetProperty("problems").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("definition").ValueKind);
    }
}
