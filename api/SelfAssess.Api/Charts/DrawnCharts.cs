using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.Charts;

/// <summary>A chart in the form that was asked for.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Language">Of a table, which says it beside its bytes; null where the bytes say it themselves, or show it.</param>
/// <param name="ETag">Over the bytes.</param>
internal sealed record DrawnChart(ReadOnlyMemory<byte> Bytes, string ContentType, string? Language, string ETag)
{
    public static DrawnChart Of(ChartModel chart, ChartRequest request)
    {
        var style = ChartStyle.Of(request.Width, request.Scheme);
        return request.Format switch
        {
            ChartFormat.Png => Of(ChartPictures.Png(chart, style, request.Scale), "image/png"),
            ChartFormat.Svg => Of(ChartPictures.Svg(chart, style), "image/svg+xml"),
            ChartFormat.Csv => Of(chart.Table.ToCsv(), "text/csv; charset=utf-8; header=present", chart.Language),
            _ => Of(
                JsonSerializer.SerializeToUtf8Bytes(
                    new ChartView(chart.Title, chart.Subtitle, chart.Foot, chart.Table.Headers, chart.Table.Rows, chart.TextAlternative, chart.Language), Json.Http),
                "application/json; charset=utf-8"),
        };
    }

    private static DrawnChart Of(ReadOnlyMemory<byte> bytes, string contentType, string? language = null) => new(bytes, contentType, language, Conditional.ETag(bytes.Span));
}

/// <summary>
/// Charts of frozen releases, drawn once by each node: a release never changes. A State's own charts are never kept. The request is the key, so that whatever
/// changes a picture is in it.
/// </summary>
internal sealed class DrawnCharts : IDisposable
{
    // Some hundred pictures.
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    public DrawnChart? Find(ReleaseChartRequest request) => kept.Get<DrawnChart>(request);

    public DrawnChart Keep(ReleaseChartRequest request, DrawnChart drawn) => kept.Set(request, drawn, new MemoryCacheEntryOptions { Size = drawn.Bytes.Length });

    public void Dispose() => kept.Dispose();
}

internal static class ChartsSetup
{
    public static void AddCharts(this IServiceCollection services) => services.AddSingleton<DrawnCharts>();
}
