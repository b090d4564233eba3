using FastEndpoints;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Practices;

/// <summary>A practice as the community sees it.</summary>
/// <param name="Id">Its id, made by chance.</param>
/// <param name="Cycle">With which cycle it was shared.</param>
/// <param name="Theme">The theme.</param>
/// <param name="Language">The language in which it is written.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Text">The practice, in the State's own words.</param>
/// <param name="State">The State that wrote it; null where it is not to be named.</param>
/// <param name="Release">The release with whose papers it was published; null while it waits.</param>
public sealed record SharedPractice(Guid Id, string Cycle, string Theme, string Language, string Title, string Text, NamedState? State, string? Release)
{
    internal static SharedPractice Of(DeliveredPractice practice) =>
        new(practice.Id, practice.CycleId, practice.Theme, practice.Language, practice.Title, practice.Text, practice.State, practice.PublishedWith);
}

/// <summary>A practice that waits for the presidency, or was published.</summary>
/// <param name="Practice">The practice.</param>
/// <param name="Included">Whether it goes, or went, into the papers of a release.</param>
public sealed record WaitingPractice(SharedPractice Practice, bool Included)
{
    internal static WaitingPractice Of(DeliveredPractice practice) => new(SharedPractice.Of(practice), practice.Included);
}

/// <summary>The practices of one cycle.</summary>
/// <param name="Items">By theme, then in no order that tells anything.</param>
public sealed record WaitingPracticeList(IReadOnlyList<WaitingPractice> Items);

[Permits(Role.Presidency)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListCyclePracticesEndpoint(ICommonStore store) : Endpoint<CycleRequest, WaitingPracticeList>
{
    public override void Configure()
    {
        Get("cycles/{cycle}/practices");
        Summary(s =>
        {
            s.Summary = "List the practices that States volunteered with a cycle";
            s.Description = "They come when the cycle is locked, all at once. What is included is published when a release of the cycle is frozen.";
        });
    }

    public override async Task HandleAsync(CycleRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (!await session.Query<Cycle>().AnyAsync(c => c.Id == request.Cycle, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var practices = await session.Query<DeliveredPractice>().Where(p => p.CycleId == request.Cycle).ToListAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new WaitingPracticeList(
            [.. practices.OrderBy(p => p.Theme, StringComparer.Ordinal).ThenBy(p => p.Id).Select(WaitingPractice.Of)]), ct);
    }
}

/// <summary>Addresses one practice of the community's list.</summary>
public sealed record SharedPracticeRequest : CycleRequest
{
    /// <summary>The practice.</summary>
    [RouteParam]
    public Guid Practice { get; init; }
}

[Permits(Role.Presidency)]
[TakesNoKey]
internal sealed class IncludePracticeEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<SharedPracticeRequest, WaitingPractice>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/practices/{practice}/include");
        Summary(s =>
        {
            s.Summary = "Take a practice into the papers of the cycle's next release";
            s.Description = "Every practice is, unless it was left out. To say it again changes nothing.";
            s.Responses[200] = "The practice is included.";
            s.Responses[409] = "It is published (`practice-published`).";
        });
    }

    public override Task HandleAsync(SharedPracticeRequest request, CancellationToken ct) => Including.RunAsync(HttpContext, store, clock, request, included: true, ct);
}

[Permits(Role.Presidency)]
[TakesNoKey]
internal sealed class LeaveOutPracticeEndpoint(ICommonStore store, TimeProvider clock) : Endpoint<SharedPracticeRequest, WaitingPractice>
{
    public override void Configure()
    {
        Post("cycles/{cycle}/practices/{practice}/leave-out");
        Summary(s =>
        {
            s.Summary = "Leave a practice out of the papers of the cycle's next release";
            s.Description = "It stays in the list, and can still be included. To say it again changes nothing.";
            s.Responses[200] = "The practice is left out.";
            s.Responses[409] = "It is published (`practice-published`).";
        });
    }

    public override Task HandleAsync(SharedPracticeRequest request, CancellationToken ct) => Including.RunAsync(HttpContext, store, clock, request, included: false, ct);
}

internal static class Including
{
    public static Task RunAsync(HttpContext context, ICommonStore store, TimeProvider clock, SharedPracticeRequest request, bool included, CancellationToken cancellationToken) =>
        Writing.RunAsync(context, store, tenant: null, null, clock, async session =>
        {
            if (await session.LoadAsync<DeliveredPractice>(request.Practice, cancellationToken) is not { } practice || practice.CycleId != request.Cycle)
            {
                return (Outcome<WaitingPractice>)Refusal.NotFound;
            }

            if (practice.PublishedWith is not null)
            {
                return Refusal.Conflict("practice-published", "The practice is in the papers of a frozen release, which never change.");
            }

            var decided = practice with { Included = included };
            session.Put(decided, practice.Version);
            return Outcome<WaitingPractice>.Of(WaitingPractice.Of(decided));
        });
}
