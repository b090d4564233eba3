using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

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

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path} ({language}): {bytes / 1024.0:0} KB in {requests.Count} requests"));
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

    public static TheoryData<string> Costly => ["home-coordinator", "respondent-theme", "divergence", "reconcile-one", "result", "history", "release", "states", "questionnaire-preview"];

    /// <summary>The median of several visits, measured in the server as it traces itself: a page's request, and the calls of the api that it waits for.</summary>
    [Theory]
    [MemberData(nameof(Costly))]
    public async Task Page_takes_at_most_three_times_as_long_as_its_calls_of_the_api(string name)
    {
        var under = Pages.All.Single(p => p.Name == name);
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        await using var context = await fixture.OpenAsync(under, "en", 1280, dark: false);
        await context.APIRequest.GetAsync(under.Path);
        ActivitySource.AddActivityListener(listener);
        var visits = new List<(double Page, double Calls, int Count)>();
        for (var visit = 0; visit < 7; visit++)
        {
            var (trace, parent) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
            var answer = await context.APIRequest.GetAsync(under.Path, new() { Headers = [new("traceparent", $"00-{trace}-{parent}-01")] });
            Assert.True(answer.Ok);

            // The answer is here a moment before its request has ended.
            Activity? page = null;
            for (var wait = 0; wait < 100 && page is null; wait++)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
                page = ended.SingleOrDefault(a => a.ParentSpanId == parent && a.Kind == ActivityKind.Server);
            }

            Assert.NotNull(page);
            var calls = ended.Where(a => a.ParentSpanId == page.SpanId && a.Kind == ActivityKind.Client).ToArray();
            visits.Add((page.Duration.TotalMilliseconds, calls.Sum(c => c.Duration.TotalMilliseconds), calls.Length));
        }

        var (whole, own, count) = visits.OrderBy(v => v.Page / v.Calls).ElementAt(visits.Count / 2);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {whole:0.0} ms with {count} calls of {own:0.0} ms, {whole / own:0.0} times"));
        Assert.True(count > 0);
        Assert.InRange(whole / own, 0, 3);
    }
}
