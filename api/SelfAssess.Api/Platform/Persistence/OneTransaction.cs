using Marten;
using Npgsql;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>
/// A session that reads and writes on one connection in one transaction. An ordinary session takes a connection for each of its steps
/// and tells each anew whose rows it may see. What is not saved is rolled back.
/// </summary>
internal sealed class OneTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private OneTransaction(NpgsqlConnection connection, IDocumentSession session) => (this.connection, Session) = (connection, session);

    /// <summary>Whether the connection is gone, and with it the transaction: nothing of it is kept.</summary>
    public bool IsLost => connection.FullState != System.Data.ConnectionState.Open;

    /// <summary>Saving its changes commits the transaction; after that it is of no more use.</summary>
    public IDocumentSession Session { get; }

    /// <param name="store">The store that is written.</param>
    /// <param name="tenant">The State; null in the common store.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<OneTransaction> BeginAsync(IDocumentStore store, string? tenant, CancellationToken cancellationToken)
    {
        var database = tenant is null ? store.Storage.Database : await store.Storage.FindOrCreateDatabase(tenant);
        var opened = database.CreateConnection();
        try
        {
            await opened.OpenAsync(cancellationToken);
            var options = Marten.Services.SessionOptions.ForTransaction(await opened.BeginTransactionAsync(cancellationToken), shouldAutoCommit: true);
            options.TenantId = tenant ?? options.TenantId;
            return new OneTransaction(opened, store.LightweightSession(options));
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The connection first: it forgets the State when it goes back to its pool, which the session would otherwise ask of the server.
        await connection.DisposeAsync();
        await Session.DisposeAsync();
    }
}
