using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Maintenance;

/// <summary>A State leaves: what was its own is looked for in every column of every table.</summary>
public sealed class ErasureTests(PostgresFixture postgres)
{
    private static readonly string[] Own = ["Customsofthezzz", "qqxcommentqqx", "qqxevidenceqqx", "qqxpersonqqx", "qqxreasonqqx", "qqxdissentqqx"];

    [Fact]
    public async Task Nothing_of_a_state_that_leaves_is_found_in_the_database_but_its_entry_in_the_register()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Administrator().OpenCycleAsync("leaving");
        foreach (var state in Enumerable.Range(0, 9).Select(i => $"STY{i}"))
        {
            await host.Administrator().AssessAsync(state, "leaving", "some");
        }

        var path = "states/ZZQ/assessments/leaving";
        // Every write with a key, so that what was answered is kept too.
        await host.Administrator().DoAsync(HttpMethod.Put, "states/ZZQ", new { name = "Qqxstateqqx" }, key: "register");
        await host.Coordinator("ZZQ").DoAsync(HttpMethod.Put, "states/ZZQ/profile", new { questionnaire = new { id = "leaving", version = "1.0" }, fields = new { exporter = true } }, key: "profile");
        var (_, etag) = await host.Coordinator("ZZQ").DoAsync(HttpMethod.Post, "states/ZZQ/assessments", new { cycle = "leaving" }, key: "open");
        (_, etag) = await host.Coordinator("ZZQ").DoAsync(HttpMethod.Put, $"{path}/round", new { entities = new[] { new { id = "customsofthezzz", name = "Customsofthezzz", questions = new[] { "a1", "a2", "b1", "b2" } } } }, etag, "round");
        await host.Coordinator("ZZQ").DoAsync(HttpMethod.Post, $"{path}/round/open", ifMatch: etag, key: "begin");
        var (_, response) = await host.Respondent("ZZQ", "customsofthezzz").DoAsync(HttpMethod.Get, $"{path}/responses/customsofthezzz");
        var answers = new { a1 = new { value = "some", comment = "qqxcommentqqx", evidence = new[] { "qqxevidenceqqx" } }, a2 = new { value = "full" }, b1 = new { value = "some" }, b2 = new { value = "some" } };
        (_, response) = await host.Respondent("ZZQ", "customsofthezzz").DoAsync(HttpMethod.Patch, $"{path}/responses/customsofthezzz/answers", new { answers }, response, "save");
        await host.Respondent("ZZQ", "customsofthezzz").DoAsync(HttpMethod.Post, $"{path}/responses/customsofthezzz/confirm", new { by = "qqxpersonqqx" }, response, "confirm");
        await host.Administrator().CloseRoundAsync("ZZQ", "leaving");
        (_, etag) = await host.Coordinator("ZZQ").DoAsync(HttpMethod.Get, path);
        var agreed = new[] { "a1", "a2", "b1", "b2" }.ToDictionary(q => q, _ => new { answer = new { value = "some" }, reason = "qqxreasonqqx", dissent = "qqxdissentqqx" }, StringComparer.Ordinal);
        (_, etag) = await host.Coordinator("ZZQ").DoAsync(HttpMethod.Patch, $"{path}/reconciliation", new { answers = agreed }, etag, "reconcile");
        (_, etag) = await host.Coordinator("ZZQ").DoAsync(HttpMethod.Post, $"{path}/sign-off", ifMatch: etag, key: "sign");
        await host.Coordinator("ZZQ").DoAsync(HttpMethod.Put, $"{path}/consent", new { choice = "joinAggregate" }, etag, "consent");
        var email = await host.AccountAsync("qqxpersonqqx@example.org", "qqxpersonqqx", ApiHost.Granted(Role.Coordinator, "ZZQ"));
        await host.Anonymous().DoAsync(HttpMethod.Post, "sign-in", new { email, password = ApiHost.Password });
        await host.Administrator().CloseAsync("leaving");

        // What is looked for later is there now: else nothing would be proved.
        foreach (var own in (string[])[.. Own, "Qqxstateqqx", "ZZQ"])
        {
            Assert.NotEmpty(await Compared.FindAsync(database, own));
        }

        await host.Administrator().DoAsync(HttpMethod.Post, "states/ZZQ/erase", new { confirm = "ZZQ" });
        foreach (var own in Own)
        {
            Assert.Equal([], await Compared.FindAsync(database, own));
        }

        foreach (var named in (string[])["Qqxstateqqx", "ZZQ"])
        {
            Assert.Equal(["common.mt_doc_registeredstate: 1"], await Compared.FindAsync(database, named));
        }
    }
}
