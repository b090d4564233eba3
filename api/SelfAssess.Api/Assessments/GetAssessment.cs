using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetAssessmentEndpoint(IStateStore store) : Endpoint<AssessmentRequest, AssessmentView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}");
        Summary(s =>
        {
            s.Summary = "Read a State's assessment";
            s.Description = "Its ETag is what every change of it takes as If-Match.";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct) =>
        await AssessmentReading.SendAsync(HttpContext, store, request, assessment => AssessmentView.Of(request.State, assessment), ct);
}

/// <summary>Reads an assessment together with its version.</summary>
internal static class AssessmentReading
{
    public static async Task<(Assessment Assessment, long Version)?> FindAsync(IStateStore store, string state, string cycle, CancellationToken cancellationToken)
    {
        await using var session = store.LightweightSession(Tenants.Of(state));
        var stream = await session.Events.FetchForWriting<Assessment>(AssessmentsSetup.StreamOf(cycle), cancellationToken);
        return stream.Aggregate is { } assessment ? (assessment, stream.CurrentVersion ?? 0) : null;
    }

    /// <summary>Sends what is made of the assessment, under its ETag, never stored on the way.</summary>
    public static Task SendAsync<T>(HttpContext context, IStateStore store, AssessmentRequest request, Func<Assessment, T> view, CancellationToken cancellationToken) =>
        SendAsync(context, store, request, a => ValueTask.FromResult(view(a)), cancellationToken);

    public static async Task SendAsync<T>(
        HttpContext context, IStateStore store, AssessmentRequest request, Func<Assessment, ValueTask<T>> view, CancellationToken cancellationToken)
    {
        if (await FindAsync(store, request.State, request.Cycle, cancellationToken) is not var (assessment, version))
        {
            await Refusal.NotFound.WriteAsync(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (!Conditional.NotModified(context, Conditional.ETag(version)))
        {
            await Conditional.SendAsync(context, await view(assessment), version, StatusCodes.Status200OK, cancellationToken);
        }
    }
}
