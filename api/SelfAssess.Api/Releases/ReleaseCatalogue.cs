using System.Collections.Concurrent;
using System.Text.Json;
using Marten;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>Frozen releases, read once.</summary>
internal sealed class ReleaseCatalogue(ICommonStore store)
{
    private readonly ConcurrentDictionary<string, Frozen> known = new(StringComparer.Ordinal);

    /// <summary>A release and the bytes that everybody gets.</summary>
    public sealed record Frozen(Release Release, byte[] Json, string Hash);

    public async ValueTask<Frozen?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(id, out var found))
        {
            return found;
        }

        await using var session = store.QuerySession();
        return await session.LoadAsync<StoredRelease>(id, cancellationToken) is { Status: StoredReleaseStatus.Frozen } stored ? known.GetOrAdd(id, Freeze(stored)) : null;
    }

    /// <summary>All releases of one questionnaire, in no order.</summary>
    public async Task<IReadOnlyList<Release>> OfQuestionnaireAsync(string questionnaire, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var stored = await session.Query<StoredRelease>().Where(r => r.QuestionnaireId == questionnaire && r.Status == StoredReleaseStatus.Frozen).ToListAsync(cancellationToken);
        return [.. stored.Select(s => known.GetOrAdd(s.Id, _ => Freeze(s)).Release)];
    }

    /// <summary>The latest release of a cycle; null while there is none.</summary>
    public async Task<Release?> OfCycleAsync(string cycle, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var latest = await session.Query<StoredRelease>().Where(r => r.CycleId == cycle && r.Status == StoredReleaseStatus.Frozen)
            .OrderByDescending(r => r.Id).Select(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        return latest is null ? null : (await FindAsync(latest, cancellationToken))!.Release;
    }

    public static Release Read(StoredRelease stored) => JsonSerializer.Deserialize<Release>(stored.Json, Json.Http)!;

    private static Frozen Freeze(StoredRelease stored) => new(Read(stored), System.Text.Encoding.UTF8.GetBytes(stored.Json), stored.Hash);
}
