namespace SelfAssess.Browser.Tests;

/// <summary>A page that is looked at in every language, width and scheme.</summary>
/// <param name="Name">A short name, for files.</param>
/// <param name="Path">Its address.</param>
/// <param name="Who">Who looks at it; null for nobody.</param>
/// <param name="Act">Brings it into the state that is meant, and changes nothing that others see: opens a menu, sends a form with an error.</param>
/// <param name="NeedsResults">Whether it shows results of cycles, which take a while to be made: see <see cref="Results"/>.</param>
public sealed record PageUnderTest(string Name, string Path, Func<World, Visitor>? Who = null, Func<IPage, World, Task>? Act = null, bool NeedsResults = false)
{
    public override string ToString() => Name;
}

/// <summary>Every page. A new one is checked and pictured everywhere by being listed here.</summary>
public static class Pages
{
    public static IReadOnlyList<PageUnderTest> All { get; } = [.. Shell, .. SignIn, .. Profile, .. Respondent, .. CoordinationPages.All, .. Presidency, .. Administration];

    /// <summary>Those whose names contain what a variable of the environment says; all of them where it says nothing.</summary>
    public static IEnumerable<PageUnderTest> Chosen(string variable) =>
        All.Where(p => p.Name.Contains(Environment.GetEnvironmentVariable(variable) ?? "", StringComparison.Ordinal));

