using System.Text.RegularExpressions;
using SelfAssess.TestKit;

namespace SelfAssess.Browser.Tests.Stories;

/// <summary>Everything in one: from the invitation of a coordinator to a published chart, by the pages of everybody who has a part in it.</summary>
public sealed partial class WholeStoryTests(BrowserFixture fixture)
{
    /// <summary>States that take part beside the one whose story it is: enough for numbers of States by level.</summary>
    private const int Others = 43;

    [Theory]
    [InlineData("en", "VAA")]
    [InlineData("ar", "YAA")]
    public async Task From_an_invitation_to_a_chart(string language, string state)
    {
        var cycle = $"story-{language}";
        await PrepareAsync(cycle, state);

        // The administrator invites a coordinator, who accepts by the link and signs in.
        await using var administration = await fixture.OpenAsync(fixture.World.Administrator, language);
        var administrator = await administration.NewPageAsync();
        await administrator.GotoAsync("/administration/accounts/invite");
        await administrator.FillAsync("#email", $"coordinator@{cycle}.example.org");
        await administrator.SelectOptionAsync("#language", language);
        await administrator.SelectOptionAsync("#role", "Coordinator");
        await administrator.FillAsync("#state", state);
        await administrator.ClickAsync("main form .btn-primary");
        await using var desk = await fixture.OpenAsync(language: language);
        var coordinator = await AcceptAsync(desk, administrator, $"coordinator@{cycle}.example.org");

        // The coordinator begins, says what State it is, chooses who answers, and opens the round.
        await coordinator.GotoAsync($"/coordinate/{state}");
        await coordinator.Locator(".task", new() { HasTextString = NameOfCycle(cycle) }).Locator("button").ClickAsync();
        await coordinator.GotoAsync($"/coordinate/{state}/profile?cycle={cycle}");
        await coordinator.SelectOptionAsync("[name=attStatus]", "stateParty");
        await coordinator.SelectOptionAsync("[name=region]", "africa");
        await coordinator.CheckAsync("input[name=tradeRoles][value=importer]");
        await coordinator.ClickAsync("main form .btn-primary");
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/round");
        await coordinator.CheckAsync("input[name=kinds][value=customsBorder]");
        await coordinator.CheckAsync("input[name=kinds][value=leadLicensing]");
        await coordinator.ClickAsync("main form:has(#kinds) .btn-primary");
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/open");
        await coordinator.ClickAsync("main form .btn-primary");

        // Somebody of customs is invited, answers every indicator, and confirms. The licensing authority answers meanwhile.
        await coordinator.GotoAsync($"/coordinate/{state}/people/invite?entity=customs-border&cycle={cycle}");
        await coordinator.FillAsync("#email", $"officer@{cycle}.example.org");
        await coordinator.SelectOptionAsync("#language", language);
        await coordinator.ClickAsync("main form .btn-primary");
        await using var counter = await fixture.OpenAsync(language: language);
        var officer = await AcceptAsync(counter, coordinator, $"officer@{cycle}.example.org");
        await AnswerAsync(officer, language);
        await RespondAsync($"states/{state}/assessments/{cycle}/responses/lead-licensing");

        // The round is closed; what both agree on is recorded at once, the rest one by one.
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/close");
        await coordinator.ClickAsync("main form .btn-primary");
        await Expect(coordinator.Locator(".heat")).ToBeVisibleAsync();
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/reconcile");
        await coordinator.ClickAsync("details.more summary");
        await coordinator.ClickAsync("details.more .btn-primary, details.more button");
        await RecordDifferencesAsync(coordinator, state, cycle);

        // Signed off under a seal, and consent given.
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/sign-off");
        await coordinator.ClickAsync("main form .btn-primary");
        await Expect(coordinator.Locator(".secret")).ToHaveTextAsync(Seal());
        await coordinator.GotoAsync($"/coordinate/{state}/cycles/{cycle}/consent");
        await coordinator.CheckAsync("input[name=choice][value=joinAggregate]");
        await coordinator.ClickAsync("main form .btn-primary");
        await Expect(coordinator.GetByRole(AriaRole.Status)).ToBeVisibleAsync();

        // The cycle closes; the presidency follows, looks and publishes.
        await administrator.GotoAsync($"/administration/cycles/{cycle}/close");
        await administrator.ClickAsync("main form .btn-primary");
        await administrator.WaitForURLAsync(Run());
        await using var office = await fixture.OpenAsync(fixture.World.Presidency, language);
        var presidency = await office.NewPageAsync();
        await presidency.GotoAsync(new Uri(administrator.Url).AbsolutePath);
        await presidency.Locator($"main a[href='/previews/{cycle}-R1']").ClickAsync(new() { Timeout = 180_000 });
        await presidency.GotoAsync($"/previews/{cycle}-R1/decision");
        await presidency.CheckAsync("#freeze");
        await presidency.ClickAsync("main form .btn-primary");

        // The chart stands on its page, in the page's language, with its numbers as a table and in words.
        await Expect(presidency.Locator("html")).ToHaveAttributeAsync("dir", language == "ar" ? "rtl" : "ltr");
        await Expect(presidency.Locator("main")).ToContainTextAsync($"{Others + 1}");
        var chart = presidency.Locator("figure.chart img").First;
        await chart.ScrollIntoViewIfNeededAsync();
        await presidency.WaitForFunctionAsync("() => document.querySelector('figure.chart img').naturalWidth > 0");
        Assert.Contains($"lang={language}", await chart.GetAttributeAsync("src"), StringComparison.Ordinal);
        Assert.NotEmpty(await chart.GetAttributeAsync("alt") ?? "");
        await presidency.Locator("figure.chart summary").First.ClickAsync();
        await Expect(presidency.Locator("figure.chart table").First).ToBeVisibleAsync();

        // The State finds itself beside the others, and nobody finds the State: neither its code nor its name is on the page.
        await coordinator.GotoAsync($"/result/{state}/{cycle}");
        await Expect(coordinator.Locator("h1")).ToContainTextAsync(NameOfCycle(cycle));
        await Expect(coordinator.GetByRole(AriaRole.Img).First).ToBeVisibleAsync();
        var told = await presidency.Locator("body").InnerTextAsync();
        Assert.DoesNotContain(state, told, StringComparison.Ordinal);
        Assert.DoesNotContain(NameOf(state), told, StringComparison.Ordinal);
    }

