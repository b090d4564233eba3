using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Presidency;

/// <summary>What the pages of releases fetch beside <see cref="ApiFiles"/>: what has no file's name at the api.</summary>
internal static class ReleaseFiles
{
    public static void MapReleaseFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/releases/{release}/release.json", (HttpContext context, IHttpClientFactory clients, string release) =>
            ApiFiles.PassAsync(context, clients, $"releases/{release}")).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/practices/practices.json", (HttpContext context, IHttpClientFactory clients) =>
            ApiFiles.PassAsync(context, clients, "practices")).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/release-runs/{run:guid}/events", (HttpContext context, IHttpClientFactory clients, Guid run) =>
            ApiFiles.PassAsync(context, clients, $"release-runs/{run}/events")).AllowAnonymous().ExcludeFromDescription();
    }
}