    /// <summary>Does what opens another page, and waits until that is there.</summary>
    public static async Task GoAsync(IPage page, Func<Task> act)
    {
        await page.EvaluateAsync("document.documentElement.dataset.left = ''");
        await act();
        await page.Locator("html:not([data-left])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForLoadStateAsync();
    }

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
            await SendEmptyAsync(page, world);
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
        new("profile-factor-set-up", "/profile/second-factor", w => w.Newcomer(), SendEmptyAsync),
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
        new("respondent-conflict", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/P14.2", w => w.Respondent, async (page, _) =>
        {
            // As where a colleague has answered since the page was opened; nothing is saved of it.
            await page.EvaluateAsync("document.querySelector(`[data-question='2.1'] [data-base]`).value = 'earlier'");
            await page.Locator("[data-question='2.1'] input[value='=operating']").CheckAsync();
            await FollowAsync(page, "[data-saved] button");
        }),
        new("respondent-offline", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/P14.2", w => w.Respondent, async (page, _) =>
        {
            await page.Context.SetOfflineAsync(true);
            await page.Locator("[data-question='2.3'] input[value='!dontKnow']").CheckAsync();
        }),
        new("draft-open", "/", w => w.Respondent, (page, _) => LeaveDraftAsync(page, World.Entity, "2.1", "earlier")),
        new("draft-refused", "/", w => w.Police, (page, _) => LeaveDraftAsync(page, "police", "2.3", Unanswered)),
        new("respondent-facts", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/facts", w => w.Respondent),
        new("respondent-formality", $"/respond/{World.State}/{World.Cycle}/licensing/P14.1", w => w.Licensing),
        new("respondent-confirm", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/confirm", w => w.Respondent),
        new("respondent-confirm-errors", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/confirm", w => w.Respondent, SendEmptyAsync),
        new("workbook", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/workbook", w => w.Respondent),
        new("workbook-errors", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/workbook", w => w.Respondent, (page, world) => BringBackAsync(page, world.Workbook.Broken)),
        new("workbook-changes", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/workbook", w => w.Respondent, (page, world) => BringBackAsync(page, world.Workbook.Filled)),
        new("respondent-sent", $"/respond/{World.State}/{World.Cycle}/police", w => w.Police),
        new("respondent-sent-theme", $"/respond/{World.State}/{World.Cycle}/police/P14.2", w => w.Police),
    ];

    /// <summary>Has a workbook looked at; nothing is saved of it.</summary>
    private static async Task BringBackAsync(IPage page, byte[] workbook)
    {
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "workbook.xlsx", MimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Buffer = workbook });
        await FollowAsync(page, "main form .btn-primary");
    }

    /// <summary>What a form names as the answer that there was, where there was none.</summary>
    private const string Unanswered = "e3b0c44298fc1c14";

    /// <summary>Opens the page again with an answer on the device that cannot be saved.</summary>
    private static async Task LeaveDraftAsync(IPage page, string entity, string question, string before)
    {
        var path = $"/respond/{World.State}/{World.Cycle}/{entity}/P14.2";
        await page.EvaluateAsync("""
            ([path, fields]) => localStorage.setItem(`selfassess-draft:${document.querySelector('[data-sign-out]').dataset.signOut}${path}`, fields)
            """, new[] { path, $"""[["b:{question}", "{before}"], ["v:{question}", "=operating"]]""" });
        await GoAsync(page, () => page.ReloadAsync());
        await page.Locator("[data-drafts-said] .notice").WaitForAsync();
    }

    /// <summary>Sends the page's first form as it stands.</summary>
    internal static Task SendEmptyAsync(IPage page, World world) => FollowAsync(page, "main form .btn-primary");

    /// <summary>Goes where a link or a button leads.</summary>
    internal static Task FollowAsync(IPage page, string selector) => GoAsync(page, () => page.Locator(selector).First.ClickAsync());

    private static IEnumerable<PageUnderTest> Presidency =>
    [
        new("releases", "/releases", w => w.Presidency, NeedsResults: true),
        new("release", $"/releases/{Results.Published}", w => w.Presidency, (page, _) => OpenFoldsAsync(page, 3), NeedsResults: true),
        new("release-reader", $"/releases/{Results.Small}", w => w.Reader, NeedsResults: true),
        new("chart-pack", $"/releases/{Results.Small}", w => w.Presidency, async (page, _) =>
        {
            await GoAsync(page, () => page.Locator("main form[method=post] button").ClickAsync());
            await page.Locator("main a[href$='/charts.zip']").WaitForAsync(new() { Timeout = 120_000 });
        }, NeedsResults: true),
        new("trend", $"/trends/{Results.Trend}", w => w.Presidency, (page, _) => OpenFoldsAsync(page, 1), NeedsResults: true),
        new("previews", "/previews", w => w.Presidency, NeedsResults: true),
        new("preview", $"/previews/{Results.Waiting}", w => w.Presidency, NeedsResults: true),
        new("decision", $"/previews/{Results.Waiting}/decision", w => w.Presidency, NeedsResults: true),
        new("decision-errors", $"/previews/{Results.Waiting}/decision", w => w.Presidency, SendAsync, NeedsResults: true),
        new("practices-published", "/practices", w => w.Reader, NeedsResults: true),
        new("practices-waiting", $"/previews/practices/{Results.WaitingCycle}", w => w.Presidency, NeedsResults: true),
        new("guiding-questions", $"/releases/{Results.Published}/questions", w => w.Presidency, NeedsResults: true),
        new("home-presidency", "/", w => w.Presidency, NeedsResults: true),
        new("trend-empty", "/trends/att-interagency", w => w.Presidency, NeedsResults: true),
        new("run-ended", $"/administration/cycles/{Results.WaitingCycle}", w => w.Administrator, (page, _) => FollowAsync(page, "main a[href^='/release-runs/']"), NeedsResults: true),
    ];

    private static IEnumerable<PageUnderTest> Administration =>
    [
        new("states", "/administration/states", w => w.Administrator),
        new("states-filtered", "/administration/states?find=zzz", w => w.Administrator),
        new("state", $"/administration/states/{World.State}", w => w.Administrator),
        new("state-new-errors", "/administration/states/new", w => w.Administrator, SendAsync),
        new("register", "/administration/states/table", w => w.Administrator),
        new("register-checked", "/administration/states/table", w => w.Administrator, (page, _) => FollowAsync(page, "button[value=shipped]")),
        new("register-problems", "/administration/states/table", w => w.Administrator, async (page, _) =>
        {
            await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "register.csv", MimeType = "text/csv", Buffer = "code,en,continent\r\nXAA,,\r\nx,Nowhere,\r\n"u8.ToArray() });
            await FollowAsync(page, "button[value=file]");
        }),
        new("accounts", "/administration/accounts", w => w.Administrator),
        new("account", "/administration/accounts", w => w.Administrator, (page, _) => FollowAsync(page, "main table a")),
        new("invite", "/administration/accounts/invite", w => w.Administrator),
        new("invite-errors", "/administration/accounts/invite", w => w.Administrator, SendAsync),
        new("cycles", "/administration/cycles", w => w.Administrator),
        new("cycle-new", "/administration/cycles/new", w => w.Administrator),
        new("cycle-new-errors", "/administration/cycles/new", w => w.Administrator, SendAsync),
        new("cycle-open", $"/administration/cycles/{World.Cycle}", w => w.Administrator),
        new("cycle-close", $"/administration/cycles/{World.Cycle}/close", w => w.Administrator),
        new("cycle-planned", $"/administration/cycles/{World.PlannedCycle}", w => w.Administrator),
        new("cycle-opening", $"/administration/cycles/{World.PlannedCycle}/open", w => w.Administrator),
        new("plan", $"/administration/cycles/{World.PlannedCycle}/plan", w => w.Administrator),
        new("plan-errors", $"/administration/cycles/{World.PlannedCycle}/plan", w => w.Administrator, async (page, world) =>
        {
            await page.Locator("#merge-0").SelectOptionAsync("exporter");
            await page.Locator("#bloc-0-members").FillAsync("XAA");
            await SendAsync(page, world);
        }),
        new("plan-fixed", $"/administration/cycles/{World.Cycle}/plan", w => w.Administrator),
        new("questionnaires", "/administration/questionnaires", w => w.Administrator),
        new("questionnaire", "/administration/questionnaires/att-interagency/1.0", w => w.Administrator),
        new("questionnaire-difference", $"/administration/questionnaires/{World.Revised}/1.1", w => w.Administrator),
        new("questionnaire-preview", "/administration/questionnaires/att-interagency/1.0/preview", w => w.Administrator),
        new("upload", "/administration/questionnaires/upload", w => w.Administrator),
        new("upload-problems", "/administration/questionnaires/upload", w => w.Administrator, async (page, world) =>
        {
            await page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "questionnaire.yaml", MimeType = "text/yaml", Buffer = "id: Wrong\nversion: one\nsections:\n  - id: A\n"u8.ToArray() });
            await SendAsync(page, world);
        }),
        new("system", "/administration/system", w => w.Administrator),
        new("webhooks-community", "/administration/webhooks", w => w.Administrator),
        new("delivery-token", $"/administration/states/{World.State}/delivery", w => w.Administrator, SendAsync),
        new("package-errors", "/administration/package", w => w.Administrator, SendAsync),
        new("home-administrator", "/", w => w.Administrator),
    ];

    /// <summary>Sends the page's form as it stands.</summary>
    private static Task SendAsync(IPage page, World world) => FollowAsync(page, "main form[method=post] .btn-primary");

    /// <summary>Unfolds what is folded, as far as a reader would for a look.</summary>
    private static Task OpenFoldsAsync(IPage page, int count) =>
        page.EvaluateAsync("count => [...document.querySelectorAll('main details')].slice(0, count).forEach(d => d.open = true)", count);
}
