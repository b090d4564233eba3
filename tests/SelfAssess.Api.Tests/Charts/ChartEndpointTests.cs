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
        foreach (var path in (string[])["releases/charts-R1/charts/distribution", "trends/charts/charts/trend", "states/H1/assessments/charts/charts/profile"])
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
    [InlineData("trends/none/charts/trend.png")]
    [InlineData("states/NONE/assessments/none/charts/profile.png")]
    public async Task Chart_of_nothing_is_not_found(string path)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, path)).Response.StatusCode);
    }
}
