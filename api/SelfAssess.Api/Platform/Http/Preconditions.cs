using JasperFx;
using Marten;

namespace SelfAssess.Api.Platform.Http;

/// <summary>What a PUT demands: If-Match for what exists, nothing for what does not.</summary>
internal static class Preconditions
{
    /// <summary>The refusal of a write to a resource at <paramref name="current"/> (null where there is none), or null where it may go on.</summary>
    public static Refusal? Refuse(long? current, string? ifMatch)
    {
        if (current is null)
        {
            return string.IsNullOrWhiteSpace(ifMatch) ? null : Refusal.Stale("none");
        }

        var (expected, refusal) = Conditional.ExpectedVersion(ifMatch);
        return refusal ?? (expected == current ? null : Refusal.Stale(Conditional.ETag(current.Value)));
    }

    /// <summary>Inserts or replaces a revisioned document so that another writer in between is noticed; answers its new version.</summary>
    public static int Put<T>(this IDocumentSession session, T document, int? current)
        where T : class, IRevisioned
    {
        if (current is not { } version)
        {
            session.Insert(document);
            return 1;
        }

        session.UpdateRevision(document, version + 1);
        return version + 1;
    }
}
