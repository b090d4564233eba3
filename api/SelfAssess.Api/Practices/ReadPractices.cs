using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Practices;

/// <summary>A practice as its State sees it.</summary>
/// <param name="Id">Its id inside the State; outside it has another one.</param>
/// <param name="Cycle">With which cycle it is shared.</param>
/// <param name="Theme">The theme.</param>
/// <param name="Language">The language in which it is written.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Text">The practice.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Attributed">Whether the State is named beside it.</param>
/// <param name="Steps">Who did what, the first step first.</param>
public sealed record PracticeView(
    Guid Id, string Cycle, string Theme, string Language, string Title, string Text, PracticeStatus Status, bool Attributed, IReadOnlyList<PracticeStep> Steps)
{
    internal static PracticeView Of(Practice practice, bool published) => new(practice.Id, practice.CycleId, practice.Theme, practice.Language, practice.Title, practice.Text,
        published ? PracticeStatus.Published : practice.Status, practice.Attributed, practice.Steps);
}

/// <summary>A State's practices.</summary>
/// <param name="Items">By cycle, the latest first, then by title.</param>
public sealed record PracticeList(IReadOnlyList<PracticeView> Items);

[Permits(Role.Coordinator, Role.Reader, Role.Auditor)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListPracticesEndpoint(IStateStore states, PracticeCatalogue delivered) : Endpoint<StateRequest, PracticeList>
{
    public override void Configure()
    {
        Get("states/{state}/practices");
        Summary(s =>
        {
            s.Summary = "List the practices that a State wrote down";
            s.Description = "Drafts, what is approved, what has left the State, and what was withdrawn.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        await using var session = states.QuerySession(Tenants.Of(request.State));
        var practices = await session.Query<Practice>().ToListAsync(ct);
        var published = await delivered.PublishedAmongAsync([.. practices.Select(p => p.DeliveredAs).OfType<Guid>()], ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new PracticeList(
            [.. practices.OrderByDescending(p => p.CycleId, StringComparer.Ordinal).ThenBy(p => p.Title, StringComparer.Ordinal).ThenBy(p => p.Id)
                .Select(p => PracticeView.Of(p, p.DeliveredAs is { } id && published.Contains(id)))]), ct);
    }
}

[Permits(Role.Coordinator, Role.Reader, Role.Auditor)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetPracticeEndpoint(IStateStore states, PracticeCatalogue delivered) : Endpoint<PracticeRequest, PracticeView>
{
    public override void Configure()
    {
        Get("states/{state}/practices/{practice}");
        Summary(s =>
        {
            s.Summary = "Read one practice of a State";
            s.Description = "Its ETag is what changes take as If-Match.";
        });
    }

    public override async Task HandleAsync(PracticeRequest request, CancellationToken ct)
    {
        await using var session = states.QuerySession(Tenants.Of(request.State));
        if (await session.LoadAsync<Practice>(request.Practice, ct) is not { } practice)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var published = practice.DeliveredAs is { } id && (await delivered.PublishedAmongAsync([id], ct)).Count > 0;
        HttpContext.Response.Headers.CacheControl = "no-store";
        // Published or not is told by another store, at the same version: whoever holds it as not published asks again.
        if (published || !Conditional.NotModified(HttpContext, Conditional.ETag(practice.Version)))
        {
            await Conditional.SendAsync(HttpContext, PracticeView.Of(practice, published), practice.Version, StatusCodes.Status200OK, ct);
        }
    }
}
