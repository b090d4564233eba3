using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Papers.Packs;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Domain.Releases;
using SelfAssess.TestKit;
using SkiaSharp;

namespace SelfAssess.Api.Tests.Papers;

public sealed class ChartPackTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Pack_is_made_by_a_job_with_progress_once_for_each_language()
    {
        var host = await postgres.SharedApiAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("packed");
        for (var i = 0; i < 10; i++)
        {
            await client.AssessAsync($"PK{i}", "packed", i < 5 ? "some" : "full");
        }

        await client.CloseAsync("packed");
        var earlier = Guid.NewGuid();
        await using (var session = host.Services.GetRequiredService<ICommonStore>().LightweightSession())
        {
            session.Insert(new ChartPackRun { Id = earlier, ReleaseId = "packed-R1", Language = "ru", Status = ChartPackStatus.Succeeded });
            session.Insert(new StoredChartPack { Id = earlier, Content = [1] });
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var (run, _) = await client.DoAsync(HttpMethod.Post, "releases/packed-R1/chart-packs?lang=ru");
        var id = run.GetProperty("id").GetString()!;
        Assert.Equal(id, (await client.DoAsync(HttpMethod.Post, "releases/packed-R1/chart-packs?lang=ru")).Body.GetProperty("id").GetString());
        Assert.NotEqual(id, (await client.DoAsync(HttpMethod.Post, "releases/packed-R1/chart-packs?lang=es")).Body.GetProperty("id").GetString());
        Assert.Equal(id, await client.PackAsync("packed-R1", "ru"));
        var (made, _) = await client.DoAsync(HttpMethod.Get, $"chart-packs/{id}");
        Assert.Equal(made.GetProperty("total").GetInt32(), made.GetProperty("done").GetInt32());

        var (response, _) = await client.CallAsync(HttpMethod.Get, $"chart-packs/{id}/charts.zip");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal("charts-packed-R1-ru.zip", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var manifest = JsonDocument.Parse(Bytes(zip, "manifest.json")).RootElement;
        Assert.Equal("packed-R1", manifest.GetProperty("release").GetString());
        var (listed, _) = await client.DoAsync(HttpMethod.Get, "releases?limit=200");
        Assert.Contains(listed.GetProperty("items").EnumerateArray(), r => r.GetProperty("hash").GetString() == manifest.GetProperty("releaseHash").GetString());
        foreach (var file in manifest.GetProperty("files").EnumerateArray())
        {
            var content = Bytes(zip, file.GetProperty("name").GetString()!);
            Assert.Equal((file.GetProperty("bytes").GetInt32(), file.GetProperty("sha256").GetString()), (content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }

        Assert.Equal(zip.Entries.Count - 1, manifest.GetProperty("files").GetArrayLength());
        // What another build of the program made is replaced.
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, $"chart-packs/{earlier}/charts.zip")).Response.StatusCode);
    }

    [Fact]
    public async Task Pack_that_is_not_made_yet_and_pack_of_nothing_are_refused()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Post, "releases/none-R1/chart-packs")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, $"chart-packs/{Guid.NewGuid()}")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, $"chart-packs/{Guid.NewGuid()}/charts.zip")).Response.StatusCode);
    }

    [Fact]
    public async Task Pack_holds_every_chart_in_every_form_for_print_and_the_same_bytes_each_time()
    {
        var release = Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]);
        var told = new List<(int Done, int Total)>();
        var pack = await MakeAsync(release, told);
        Assert.Equal(pack, await MakeAsync(release, []));
        Assert.Equal(Enumerable.Range(0, told[0].Total + 1), told.Select(t => t.Done));

        using var zip = new ZipArchive(new MemoryStream(pack));
        string[] names = [.. zip.Entries.Where(e => e.FullName.StartsWith("png/", StringComparison.Ordinal)).Select(e => Path.GetFileNameWithoutExtension(e.Name))];
        Assert.Equal(told[0].Total, names.Length);
        // Levels, groups, divergence; indicators of seven themes; two dimensions; and every count.
        Assert.Equal(3 + 7 + 2 + release.Counted.Count, names.Length);
        foreach (var name in names)
        {
            var png = Bytes(zip, $"png/{name}.png");
            Assert.Equal(2000, SKBitmap.DecodeBounds(png).Width);
            var resolution = png.AsSpan().IndexOf("pHYs"u8);
            // 300 dots an inch.
            Assert.Equal(11811, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(resolution + 4)));
            Assert.DoesNotContain("<text", Encoding.UTF8.GetString(Bytes(zip, $"svg/{name}.svg")), StringComparison.Ordinal);
            Assert.Contains(",", Encoding.UTF8.GetString(Bytes(zip, $"csv/{name}.csv")), StringComparison.Ordinal);
        }

        Assert.All(zip.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
        Assert.Contains("At which level do States see each theme?", Encoding.UTF8.GetString(Bytes(zip, "captions.csv")), StringComparison.Ordinal);
        Assert.NotNull(SKBitmap.Decode(Bytes(zip, "png/distribution.png")));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("+10", "+10")]
    [InlineData("−2.5", "−2.5")]
    [InlineData("about 5", "about 5")]
    public void Cell_is_never_a_formula(string cell, string written) => Assert.Equal($"h\r\n{written}\r\n", Encoding.UTF8.GetString(new ChartTable(["h"], [[cell]]).ToCsv()));

    private static Task<byte[]> MakeAsync(Release release, List<(int, int)> told) => ChartPack.MakeAsync(release, "hash", Fictitious.Att.Definition, "en", (done, total) =>
    {
        told.Add((done, total));
        return Task.CompletedTask;
    });

    private static byte[] Bytes(ZipArchive zip, string name)
    {
        using var stream = zip.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
