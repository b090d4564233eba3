using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Packs;

/// <summary>A ZIP archive of every chart of a release: pictures for print and for screens, the data, captions, and a manifest with hashes.</summary>
internal static class ChartPack
{
    public const string ContentType = "application/zip";
    private const string Manifest = "manifest.json";
    private const string Captions = "captions.csv";

    /// <summary>What the archive says of itself.</summary>
    /// <param name="Release">The release.</param>
    /// <param name="ReleaseHash">SHA-256 of its bytes, lower-case hexadecimal.</param>
    /// <param name="Language">Of all words.</param>
    /// <param name="Files">All other files.</param>
    public sealed record ManifestFile(string Release, string ReleaseHash, string Language, IReadOnlyList<PackedFile> Files);

    /// <summary>One file of the archive.</summary>
    /// <param name="Name">Its path in the archive.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Sha256">Over its bytes, lower-case hexadecimal.</param>
    public sealed record PackedFile(string Name, int Bytes, string Sha256);

    /// <summary>Makes the archive, the same bytes each time.</summary>
    /// <param name="release">The release.</param>
    /// <param name="hash">The hash of the release's bytes.</param>
    /// <param name="questionnaire">What was answered.</param>
    /// <param name="language">Of all words.</param>
    /// <param name="report">Told before each chart: how many are done, and of how many.</param>
    public static async Task<byte[]> MakeAsync(Release release, string hash, QuestionnaireDefinition questionnaire, string language, Func<int, int, Task> report)
    {
        var charts = ReleaseCharts.Of(release, questionnaire, language);
        var style = ChartStyle.Of(ChartWidth.Full, ChartScheme.Light);
        var (files, captions) = (new List<PackedFile>(), new List<string[]>());
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < charts.Count; i++)
            {
                await report(i, charts.Count);
                var (name, chart) = (charts[i].Name, charts[i].Chart());
                Add(zip, $"png/{name}.png", PngResolution.Mark(ChartPictures.Png(chart, style, scale: 2)));
                Add(zip, $"svg/{name}.svg", ChartPictures.Svg(chart, style));
                Add(zip, $"csv/{name}.csv", chart.Table.ToCsv());
                captions.Add([name, chart.Title, chart.Subtitle, string.Join(' ', chart.Foot), chart.TextAlternative]);
            }

            Add(zip, Captions, new ChartTable(["chart", "title", "subtitle", "foot", "textAlternative"], captions).ToCsv());
            StablePackage.Add(zip, Manifest, JsonSerializer.SerializeToUtf8Bytes(new ManifestFile(release.Id, hash, language, files), Json.Http));
        }

        await report(charts.Count, charts.Count);
        return target.ToArray();

        void Add(ZipArchive zip, string name, byte[] content)
        {
            StablePackage.Add(zip, name, content);
            files.Add(new PackedFile(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }
    }
}
