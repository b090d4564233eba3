using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Platform;

/// <summary>Marks what is answered with a page.</summary>
internal sealed class PageMetadata;

/// <summary>
/// Around every page: its language, the headers that keep a browser from doing more than it should, and one place where what the api refuses becomes a
/// page: "sign in", "not found", "not now".
/// </summary>
internal sealed partial class PageRequests(RequestDelegate next, ILogger<PageRequests> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        Prepare(context);
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        try
        {
            await next(context);
        }
        catch (ApiException e) when (e.StatusCode == StatusCodes.Status401Unauthorized && !context.Response.HasStarted)
        {
            context.Response.Redirect(LocalPath.SignInFrom(context.Request));
        }
        catch (ApiException e) when (!context.Response.HasStarted)
        {
            // Nothing of the answer is logged: it may name a State.
            if (e.StatusCode is not (StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound))
            {
                Refused(logger, e.StatusCode);
            }

            await WriteAsync(context, e.StatusCode);
        }
        catch (HttpRequestException e) when (!context.Response.HasStarted)
        {
            Unreachable(logger, e.HttpRequestError);
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            Failed(logger, e);
            await WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>Answers a page that says what is wrong and what to do next.</summary>
    public static async Task WriteAsync(HttpContext context, int status)
    {
        var cookies = context.Response.Headers.SetCookie;
        context.Response.Clear();
        context.Response.Headers.SetCookie = cookies;
        Prepare(context);
        // A page that has begun already has used up what renders pages in its scope.
        await using var scope = context.RequestServices.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        await new RazorComponentResult<ErrorPage>(new { Status = status }) { StatusCode = status }.ExecuteAsync(context);
    }

    private static void Prepare(HttpContext context)
    {
        Languages.Use(Languages.Choose(context.Request));
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // A page shows what one person may see.
        headers.CacheControl = "no-cache, no-store";
        headers.ContentLanguage = Languages.Current;
    }

    [LoggerMessage(LogLevel.Warning, "The api answered a page's call with {Status}.")]
    private static partial void Refused(ILogger logger, int status);

    [LoggerMessage(LogLevel.Error, "The api cannot be reached ({Error}).")]
    private static partial void Unreachable(ILogger logger, HttpRequestError error);

    [LoggerMessage(LogLevel.Error, "A page failed.")]
    private static partial void Failed(ILogger logger, Exception exception);
}
