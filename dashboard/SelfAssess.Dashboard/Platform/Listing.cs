namespace SelfAssess.Dashboard.Platform;

/// <summary>Lists that the api answers page by page.</summary>
internal static class Listing
{
    /// <summary>All items of a list.</summary>
    /// <param name="read">Reads the page after an id; after null the first one.</param>
    /// <param name="items">The items of a page.</param>
    /// <param name="next">After which id the next page begins; null on the last one.</param>
    public static async Task<IReadOnlyList<T>> AllAsync<TPage, T>(Func<string?, Task<TPage>> read, Func<TPage, IEnumerable<T>> items, Func<TPage, string?> next)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            var page = await read(after);
            all.AddRange(items(page));
            after = next(page);
        }
        while (after is not null);
        return all;
    }
}
