using System.Security.Cryptography;
using System.Text;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Rounds;

/// <summary>Folds a response's events into the document that is read; written in the same transaction as the events.</summary>
internal sealed class ResponseProjection : SingleStreamProjection<EntityResponse, Guid>
{
    public override EntityResponse? Evolve(EntityResponse? snapshot, Guid id, IEvent e) =>
        e.Data is ResponseEvent happened ? EntityResponse.Fold(snapshot, happened, id) : snapshot;
}

internal static class RoundsSetup
{
    /// <summary>The stream of an entity's response in a cycle; the same in every State's tenant.</summary>
    public static Guid StreamOf(string cycleId, string entity) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"response/{cycleId}/{entity}")).AsSpan(0, 16));

    public static void RegisterRounds(this StoreOptions options)
    {
        options.Projections.Add(new ResponseProjection(), ProjectionLifecycle.Inline);
        options.Events.AddEventTypes(typeof(ResponseEvent).GetNestedTypes());
        options.Schema.For<EntityResponse>();
        options.Schema.For<Reminded>();
    }
}
