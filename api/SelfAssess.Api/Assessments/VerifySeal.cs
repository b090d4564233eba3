using System.Text.Json;
using FastEndpoints;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

public sealed record VerifySealRequest : AssessmentRequest
{
    [FromBody]
    public VerifySealBody Body { get; init; } = null!;
}

/// <summary>What is to be verified.</summary>
public sealed record VerifySealBody
{
    /// <summary>The content of an export, as it was received.</summary>
    public required JsonElement Content { get; init; }
}

/// <summary>Whether a content is what was signed off here.</summary>
/// <param name="Hash">SHA-256 over the content's canonical JSON, lower-case hexadecimal.</param>
/// <param name="Sealed">Whether a revision of this assessment was signed off with exactly this content.</param>
/// <param name="Revision">Which; absent where none was.</param>
/// <param name="SignedOffAt">When; absent where none was.</param>
public sealed record SealVerification(string Hash, bool Sealed, int? Revision, DateTimeOffset? SignedOffAt);

[Permits(Role.Coordinator, Role.Reader, Role.Auditor)]
[StoresNothing]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class VerifySealEndpoint(IStateStore store) : Endpoint<VerifySealRequest, SealVerification>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/verify");
        Summary(s =>
        {
            s.Summary = "Verify that an exported content is what was signed off";
            s.Description = "Compares it with every seal of this assessment, earlier revisions included. Nothing is changed.";
            s.Responses[200] = "What came of it.";
        });
    }

    public override async Task HandleAsync(VerifySealRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        var events = await session.Events.FetchStreamAsync(AssessmentsSetup.StreamOf(request.Cycle), token: ct);
        if (events.Count == 0)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var hash = CanonicalJson.Hash(request.Body.Content);
        var seal = events.Select(e => e.Data).OfType<AssessmentEvent.SignedOff>().FirstOrDefault(s => s.Seal == hash);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new SealVerification(hash, seal is not null, seal?.Revision, seal?.At), ct);
    }
}
