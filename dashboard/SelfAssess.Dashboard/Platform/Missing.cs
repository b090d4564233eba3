using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Platform;

/// <summary>What a page answers where its address names nothing.</summary>
internal static class Missing
{
    /// <summary>The same as where the api has nothing.</summary>
    public static ApiException Page() =>
        new("There is no such page.", StatusCodes.Status404NotFound, null, new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal), null);
}
