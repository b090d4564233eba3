using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Releases;

/// <summary>Whatever is made of a release is made of the release alone.</summary>
public sealed class SideChannelTests(PostgresFixture postgres)
{
    private const string Cycle = "aside";
    private const string Release = $"{Cycle}-R1";

    private static readonly string[] outputs =
    [
        $"releases/{Release}",
        $"releases/{Release}/observations.csv",
        $"releases/{Release}/observations.csv-metadata.json",
        $"releases/{Release}/method?lang=en",
        $"releases/{Release}/papers/conference.docx?lang=en",
        $"trends/{Cycle}",
        $"trends/{Cycle}/charts/trend.svg",
        .. new[] { "distribution", "divergence", "groups", "indicators/A" }.SelectMany(c => new[] { "svg", "png", "csv", "json" }.Select(f => $"releases/{Release}/charts/{c}.{f}")),
    ];

    [Fact]
    public async Task Everything_published_stays_the_same_byte_for_byte_when_the_answers_and_contributions_are_gone()
    {
        var database = await postgres.CreateDatabaseAsync();
        Dictionary<string, (byte[] Body, string? ETag)> before;
        await using (var host = await ApiHost.StartAsync(database))
        {
            var client = host.Whoever();
            await client.OpenCycleAsync(Cycle);
            for (var i = 0; i < 45; i++)
            {
                await client.AssessAsync($"W{i:00}", Cycle, i < 20 ? "some" : "full", Cycle);
            }

            await client.PrepareReleaseAsync(Cycle);
            await client.FreezeAsync(Release);
            before = await AllAsync(host);
        }

        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand($"truncate {DatabaseRoles.CommonSchema}.mt_doc_deliveredcontribution; drop schema {DatabaseRoles.StateSchema} cascade", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // Another server, which remembers nothing.
        await using var another = await ApiHost.StartAsync(database);
        var after = await AllAsync(another);
        foreach (var output in outputs)
        {
            Assert.True(before[output].Body.AsSpan().SequenceEqual(after[output].Body), $"{output} is made of more than the release.");
            Assert.Equal(before[output].ETag, after[output].ETag);
        }
    }

    private static async Task<Dictionary<string, (byte[] Body, string? ETag)>> AllAsync(ApiHost host)
    {
        var found = new Dictionary<string, (byte[], string?)>(StringComparer.Ordinal);
        foreach (var output in outputs)
        {
            using var response = await host.Presidency().GetAsync($"/api/v1/{output}", TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{output}: {(int)response.StatusCode}");
            found.Add(output, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.ETag?.Tag));
        }

        return found;
    }
}
