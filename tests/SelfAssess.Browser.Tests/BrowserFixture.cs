using System.Collections.Concurrent;
using SelfAssess.Browser.Tests;
using SelfAssess.TestKit;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace SelfAssess.Browser.Tests;

/// <summary>One PostgreSQL, one program that really listens and one browser for the whole run; each test has a browser context, and where it writes, a State, of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private readonly PostgresFixture postgres = new();
    private readonly ConcurrentDictionary<Visitor, Lazy<Task<IReadOnlyList<BrowserContextCookiesResult>>>> sessions = new();
    private readonly ConcurrentDictionary<(Visitor? Visitor, string Language), Lazy<Task<IBrowserContext>>> shared = new();
    private readonly Lazy<Task> results;
    private IPlaywright? playwright;

    public BrowserFixture() => results = new(() => Results.MakeAsync(Api));

    public ApiHost Api { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>What there is to look at.</summary>
    public World World { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // A State's own deployment has more pages.
        (Api, Address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync(), b => b.UseSetting("SelfAssess:Home:Community", "https://community.example.org"));
        World = await World.MakeAsync(Api);
        // On a machine that does much else at the same time a page may take a while; nothing here is about time.
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Find(), Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>A fresh database, for a program of a test's own.</summary>
    public Task<string> CreateDatabaseAsync() => postgres.CreateDatabaseAsync();

    /// <summary>A browser of its own: language, width, colours, and who is signed in.</summary>
    /// <param name="visitor">Who is signed in; null for nobody.</param>
    /// <param name="language">What the browser asks for.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="dark">Whether the system is dark.</param>
    /// <param name="script">False for a browser that runs no script.</param>
    /// <param name="address">Of another program than the run's own.</param>
    public async Task<IBrowserContext> OpenAsync(Visitor? visitor = null, string language = "en", int width = 1280, bool dark = false, bool script = true, Uri? address = null)
    {
        var context = await Browser.NewContextAsync(new()
        {
            BaseURL = (address ?? Address).ToString(),
            Locale = language,
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Africa/Nairobi",
            JavaScriptEnabled = script,
        });
        context.SetDefaultTimeout(60_000);
        if (visitor is not null)
        {
            await context.AddCookiesAsync([.. (await sessions.GetOrAdd(visitor, v => new(() => SignInAsync(v))).Value).Select(c => new Cookie { Name = c.Name, Value = c.Value, Url = Address.ToString() })]);
        }

        return context;
    }

    /// <summary>A browser in which a page can be looked at: with whoever looks at it, once there is what it shows.</summary>
    public async Task<IBrowserContext> OpenAsync(PageUnderTest page, string language, int width, bool dark)
    {
        if (page.NeedsResults)
        {
            await results.Value;
        }

        return await OpenAsync(page.Who?.Invoke(World), language, width, dark);
    }

    /// <summary>
    /// A page in which nothing is done but look: browsers are shared by those who look at pages in one language with one person's eyes, so that each file is loaded once.
    /// Where something is done, which may leave something behind, the browser is its own.
    /// </summary>
    public async Task<LookedAt> LookAsync(PageUnderTest page, string language)
    {
        if (page.Act is not null)
        {
            var own = await OpenAsync(page, language, 1280, dark: false);
            return new LookedAt(await own.NewPageAsync(), own);
        }

        if (page.NeedsResults)
        {
            await results.Value;
        }

        var context = await shared.GetOrAdd((page.Who?.Invoke(World), language), key => new(() => OpenAsync(key.Visitor, key.Language))).Value;
        return new LookedAt(await context.NewPageAsync());
    }

    /// <summary>Signs in once for all: nobody may try more than ten times in five minutes.</summary>
    private async Task<IReadOnlyList<BrowserContextCookiesResult>> SignInAsync(Visitor visitor)
    {
        await using var context = await Browser.NewContextAsync(new() { BaseURL = Address.ToString() });
        var answer = await context.APIRequest.PostAsync("/api/v1/sign-in", new() { DataObject = new { email = visitor.Email, password = ApiHost.Password } });
        Assert.True(answer.Ok, $"{visitor.Email} cannot sign in: {answer.Status} {await answer.TextAsync()}");
        return await context.CookiesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (Api is not null)
        {
            await Api.DisposeAsync();
        }

        await postgres.DisposeAsync();
    }
}

/// <summary>A page, and what closes with it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Own">Its browser, where that is its own.</param>
public sealed record LookedAt(IPage Page, IBrowserContext? Own = null) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        if (Own is not null)
        {
            await Own.DisposeAsync();
        }
    }
}
