namespace SelfAssess.Dashboard.Profile;

/// <summary>A browser as its owner knows it; names are the makers' own, in no language.</summary>
internal static class BrowserName
{
    // In this order: later ones also call themselves by the names of earlier ones.
    private static readonly (string Mark, string Name)[] browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Mark, string Name)[] systems =
        [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Such as "Firefox, Windows"; null where the browser says nothing that is known.</summary>
    public static string? Of(string? userAgent)
    {
        var names = new[] { NameIn(browsers), NameIn(systems) }.OfType<string>().ToArray();
        return names.Length == 0 ? null : string.Join(", ", names);

        string? NameIn((string Mark, string Name)[] known) =>
            known.Where(k => userAgent?.Contains(k.Mark, StringComparison.Ordinal) == true).Select(k => k.Name).FirstOrDefault();
    }
}
