using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Api;

/// <summary>What States are called in the reader's language.</summary>
public sealed class StateNames(ApiClient api)
{
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>Names by code; a State that is no longer in the register keeps its code.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string?> codes)
    {
        foreach (var code in codes.OfType<string>().Distinct(StringComparer.Ordinal).Where(c => !known.ContainsKey(c)).ToArray())
        {
            known[code] = await ReadAsync(code);
        }

        return known;
    }

    private async Task<string> ReadAsync(string code)
    {
        try
        {
            var state = (await api.GetStateAsync(code)).Result;
            return state.Names.TryGetValue(Languages.Current, out var name) ? name : state.Name;
        }
        catch (ApiException e) when (e.StatusCode == StatusCodes.Status404NotFound)
        {
            return code;
        }
    }
}
