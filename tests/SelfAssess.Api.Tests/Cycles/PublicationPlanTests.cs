using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Cycles;

public sealed class PublicationPlanTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Plan_is_written_before_the_cycle_opens_and_fixed_after()
    {
        var host = await postgres.SharedApiAsync();
        var admin = host.Administrator();
        await admin.OpenCycleAsync("planning");
        foreach (var state in (string[])["PLA", "PLB"])
        {
            await admin.DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}" });
        }

        await admin.DoAsync(HttpMethod.Put, "cycles/planned", new { name = "Planned", questionnaire = new { id = "planning", version = "1.0" }, startsOn = "2027-05-05" });
        var (plan, etag) = await host.Coordinator("PLA").DoAsync(HttpMethod.Get, "cycles/planned/plan");
        Assert.Equal("regionalGroup", plan.GetProperty("partition").GetString());
        var (refused, problem) = await admin.CallAsync(HttpMethod.Put, "cycles/planned/plan", new { partition = "attStatus", merges = new[] { new { group = "africa", with = "other" } }, blocs = new[] { new { name = "Alone", members = new[] { "PLA" } } } }, etag);
        Assert.Equal((400, 2), ((int)refused.StatusCode, problem.GetProperty("errors").GetArrayLength()));
        var written = new { population = "statesParties", partition = "attStatus", merges = new[] { new { group = "party", with = "other" } }, blocs = new[] { new { name = "Neighbours", members = new[] { "PLA", "PLB" } } } };
        (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/planned/plan", written, etag);
        // Changing the cycle's name leaves its plan alone.
        (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/planned", new { name = "Renamed", questionnaire = new { id = "planning", version = "1.0" }, startsOn = "2027-05-05" }, etag);
        (_, etag) = await admin.DoAsync(HttpMethod.Post, "cycles/planned/open", ifMatch: etag);
        (plan, _) = await admin.DoAsync(HttpMethod.Get, "cycles/planned/plan");
        Assert.Equal(("statesParties", "Neighbours"), (plan.GetProperty("population").GetString(), plan.GetProperty("blocs")[0].GetProperty("name").GetString()));
        var (late, opened) = await admin.CallAsync(HttpMethod.Put, "cycles/planned/plan", written, etag);
        Assert.Equal((409, "urn:selfassess:problem:cycle-not-planned"), ((int)late.StatusCode, opened.GetProperty("type").GetString()));
    }
}
