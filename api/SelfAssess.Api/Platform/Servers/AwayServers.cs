using System.Collections.Concurrent;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>For work on many States: goes on with the others where a server does not answer, and remembers which it was.</summary>
internal sealed class AwayServers(Placement placement)
{
    private readonly ConcurrentDictionary<string, bool> away = new(StringComparer.Ordinal);

    /// <summary>Works on one State, unless its server is known not to answer. Where there is one database for all, its failures are the caller's.</summary>
    public async Task TryAsync(string state, Func<Task> work, CancellationToken cancellationToken)
    {
        if (!placement.IsPool)
        {
            await work();
            return;
        }

        var server = await placement.FindAsync(state, cancellationToken);
        if (server is not null && away.ContainsKey(server))
        {
            return;
        }

        try
        {
            await placement.RouteAsync(state, cancellationToken);
            await work();
        }
        catch (Exception e) when (server is not null && Placement.IsAway(e))
        {
            away[server] = true;
        }
    }

    /// <exception cref="ServersAwayException">One did not answer.</exception>
    public void Demand()
    {
        if (!away.IsEmpty)
        {
            throw new ServersAwayException([.. away.Keys.Order(StringComparer.Ordinal)]);
        }
    }
}
