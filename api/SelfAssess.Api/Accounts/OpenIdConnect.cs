using System.Security.Claims;
using FastEndpoints;
using FluentValidation;
using Marten;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

/// <summary>Another identity provider, under <c>SelfAssess:OpenIdConnect:name</c>.</summary>
public sealed record OpenIdProvider
{
    /// <summary>Where its configuration is found; https, but for one on this machine.</summary>
    public required string Authority { get; init; }
    public required string ClientId { get; init; }
    public string? ClientSecret { get; init; }

    /// <summary>As people know it.</summary>
    public string? DisplayName { get; init; }
}

/// <summary>Sign-in with a State's own identity provider: authorization code with PKCE.</summary>
internal static class OpenIdConnect
{
    public const string Section = "SelfAssess:OpenIdConnect";
    private const string InvitationItem = "invitation";
    private const string ReturnItem = "return";
    private const string AccountItem = "account";

    public static string SchemeOf(string provider) => $"oidc-{provider}";

    public static IReadOnlyDictionary<string, OpenIdProvider> Providers(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<Dictionary<string, OpenIdProvider>>() ?? [];

    public static AuthenticationBuilder AddOpenIdProviders(this AuthenticationBuilder authentication, IConfiguration configuration)
    {
        foreach (var (name, provider) in Providers(configuration))
        {
            authentication.AddOpenIdConnect(SchemeOf(name), provider.DisplayName ?? name, options =>
            {
                options.Authority = provider.Authority;
                options.ClientId = provider.ClientId;
                options.ClientSecret = provider.ClientSecret;
                options.RequireHttpsMetadata = !new Uri(provider.Authority).IsLoopback;
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.ResponseMode = OpenIdConnectResponseMode.Query;
                options.UsePkce = true;
                options.MapInboundClaims = false;
                options.SignInScheme = SessionAuthentication.Scheme;
                options.CallbackPath = $"/sign-in/{name}/callback";
                options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
                options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.Events.OnTicketReceived = FinishAsync;
                options.Events.OnRemoteFailure = context =>
                {
                    context.HandleResponse();
                    return RefuseAsync(context.HttpContext, Refused);
                };
            });
        }

        return authentication;
    }

    /// <summary>What is remembered while somebody is at the provider; protected, and not seen by it.</summary>
    /// <param name="invitation">The secret of an invitation that is accepted then.</param>
    /// <param name="account">The account to which the login is added then, where its owner asked for that.</param>
    /// <param name="returnPath">Where the browser goes in the end.</param>
    public static AuthenticationProperties Begin(string? invitation, string? account, string returnPath) =>
        new() { RedirectUri = returnPath, Items = { [InvitationItem] = invitation, [AccountItem] = account, [ReturnItem] = returnPath } };

    /// <summary>
    /// Somebody comes back. Whoever is not known by issuer and subject needs an invitation, or had asked, signed in, to add the login to the own account. A session
    /// that happens to be open gives nobody anything: it may be somebody else's.
    /// </summary>
    private static async Task FinishAsync(TicketReceivedContext context)
    {
        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        context.HandleResponse();
        if (context.Principal?.FindFirst("sub") is not { } subject)
        {
            await RefuseAsync(http, Refused);
            return;
        }

        var login = new ExternalLogin(context.Principal.FindFirstValue("iss") ?? subject.Issuer, subject.Value);
        var (account, refusal) = await FindOrLinkAsync(http, services, login, Remembered(context, InvitationItem), Remembered(context, AccountItem), context.Principal.FindFirstValue("name"));
        if (account is null)
        {
            await RefuseAsync(http, refusal!);
            return;
        }

        await SessionAuthentication.BeginAsync(http, account);
        http.Response.Redirect(Remembered(context, ReturnItem) ?? "/");
    }

    /// <summary>A browser goes back to the sign-in page, which says what is wrong; a program gets the problem.</summary>
    private static Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return refusal.WriteAsync(http);
        }

        http.Response.Redirect($"/sign-in?problem={refusal.Code}");
        return Task.CompletedTask;
    }

    // Nothing is remembered as an empty text.
    private static string? Remembered(TicketReceivedContext context, string item) =>
        context.Properties?.Items.TryGetValue(item, out var value) == true && !string.IsNullOrEmpty(value) ? value : null;

    private static async Task<(Account? Account, Refusal? Refusal)> FindOrLinkAsync(
        HttpContext http, IServiceProvider services, ExternalLogin login, string? invitation, string? owner, string? name)
    {
        var store = services.GetRequiredService<IAccountStore>();
        await using var session = store.QuerySession();
        var known = await session.Query<Account>().FirstOrDefaultAsync(a => a.Logins.Any(l => l.Issuer == login.Issuer && l.Subject == login.Subject), http.RequestAborted);
        return known is { Disabled: true } ? (null, Refused)
            : invitation is not null ? await services.GetRequiredService<Inviting>().AcceptWithLoginAsync(invitation, login, known, name, http.RequestAborted)
            : known is not null ? (known, null)
            : owner is not null ? await AddAsync(http, services, login, owner)
            : (null, Refused);
    }

    /// <summary>Adds a login to the account whose owner asked for it, where that is still who is signed in.</summary>
    private static async Task<(Account? Account, Refusal? Refusal)> AddAsync(HttpContext http, IServiceProvider services, ExternalLogin login, string owner)
    {
        var authenticated = await http.AuthenticateAsync(SessionAuthentication.Scheme);
        if (!authenticated.Succeeded)
        {
            return (null, Refused);
        }

        http.User = authenticated.Principal;
        if (await Caller.FindAsync(http, services.GetRequiredService<IAccountStore>(), services.GetRequiredService<TimeProvider>()) is not { Account: { } own } || own.Id != owner)
        {
            return (null, Refused);
        }

        own.Logins = [.. own.Logins, login];
        return await services.GetRequiredService<UserManager<Account>>().UpdateAsync(own) is { Succeeded: false } failed ? (null, Identities.Refuse(failed, "login")) : (own, null);
    }

    /// <summary>The same for whoever is unknown, whoever is disabled, and whatever went wrong on the way.</summary>
    public static Refusal Refused { get; } = new(401, "unknown-login", "This sign-in is not known here", "Ask for an invitation and accept it with this sign-in, or sign in and add it to your account.");
}

