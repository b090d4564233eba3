namespace SelfAssess.Browser.Tests;

/// <summary>A page that is looked at in every language, width and scheme.</summary>
/// <param name="Name">A short name, for files.</param>
/// <param name="Path">Its address.</param>
/// <param name="Who">Who looks at it; null for nobody.</param>
/// <param name="Act">Brings it into the state that is meant: opens a menu, sends a form with an error.</param>
public sealed record PageUnderTest(string Name, string Path, Func<World, Visitor>? Who = null, Func<IPage, Task>? Act = null)
{
    public override string ToString() => Name;
}

/// <summary>Every page. A new one is checked and pictured everywhere by being listed here.</summary>
public static class Pages
{
    public static IReadOnlyList<PageUnderTest> All { get; } = [.. Shell, .. SignIn];

    private static IEnumerable<PageUnderTest> Shell =>
    [
        new("home-empty", "/", w => w.Reader),
        new("missing", "/nothing-here"),
        new("language-menu", "/sign-in", Act: page => page.Locator(".masthead summary").ClickAsync()),
        new("colours-menu", "/sign-in", Act: page => page.Locator(".foot summary").ClickAsync()),
    ];

    private static IEnumerable<PageUnderTest> SignIn =>
    [
        new("sign-in", "/sign-in"),
        new("sign-in-errors", "/sign-in", Act: page => page.Locator("main form button").ClickAsync()),
    ];
}
