namespace SelfAssess.Browser.Tests;

/// <summary>
/// Pictures of every page in every language, scheme and width, to be looked at. On request only:
/// <c>dotnet run --project tests/SelfAssess.Browser.Tests -- -explicit only -class "*Screenshots"</c> writes them to artifacts/screenshots, or to
/// the folder that SCREENSHOTS names; SCREENSHOTS_OF chooses pages by a part of their names, SCREENSHOTS_IN languages.
/// </summary>
public sealed class Screenshots(BrowserFixture fixture)
{
    [Fact(Explicit = true)]
    public async Task Of_every_page()
    {
        var folder = Environment.GetEnvironmentVariable("SCREENSHOTS") ?? Path.Combine(Repository(), "artifacts", "screenshots");
        var languages = (Environment.GetEnvironmentVariable("SCREENSHOTS_IN") ?? "ar en es fr ru zh").Split(' ');
        Directory.CreateDirectory(folder);
        var sheets = from language in languages
                     from dark in (bool[])[false, true]
                     select (language, dark);
        await Parallel.ForEachAsync(sheets, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (sheet, _) =>
        {
            foreach (var under in Pages.Chosen("SCREENSHOTS_OF"))
            {
                await using var context = await fixture.OpenAsync(under, sheet.language, 1280, sheet.dark);
                var page = await context.NewPageAsync();
                await PageTests.ShowAsync(page, under, fixture.World);
                foreach (var width in (int[])[1280, 320])
                {
                    await page.SetViewportSizeAsync(width, 900);
                    await page.EvaluateAsync("Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().catch(() => {}); })).then(() => true)");
                    await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(folder, $"{under.Name}.{sheet.language}.{(sheet.dark ? "dark" : "light")}.{width}.png") });
                }
            }
        });
        Assert.NotEmpty(Directory.EnumerateFiles(folder, "*.png"));
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SelfAssess.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        }

        return folder;
    }
}
