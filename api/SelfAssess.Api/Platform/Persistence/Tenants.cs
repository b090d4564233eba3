using SelfAssess.Api.States;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>A State's code as the tenant of a session.</summary>
internal static class Tenants
{
    /// <summary>The tenant to read in. A code that no State can have reads in a tenant that holds nothing.</summary>
    public static string Of(string code) => code.Length is > 0 and <= 8 ? code : "-";

    /// <summary>True where the State is in the register: nothing is written for any other.</summary>
    public static async Task<bool> ExistsAsync(ICommonStore store, string code, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        return await session.CheckExistsAsync<RegisteredState>(code, cancellationToken);
    }
}
