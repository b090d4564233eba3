using System.Net;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Charts;

public sealed class ChartEndpointTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Charts_are_had_in_every_form_with_etags()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("charts");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"H{i}", "charts", i < 5 ? "some" : "full");
        }

        await client.CloseAsync("charts");
        string[] paths =
        [
            "releases/charts-R1/charts/distribution", "releases/charts-R1/charts/groups", "releases/charts-R1/charts/counts/basis.basis", "releases/charts-R1/charts/arrangements/basis",
            "releases/charts-R1/charts/divergence", "releases/charts-R1/charts/indicators/A", "trends/charts/charts/trend", "states/H1/assessments/charts/charts/profile",
            "states/H1/assessments/charts/charts/comparison",
        ];
        foreach (var path in paths)
        {
            foreach (var (format, type) in new[] { ("png", "image/png"), ("svg", "image/svg+xml"), ("csv", "text/csv"), ("json", "application/json") })
            {
                var (response, _) = await client.CallAsync(HttpMethod.Get, $"{path}.{format}?lang=fr&width=half&scheme=dark");
                Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
                Assert.NotNull(response.Headers.ETag);
                Assert.Equal(path.StartsWith("states/", StringComparison.Ordinal), response.Headers.CacheControl!.NoStore);
                var again = await client.GetAsync($"{path}.{format}?lang=fr&width=half&scheme=dark", response.Headers.ETag.Tag);
                Assert.Equal(HttpStatusCode.NotModified, again.Response.StatusCode);
            }
        }

        var (chart, _) = await client.DoAsync(HttpMethod.Get, "releases/charts-R1/charts/distribution.json?lang=fr");
        Assert.Equal("À quel niveau les États situent-ils chaque thème ?", chart.GetProperty("title").GetString());
        // Ten States: the tier publishes means and no distribution.
        Assert.Contains("non publié", chart.GetProperty("textAlternative").GetString(), StringComparison.Ordinal);
        foreach (var nothing in (string[])["counts/basis", "counts/a1", "counts/basis.fit", "arrangements/fit", "indicators/Z"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, $"releases/charts-R1/charts/{nothing}.svg")).Response.StatusCode);
        }
    }

    [Fact]
    public async Task Own_levels_are_compared_with_a_release_only_once_there_is_one()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await client.OpenCycleAsync("early");
        await client.AssessAsync("ERL", "early", "some");
        var (response, problem) = await client.CallAsync(HttpMethod.Get, "states/ERL/assessments/early/charts/comparison.png");
        Assert.Equal((HttpStatusCode.Conflict, "urn:selfassess:problem:no-release"), (response.StatusCode, problem.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("png?lang=tlh", "lang")]
    [InlineData("png?width=poster", "width")]
    [InlineData("png?scale=3", "scale")]
    [InlineData("png?colour=red", "colour")]
    [InlineData("gif", "format")]
    public async Task Form_that_is_not_known_is_refused_by_name(string form, string field)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        var (response, problem) = await client.CallAsync(HttpMethod.Get, $"releases/none-R1/charts/distribution.{form}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("releases/none-R1/charts/distribution.png")]
    [InlineData("releases/none-R1/charts/groups.png")]
    [InlineData("releases/none-R1/charts/counts/basis.png")]
    [InlineData("releases/none-R1/charts/arrangements/basis.png")]
    [InlineData("releases/none-R1/charts/divergence.png")]
    [InlineData("releases/none-R1/charts/indicators/A.png")]
    [InlineData("trends/none/charts/trend.png")]
    [InlineData("states/NONE/assessments/none/charts/profile.png")]
    [InlineData("states/NONE/assessments/none/charts/comparison.png")]
    public async Task Chart_of_nothing_is_not_found(string path)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, path)).Response.StatusCode);
    }
}