    private static string NameOfCycle(string cycle) => $"Round of {cycle}";

    private static string NameOf(string state) => $"Republic of {state}";

    /// <summary>An open cycle in which all others have signed off and consented; the State itself is only registered.</summary>
    private async Task PrepareAsync(string cycle, string state)
    {
        // The shipped instrument under a name of its own, so that no other test's cycles come before or after.
        var client = fixture.Api.Whoever();
        var shipped = Path.Combine(AppContext.BaseDirectory, "questionnaires", "att-interagency", "1.0");
        var files = Directory.EnumerateFiles(shipped, "*.yaml", SearchOption.AllDirectories).Select(f => new
        {
            path = Path.GetRelativePath(shipped, f).Replace('\\', '/'),
            content = File.ReadAllText(f).Replace("id: att-interagency", $"id: {cycle}", StringComparison.Ordinal),
        });
        await client.DoAsync(HttpMethod.Post, "questionnaires", new { files });
        var questionnaire = new { id = cycle, version = "1.0" };
        var (_, etag) = await client.DoAsync(HttpMethod.Put, $"cycles/{cycle}", new { name = NameOfCycle(cycle), questionnaire, startsOn = "2026-03-01" });
        await client.DoAsync(HttpMethod.Post, $"cycles/{cycle}/open", ifMatch: etag);
        await client.DoAsync(HttpMethod.Put, $"states/{state}", new { name = NameOf(state) });
        string[] levels = ["absent", "caseByCase", "sharedUnderstanding", "operating", "sustained"];
        await Parallel.ForEachAsync(Enumerable.Range(0, Others), TestContext.Current.CancellationToken, async (i, _) =>
        {
            var other = $"{state[0]}{i:00}";
            await CoordinationWorld.RegisterAsync(fixture.Api, other, questionnaire: questionnaire);
            await CoordinationWorld.JoinAsync(fixture.Api, other, cycle, levels[i % levels.Length]);
        });
    }

