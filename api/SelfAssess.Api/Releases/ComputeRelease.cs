using System.Runtime.CompilerServices;
using System.Text.Json;
using Marten;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>Reads contributions under the aggregation's role and gives them to the one computation that makes a release.</summary>
internal static class ComputeRelease
{
    /// <summary>Streams the contributions through the computation: memory does not grow with their number, but for what a panel and a second release need of those before.</summary>
    /// <param name="session">Of the aggregation.</param>
    /// <param name="frame">What is counted.</param>
    /// <param name="progress">Where it is told how far the reading has come; nowhere if null.</param>
    /// <param name="cancellationToken">Stops between two contributions.</param>
    /// <param name="seen">Called with each contribution; the audit needs them all.</param>
    public static async Task<ReleaseComputation> ReadAsync(
        IQuerySession session, ReleaseFrame frame, RunProgress? progress, CancellationToken cancellationToken, Action<Contributor>? seen = null)
    {
        var computation = new ReleaseComputation(frame, await PreviousAsync(session, frame, cancellationToken), await FirstAsync(session, frame, cancellationToken));
        var total = await session.Query<DeliveredContribution>().CountAsync(c => c.ReleaseId == frame.ReleaseId, cancellationToken);
        var done = 0;
        const int reportEvery = 10_000;
        await foreach (var (contribution, details) in DeliveredAsync(session, frame.ReleaseId, cancellationToken))
        {
            if (progress is not null && done % reportEvery == 0)
            {
                await progress.ReportShareAsync(ReleaseRunPhase.Aggregating, done, total, cancellationToken);
            }

            computation.Add(contribution, details);
            seen?.Invoke(new Contributor(contribution, details));
            done++;
        }

        return computation;
    }

    /// <summary>A release's contributions as they come over the line: the document mapper would take three times as long for the same rows.</summary>
    public static async IAsyncEnumerable<(Contribution Contribution, ContributionDetails Details)> DeliveredAsync(
        IQuerySession session, string releaseId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = session.Database.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select data -> 'contribution', data -> 'details' from {DatabaseRoles.CommonSchema}.mt_doc_deliveredcontribution where release_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = releaseId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return (JsonSerializer.Deserialize<Contribution>(reader.GetFieldValue<byte[]>(0))!,
                JsonSerializer.Deserialize<ContributionDetails>(reader.GetFieldValue<byte[]>(1), JsonSerializerOptions.Web)!);
        }
    }

    private static async Task<PreviousCycle?> PreviousAsync(IQuerySession session, ReleaseFrame frame, CancellationToken cancellationToken)
    {
        var stored = await session.Query<StoredRelease>()
            .Where(r => r.QuestionnaireId == frame.Questionnaire.Id && r.CycleStartsOn < frame.CycleStartsOn && r.Status == StoredReleaseStatus.Frozen)
            .OrderByDescending(r => r.CycleStartsOn).ThenByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        if (stored is null)
        {
            return null;
        }

        var previous = new PreviousCycle(ReleaseCatalogue.Read(stored));
        await foreach (var (contribution, details) in DeliveredAsync(session, previous.Release.Id, cancellationToken))
        {
            previous.Add(contribution, details);
        }

        return previous;
    }

    private static async Task<FirstRelease?> FirstAsync(IQuerySession session, ReleaseFrame frame, CancellationToken cancellationToken)
    {
        if (frame.Number == 1)
        {
            return null;
        }

        var id = ReleaseFrame.ReleaseIdOf(frame.CycleId, 1);
        var first = new FirstRelease(ReleaseCatalogue.Read(await session.LoadAsync<StoredRelease>(id, cancellationToken)
            ?? throw new InvalidOperationException("A second release follows a first one.")));
        await foreach (var (contribution, details) in DeliveredAsync(session, id, cancellationToken))
        {
            first.Add(contribution, details);
        }

        return first;
    }
}
