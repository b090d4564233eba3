using System.Collections.Concurrent;

namespace SelfAssess.Browser.Tests;

/// <summary>What a page costs on a slow line.</summary>
public sealed class CostTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("/sign-in", "en")]
    [InlineData("/sign-in", "ar")]
    [InlineData("/", "ru")]
    [InlineData($"/respond/{World.State}/{World.Cycle}/{World.Entity}/P14.2", "ar")]
    public async Task First_page_is_at_most_100_kilobytes_with_one_style_sheet_in_its_way(string path, string language)
    {
        await using var context = await fixture.OpenAsync(path == "/sign-in" ? null : fixture.World.Respondent, language);
        var page = await context.NewPageAsync();
        var requests = new ConcurrentBag<IRequest>();
        page.RequestFinished += (_, request) => requests.Add(request);
        await page.GotoAsync(path);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var (bytes, blocking) = (0, 0);
        foreach (var request in requests.Where(r => r.ResourceType != "font"))
        {
            var sizes = await request.SizesAsync();
            bytes += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
            blocking += request.ResourceType == "stylesheet" ? 1 : 0;
        }

        Assert.InRange(bytes, 1, 100 * 1024);
        Assert.Equal(1, blocking);
        Assert.Equal(0, await page.Locator("script:not([type=module])").CountAsync());

        // What is named by its content is kept for ever, and comes compressed.
        foreach (var file in requests.Where(r => r.Url.Contains("/assets/", StringComparison.Ordinal)))
        {
            var headers = (await file.ResponseAsync())!.Headers;
            Assert.Contains("immutable", headers["cache-control"], StringComparison.Ordinal);
            Assert.True(file.ResourceType == "font" || headers.ContainsKey("content-encoding"), file.Url);
        }
    }
}
