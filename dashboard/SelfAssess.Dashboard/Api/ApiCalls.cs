using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace SelfAssess.Dashboard.Api;

/// <summary>
/// Makes each call as the browser's own: with its session, and with the antiforgery token that a change needs; cookies that the api sets go back to the
/// browser. The dashboard itself has checked by then that the form was its own (antiforgery of the pages).
/// </summary>
internal sealed class ApiCalls(IHttpContextAccessor accessor, ApiAddress address, DashboardKey key) : DelegatingHandler
{
    /// <summary>Named as the api names them; the dashboard knows nothing else of its sessions.</summary>
    public const string SessionCookie = "selfassess-session";
    private const string AntiforgeryCookie = "selfassess-antiforgery";
    private const string AntiforgeryHeader = "X-CSRF-Token";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = accessor.HttpContext ?? throw new InvalidOperationException("The api is called for a browser's request only.");
        var session = BrowserSession.Of(context);
        if (session.Cookie is not null && !IsSafe(request.Method) && session.Antiforgery is null)
        {
            await ReadSessionAsync(session, context, cancellationToken);
        }

        Prepare(request, session, context);
        var response = await base.SendAsync(request, cancellationToken);
        Relay(response, session, context);
        return response;
    }

    private static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head;

    private async Task ReadSessionAsync(BrowserSession session, HttpContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        Prepare(request, session, context);
        using var response = await base.SendAsync(request, cancellationToken);
        Relay(response, session, context);
        if (response.IsSuccessStatusCode)
        {
            session.Antiforgery = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("antiforgeryToken").GetString();
        }
    }

    private void Prepare(HttpRequestMessage request, BrowserSession session, HttpContext context)
    {
        request.RequestUri = new Uri(address.Find(), request.RequestUri!.IsAbsoluteUri ? request.RequestUri.PathAndQuery : request.RequestUri.OriginalString);
        var headers = request.Headers;
        headers.Add(DashboardKey.Header, key.Value);
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        if (context.Connection.RemoteIpAddress is { } remote)
        {
            headers.TryAddWithoutValidation("X-Forwarded-For", remote.ToString());
        }

        if (context.Request.Headers.UserAgent is { Count: > 0 } agent)
        {
            headers.TryAddWithoutValidation(HeaderNames.UserAgent, agent.ToString());
        }

        string?[] cookies =
        [
            session.Cookie is { } own ? $"{SessionCookie}={own}" : null,
            !IsSafe(request.Method) && session.AntiforgeryCookie is { } half ? $"{AntiforgeryCookie}={half}" : null,
        ];
        if (cookies.OfType<string>().ToArray() is { Length: > 0 } sent)
        {
            headers.TryAddWithoutValidation(HeaderNames.Cookie, string.Join("; ", sent));
        }

        if (!IsSafe(request.Method) && session.Antiforgery is { } token)
        {
            headers.TryAddWithoutValidation(AntiforgeryHeader, token);
        }
    }

    private static void Relay(HttpResponseMessage response, BrowserSession session, HttpContext context)
    {
        if (!response.Headers.TryGetValues(HeaderNames.SetCookie, out var set))
        {
            return;
        }

        foreach (var cookie in SetCookieHeaderValue.ParseList([.. set]))
        {
            if (cookie.Name == AntiforgeryCookie)
            {
                // Half of a pair that serves this one request; the browser has a pair of its own, for forms.
                session.AntiforgeryCookie = cookie.Value.Value;
                continue;
            }

            if (cookie.Name == SessionCookie)
            {
                (session.Cookie, session.Antiforgery) = (cookie.Value.Length == 0 ? null : cookie.Value.Value, null);
            }

            cookie.Secure |= context.Request.IsHttps;
            lock (session)
            {
                context.Response.Headers.Append(HeaderNames.SetCookie, cookie.ToString());
            }
        }
    }

    /// <summary>The session of one browser during one request; a call may change it for the next.</summary>
    private sealed class BrowserSession
    {
        private static readonly object Key = new();

        public string? Cookie { get; set; }

        public string? Antiforgery { get; set; }

        public string? AntiforgeryCookie { get; set; }

        public static BrowserSession Of(HttpContext context)
        {
            lock (context.Items)
            {
                if (context.Items[Key] is not BrowserSession session)
                {
                    context.Items[Key] = session = new BrowserSession { Cookie = context.Request.Cookies[SessionCookie] };
                }

                return session;
            }
        }
    }
}
