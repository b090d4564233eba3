using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests;

/// <summary>Answering for an entity, as the people who do it: each test has a State of its own.</summary>
public sealed class RespondentStories(BrowserFixture fixture)
{
    private const string Answered = "[data-question='2.1'] input[value='=operating']";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Respondent_works_offline_and_brings_the_workbook_back(bool script)
    {
        var own = await World.OwnStateAsync(fixture.Api, script ? "RSB" : "RSK");
        await using var context = await fixture.OpenAsync(own.Respondent, "en", script: script);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/{own.State}/{World.Cycle}/{World.Entity}");
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("main a[download]"));
        var file = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        await SaveOnlineAsync(own.State, new Dictionary<string, object>(StringComparer.Ordinal) { ["2.1"] = new { value = "absent" }, ["2.2"] = new { state = "dontKnow", comment = "Online" } });
        var filled = file.Enter("2.1|value", "3 – Operating").Enter("2.2|value", "We don’t know").Enter("2.2|comment", "Offline").Enter("2.4|value", "1");
        await page.ClickAsync("main a[href$='/workbook']");
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "workbook.xlsx", MimeType = "application/octet-stream", Buffer = filled });
        await page.ClickAsync("main form .btn-primary");
        await Assertions.Expect(page.Locator("main section.question")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("main fieldset.conflict")).ToHaveCountAsync(2);

        // Nothing is taken before every conflict is decided; what was chosen stays chosen.
        await page.Locator("[name='k:2.2'][value=both]").CheckAsync();
        await page.ClickAsync("main form .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[name='k:2.2'][value=both]")).ToBeCheckedAsync();
        Assert.Equal("absent", (await AnswersAsync(own.State)).GetProperty("2.1").GetProperty("value").GetString());
        await page.Locator("[name='k:2.1'][value=workbook]").CheckAsync();
        await page.ClickAsync("main form .btn-primary");
        await page.WaitForURLAsync($"**/respond/{own.State}/{World.Cycle}/{World.Entity}");
        var kept = await AnswersAsync(own.State);
        Assert.Equal(("operating", "Online\n\nOffline", "caseByCase"), (kept.GetProperty("2.1").GetProperty("value").GetString(), kept.GetProperty("2.2").GetProperty("comment").GetString(),
            kept.GetProperty("2.4").GetProperty("value").GetString()));
    }

    [Theory]
    [InlineData("en", "RSE", "What is expected of you")]
    [InlineData("ar", "RSA", "المطلوب منك")]
    public async Task Respondent_answers_comments_confirms_and_takes_it_back(string language, string state, string title)
    {
        var own = await World.OwnStateAsync(fixture.Api, state);
        await using var context = await fixture.OpenAsync(own.Respondent, language);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(title);
        await Assertions.Expect(page.Locator(".due time")).ToHaveAttributeAsync("datetime", "2026-09-30");
        await page.ClickAsync(".task .btn-primary");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("dir", language == "ar" ? "rtl" : "ltr");
        await page.ClickAsync("main .actions .btn-primary");

        // The first theme, entirely by keyboard.
        await page.Locator("[data-question='1.1'] input[type=radio]").First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator("[data-question='1.1'] input[value='=caseByCase']")).ToBeCheckedAsync();
        await page.Locator("[data-question='1.1'] summary").ClickAsync();
        await page.Locator("[name='c:1.1']").FillAsync("Depends on who is on duty. يعتمد على المناوب.");
        await page.Locator("[name='e:1.1']").FillAsync("Duty roster 7\n\nhttps://example.org/log");
        await SavedAsync(page);
        var kept = await AnswersAsync(state);
        Assert.Equal(("caseByCase", "Depends on who is on duty. يعتمد على المناوب."), (kept.GetProperty("1.1").GetProperty("value").GetString(), kept.GetProperty("1.1").GetProperty("comment").GetString()));
        Assert.Equal(["Duty roster 7", "https://example.org/log"], kept.GetProperty("1.1").GetProperty("evidence").EnumerateArray().Select(e => e.GetString()));

        // Progress by theme, and on to the next.
        await page.ClickAsync(".save-bar .btn-primary");
        await Assertions.Expect(page.Locator("h1")).Not.ToHaveTextAsync(title);
        await page.Locator("[data-question='2.3'] input[value='!notApplicable']").CheckAsync();
        await Assertions.Expect(page.Locator("[data-question='2.3'] [data-error]")).ToBeVisibleAsync();
        await page.Locator("[name='r:2.3']").FillAsync("One office does it all.");
        await page.Locator("[data-question='2.4'] input[value='!declined']").CheckAsync();
        await SavedAsync(page);
        await Assertions.Expect(page.Locator("[data-question='2.3'] [data-error]")).ToBeHiddenAsync();

        // Facts are lists, where "none" rules out the rest.
        await page.GotoAsync($"/respond/{state}/{World.Cycle}/{World.Entity}/facts");
        await page.Locator("[data-question='challenges'] input[type=checkbox]").First.CheckAsync();
        await page.Locator("[data-question='challenges'] input[data-exclusive]").First.CheckAsync();
        await Assertions.Expect(page.Locator("[data-question='challenges'] input[type=checkbox]:checked")).ToHaveCountAsync(1);
        await page.Locator("[data-question='lead5.1'] input[value='=customsBorder']").CheckAsync();
        await SavedAsync(page);
        kept = await AnswersAsync(state);
        Assert.Equal(("customsBorder", "notApplicable", "declined"), (kept.GetProperty("lead5.1").GetProperty("value").GetString(),
            kept.GetProperty("2.3").GetProperty("state").GetString(), kept.GetProperty("2.4").GetProperty("state").GetString()));

        await page.GotoAsync($"/respond/{state}/{World.Cycle}/{World.Entity}/confirm");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator(".error-summary")).ToBeVisibleAsync();
        await page.FillAsync("#by", "Director of Customs");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("[role=status]")).ToContainTextAsync("Director of Customs");
        await page.GotoAsync($"/respond/{state}/{World.Cycle}/{World.Entity}/P14.1");
        await Assertions.Expect(page.Locator("form[data-answers]")).ToHaveCountAsync(0);
        await page.GotoAsync($"/respond/{state}/{World.Cycle}/{World.Entity}");
        await page.ClickAsync("[role=status] button");
        await Assertions.Expect(page.Locator("[role=status]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_a_script_everything_is_answered_by_the_forms_own_buttons()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSN");
        await using var context = await fixture.OpenAsync(own.Respondent, script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSN/{World.Cycle}/{World.Entity}/P14.2");
        await page.Locator(Answered).CheckAsync();
        await page.Locator("[data-question='2.3'] input[value='!notApplicable']").CheckAsync();
        await page.Locator("[data-question='2.2'] summary").ClickAsync();
        await page.Locator("[name='c:2.2']").FillAsync("A comment without an answer");
        await page.ClickAsync(".save-bar .btn-quiet");

        // What is right is saved, what is not is told, and nothing that was entered is lost.
        await Assertions.Expect(page.Locator(".error-summary a")).ToHaveTextAsync(["2.2: Choose an answer, so that your comment can be kept with it.", "2.3: Say why it does not apply."]);
        await Assertions.Expect(page.Locator("[name='c:2.2']")).ToHaveValueAsync("A comment without an answer");
        Assert.Equal(["2.1"], (await AnswersAsync("RSN")).EnumerateObject().Select(a => a.Name));
        await page.Locator("[name='r:2.3']").FillAsync("One office does it all.");
        await page.Locator("[data-question='2.2'] input[value='!dontKnow']").CheckAsync();
        await page.ClickAsync(".save-bar .btn-primary");
        await Assertions.Expect(page.Locator(".step")).ToHaveTextAsync("Theme 3 of 7");
        Assert.Equal(["2.1", "2.2", "2.3"], (await AnswersAsync("RSN")).EnumerateObject().Select(a => a.Name).Order(StringComparer.Ordinal));

        await page.GotoAsync($"/respond/RSN/{World.Cycle}/{World.Entity}/P14.2");
        await page.ClickAsync("[data-question='2.1'] button[name=clear]");
        Assert.Equal(["2.2", "2.3"], (await AnswersAsync("RSN")).EnumerateObject().Select(a => a.Name).Order(StringComparer.Ordinal));
        await page.GotoAsync($"/respond/RSN/{World.Cycle}/{World.Entity}/confirm");
        await page.FillAsync("#by", "Director");
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("[role=status]")).ToContainTextAsync("Your answers are confirmed and sent.");
    }

    [Fact]
    public async Task What_is_answered_without_a_connection_is_sent_when_it_returns()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSO");
        await using var context = await fixture.OpenAsync(own.Respondent);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSO/{World.Cycle}/{World.Entity}/P14.2");
        await context.SetOfflineAsync(true);
        await page.Locator(Answered).CheckAsync();
        await page.Locator("[data-question='2.2'] summary").ClickAsync();
        await page.Locator("[data-question='2.2'] input[value='=absent']").CheckAsync();
        await page.Locator("[name='c:2.2']").FillAsync("Entered at sea.");
        await Assertions.Expect(page.Locator("[data-saved]")).ToContainTextAsync("No connection.");

        // Going on is not possible, and loses nothing.
        await page.ClickAsync(".save-bar .btn-primary");
        await Assertions.Expect(page.Locator("[name='c:2.2']")).ToHaveValueAsync("Entered at sea.");
        Assert.Equal("{}", (await AnswersAsync("RSO")).ToString());
        await context.SetOfflineAsync(false);
        await SavedAsync(page);
        var kept = await AnswersAsync("RSO");
        Assert.Equal(("operating", "Entered at sea."), (kept.GetProperty("2.1").GetProperty("value").GetString(), kept.GetProperty("2.2").GetProperty("comment").GetString()));
        Assert.Equal(0, await DraftsAsync(page));
    }

    [Fact]
    public async Task Draft_outlives_the_page_and_ends_with_the_session()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSD");
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await SignInAsync(page, own.Respondent.Email, $"/respond/RSD/{World.Cycle}/{World.Entity}/P14.2");
        await context.SetOfflineAsync(true);
        await page.Locator(Answered).CheckAsync();
        await Assertions.Expect(page.Locator("[data-saved]")).ToContainTextAsync("No connection.");
        Assert.Equal(1, await DraftsAsync(page));

        // The browser is closed and opened again before the connection returns.
        await page.CloseAsync();
        await context.SetOfflineAsync(false);
        page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSD/{World.Cycle}/{World.Entity}/P14.2");
        await SavedAsync(page);
        await Assertions.Expect(page.Locator(Answered)).ToBeCheckedAsync();
        Assert.Equal("operating", (await AnswersAsync("RSD")).GetProperty("2.1").GetProperty("value").GetString());

        await page.EvaluateAsync("localStorage.setItem('selfassess-draft:somebody/theme', '[]')");
        await page.ClickAsync("[data-sign-out] button");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        Assert.Equal(0, await DraftsAsync(page));
    }

    [Fact]
    public async Task Draft_is_sent_from_whichever_page_is_opened_next()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSW");
        await using var context = await fixture.OpenAsync(own.Respondent);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSW/{World.Cycle}/{World.Entity}/P14.2");
        await context.SetOfflineAsync(true);
        await page.Locator(Answered).CheckAsync();
        await Assertions.Expect(page.Locator("[data-saved]")).ToContainTextAsync("No connection.");
        await page.CloseAsync();
        await context.SetOfflineAsync(false);
        page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("[data-drafts-said]")).ToHaveTextAsync("Answers that had waited on this device are now saved.");
        Assert.Equal("operating", (await AnswersAsync("RSW")).GetProperty("2.1").GetProperty("value").GetString());
        Assert.Equal(0, await DraftsAsync(page));

        // What a colleague answered in the meantime is nobody's to overwrite: the draft waits, and leads to where one chooses.
        await page.GotoAsync($"/respond/RSW/{World.Cycle}/{World.Entity}/P14.2");
        await context.SetOfflineAsync(true);
        await page.Locator("[data-question='2.1'] input[value='=absent']").CheckAsync();
        await Assertions.Expect(page.Locator("[data-saved]")).ToContainTextAsync("No connection.");
        await page.CloseAsync();
        var colleague = fixture.Api.Respondent("RSW", World.Entity);
        var path = $"states/RSW/assessments/{World.Cycle}/responses/{World.Entity}";
        var (_, etag) = await colleague.DoAsync(HttpMethod.Get, path);
        await colleague.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = new Dictionary<string, object>(StringComparer.Ordinal) { ["2.1"] = new { value = "sustained" } } }, etag);
        await context.SetOfflineAsync(false);
        page = await context.NewPageAsync();
        await page.GotoAsync("/profile");
        await page.ClickAsync("[data-drafts-said] a");
        await page.ClickAsync("[data-saved] button");
        await page.Locator(".conflict input[value=theirs]").CheckAsync();
        await page.ClickAsync(".save-bar .btn-quiet");
        await Assertions.Expect(page.Locator(".conflict")).ToHaveCountAsync(0);
        Assert.Equal("sustained", (await AnswersAsync("RSW")).GetProperty("2.1").GetProperty("value").GetString());
    }

    [Fact]
    public async Task Session_that_ended_keeps_what_is_entered_until_one_signs_in_again()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSX");
        await using var context = await fixture.OpenAsync();
        var page = await context.NewPageAsync();
        await SignInAsync(page, own.Respondent.Email, $"/respond/RSX/{World.Cycle}/{World.Entity}/P14.2");
        await context.ClearCookiesAsync(new() { Name = "selfassess-session" });
        await page.Locator(Answered).CheckAsync();
        await page.ClickAsync("[data-saved] a");
        await page.FillAsync("#email", own.Respondent.Email);
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");
        await SavedAsync(page);
        Assert.Equal("operating", (await AnswersAsync("RSX")).GetProperty("2.1").GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("RSC", true, "theirs", "absent")]
    [InlineData("RSM", true, "mine", "operating")]
    [InlineData("RSL", false, "mine", "operating")]
    public async Task Answers_of_two_at_once_stand_side_by_side_to_be_chosen_from(string state, bool script, string choice, string stays)
    {
        var own = await World.OwnStateAsync(fixture.Api, state);
        await using var context = await fixture.OpenAsync(own.Respondent, script: script);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/{state}/{World.Cycle}/{World.Entity}/P14.2");

        // A colleague answers the same question, and another one, in the meantime.
        var colleague = fixture.Api.Respondent(state, World.Entity);
        var path = $"states/{state}/assessments/{World.Cycle}/responses/{World.Entity}";
        var (_, etag) = await colleague.DoAsync(HttpMethod.Get, path);
        var theirs = new Dictionary<string, object>(StringComparer.Ordinal) { ["2.1"] = new { value = "absent", comment = "As we see it." }, ["2.6"] = new { value = "sustained" } };
        await colleague.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers = theirs }, etag);
        await page.Locator(Answered).CheckAsync();
        await page.Locator("[data-question='2.2'] input[value='=caseByCase']").CheckAsync();
        await page.ClickAsync(script ? "[data-saved] button" : ".save-bar .btn-quiet");
        var conflict = page.Locator("[data-question='2.1'] .conflict");
        await Assertions.Expect(conflict).ToContainTextAsync("As we see it.");
        await Assertions.Expect(page.Locator(".conflict")).ToHaveCountAsync(1);
        await conflict.Locator($"input[value={choice}]").CheckAsync();
        await page.ClickAsync(".save-bar .btn-quiet");
        await Assertions.Expect(page.Locator(".conflict")).ToHaveCountAsync(0);
        var kept = await AnswersAsync(state);
        Assert.Equal(["2.1", "2.2", "2.6"], kept.EnumerateObject().Select(a => a.Name).Order(StringComparer.Ordinal));
        Assert.Equal((stays, "caseByCase", "sustained"), (kept.GetProperty("2.1").GetProperty("value").GetString(), kept.GetProperty("2.2").GetProperty("value").GetString(), kept.GetProperty("2.6").GetProperty("value").GetString()));
    }

    [Fact]
    public async Task Earlier_answers_lie_beside_the_questions_and_count_once_they_are_kept()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSP");
        var admin = fixture.Api.Whoever();
        await fixture.Api.Respondent("RSP", World.Entity).RespondAsync("RSP", World.Cycle, World.Entity, ("2.1", "operating"), ("2.2", "absent"));
        var (_, etag) = await admin.DoAsync(HttpMethod.Put, "cycles/prefill", new { name = "2027", questionnaire = World.Questionnaire, startsOn = "2027-01-01" });
        await admin.DoAsync(HttpMethod.Post, "cycles/prefill/open", ifMatch: etag);
        (_, etag) = await admin.DoAsync(HttpMethod.Post, "states/RSP/assessments", new { cycle = "prefill" });
        var entities = new[] { new { id = World.Entity, name = "Customs Administration", kind = "customsBorder" } };
        (_, etag) = await admin.DoAsync(HttpMethod.Put, "states/RSP/assessments/prefill/round", new { entities }, etag);
        await admin.DoAsync(HttpMethod.Post, "states/RSP/assessments/prefill/round/open", ifMatch: etag);

        await using var context = await fixture.OpenAsync(own.Respondent);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSP/prefill/{World.Entity}");
        await page.ClickAsync(".notice form button");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("0 of");
        await page.GotoAsync($"/respond/RSP/prefill/{World.Entity}/P14.2");
        await Assertions.Expect(page.Locator(".earlier")).ToHaveCountAsync(2);
        await page.ClickAsync("[data-question='2.1'] .earlier button");
        await Assertions.Expect(page.Locator(".earlier")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[data-question='2.1'] input[value='=operating']")).ToBeCheckedAsync();
        await page.ClickAsync("button[value='*']");
        await Assertions.Expect(page.Locator(".earlier")).ToHaveCountAsync(0);
        var (kept, _) = await fixture.Api.Respondent("RSP", World.Entity).DoAsync(HttpMethod.Get, $"states/RSP/assessments/prefill/responses/{World.Entity}");
        Assert.Equal(["2.1", "2.2"], kept.GetProperty("unchanged").EnumerateArray().Select(q => q.GetString()));
    }

    [Fact]
    public async Task Round_that_closes_meanwhile_takes_no_answer_and_says_so()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSZ");
        await using var context = await fixture.OpenAsync(own.Respondent);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSZ/{World.Cycle}/{World.Entity}/P14.2");
        await fixture.Api.Coordinator("RSZ").CloseRoundAsync("RSZ", World.Cycle);
        await page.Locator(Answered).CheckAsync();
        await Assertions.Expect(page.Locator("[data-saved]")).ToContainTextAsync("The round is closed");
        await page.GotoAsync($"/respond/RSZ/{World.Cycle}/{World.Entity}");
        await Assertions.Expect(page.Locator("main > .notice")).ToContainTextAsync("The round is closed.");

        // What was entered then waits on the device, where it can be removed.
        await page.ClickAsync("[data-drafts-said] button");
        Assert.Equal(0, await DraftsAsync(page));
    }

    [Fact]
    public async Task Round_that_closes_meanwhile_leaves_what_was_entered_without_a_script_on_the_page()
    {
        var own = await World.OwnStateAsync(fixture.Api, "RSY");
        await using var context = await fixture.OpenAsync(own.Respondent, script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/respond/RSY/{World.Cycle}/{World.Entity}/P14.2");
        await fixture.Api.Coordinator("RSY").CloseRoundAsync("RSY", World.Cycle);
        await page.Locator(Answered).CheckAsync();
        await page.Locator("[data-question='2.1'] summary").ClickAsync();
        await page.FillAsync("[name='c:2.1']", "Written for an hour.");
        await page.ClickAsync(".save-bar .btn-quiet");
        await Assertions.Expect(page.Locator(".error-summary")).ToContainTextAsync("The round is closed");
        await Assertions.Expect(page.Locator(Answered)).ToBeCheckedAsync();
        await Assertions.Expect(page.Locator("[name='c:2.1']")).ToHaveValueAsync("Written for an hour.");
    }

    [Fact]
    public async Task Response_of_another_entity_or_state_is_no_page()
    {
        await using var context = await fixture.OpenAsync(fixture.World.Respondent);
        var page = await context.NewPageAsync();
        foreach (var path in (string[])[$"/respond/{World.State}/{World.Cycle}/police", $"/respond/NIL/{World.Cycle}/{World.Entity}", $"/respond/{World.State}/{World.Cycle}/{World.Entity}/P99"])
        {
            var answer = await page.GotoAsync(path);
            Assert.Equal(404, answer!.Status);
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("There is nothing at this address");
        }
    }

    private static async Task SavedAsync(IPage page) =>
        await Assertions.Expect(page.Locator("[data-saved]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^(Saved at|حُفظ في) .*\d"), new() { Timeout = 15_000 });

    private static async Task SignInAsync(IPage page, string email, string to)
    {
        await page.GotoAsync(to);
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main .btn-primary");
        await Assertions.Expect(page.Locator("form[data-answers]")).ToBeVisibleAsync();

        // With its script: the form is there before.
        await page.WaitForLoadStateAsync(LoadState.Load);
    }

    private static Task<int> DraftsAsync(IPage page) => page.EvaluateAsync<int>("Object.keys(localStorage).filter(k => k.startsWith('selfassess-draft:')).length");

    /// <summary>What a colleague answers meanwhile.</summary>
    private async Task SaveOnlineAsync(string state, IReadOnlyDictionary<string, object> answers)
    {
        var (colleague, path) = (fixture.Api.Respondent(state, World.Entity), $"states/{state}/assessments/{World.Cycle}/responses/{World.Entity}");
        var (_, etag) = await colleague.DoAsync(HttpMethod.Get, path);
        await colleague.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers }, etag);
    }

    private async Task<System.Text.Json.JsonElement> AnswersAsync(string state) =>
        (await fixture.Api.Respondent(state, World.Entity).DoAsync(HttpMethod.Get, $"states/{state}/assessments/{World.Cycle}/responses/{World.Entity}")).Body.GetProperty("answers");
}