/// <summary>Another identity provider with which one can sign in.</summary>
/// <param name="Id">By this sign-in begins.</param>
/// <param name="Name">As people know it.</param>
public sealed record ProviderView(string Id, string Name);

/// <summary>The identity providers of the deployment.</summary>
public sealed record ProviderList(IReadOnlyList<ProviderView> Items);

[PermitsAnyone]
internal sealed class ListProvidersEndpoint(IConfiguration configuration) : EndpointWithoutRequest<ProviderList>
{
    public override void Configure()
    {
        Get("sign-in/providers");
        Summary(s =>
        {
            s.Summary = "List the identity providers with which one can sign in";
            s.Description = "Those that the deployment configured; there may be none.";
        });
    }

    public override Task HandleAsync(CancellationToken ct) => Conditional.SendHashedAsync(HttpContext,
        new ProviderList([.. OpenIdConnect.Providers(configuration).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new ProviderView(p.Key, p.Value.DisplayName ?? p.Key))]), ct);
}

public sealed record BeginProviderSignInRequest
{
    /// <summary>The provider's id.</summary>
    [RouteParam]
    public string Provider { get; init; } = "";

    [FromBody]
    public BeginProviderSignInBody Body { get; init; } = null!;
}

/// <summary>What is done when somebody comes back from the provider.</summary>
public sealed record BeginProviderSignInBody
{
    /// <summary>The secret of an invitation to be accepted with this sign-in; left out by whoever has an account.</summary>
    public string? Invitation { get; init; }

    /// <summary>True, by whoever is signed in by a browser's session, to add this way of signing in to the own account. It takes the antiforgery token, as a change does.</summary>
    public bool Add { get; init; }

    /// <summary>The path to which the browser returns; the start page where it is left out.</summary>
    public string? ReturnPath { get; init; }
}

internal sealed class BeginProviderSignInValidator : Validator<BeginProviderSignInRequest>
{
    public BeginProviderSignInValidator()
    {
        RuleFor(r => r.Body.Invitation).MaximumLength(100).OverridePropertyName("invitation");
        RuleFor(r => r.Body.Add).Must((r, add) => !add || r.Body.Invitation is null).WithMessage("Accept an invitation, or add the sign-in to your account: one of the two.").OverridePropertyName("add");
        // A path of ours, and no address of others.
        RuleFor(r => r.Body.ReturnPath).Must(p => p is null || (p.Length <= 500 && p.StartsWith('/') && !p.StartsWith("//", StringComparison.Ordinal) && !p.Contains('\\', StringComparison.Ordinal)))
            .WithMessage("A path that begins with one slash.").OverridePropertyName("returnPath");
    }
}

/// <summary>Where the browser goes.</summary>
/// <param name="Location">An address of the provider.</param>
public sealed record ProviderLocation(string Location);

[PermitsAnyone]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class BeginProviderSignInEndpoint(IConfiguration configuration, IAntiforgery antiforgery) : Endpoint<BeginProviderSignInRequest, ProviderLocation>
{
    public override void Configure()
    {
        Post("sign-in/providers/{provider}");
        Summary(s =>
        {
            s.Summary = "Begin to sign in with an identity provider";
            s.Description = "Answers the provider's address for the browser, and sets the cookies by which it is known when it comes back. Somebody new needs an invitation; whoever is signed in can add this way of signing in to the account.";
            s.Responses[200] = "Where the browser goes.";
            s.Responses[400] = "The request is not valid, or asks to add the sign-in to an account without a session and its antiforgery token.";
        });
    }

    public override async Task HandleAsync(BeginProviderSignInRequest request, CancellationToken ct)
    {
        if (!OpenIdConnect.Providers(configuration).ContainsKey(request.Provider))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        string? owner = null;
        if (request.Body.Add)
        {
            if (Caller.Of(HttpContext) is not { Account.Id: var own } || !SessionAuthentication.Is(User) || !await antiforgery.IsRequestValidAsync(HttpContext))
            {
                await Refusal.Invalid("add", $"Sign in first, and send the session's antiforgery token as {SessionAuthentication.AntiforgeryHeader}.", "session").WriteAsync(HttpContext);
                return;
            }

            owner = own;
        }

        await HttpContext.ChallengeAsync(OpenIdConnect.SchemeOf(request.Provider), OpenIdConnect.Begin(request.Body.Invitation, owner, request.Body.ReturnPath ?? "/"));
        var location = HttpContext.Response.Headers.Location.ToString();
        HttpContext.Response.Headers.Location = default;
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new ProviderLocation(location), ct);
    }
}
