using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace SelfAssess.Browser.Tests;

/// <summary>What holds for every page that is checked: see <see cref="Pages"/>.</summary>
public sealed class PageTests(BrowserFixture fixture)
{
    private static readonly string[] languages = ["ar", "en", "es", "fr", "ru", "zh"];

    /// <summary>Those whose pages axe looks at: one for each direction.</summary>
    private static readonly string[] directions = ["ar", "en"];
    private static readonly int[] widths = [1280, 320];
    private static readonly string measure = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Layout", "measure.js"));
    private static readonly AxeRunOptions rules = new() { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice") };

    public static TheoryData<string> Names => [.. Pages.Checked.Select(p => p.Name)];

    /// <summary>
    /// In six languages and two widths no text is cut, overlaps or runs out of the page; in both directions, both schemes and both widths axe finds nothing against
    /// WCAG 2.2 A and AA; and nothing breaks the page's own policy, is loaded from elsewhere, or is complained of on the console.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_is_whole_accessible_and_keeps_its_policy(string name)
    {
        var problems = new ConcurrentBag<string>();
        var under = Pages.All.Single(p => p.Name == name);
        await Parallel.ForEachAsync(languages, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (language, _) =>
        {
            await using var context = await fixture.OpenAsync(under, language, widths[0], dark: false);
            var page = await context.NewPageAsync();
            await ListenAsync(page, said => problems.Add($"{language}: {said}"));
            await ShowAsync(page, under, fixture.World);
            foreach (var width in widths)
            {
                await page.SetViewportSizeAsync(width, 900);
                foreach (var problem in await page.EvaluateAsync<string[]>(measure))
                {
                    problems.Add($"{language} {width}: {problem}");
                }

                foreach (var scheme in directions.Contains(language, StringComparer.Ordinal) ? (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark] : [])
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    foreach (var violation in (await page.RunAxe(rules)).Violations)
                    {
                        problems.Add($"{language} {width} {scheme}: {violation.Id} – {violation.Help}: {string.Join(" | ", violation.Nodes.Select(n => n.Html).Take(3))}");
                    }
                }
            }
        });
        Assert.True(problems.IsEmpty, string.Join(Environment.NewLine, problems.Order(StringComparer.Ordinal)));
    }

    /// <summary>Shows a page as it is meant to be looked at.</summary>
    internal static async Task ShowAsync(IPage page, PageUnderTest under, World world)
    {
        await page.GotoAsync(under.Path);
        if (under.Act is { } act)
        {
            await act(page, world);
        }

        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.EvaluateAsync("document.fonts.ready.then(() => true)");
    }

    private async Task ListenAsync(IPage page, Action<string> say)
    {
        page.Console += (_, message) =>
        {
            // A page that is itself an answer of 4xx is no fault of its own.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 404", StringComparison.Ordinal))
            {
                say(message.Text);
            }
        };
        page.PageError += (_, error) => say(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(fixture.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                say($"loads {request.Url}");
            }
        };
        await page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))");
    }
}
