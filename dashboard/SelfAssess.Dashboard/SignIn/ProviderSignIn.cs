using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.SignIn;

/// <summary>Signing in at another identity provider.</summary>
internal static class ProviderSignIn
{
    public static void MapProviderSignIn(this IEndpointRouteBuilder routes) => routes.MapPost("/sign-in/with/{provider}",
        async (HttpContext context, ApiClient api, string provider, [FromForm] string? secret, [FromForm(Name = "return")] string? back) =>
        {
            var body = new BeginProviderSignInBody { Invitation = string.IsNullOrWhiteSpace(secret) ? null : LinkSecret.Of(secret), ReturnPath = LocalPath.Of(back) };
            var location = (await api.BeginProviderSignInAsync(provider, body, context.RequestAborted)).Result.Location;
            // A page that leads on: a redirect after a posted form would be stopped by the page's own policy (form-action).
            return new RazorComponentResult<Leaving>(new { Location = location });
        }).WithMetadata(new PageMetadata(), new RequireAntiforgeryTokenAttribute()).AllowAnonymous().ExcludeFromDescription();
}

/// <summary>The secret of a one-time link.</summary>
internal static class LinkSecret
{
    /// <summary>What stands behind # where somebody entered the whole link; else what was entered.</summary>
    public static string Of(string? entered) => (entered ?? "").Trim() is var text && text.LastIndexOf('#') is >= 0 and var at ? text[(at + 1)..] : (entered ?? "").Trim();
}
