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
    private readonly Confirmation confirmation;

    private OneTransaction(NpgsqlConnection connection, IDocumentSession session, ReplicaWatch watch) =>
        (this.connection, Session, confirmation) = (connection, session, new Confirmation(connection, watch));

    /// <summary>Whether the connection is gone, and with it the transaction: nothing of it is kept.</summary>
    public bool IsLost => connection.FullState != System.Data.ConnectionState.Open;

    /// <summary>What is changed here is kept by <see cref="CommitAsync"/>.</summary>
    public IDocumentSession Session { get; }

    /// <summary>Saves the session's changes and commits; after that it is of no more use.</summary>
    /// <exception cref="UnconfirmedWriteException">It is committed, and not known to be where it would survive this server.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await Session.SaveChangesAsync(cancellationToken);
        confirmation.Demand();
    }

    /// <param name="store">The store that is written.</param>
    /// <param name="tenant">The State; null in the common store.</param>
    /// <param name="watch">Is told when the replica does not confirm.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<OneTransaction> BeginAsync(IDocumentStore store, string? tenant, ReplicaWatch watch, CancellationToken cancellationToken)
    {
        var database = tenant is null ? store.Storage.Database : await store.Storage.FindOrCreateDatabase(tenant);
        var opened = database.CreateConnection();
        try
        {
            await opened.OpenAsync(cancellationToken);
            var options = Marten.Services.SessionOptions.ForTransaction(await opened.BeginTransactionAsync(cancellationToken), shouldAutoCommit: true);
            options.TenantId = tenant ?? options.TenantId;
            // For each statement, and for the commit: nobody who waits in front of a browser waits longer.
            options.Timeout = Math.Min(opened.CommandTimeout, DatabaseRoles.Patience);
            return new OneTransaction(opened, store.LightweightSession(options), watch);
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
