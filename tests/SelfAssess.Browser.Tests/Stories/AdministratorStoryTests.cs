using System.Text;
using System.Text.RegularExpressions;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests.Stories;

/// <summary>From a questionnaire's files to a closed cycle, as an administrator meets it.</summary>
public sealed partial class AdministratorStoryTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Administrator_publishes_a_questionnaire_plans_opens_and_closes_a_cycle()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Administrator);
        var page = await context.NewPageAsync();

        // A mistake is told with its file, its line and its place; nothing is published.
        await page.GotoAsync("/administration/questionnaires");
        await page.GetByRole(AriaRole.Link, new() { Name = "Upload a questionnaire" }).ClickAsync();
        var structure = Structure("story-admin");
        await UploadAsync(page, structure.Replace("scale: maturity\n    questions", "scale: maturities\n    questions", StringComparison.Ordinal));
        await Expect(page.Locator(".problems tbody tr").First).ToContainTextAsync("questionnaire.yaml");
        await Expect(page.Locator(".problems tbody tr").First).ToContainTextAsync(Line());
        await UploadAsync(page, structure);
        await Expect(page.GetByText("Nothing is wrong with these files.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish story-admin 1.0" }).ClickAsync();
        await Expect(page.GetByText("There is no earlier version; this is the first.")).ToBeVisibleAsync();

        // A cycle without a day is told so, and keeps what was entered.
        await page.GotoAsync("/administration/cycles/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Story 2031");
        await page.GetByLabel("Short name in addresses").FillAsync("story-admin");
        await page.GetByLabel("Questionnaire").SelectOptionAsync("story-admin/1.0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Enter a day.");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Story 2031");
        await page.GetByLabel("Starts on").FillAsync("2031-02-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        // What its results may show.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("What the results may show");
        await page.GetByLabel("1. Name of the bloc").FillAsync("Neighbours");
        await page.GetByLabel("1. Its members").FillAsync("XAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the plan" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A bloc has at least two States.");
        await page.GetByLabel("1. Name of the bloc").FillAsync("");
        await page.GetByLabel("1. Its members").FillAsync("");
        await page.GetByLabel(new Regex("Strict: tell")).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the plan" }).ClickAsync();
        await Expect(page.GetByText("Strict: no numbers of States by level or answer")).ToBeVisibleAsync();

        // Opened, and from then on fixed.
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the cycle" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the cycle" }).ClickAsync();
        await Expect(page.Locator("[aria-current=step]")).ToHaveTextAsync("Open");
        await page.GotoAsync("/administration/cycles/story-admin/plan");
        await Expect(page.GetByText("The cycle was opened, so that this is fixed.")).ToBeVisibleAsync();

        await page.GotoAsync("/administration/cycles/story-admin/close");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the cycle" }).ClickAsync();
        await Expect(page.GetByText("The results are prepared. The presidency looks at them")).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    [Fact]
    public async Task Two_administrators_at_once_are_told_so()
    {
        await fixture.Api.Administrator().DoAsync(HttpMethod.Put, "states/QAA", new { name = "Demo State Qaa" });
        await using var context = await fixture.OpenAsync(fixture.World.Administrator);
        var (first, second) = (await context.NewPageAsync(), await context.NewPageAsync());
        foreach (var page in (IPage[])[first, second])
        {
            await page.GotoAsync("/administration/states/QAA");
        }

        await first.GetByLabel("Français").FillAsync("Premier");
        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(first.GetByText("Saved.")).ToBeVisibleAsync();
        await second.GetByLabel("Español").FillAsync("Segundo");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else changed this in the meantime.");
        await Expect(second.GetByLabel("Español")).ToHaveValueAsync("Segundo");
    }

    [Fact]
    public async Task Somebody_is_invited_given_a_role_and_disabled()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Administrator);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/administration/accounts/invite");
        await page.GetByLabel("Email address").FillAsync("invited@example.org");
        await page.Locator("#role").SelectOptionAsync("Presidency");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the invitation" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A presidency is given for a term");
        await page.Locator("#role").SelectOptionAsync("Coordinator");
        await page.Locator("#state").FillAsync("xaa");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the invitation" }).ClickAsync();
        await Expect(page.Locator(".secret")).ToContainTextAsync("/invitation#");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the accounts" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw – invited@example.org" }).ClickAsync();
        await Expect(page.GetByText("invited@example.org")).Not.ToBeVisibleAsync();

        await fixture.Api.AccountAsync("moves@example.org", "Mona Moves");
        await page.GotoAsync("/administration/accounts?find=mona");
        await page.GetByRole(AriaRole.Link, new() { Name = "Mona Moves" }).ClickAsync();
        await page.Locator("#role").SelectOptionAsync("Reader");
        await page.Locator("#state").FillAsync("XAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Give the role" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Reader (XAA)" })).ToBeVisibleAsync();
        await page.GetByText("End this role").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "End the role" }).ClickAsync();
        await Expect(page.GetByText("Has ended")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link for a new password" }).ClickAsync();
        await Expect(page.Locator(".secret")).ToContainTextAsync("/password-reset#");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable the account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable the account again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Register_goes_out_and_comes_in_with_every_problem_by_line()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Administrator);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/administration/states/table");
        await ChooseAsync(page, "code,en,region\r\nQBA,Demo State Qba,\r\nq,Wrong,\r\n");
        await Expect(page.Locator(".problems tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator(".problems tbody tr").Last).ToContainTextAsync("Line 3");
        await ChooseAsync(page, "code,en,fr\r\nQBA,Demo State Qba,État de démonstration\r\n");
        await Expect(page.Locator("dl.facts dd").First).ToHaveTextAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("New: 1");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "The register as it is (CSV)" }).ClickAsync());
        Assert.Contains("QBA", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cycle_is_planned_in_Arabic_without_a_script()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Administrator, "ar", width: 360, script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/administration/cycles");
        await page.GetByRole(AriaRole.Link, new() { Name = "تخطيط دورة" }).ClickAsync();
        await page.Locator("#name").FillAsync("دورة 2035");
        await page.Locator("#cycle").FillAsync("story-arabic");
        await page.Locator("#startsOn").FillAsync("2035-01-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "حفظ" }).ClickAsync();
        await page.GetByText("بلا مجموعات، المجاميع فقط").ClickAsync();
        for (var i = 0; i < 4; i++)
        {
            await page.Locator($"#merge-{i}").SelectOptionAsync("");
            await page.Locator($"#merge-{i}-with").SelectOptionAsync("");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "حفظ الخطة" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("دورة 2035");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
    }

    private static string Structure(string id) =>
        SampleQuestionnaire.Structure.Replace("ID", id, StringComparison.Ordinal).Replace("VERSION", "1.0", StringComparison.Ordinal);

    private static async Task UploadAsync(IPage page, string structure)
    {
        await page.GetByLabel("Files").SetInputFilesAsync(
        [
            new FilePayload { Name = "questionnaire.yaml", MimeType = "text/yaml", Buffer = Encoding.UTF8.GetBytes(structure) },
            new FilePayload { Name = "en.yaml", MimeType = "text/yaml", Buffer = Encoding.UTF8.GetBytes(SampleQuestionnaire.Texts) },
        ]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the files" }).ClickAsync();
    }

    private static async Task ChooseAsync(IPage page, string table)
    {
        await page.GetByLabel("Table").SetInputFilesAsync(new FilePayload { Name = "register.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(table) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the table" }).ClickAsync();
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    [GeneratedRegex(@"Line \d+")]
    private static partial Regex Line();
}
