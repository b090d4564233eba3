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
        new("state-profile", "/coordinate/XBA/profile", w => w.Coordination.NewCoordinator),
        new("state-profile-errors", "/coordinate/XBA/profile", w => w.Coordination.NewCoordinator, async (page, _) =>
        {
            await page.Locator("[name=entryIntoForceYear]").FillAsync("soon");
            await page.Locator("main form .btn-primary").ClickAsync();

    private static Task SendEmptyAsync(IPage page, World world) => page.Locator("main form .btn-primary").First.ClickAsync();
}
