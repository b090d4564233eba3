using System.Text.RegularExpressions;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests.Stories;

/// <summary>From a closed cycle to a published chart, as the presidency meets it.</summary>
public sealed partial class PresidencyStoryTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Presidency_follows_the_making_looks_publishes_and_takes_a_chart_away()
    {
        var run = await CloseCycleAsync("story-presidency", 'P');
        await using var context = await fixture.OpenAsync(fixture.World.Presidency);
        var page = await context.NewPageAsync();
        // The page follows by itself until the results are prepared.
        await page.GotoAsync($"/release-runs/{run}");
        await page.GetByRole(AriaRole.Link, new() { Name = "See what would be published" }).ClickAsync(new() { Timeout = 120_000 });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Cycle story-presidency, before publication");
        // Twelve States are too few for counts, and enough for means.
        await Expect(page.Locator("#themes ~ table").First).ToContainTextAsync("not published");
        await page.GetByRole(AriaRole.Link, new() { Name = "Decide" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Carry out the decision" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Choose one of the two.");
        await page.GetByLabel("Publish them").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Carry out the decision" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(ReleaseAddress());
        await Expect(page.GetByText("12 of").First).ToBeVisibleAsync();
        var chart = page.Locator("figure.chart img").First;
        await chart.ScrollIntoViewIfNeededAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('figure.chart img').naturalWidth > 0");
        await page.GetByText("In words and as a table").First.ClickAsync();
        await Expect(page.Locator("figure.chart table").First).ToBeVisibleAsync();
        foreach (var (kind, begins) in ((string, byte[])[])[("PNG", [0x89, 0x50]), ("SVG", "<"u8.ToArray()), ("CSV", [])])
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("figure.chart .files").First.GetByRole(AriaRole.Link, new() { Name = kind }).ClickAsync());
            Assert.Equal($"releases-story-presidency-R1-distribution.{kind.ToLowerInvariant()}", download.SuggestedFilename);
            var bytes = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal(begins, bytes[..begins.Length]);
            Assert.NotEmpty(bytes);
        }

        var paper = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync());
        Assert.Equal("paper-story-presidency-R1-fr.docx", paper.SuggestedFilename);
        await page.GetByRole(AriaRole.Button, new() { Name = "Prepare all charts" }).ClickAsync();
        // The page comes again by itself until the archive is there.
        var archive = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the archive (ZIP)" }).ClickAsync(new() { Timeout = 120_000 }), new() { Timeout = 120_000 });
        Assert.Equal("charts-story-presidency-R1-en.zip", archive.SuggestedFilename);
        foreach (var file in (IDownload[])[paper, archive])
        {
            Assert.Equal("PK"u8.ToArray(), (await File.ReadAllBytesAsync(await file.PathAsync(), TestContext.Current.CancellationToken))[..2]);
        }

        // What is decided stays so.
        await page.GotoAsync("/previews/story-presidency-R1/decision");
        await Expect(page.GetByText("These results are published, for good.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Presidency_leaves_results_in_Arabic_and_without_a_script()
    {
        await fixture.Api.Whoever().RunEndedAsync(await CloseCycleAsync("story-left", 'L'));
        await using var context = await fixture.OpenAsync(fixture.World.Presidency, "ar", script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/previews");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await page.Locator("main a[href='/previews/story-left-R1']").ClickAsync();
        await page.Locator("main a[href$='/decision']").ClickAsync();
        await page.GetByLabel("تركها دون نشر").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "تنفيذ القرار" }).ClickAsync();
        await Expect(page.GetByText("لم يُنشر").First).ToBeVisibleAsync();
        var answer = await page.GotoAsync("/releases/story-left-R1");
        Assert.Equal(404, answer!.Status);
    }

    [Fact]
    public async Task Administrator_sees_no_preview_and_a_reader_no_administration()
    {
        await using (var context = await fixture.OpenAsync(fixture.World.Administrator))
        {
            var page = await context.NewPageAsync();
            Assert.Equal(403, (await page.GotoAsync("/previews"))!.Status);
        }

        await using (var context = await fixture.OpenAsync(fixture.World.Reader))
        {
            var page = await context.NewPageAsync();
            Assert.Equal(403, (await page.GotoAsync("/administration/accounts"))!.Status);
            Assert.Equal(200, (await page.GotoAsync("/releases"))!.Status);
        }
    }

    /// <summary>A closed cycle of twelve States; answers the run that prepares its results.</summary>
    private async Task<string> CloseCycleAsync(string cycle, char state)
    {
        var client = fixture.Api.Whoever();
        await client.OpenCycleAsync(cycle);
        for (var i = 0; i < 12; i++)
        {
            await client.AssessAsync($"{state}{i:00}", cycle, i < 6 ? "some" : "full");
        }

        var (_, etag) = await client.DoAsync(HttpMethod.Get, $"cycles/{cycle}");
        return (await client.DoAsync(HttpMethod.Post, $"cycles/{cycle}/close", ifMatch: etag)).Body.GetProperty("id").GetString()!;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    [GeneratedRegex("/releases/story-presidency-R1$")]
    private static partial Regex ReleaseAddress();
}