    /// <summary>Accepts the invitation whose link is shown on a page, and signs in.</summary>
    private static async Task<IPage> AcceptAsync(IBrowserContext context, IPage shown, string email)
    {
        var link = await shown.Locator(".secret").InnerTextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(link);
        await page.FillAsync("#name", "Dana Delegate");
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main form .btn-primary");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", ApiHost.Password);
        await page.ClickAsync("main form .btn-primary");
        await Expect(page.Locator(".who")).ToHaveTextAsync("Dana Delegate");
        return page;
    }

    /// <summary>Goes through all themes from the home page on, chooses a level for each indicator, and confirms.</summary>
    private static async Task AnswerAsync(IPage page, string language)
    {
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await Expect(page.Locator(".task").First).ToContainTextAsync("Round of story");
        await page.ClickAsync(".task .btn-primary");
        await Expect(page.Locator("h1")).ToContainTextAsync("Round of story");
        var overview = new Uri(page.Url).AbsolutePath;
        var themes = await page.Locator(".themes a").EvaluateAllAsync<string[]>("links => links.map(l => l.getAttribute('href'))");
        Assert.True(themes.Length >= 7, $"{themes.Length} themes");
        foreach (var theme in themes)
        {
            await page.GotoAsync(theme);
            var levels = page.Locator("input[value='=operating']");
            for (var i = 0; i < await levels.CountAsync(); i++)
            {
                await levels.Nth(i).CheckAsync();
            }

            if (await page.Locator(".save-bar .btn-primary").CountAsync() > 0)
            {
                await page.ClickAsync(".save-bar .btn-primary");
                // It goes on by itself, once what was entered is saved.
                await page.WaitForURLAsync(url => new Uri(url).AbsolutePath != theme);
            }
        }

        await page.GotoAsync($"{overview}/confirm");
        await page.FillAsync("#by", "Director");
        await page.ClickAsync("main form .btn-primary");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Director");
    }

    /// <summary>Another entity, by the API: it sees the first two indicators of all otherwise.</summary>
    private async Task RespondAsync(string path)
    {
        var client = fixture.Api.Whoever();
        var (response, etag) = await client.DoAsync(HttpMethod.Get, path);
        var asked = response.GetProperty("entity").GetProperty("questions").EnumerateArray().Select(q => q.GetString()!).Where(q => char.IsDigit(q[0])).ToArray();
        var answers = asked.Index().ToDictionary(q => q.Item, q => new { value = q.Index < 2 ? "caseByCase" : "operating" }, StringComparer.Ordinal);
        (_, etag) = await client.DoAsync(HttpMethod.Patch, $"{path}/answers", new { answers }, etag);
        await client.DoAsync(HttpMethod.Post, $"{path}/confirm", new { by = "Head of licensing" }, etag);
    }

    /// <summary>Records every indicator that entities see differently: what was seen lower, with a reason.</summary>
    private static async Task RecordDifferencesAsync(IPage page, string state, string cycle)
    {
        await page.GotoAsync($"/coordinate/{state}/cycles/{cycle}/reconcile?show=open");
        var open = await page.Locator(".way a:has(.ltr)").EvaluateAllAsync<string[]>("links => links.map(l => l.getAttribute('href'))");
        Assert.NotEmpty(open);
        foreach (var question in open)
        {
            await page.GotoAsync(question);
            await page.Locator("input[value='=caseByCase']").CheckAsync();
            await page.FillAsync("[name=reason]", "Both looked at the same cases.");
            await page.ClickAsync("main form .btn-primary");
            await Expect(page.Locator(".error-summary")).ToHaveCountAsync(0);
        }
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Seal();

    [GeneratedRegex("/release-runs/[0-9a-f-]{36}$")]
    private static partial Regex Run();
}
