using System.Diagnostics;
using System.Runtime.CompilerServices;
using Marten;
using Marten.Services;
using Npgsql;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>
/// What was written is on this database server, and may not be on the replica that has every write before it is acknowledged. Whoever asked is told to
/// ask again: it was not promised.
/// </summary>
internal sealed class UnconfirmedWriteException() : Exception("The replica did not confirm the write.");

/// <summary>
/// Whether the replica has what a connection commits. PostgreSQL waits for it without end; a wait that is cancelled (by a time-out, or because the
/// client hung up) ends the commit as a success with a warning. That warning is heard here, since it is all that tells one from the other.
/// </summary>
internal sealed class Confirmation
{
    private readonly ReplicaWatch watch;
    private volatile bool missing;

    public Confirmation(NpgsqlConnection connection, ReplicaWatch watch)
    {
        this.watch = watch;
        connection.Notice += (_, e) => missing |= IsMissing(e.Notice);
    }

    /// <exception cref="UnconfirmedWriteException">A commit since the beginning was not confirmed.</exception>
    public void Demand()
    {
        if (missing)
        {
            watch.ReportMissing();
            throw new UnconfirmedWriteException();
        }
    }

    /// <summary>The server's function is named, whatever language it speaks.</summary>
    public static bool IsMissing(PostgresNotice notice) => notice.Routine == "SyncRepWaitForLSN";
}

/// <summary>
/// The same for a store whose sessions open their connections themselves: a commit that took as long as a command may was cancelled, and so was one whose
/// caller has gone.
/// </summary>
/// <param name="patience">The store's time-out of commands.</param>
/// <param name="watch">Is told.</param>
internal sealed class ConfirmedSessions(TimeSpan patience, Lazy<ReplicaWatch> watch) : DocumentSessionListenerBase
{
    private readonly ConditionalWeakTable<IDocumentSession, StrongBox<long>> began = [];

    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        began.AddOrUpdate(session, new(Stopwatch.GetTimestamp()));
        return Task.CompletedTask;
    }

    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (began.TryGetValue(session, out var start) && (token.IsCancellationRequested || Stopwatch.GetElapsedTime(start.Value) >= patience))
        {
            watch.Value.ReportMissing();
            throw new UnconfirmedWriteException();
        }

        return Task.CompletedTask;
    }
}

/// <summary>
/// Knows whether the replica is missed. From the first write that it does not confirm until one of ours that it does, changes are refused at once:
/// else each of them would keep a connection waiting, and soon nobody could read either.
/// </summary>
internal sealed class ReplicaWatch(DatabaseRoles roles, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<ReplicaWatch> logger)
{
    /// <summary>A record in the journal that changes nothing. Its commit is confirmed after everything that was committed before it.</summary>
    public const string Mark = "select pg_logical_emit_message(true, 'selfassess', '')";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private int missed;

    public bool IsMissed => Volatile.Read(ref missed) != 0;

    /// <summary>A write was not confirmed. From now on it is tried whether one is.</summary>
    public void ReportMissing()
    {
        if (Interlocked.Exchange(ref missed, 1) == 0)
        {
            logger.LogWarning("The replica does not confirm writes. Changes are refused until it does, or until the primary is told to go on without it");
            _ = Task.Run(() => TryUntilConfirmedAsync(lifetime.ApplicationStopping), CancellationToken.None);
        }
    }

    private async Task TryUntilConfirmedAsync(CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(roles.Common) { Pooling = false, CommandTimeout = 3 }.ConnectionString;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await IsConfirmedAsync(address, cancellationToken))
                {
                    Volatile.Write(ref missed, 0);
                    logger.LogInformation("Writes are confirmed again");
                    return;
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                // No server takes writes at the moment. Requests find that out themselves.
            }

            await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }

    private static async Task<bool> IsConfirmedAsync(string address, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync(cancellationToken);
        var confirmed = true;
        connection.Notice += (_, e) => confirmed &= !Confirmation.IsMissing(e.Notice);
        await using var command = new NpgsqlCommand(Mark, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return confirmed;
    }
}
