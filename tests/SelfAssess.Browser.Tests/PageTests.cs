using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace SelfAssess.Browser.Tests;

/// <summary>What holds for every page that is checked: see <see cref="Pages"/>.</summary>
public sealed class PageTests(BrowserFixture fixture)
{
    private static readonly string[] languages = ["ar", "en", "es", "fr", "ru", "zh"];
    private static readonly int[] widths = [320, 1280];
    private static readonly string measure = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Layout", "measure.js"));

    public static TheoryData<string> Names => [.. Pages.Checked.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Text_is_neither_cut_nor_overlapping_in_any_language_and_width(string name)
    {
        var problems = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(languages, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (language, _) =>
        {
            await using var context = await OpenAsync(name, language, 1280, dark: false);
            var page = await context.NewPageAsync();
            foreach (var width in widths)
            {
                await page.SetViewportSizeAsync(width, 900);
                await ShowAsync(page, name, fixture.World);
                foreach (var problem in await page.EvaluateAsync<string[]>(measure))
                {
                    problems.Add($"{language} {width}: {problem}");
                }
            }
        });
        Assert.Empty(problems.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_keeps_WCAG_2_2_AA_in_both_schemes_and_both_directions(string name)
    {
        var problems = new ConcurrentBag<string>();
        var options = new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice") };
        foreach (var (language, dark) in ((string, bool)[])[("en", false), ("en", true), ("ar", false), ("ar", true)])
        {
            await using var context = await OpenAsync(name, language, language == "ar" ? 320 : 1280, dark);
            var page = await context.NewPageAsync();
            await ShowAsync(page, name, fixture.World);
            foreach (var violation in (await page.RunAxe(options)).Violations)
            {
                problems.Add($"{language} {(dark ? "dark" : "light")}: {violation.Id} – {violation.Help}: {string.Join(" | ", violation.Nodes.Select(n => n.Html).Take(3))}");
            }
        }

        Assert.Empty(problems.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_breaks_no_policy_of_its_own_and_loads_nothing_from_elsewhere(string name)
    {
        await using var context = await OpenAsync(name, "en", 1280, dark: false);
        var page = await context.NewPageAsync();
        var said = new ConcurrentBag<string>();
        page.Console += (_, message) =>
        {
            // A page that is itself an answer of 4xx is no fault of its own.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 404", StringComparison.Ordinal))
            {
                said.Add(message.Text);
            }
        };
        page.PageError += (_, error) => said.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(fixture.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                said.Add($"loads {request.Url}");
            }
        };
        await page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))");
        await ShowAsync(page, name, fixture.World);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Empty(said);
    }

    private Task<IBrowserContext> OpenAsync(string name, string language, int width, bool dark) => fixture.OpenAsync(PageOf(name), language, width, dark);

    internal static async Task ShowAsync(IPage page, string name, World world)
    {
        var under = PageOf(name);
        await page.GotoAsync(under.Path);
        await page.EvaluateAsync("document.fonts.ready.then(() => true)");
        if (under.Act is { } act)
        {
            await act(page, world);
            await page.EvaluateAsync("document.fonts.ready.then(() => true)");
        }
    }

    private static PageUnderTest PageOf(string name) => Pages.All.Single(p => p.Name == name);
}
