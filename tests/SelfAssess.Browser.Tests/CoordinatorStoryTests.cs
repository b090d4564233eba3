namespace SelfAssess.Browser.Tests;

/// <summary>What a coordinator does in a cycle, from the first page to the seal, by forms alone: the browser runs no script.</summary>
public sealed class CoordinatorStoryTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Coordinator_leads_an_assessment_from_the_first_page_to_the_seal()
    {
        const string state = "XCA";
        await CoordinationWorld.RegisterAsync(fixture.Api, state, profile: false);
        await using var context = await fixture.OpenAsync(await CoordinationWorld.CoordinatorAsync(fixture.Api, state), script: false);
        var page = await context.NewPageAsync();

        // What is expected of me? To begin, in whichever of the open cycles, and to say what State it is.
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Begin" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin the assessment of 2026" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Complete the profile" }).ClickAsync();
        await page.Locator("[name=attStatus]").SelectOptionAsync("stateParty");
        await page.Locator("[name=region]").SelectOptionAsync("africa");
        await page.GetByLabel("Import", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the profile" }).ClickAsync();

        // Who answers? Nobody ticked is a problem that is said where it is.
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose who answers" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add these entities" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Tick at least one entity.");
        await page.GetByLabel("Lead or licensing authority").CheckAsync();
        await page.GetByLabel("Customs or border authority").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add these entities" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Ports Agency");
        await page.Locator("#kind").SelectOptionAsync("transportPorts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the entity" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Customs or border authority" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Customs Administration");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the round" }).ClickAsync();
        await page.GetByLabel("Ask for answers by").FillAsync("2027-02-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the round" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("0 of 3 entities have confirmed");
        await Assertions.Expect(page.Locator("time[datetime='2027-02-01']")).ToBeVisibleAsync();

        // Somebody is invited: the link is shown once.
        await page.GetByRole(AriaRole.Row, new() { Name = "Customs Administration" }).GetByRole(AriaRole.Link, new() { Name = "Invite somebody" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync("officer@customs.example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the invitation" }).ClickAsync();
        await Assertions.Expect(page.Locator(".secret")).ToContainTextAsync("/invitation#");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("officer@customs.example.org (invited)");

        // Entities answer; one response is sent back for what can be seen of it.
        await CoordinationWorld.RespondAsync(fixture.Api, state, "lead-licensing", ["operating", "sustained"], confirm: true);
        await CoordinationWorld.RespondAsync(fixture.Api, state, "customs-border", ["operating", "absent"], confirm: true);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("2 of 3 entities have confirmed");
        await page.GetByRole(AriaRole.Link, new() { Name = "Customs Administration", Exact = true }).ClickAsync();
        await page.GetByLabel("What should the entity look at?").FillAsync("The director has changed: please confirm again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send back with this comment" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Sent back");
        await CoordinationWorld.ConfirmAsync(fixture.Api, state, "customs-border");

        // The round is closed, and answers are compared.
        await page.GetByRole(AriaRole.Link, new() { Name = "Close the round" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("1 entity has not confirmed.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the round and compare" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Customs Administration" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Agree on the State's answers" }).ClickAsync();

        // What all agree on at once, then one question with its reason.
        await page.GetByText("Record at once what all agree on").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Record these answers" }).ClickAsync();
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/reconcile/1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the State's answer" }).ClickAsync();
        if (await page.GetByRole(AriaRole.Alert).IsVisibleAsync())
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Say why this is the State's answer.");
            await page.GetByLabel("Why is this the State's answer?").FillAsync("Both describe the same meetings.");
            await page.GetByRole(AriaRole.Button, new() { Name = "Record the State's answer" }).ClickAsync();
        }

        // Not everything is recorded: signing off says so, and what is missing is in the list.
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/sign-off");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign off and seal" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("are not recorded yet");
        await CoordinationWorld.RecordTheRestAsync(fixture.Api, state);
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/sign-off");
        await Assertions.Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("Operating");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign off and seal" }).ClickAsync();
        var seal = await page.Locator(".secret").InnerTextAsync();
        Assert.Matches("^[0-9a-f]{64}$", seal);

        // Consent is a decision of its own.
        await page.GetByRole(AriaRole.Link, new() { Name = "Consent" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the decision" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Choose one of the two.");
        await page.GetByLabel("Join the anonymous aggregate").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the decision" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The State joins the anonymous aggregate.");

        // The seal holds, for what is kept here and for a file that was changed in one letter it does not.
        await page.GotoAsync($"/seal/{state}/2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify what is kept here" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(seal);
        var export = await (await context.APIRequest.GetAsync($"/coordinate/{state}/cycles/2026/export.json")).TextAsync();
        await VerifyAsync(page, export);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("This is exactly what was signed off as revision 1.");
        await VerifyAsync(page, export.Replace("Customs Administration", "Customs administration", StringComparison.Ordinal));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("This is not what was signed off.");

        // All of it is in the history, and the result is there.
        await page.GotoAsync($"/history/{state}/2026");
        await Assertions.Expect(page.Locator(".history")).ToContainTextAsync("Sent back by the coordinator");
        await page.GetByRole(AriaRole.Link, new() { Name = "Show later entries" }).Or(page.GetByText("Consent decided")).First.WaitForAsync();
        await page.GotoAsync($"/result/{state}/2026");
        var picture = page.GetByRole(AriaRole.Img).First;
        Assert.True(await picture.EvaluateAsync<bool>("i => i.complete || i.decode().then(() => true)"));
        await Assertions.Expect(page.Locator("#consider + p")).ToContainTextAsync("They prescribe nothing");

        // The State takes its result away: a file to edit, whose name tells no State, and a page to print, with its pictures.
        var report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "National report, to edit (Word)" }).ClickAsync());
        Assert.Equal("national-report-2026-en.docx", report.SuggestedFilename);
        var print = await page.RunAndWaitForPopupAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "National report, to print" }).ClickAsync());
        await Assertions.Expect(print.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("national report on Interagency cooperation");
        Assert.True(await print.GetByRole(AriaRole.Img).EvaluateAsync<bool>("i => i.decode().then(() => i.naturalWidth > 0)"));
    }

    [Fact]
    public async Task Coordinator_records_an_answer_in_Arabic()
    {
        const string state = "XCB";
        await CoordinationWorld.CloseRoundAsync(fixture.Api, state);
        await using var context = await fixture.OpenAsync(await CoordinationWorld.CoordinatorAsync(fixture.Api, state), language: "ar", width: 320);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await page.GetByRole(AriaRole.Link, new() { Name = "الاتفاق على الإجابات" }).ClickAsync();
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/reconcile/2.1");
        await page.GetByLabel("لماذا هذه إجابة الدولة؟").FillAsync("اتفقت الجهات في اجتماع 12 مارس 2026.");
        await page.GetByLabel("رأي مخالف").FillAsync("ترى الجمارك غير ذلك.");
        await page.GetByRole(AriaRole.Button, new() { Name = "تسجيل إجابة الدولة" }).ClickAsync();
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/reconcile/2.1");
        await Assertions.Expect(page.GetByLabel("لماذا هذه إجابة الدولة؟")).ToHaveValueAsync("اتفقت الجهات في اجتماع 12 مارس 2026.");
        await page.GotoAsync($"/coordinate/{state}/cycles/2026/divergence");
        Assert.True(await page.Locator(".heat td[data-label='Customs Administration']").First.IsVisibleAsync());
    }

    [Fact]
    public async Task Two_coordinators_at_once_lose_nothing()
    {
        const string state = "XCC";
        await CoordinationWorld.CloseRoundAsync(fixture.Api, state);
        await using var hers = await fixture.OpenAsync(await CoordinationWorld.CoordinatorAsync(fixture.Api, state));
        await using var his = await fixture.OpenAsync(await CoordinationWorld.CoordinatorAsync(fixture.Api, state, "Cosmo Coordinator"));
        var (carla, cosmo) = (await hers.NewPageAsync(), await his.NewPageAsync());
        var path = $"/coordinate/{state}/cycles/2026/reconcile";

        // Different questions do not disturb each other.
        await carla.GotoAsync($"{path}/2.1");
        await cosmo.GotoAsync($"{path}/2.2");
        await RecordAsync(carla, "Hers.");
        await RecordAsync(cosmo, "His.");
        await Assertions.Expect(cosmo.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await cosmo.GotoAsync($"{path}/2.1");
        await Assertions.Expect(cosmo.GetByLabel("Why is this the State's answer?")).ToHaveValueAsync("Hers.");

        // The same question: the second sees both, and decides.
        await carla.GotoAsync($"{path}/2.3");
        await cosmo.GotoAsync($"{path}/2.3");
        await RecordAsync(carla, "We asked everybody.");
        await RecordAsync(cosmo, "I was told so.");
        await Assertions.Expect(cosmo.Locator(".conflict")).ToContainTextAsync("We asked everybody.");
        await Assertions.Expect(cosmo.GetByLabel("Why is this the State's answer?")).ToHaveValueAsync("I was told so.");
        await cosmo.GetByRole(AriaRole.Button, new() { Name = "Record the State's answer" }).ClickAsync();
        await carla.GotoAsync($"{path}/2.3");
        await Assertions.Expect(carla.GetByLabel("Why is this the State's answer?")).ToHaveValueAsync("I was told so.");

        // A step that concerns the whole is repeated on what is there now.
        await carla.GotoAsync($"/coordinate/{state}/cycles/2026/reopen");
        await cosmo.GotoAsync($"/coordinate/{state}/cycles/2026/reopen");
        await carla.GetByLabel("Reason").FillAsync("Customs has new figures.");
        await carla.GetByRole(AriaRole.Button, new() { Name = "Reopen the round" }).ClickAsync();
        await cosmo.GetByLabel("Reason").FillAsync("Police has new figures.");
        await cosmo.GetByRole(AriaRole.Button, new() { Name = "Reopen the round" }).ClickAsync();
        await Assertions.Expect(cosmo.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else changed this in the meantime.");
        await Assertions.Expect(cosmo.GetByLabel("Reason")).ToHaveValueAsync("Police has new figures.");

        // Each adds an entity to the open round: both are there.
        await carla.GotoAsync($"/coordinate/{state}/cycles/2026/round");
        await cosmo.GotoAsync($"/coordinate/{state}/cycles/2026/round");
        await AddAsync(carla, "Ports Agency", "transportPorts");
        await AddAsync(cosmo, "Ministry of Justice", "justice");
        await Assertions.Expect(cosmo.GetByRole(AriaRole.Table)).ToContainTextAsync("Ports Agency");
        await Assertions.Expect(cosmo.GetByRole(AriaRole.Table)).ToContainTextAsync("Ministry of Justice");
    }

    private static async Task RecordAsync(IPage page, string reason)
    {
        await page.GetByLabel("Why is this the State's answer?").FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the State's answer" }).ClickAsync();
    }

    private static async Task AddAsync(IPage page, string name, string kind)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.Locator("#kind").SelectOptionAsync(kind);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the entity" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync(name);
    }

    private static async Task VerifyAsync(IPage page, string content)
    {
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "assessment.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(content) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify the file" }).ClickAsync();
    }
}
