namespace SelfAssess.Dashboard.Api;

/// <summary>What cycles are called.</summary>
public sealed class CycleNames(ApiClient api)
{
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>Names by id; a cycle that is not there keeps its id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(params IEnumerable<string?> ids)
    {
        foreach (var id in ids.OfType<string>().Distinct(StringComparer.Ordinal).Where(i => !known.ContainsKey(i)).ToArray())
        {
            known[id] = await ReadAsync(id);
        }

        return known;
    }

    private async Task<string> ReadAsync(string id)
    {
        try
        {
            return (await api.GetCycleAsync(id)).Result.Name;
        }
        catch (ApiException e) when (e.StatusCode == StatusCodes.Status404NotFound)
        {
            return id;
        }
    }
}
