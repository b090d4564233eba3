using System.Security.Cryptography;
using System.Text;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

/// <summary>Folds an assessment's events into the document that is read; written in the same transaction as the events.</summary>
internal sealed class AssessmentProjection : SingleStreamProjection<Assessment, Guid>
{
    public override Assessment? Evolve(Assessment? snapshot, Guid id, IEvent e) =>
        e.Data is AssessmentEvent happened ? Assessment.Fold(snapshot, happened, id) : snapshot;
}

internal static class AssessmentsSetup
{
    /// <summary>
    /// The stream of a State's assessment in a cycle. It is the same in every State's tenant, so that a State cannot have two of a cycle.
    /// </summary>
    public static Guid StreamOf(string cycleId) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"assessment/{cycleId}")).AsSpan(0, 16));

    public static void RegisterAssessments(this StoreOptions options)
    {
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Projections.Add(new AssessmentProjection(), ProjectionLifecycle.Inline);
        options.Events.AddEventTypes(typeof(AssessmentEvent).GetNestedTypes());
        options.Schema.For<Releases.PendingContribution>().Identity(c => c.ReleaseId);
        options.Schema.For<Releases.PseudonymKey>().SingleTenanted();
    }
}
