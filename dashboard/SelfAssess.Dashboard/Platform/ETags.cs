namespace SelfAssess.Dashboard.Platform;

/// <summary>Reads what a change names as If-Match.</summary>
internal static class ETags
{
    /// <summary>The ETag of an answer, as it came; empty where it has none.</summary>
    public static string ETag(this IReadOnlyDictionary<string, IEnumerable<string>> headers) =>
        headers.FirstOrDefault(h => h.Key.Equals("ETag", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault() ?? "";
}
