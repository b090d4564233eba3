using System.Net.Http.Json;
using System.Text.Json;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Platform;

/// <summary>Charts of the api in words and numbers, whichever they are: all of them answer in one form.</summary>
public sealed class ChartReader(IHttpClientFactory clients, IHttpContextAccessor accessor)
{
    /// <summary>Reads a chart in the reader's language.</summary>
    /// <param name="path">Below the api's own address, without the format: <c>releases/2026-R1/charts/distribution</c>.</param>
    /// <exception cref="ApiException">The api refuses; the page around says so.</exception>
    public async Task<ChartView> ReadAsync(string path)
    {
        var cancellationToken = accessor.HttpContext!.RequestAborted;
        using var client = clients.CreateClient(nameof(ApiClient));
        using var answer = await client.GetAsync(new Uri($"/api/v1/{path}.json?lang={Languages.Current}", UriKind.Relative), cancellationToken);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<ChartView>(JsonSerializerOptions.Web, cancellationToken))!
            : throw new ApiException("The chart cannot be read.", (int)answer.StatusCode, null, new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal), null);
    }
}
