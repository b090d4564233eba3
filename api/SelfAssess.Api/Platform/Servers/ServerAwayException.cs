using Npgsql;

namespace SelfAssess.Api.Platform.Servers;

/// <summary>A server that holds States does not answer. For whoever asks it is a database that cannot be reached: 503, and come back.</summary>
/// <param name="server">Its name in the settings.</param>
/// <param name="reason">What was tried.</param>
internal sealed class ServerAwayException(string server, Exception? reason = null) : NpgsqlException($"The server '{server}' does not answer.", reason)
{
    public string Server { get; } = server;
}

/// <summary>Something needs all servers, and some do not answer. It is tried again by itself.</summary>
/// <param name="servers">Their names.</param>
internal sealed class ServersAwayException(IReadOnlyList<string> servers) : Exception($"Not answering: {string.Join(", ", servers)}.")
{
    public IReadOnlyList<string> Servers { get; } = servers;
}
