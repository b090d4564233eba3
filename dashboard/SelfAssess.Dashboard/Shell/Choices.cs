using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Shell;

/// <summary>What every page lets one choose: the language, the colours, and to leave.</summary>
internal static class Choices
{
    public const string SchemeCookie = "selfassess-scheme";

    /// <summary>The chosen colours; null where the system decides.</summary>
    public static string? SchemeOf(HttpRequest request) => request.Cookies[SchemeCookie] is "light" or "dark" ? request.Cookies[SchemeCookie] : null;

    public static void MapChoices(this IEndpointRouteBuilder routes)
    {
        var choices = routes.MapGroup("").WithMetadata(new PageMetadata(), new RequireAntiforgeryTokenAttribute()).AllowAnonymous().ExcludeFromDescription();
        choices.MapPost("/language", (HttpContext context, [FromForm] string? language, [FromForm(Name = "return")] string? back) =>
        {
            if (Languages.IsKnown(language))
            {
                Keep(context, Languages.Cookie, language!);
            }

            return Results.LocalRedirect(LocalPath.Of(back));
        });
        choices.MapPost("/scheme", (HttpContext context, [FromForm] string? scheme, [FromForm(Name = "return")] string? back) =>
        {
            Keep(context, SchemeCookie, scheme is "light" or "dark" ? scheme : "auto");
            return Results.LocalRedirect(LocalPath.Of(back));
        });
        choices.MapPost("/sign-out", async (HttpContext context, ApiClient api) =>
        {
            if (context.Request.Cookies.ContainsKey(ApiCalls.SessionCookie))
            {
                await LeaveAsync(api, context.RequestAborted);
            }

            // The browser drops what pages kept in it: drafts of answers.
            context.Response.Headers["Clear-Site-Data"] = "\"storage\"";
            return Results.LocalRedirect("/sign-in?left=true");
        });
    }

    /// <summary>Whoever has chosen no language on this device reads in that of the account.</summary>
    public static void KeepLanguageUnlessChosen(HttpContext context, string language)
    {
        if (!context.Request.Cookies.ContainsKey(Languages.Cookie) && Languages.IsKnown(language))
        {
            Keep(context, Languages.Cookie, language);
        }
    }

    /// <summary>Keeps a language on this device.</summary>
    public static void KeepLanguage(HttpContext context, string language) => Keep(context, Languages.Cookie, language);

    private static async Task LeaveAsync(ApiClient api, CancellationToken cancellationToken)
    {
        try
        {
            await api.SignOutAsync(cancellationToken);
        }
        catch (ApiException e) when (e.StatusCode == StatusCodes.Status401Unauthorized)
        {
            // The session had ended already.
        }
    }

    private static void Keep(HttpContext context, string cookie, string value) => context.Response.Cookies.Append(cookie, value, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });
}
