using System.Collections.Concurrent;
using Deque.AxeCore.Commons;

namespace SelfAssess.Browser.Tests;

/// <summary>What holds for every page: see <see cref="Pages"/>.</summary>
public sealed class PageTests(BrowserFixture fixture)
{
    private static readonly string[] languages = ["ar", "en", "es", "fr", "ru", "zh"];
    private static readonly string measure = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Layout", "measure.js"));
    private static readonly string axe = new BundledAxeScriptProvider().GetScript();
    private static readonly string inspect = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Layout", "inspect.js"));

    /// <summary>Whether a text of each script and weight is as wide as it is in our own typefaces, and not as in another.</summary>
    private const string hasTypefaces = """
        () => {
          const probe = document.createElement('span');
          probe.style.cssText = 'position:absolute;font-size:100px;white-space:nowrap';
          const arabic = document.documentElement.lang === 'ar', russian = document.documentElement.lang === 'ru';
          const wide = (text, family, weight) => {
            Object.assign(probe.style, { fontFamily: family, fontWeight: weight });
            probe.textContent = text;
            return probe.getBoundingClientRect().width;
          };
          document.body.append(probe);
          const has = ['iiii', ...(arabic ? ['اااا'] : []), ...(russian ? ['гггг'] : [])].every(text =>
            [400, 600].every(weight => wide(text, '"Noto Sans", monospace', weight) !== wide(text, 'monospace', weight)));
          probe.remove();
          return has;
        }
        """;
    private static readonly string[] expected = ["the server responded with a status of 404", "net::ERR_INTERNET_DISCONNECTED"];

    public static TheoryData<string> Names => [.. Pages.Chosen("PAGES_OF").Select(p => p.Name)];

    /// <summary>
    /// In six languages and two widths no text is cut, overlaps or runs out of the page; in both directions and both schemes axe finds nothing against WCAG 2.2
    /// A and AA, wide and narrow; and nothing breaks the page's own policy, is loaded from elsewhere, or is complained of on the console.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_is_whole_accessible_and_keeps_its_policy(string name)
    {
        var problems = new ConcurrentBag<string>();
        var under = Pages.All.Single(p => p.Name == name);
        await Parallel.ForEachAsync(languages, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (language, _) =>
        {
            await using var looked = await fixture.LookAsync(under, language);
            var page = looked.Page;
            await ListenAsync(page, said => problems.Add($"{language}: {said}"));
            await ShowAsync(page, under, fixture.World);
            foreach (var width in (int[])[1280, 320])
            {
                await page.SetViewportSizeAsync(width, 900);
                foreach (var problem in await page.EvaluateAsync<string[]>(measure))
                {
                    problems.Add($"{language} {width}: {problem}");
                }

                foreach (var (scheme, colours) in InspectionsOf(language, width))
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    await page.EvaluateAsync(axe);
                    foreach (var violation in await page.EvaluateAsync<string[]>(inspect, colours))
                    {
                        problems.Add($"{language} {width} {scheme}: {violation}");
                    }
                }
            }
        });
        Assert.True(problems.IsEmpty, string.Join(Environment.NewLine, problems.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Checks_find_what_is_broken()
    {
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        var said = new ConcurrentBag<string>();
        await ListenAsync(page, said.Add);
        await page.GotoAsync("/sign-in");
        Assert.Empty(await page.EvaluateAsync<string[]>(measure));
        await page.EvaluateAsync("""
            () => {
              document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=pale>Nobody can read this.</p><p id=over>Over the heading</p><div id=wide>wide</div><a id=style style="color:red" href="/">x</a>');
              const put = (id, style) => Object.assign(document.getElementById(id).style, style);
              const title = document.querySelector('h1').getBoundingClientRect();
              put('pale', { color: '#ccc' });
              put('over', { position: 'absolute', left: `${title.left}px`, top: `${title.top + 8}px` });
              put('wide', { width: '2000px' });
            }
            """);
        var measured = await page.EvaluateAsync<string[]>(measure);
        Assert.Contains(measured, p => p.Contains("the page is", StringComparison.Ordinal));
        Assert.Contains(measured, p => p.Contains("lies over", StringComparison.Ordinal));
        await page.EvaluateAsync(axe);
        Assert.Contains(await page.EvaluateAsync<string[]>(inspect, true), v => v.StartsWith("color-contrast", StringComparison.Ordinal));
        Assert.Contains(await page.EvaluateAsync<string[]>(inspect, false), v => v.StartsWith("color-contrast", StringComparison.Ordinal));
        Assert.Contains(said, s => s.StartsWith("policy: style-src", StringComparison.Ordinal));
    }

    /// <summary>Shows a page as it is meant to be looked at.</summary>
    internal static async Task ShowAsync(IPage page, PageUnderTest under, World world)
    {
        await page.GotoAsync(under.Path);
        for (var visit = 0; !await page.EvaluateAsync<bool>(hasTypefaces); visit++)
        {
            // Pages are looked at in their own typefaces, which a browser shows from the second page on.
            Assert.InRange(visit, 0, 20);
            await page.EvaluateAsync("document.fonts.ready.then(() => true)");
            await page.ReloadAsync();
        }

        if (under.Act is { } act)
        {
            await act(page, world);
        }

        await page.EvaluateAsync("document.fonts.ready.then(() => true)");
    }

    /// <summary>
    /// What axe looks at: one language for each direction, each in a width of its own; all rules in one scheme, and in the other those on colours, since nothing
    /// else depends on it.
    /// </summary>
    private static (ColorScheme Scheme, bool Colours)[] InspectionsOf(string language, int width) => (language, width) switch
    {
        ("en", 1280) => [(ColorScheme.Light, false), (ColorScheme.Dark, true)],
        ("ar", 320) => [(ColorScheme.Dark, false), (ColorScheme.Light, true)],
        _ => [],
    };

    private async Task ListenAsync(IPage page, Action<string> say)
    {
        page.Console += (_, message) =>
        {
            // A page that is itself an answer of 4xx is no fault of its own, nor is a connection that was cut.
            if (message.Type is "error" or "warning" && !expected.Any(e => message.Text.StartsWith($"Failed to load resource: {e}", StringComparison.Ordinal)))
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
