namespace SelfAssess.Browser.Tests;

/// <summary>A page that is looked at in every language, width and scheme.</summary>
/// <param name="Name">A short name, for files.</param>
/// <param name="Path">Its address.</param>
/// <param name="Who">Who looks at it; null for nobody.</param>
/// <param name="Act">Brings it into the state that is meant, and changes nothing that others see: opens a menu, sends a form with an error.</param>
public sealed record PageUnderTest(string Name, string Path, Func<World, Visitor>? Who = null, Func<IPage, World, Task>? Act = null)
{
    public override string ToString() => Name;
}

/// <summary>Every page. A new one is checked and pictured everywhere by being listed here.</summary>
public static class Pages
{
    public static IReadOnlyList<PageUnderTest> All { get; } = [.. Shell, .. SignIn, .. Profile, .. Respondent, .. CoordinationPages.All];

    private static IEnumerable<PageUnderTest> Shell =>
    [
        new("home-empty", "/", w => w.Reader),
        new("missing", "/nothing-here"),
        new("language-menu", "/sign-in", Act: (page, _) => page.Locator(".masthead summary").ClickAsync()),
        new("colours-menu", "/sign-in", Act: (page, _) => page.Locator(".foot summary").ClickAsync()),
    ];

    private static IEnumerable<PageUnderTest> SignIn =>
    [
        new("sign-in", "/sign-in"),
        new("sign-in-errors", "/sign-in", Act: SendEmptyAsync),
        new("sign-in-code", "/sign-in", Act: async (page, world) =>
        {
            await page.FillAsync("#email", world.Careful().Email);
            await page.FillAsync("#password", TestKit.ApiHost.Password);
            await page.ClickAsync("main .btn-primary");
        }),
        new("invitation", "/invitation#secret"),
        new("invitation-errors", "/invitation", Act: SendEmptyAsync),
        new("forgotten", "/password-reset"),
        new("new-password", "/password-reset/new#secret"),
    ];

    private static IEnumerable<PageUnderTest> Profile =>
    [
        new("profile", "/profile", w => w.Respondent),
        new("profile-name", "/profile/name", w => w.Respondent),
        new("profile-password-errors", "/profile/password", w => w.Respondent, SendEmptyAsync),
        new("profile-factor", "/profile/second-factor", w => w.Respondent),
        new("profile-factor-set-up", "/profile/second-factor", w => w.Newcomer(), (page, _) => page.ClickAsync("main .btn-primary")),
        new("profile-sessions", "/profile/sessions", w => w.Respondent),
        new("profile-tokens", "/profile/tokens", w => w.Respondent),
    ];

    private static IEnumerable<PageUnderTest> Respondent =>
    [
        new("respondent-home", "/", w => w.Respondent),
        new("respondent-overview", $"/respond/{World.State}/{World.Cycle}/{World.Entity}", w => w.Respondent),
        new("respondent-theme", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/P14.2", w => w.Respondent),
        new("respondent-theme-errors", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/P14.2", w => w.Respondent, async (page, _) =>
        {
            // Not applicable, without a reason: nothing is saved of it.
            await page.Locator("[data-question='2.3'] input[value='!notApplicable']").CheckAsync();
            await page.Locator("[data-question='2.3'] [data-error]:not([hidden])").WaitForAsync();
        }),
        new("respondent-facts", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/facts", w => w.Respondent),
        new("respondent-formality", $"/respond/{World.State}/{World.Cycle}/licensing/P14.1", w => w.Licensing),
        new("respondent-confirm", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/confirm", w => w.Respondent),
        new("respondent-confirm-errors", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/confirm", w => w.Respondent, SendEmptyAsync),
        new("respondent-sent", $"/respond/{World.State}/{World.Cycle}/police", w => w.Police),
        new("respondent-sent-theme", $"/respond/{World.State}/{World.Cycle}/police/P14.2", w => w.Police),
    ];

    private static Task SendEmptyAsync(IPage page, World world) => page.Locator("main form .btn-primary").First.ClickAsync();
}
