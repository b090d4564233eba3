// The main job through a client that NSwag generates from the OpenAPI 3.0 document.
using System.Net.Http.Headers;
using System.Text.Json;
using SelfAssess.Generated;

var (baseUrl, administratorToken, coordinatorToken, filesJson) = (args[0], args[1], args[2], args[3]);
const string id = "csharp";
var client = Client(administratorToken);
var coordinator = Client(coordinatorToken);
var files = JsonSerializer.Deserialize<List<Dictionary<string, string>>>(filesJson)!.Select(f => new QuestionnaireFile { Path = f["path"], Content = f["content"] }).ToList();
var questionnaire = new QuestionnaireReference { Id = id, Version = "1.0" };

await client.PublishQuestionnaireAsync(null, new QuestionnaireFilesBody { Files = files });
var planned = await client.PutCycleAsync(id, null, null, new PutCycleBody { Name = "2026", Questionnaire = questionnaire, StartsOn = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });
await client.OpenCycleAsync(id, Tag(planned), null);
for (var i = 0; i < 10; i++)
{
    var state = $"CS{i}";
    await client.PutStateAsync(state, null, null, new PutStateBody { Name = $"Demo State {i}" });
    await coordinator.PutStateProfileAsync(state, null, null, new PutStateProfileBody { Questionnaire = questionnaire, Fields = new Profile { ["exporter"] = true } });
    var opened = await coordinator.OpenAssessmentAsync(state, null, new OpenAssessmentBody { Cycle = id });
    var answers = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new AnswerBody { Value = i < 5 ? "some" : "full" });
    var saved = await coordinator.SaveAnswersAsync(state, id, Tag(opened), $"{state}-answers", new SaveAnswersBody { Answers = answers });
    var signedOff = await coordinator.SignOffAsync(state, id, Tag(saved), null);
    await coordinator.DecideConsentAsync(state, id, Tag(signedOff), null, new DecideConsentBody { Choice = Consent.JoinAggregate });
}

try
{
    await client.CloseCycleAsync(id, "\"99\"", null);
    throw new InvalidOperationException("A stale version should be refused.");
}
catch (ApiException<Problem> refused) when (refused.StatusCode == 412 && refused.Result.CurrentVersion is not null)
{
    // As it should be.
}

var closed = await client.CloseCycleAsync(id, Tag(await client.GetCycleAsync(id, null)), null);
for (var i = 0; (await client.GetReleaseRunAsync(closed.Result.Id, null)).Result.Status != ReleaseRunStatus.Succeeded; i++)
{
    await Task.Delay(i < 300 ? 200 : throw new TimeoutException("The release run did not end."));
}

await client.FreezeReleaseAsync($"{id}-R1", Tag(await client.GetPreviewAsync($"{id}-R1", null)), null);
var release = (await client.GetReleaseAsync($"{id}-R1", null)).Result;
var trend = (await client.GetTrendAsync(id, null)).Result;
Console.WriteLine(JsonSerializer.Serialize(new { participants = release.Participation.Participants, points = trend.Themes.First().Points.Count }));

SelfAssessClient Client(string token) => new(new HttpClient { BaseAddress = new Uri(baseUrl), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } });

static string Tag(SwaggerResponse response) => response.Headers["ETag"].Single();
