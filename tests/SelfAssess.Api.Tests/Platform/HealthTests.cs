using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Platform;

public sealed class HealthTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Administrator_reads_what_was_looked_at()
    {
        var host = await postgres.SharedApiAsync();
        var (health, _) = await host.Administrator().DoAsync(HttpMethod.Get, "health");
        Assert.True(health.GetProperty("ready").GetBoolean());
        var check = Assert.Single(health.GetProperty("checks").EnumerateArray());
        Assert.Equal(("database", true), (check.GetProperty("name").GetString(), check.GetProperty("healthy").GetBoolean()));
    }
}
