using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Practices;

/// <summary>The community's list of practices.</summary>
internal sealed class PracticeCatalogue(ICommonStore store)
{
    /// <summary>
    /// What stands in the papers of a release: the practices of its cycle that were published with it or with an earlier release of that cycle. It is fixed when
    /// the release is frozen, so that the same release has the same papers for ever. By theme, then in the order of ids that were made by chance.
    /// </summary>
    public async Task<IReadOnlyList<DeliveredPractice>> OfReleaseAsync(string cycle, string release, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var published = await session.Query<DeliveredPractice>().Where(p => p.CycleId == cycle && p.PublishedWith != null).ToListAsync(cancellationToken);
        return [.. published.Where(p => string.CompareOrdinal(p.PublishedWith, release) <= 0).OrderBy(p => p.Theme, StringComparer.Ordinal).ThenBy(p => p.Id)];
    }

    /// <summary>Which of these are published.</summary>
    public async Task<IReadOnlySet<Guid>> PublishedAmongAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return new HashSet<Guid>();
        }

        await using var session = store.QuerySession();
        return (await session.Query<DeliveredPractice>().Where(p => p.Id.IsOneOf(ids) && p.PublishedWith != null).Select(p => p.Id).ToListAsync(cancellationToken)).ToHashSet();
    }

    /// <summary>Takes a practice out of the list; false where it is published. One that is not there, or no more, is out of it.</summary>
    public async Task<bool> TakeBackAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = store.LightweightSession();
        // One statement: whoever publishes it at the same moment either finds it gone, or is found to have published it.
        session.DeleteWhere<DeliveredPractice>(p => p.Id == id && p.PublishedWith == null);
        await session.SaveChangesAsync(cancellationToken);
        return !await session.Query<DeliveredPractice>().AnyAsync(p => p.Id == id, cancellationToken);
    }

    /// <summary>Publishes, without saving, what is included of a cycle, with the release that is frozen in the same transaction. Where a State withdraws one meanwhile, nothing is saved.</summary>
    public static async Task PublishAsync(IDocumentSession session, string cycle, string release, CancellationToken cancellationToken)
    {
        foreach (var practice in await session.Query<DeliveredPractice>().Where(p => p.CycleId == cycle && p.PublishedWith == null && p.Included).ToListAsync(cancellationToken))
        {
            session.Put(practice with { PublishedWith = release }, practice.Version);
        }
    }
}
