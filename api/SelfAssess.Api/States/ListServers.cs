using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;

namespace SelfAssess.Api.States;

/// <summary>The database servers that hold what belongs to States.</summary>
/// <param name="Items">In the order of their names; empty where there is one database for all.</param>
/// <param name="Default">The server of a State for which none is named; absent where that is whichever has the fewest.</param>
public sealed record ServerList(IReadOnlyList<ServerView> Items, string? Default);

/// <summary>One database server.</summary>
/// <param name="Name">Its name in the deployment's settings.</param>
/// <param name="Answers">Whether it answers now. While it does not, its States get 503, and all others are served.</param>
/// <param name="States">The codes of the States that it holds, in order.</param>
public sealed record ServerView(string Name, bool Answers, IReadOnlyList<string> States);

[Permits(Role.Administrator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListServersEndpoint(StateServers servers, Placement placement) : EndpointWithoutRequest<ServerList>
{
    public override void Configure()
    {
        Get("servers");
        Summary(s =>
        {
            s.Summary = "List the database servers that hold what belongs to States";
            s.Description = "Where a deployment has several, a State's data is on one of them: the one that was named when it was registered, or the default.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var places = servers.IsPool ? (await placement.AllAsync(ct)).Where(p => p.Key != Placement.NoState).ToLookup(p => p.Value, p => p.Key, StringComparer.Ordinal) : null;
        var away = servers.IsPool ? await placement.AwayAsync(ct) : [];
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new ServerList(
            [.. servers.Names.Select(n => new ServerView(n, !away.Contains(n), [.. places![n].Order(StringComparer.Ordinal)]))], servers.Default), ct);
    }
}
