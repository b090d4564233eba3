namespace SelfAssess.Browser.Tests;

/// <summary>The pages on which a State's assessment is led, and its result is read.</summary>
internal static class CoordinationPages
{
    public static IReadOnlyList<PageUnderTest> All { get; } = [.. Coordinator, .. Result];

    private static IEnumerable<PageUnderTest> Coordinator =>
    [
        new("home-coordinator", "/", w => w.Coordination.ClosedCoordinator),
        new("desk-new", "/coordinate/XBA", w => w.Coordination.NewCoordinator),
        new("desk", "/coordinate/XBD", w => w.Coordination.SealedCoordinator),
        new("practices", "/coordinate/XBD/practices", w => w.Coordination.SealedCoordinator),
        new("practice", "/coordinate/XBD/practices", w => w.Coordination.SealedCoordinator, (page, _) => Pages.FollowAsync(page, "main table a")),
        new("practice-draft-errors", "/coordinate/XBD/practices", w => w.Coordination.SealedCoordinator, async (page, world) =>
        {
            await Pages.FollowAsync(page, "main table tr:nth-child(2) a");
            await Pages.SendEmptyAsync(page, world);
        }),
        new("practice-new-errors", "/coordinate/XBD/practices/new/2026", w => w.Coordination.SealedCoordinator, Pages.SendEmptyAsync),
        new("webhooks-errors", "/coordinate/XBD/webhooks", w => w.Coordination.SealedCoordinator, async (page, world) =>
        {
            await page.Locator("#url").FillAsync("https://127.0.0.1/");
            await Pages.FollowAsync(page, "main form .btn-primary");
        }),
        new("deliver-errors", "/coordinate/XBD/cycles/2026/deliver", w => w.Coordination.SealedCoordinator, async (page, world) =>
        {
            await page.Locator("#secret").FillAsync("sdt_");
            await Pages.FollowAsync(page, "main form .btn-primary");
        }),
        new("state-profile", "/coordinate/XBA/profile", w => w.Coordination.NewCoordinator),
        new("state-profile-errors", "/coordinate/XBA/profile", w => w.Coordination.NewCoordinator, async (page, world) =>
        {
            await page.Locator("[name=entryIntoForceYear]").FillAsync("soon");
            await Pages.SendEmptyAsync(page, world);
        }),
        new("overview-planned", "/coordinate/XBB/cycles/2026", w => w.Coordination.PlannedCoordinator),
        new("overview-open", "/coordinate/XAA/cycles/2026", w => w.Coordinator),
        new("overview-closed", "/coordinate/XBC/cycles/2026", w => w.Coordination.ClosedCoordinator),
        new("overview-sealed", "/coordinate/XBD/cycles/2026", w => w.Coordination.SealedCoordinator),
        new("round-planned", "/coordinate/XBB/cycles/2026/round", w => w.Coordination.PlannedCoordinator),
        new("round-open", "/coordinate/XAA/cycles/2026/round", w => w.Coordinator),
        new("round-entity", "/coordinate/XBB/cycles/2026/round/customs", w => w.Coordination.PlannedCoordinator, (page, _) => page.Locator("main details summary").First.ClickAsync()),
        new("open-round", "/coordinate/XBB/cycles/2026/open", w => w.Coordination.PlannedCoordinator),
        new("responses", "/coordinate/XAA/cycles/2026/responses", w => w.Coordinator),
        new("response", "/coordinate/XAA/cycles/2026/responses/customs", w => w.Coordinator),
        new("response-errors", "/coordinate/XAA/cycles/2026/responses/customs", w => w.Coordinator, Pages.SendEmptyAsync),
        new("close-round", "/coordinate/XAA/cycles/2026/close", w => w.Coordinator),
        new("reopen-round", "/coordinate/XBC/cycles/2026/reopen", w => w.Coordination.ClosedCoordinator),
        new("reopen-conflict", "/coordinate/XBC/cycles/2026/reopen", w => w.Coordination.ClosedCoordinator, async (page, world) =>
        {
            await page.EvaluateAsync("document.querySelector('[name=etag]').value = document.querySelector('[name=etag]').value.replace(/[0-9]+/, '0')");
            await page.Locator("#reason").FillAsync("As we see it.");
            await Pages.SendEmptyAsync(page, world);
        }),
        new("divergence", "/coordinate/XBC/cycles/2026/divergence", w => w.Coordination.ClosedCoordinator),
        new("divergence-early", "/coordinate/XBB/cycles/2026/divergence", w => w.Coordination.PlannedCoordinator),
        new("reconcile", "/coordinate/XBC/cycles/2026/reconcile", w => w.Coordination.ClosedCoordinator),
        new("reconcile-one", "/coordinate/XBC/cycles/2026/reconcile/2.1", w => w.Coordination.ClosedCoordinator),
        new("reconcile-errors", "/coordinate/XBC/cycles/2026/reconcile/2.1", w => w.Coordination.ClosedCoordinator, Pages.SendEmptyAsync),
        new("reconcile-conflict", $"/coordinate/XBC/cycles/2026/reconcile/{CoordinationWorld.Recorded}", w => w.Coordination.ClosedCoordinator, async (page, world) =>
        {
            // As where another coordinator has recorded an answer since the page was opened; nothing is recorded.
            await page.EvaluateAsync("document.querySelector('[name=seen]').value = 'earlier'");
            await page.Locator("#reason").FillAsync("As we see it.");
            await Pages.SendEmptyAsync(page, world);
        }),
        new("reconcile-confidential", "/coordinate/XBC/cycles/2026/reconcile/5.3", w => w.Coordination.ClosedCoordinator),
        new("reconcile-facts", "/coordinate/XBC/cycles/2026/reconcile/F14.1", w => w.Coordination.ClosedCoordinator),
        new("answers-direct", "/coordinate/XBE/cycles/2026/answers", w => w.Coordination.DirectCoordinator),
        new("answers-theme", "/coordinate/XBE/cycles/2026/answers/P14.1", w => w.Coordination.DirectCoordinator),
        new("sign-off", "/coordinate/XBC/cycles/2026/sign-off", w => w.Coordination.ClosedCoordinator),
        new("signed-off", "/coordinate/XBD/cycles/2026/sign-off", w => w.Coordination.SealedCoordinator),
        new("revision", "/coordinate/XBD/cycles/2026/revision", w => w.Coordination.SealedCoordinator),
        new("consent", "/coordinate/XBC/cycles/2026/consent", w => w.Coordination.ClosedCoordinator),
        new("consent-given", "/coordinate/XBD/cycles/2026/consent", w => w.Coordination.SealedCoordinator),
        new("people", "/coordinate/XBD/people", w => w.Coordination.SealedCoordinator),
        new("person", "/coordinate/XBD/people", w => w.Coordination.SealedCoordinator, (page, _) => Pages.FollowAsync(page, "main table th a")),
        new("coordinator-invite", "/coordinate/XBB/people/invite?entity=customs", w => w.Coordination.PlannedCoordinator),
        new("coordinator-invite-errors", "/coordinate/XBB/people/invite", w => w.Coordination.PlannedCoordinator, Pages.SendEmptyAsync),
        new("hand-over", "/coordinate/XBD/hand-over", w => w.Coordination.SealedCoordinator),
        new("import", "/coordinate/XBA/import", w => w.Coordination.NewCoordinator),
    ];

    private static IEnumerable<PageUnderTest> Result =>
    [
        new("home-reader", "/", w => w.Coordination.SealedReader),
        new("results", "/result/XBD", w => w.Coordination.SealedReader),
        new("result", "/result/XBD/2026", w => w.Coordination.SealedReader),
        new("result-compared", "/", w => w.DemoReader, async (page, _) =>
        {
            await Pages.FollowAsync(page, $"main a[href$='/{Results.PublishedCycle}']");
            await page.Locator("#comparison ~ .chart img").ScrollIntoViewIfNeededAsync();
        }, NeedsResults: true),
        new("result-early", "/result/XBB/2026", w => w.Coordination.PlannedCoordinator),
        new("history", "/history/XBD/2026", w => w.Coordination.SealedAuditor, (page, _) => page.Locator(".history details summary").First.ClickAsync()),
        new("seal", "/seal/XBD/2026", w => w.Coordination.SealedCoordinator),
    ];
}
