using System.Security.Claims;
using System.Xml.Linq;
using Marten;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Security;

/// <summary>Browser sessions: a cookie with a key, everything else in PostgreSQL, so that every node knows them and each can be ended.</summary>
internal static class SessionAuthentication
{
    public const string Scheme = "Session";
    public const string CookieName = "selfassess-session";
    public const string AntiforgeryHeader = "X-CSRF-Token";
    public const string StampClaim = "stamp";
    private const string Either = "Either";
    private static readonly TimeSpan Idle = TimeSpan.FromHours(8);

    public static bool Is(ClaimsPrincipal user) => user.Identity?.AuthenticationType == Scheme;

    /// <summary>Identity's services, sessions, tokens, antiforgery, and the keys that protect them.</summary>
    public static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIdentityCore<Account>(options =>
            {
                // Length is what counts; rules about kinds of characters make passwords worse.
                options.Password.RequiredLength = 12;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 5;
                options.Lockout.MaxFailedAccessAttempts = SignInLimits.Attempts;
                options.Lockout.DefaultLockoutTimeSpan = SignInLimits.Window;
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = "";
            })
            .AddUserStore<AccountUserStore>()
            .AddPasswordValidator<OwnNamePasswords>()
            .AddPasswordValidator<CommonPasswords>()
            .AddTokenProvider<AuthenticatorTokenProvider<Account>>(TokenOptions.DefaultAuthenticatorProvider);
        // What OWASP asks for with SHA-512; an older hash is made anew when its owner next signs in.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddSingleton<ITicketStore, SessionTickets>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<Mailing>();
        services.AddScoped<AccountLinks>();
        services.AddScoped<Inviting>();
        services.AddScoped<PeopleChanges>();
        services.AddScoped<FirstAdministrator>();
        services.AddDataProtection().SetApplicationName("SelfAssess");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(s =>
            new ConfigureOptions<KeyManagementOptions>(o => o.XmlRepository = new ProtectionKeys(s.GetRequiredService<IAccountStore>())));
        services.AddAntiforgery(options =>
        {
            options.HeaderName = AntiforgeryHeader;
            options.Cookie.Name = "selfassess-antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthentication(Either)
            .AddOpenIdProviders(configuration)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = context => context.Request.Headers.Authorization.Count > 0 ? TokenAuthentication.Scheme_ : Scheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme_, null)
            .AddCookie(Scheme, options =>
            {
                options.Cookie.Name = CookieName;
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.ExpireTimeSpan = Idle;
                options.SlidingExpiration = true;
                // An API answers with a status, not with a page.
                options.Events.OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized);
                options.Events.OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden);
            });
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<ITicketStore>((options, tickets) => options.SessionStore = tickets);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Begins a session and answers the antiforgery token that belongs to it. One that the browser brought ends.</summary>
    public static async Task<string> BeginAsync(HttpContext context, Account account)
    {
        // The framework would go on with the browser's session under its old key, which whoever put it there knows, and in the list of its old owner: it is
        // ended, and a handler that has not seen it begins the new one.
        await context.SignOutAsync(Scheme);
        context.Request.Headers.Cookie = string.Join("; ", context.Request.Cookies.Where(c => !c.Key.StartsWith(CookieName, StringComparison.Ordinal)).Select(c => $"{c.Key}={Uri.EscapeDataString(c.Value)}"));
        await using var scope = context.RequestServices.CreateAsyncScope();
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, account.Id), new Claim(ClaimTypes.Name, account.Name), new Claim(StampClaim, account.SecurityStamp)], Scheme);
        context.User = new ClaimsPrincipal(identity);
        await scope.ServiceProvider.GetRequiredService<IAuthenticationService>().SignInAsync(context, Scheme, context.User, new AuthenticationProperties { IsPersistent = false });
        return Antiforgery(context);
    }

    /// <summary>The antiforgery token for whoever is signed in; its other half is a cookie.</summary>
    public static string Antiforgery(HttpContext context) =>
        context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

/// <summary>Sessions in PostgreSQL.</summary>
internal sealed class SessionTickets(IAccountStore store, IHttpContextAccessor accessor, TimeProvider clock) : ITicketStore
{
    /// <summary>However often it is used, a session ends after this long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Secrets.New();
        var (request, now) = (accessor.HttpContext?.Request, clock.GetUtcNow());
        await using var session = store.LightweightSession();
        session.Insert(new SessionTicket
        {
            Id = Secrets.Hash(key),
            AccountId = ticket.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!,
            Ticket = TicketSerializer.Default.Serialize(ticket),
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = ticket.Properties.ExpiresUtc ?? now.AddHours(8),
            Address = accessor.HttpContext?.Connection.RemoteIpAddress?.ToString(),
            UserAgent = request?.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(200, agent.Length)] : null,
        });
        await session.SaveChangesAsync();
        return key;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<SessionTicket>(Secrets.Hash(key)) is { } kept)
        {
            session.Update(kept with { Ticket = TicketSerializer.Default.Serialize(ticket), SeenAt = clock.GetUtcNow(), ExpiresAt = ticket.Properties.ExpiresUtc ?? kept.ExpiresAt });
            await session.SaveChangesAsync();
        }
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        await using var session = store.QuerySession();
        var (kept, now) = (await session.LoadAsync<SessionTicket>(Secrets.Hash(key)), clock.GetUtcNow());
        return kept is null || kept.ExpiresAt < now || kept.CreatedAt + Longest < now ? null : TicketSerializer.Default.Deserialize(kept.Ticket);
    }

    public async Task RemoveAsync(string key)
    {
        await using var session = store.LightweightSession();
        session.Delete<SessionTicket>(Secrets.Hash(key));
        await session.SaveChangesAsync();
    }
}

/// <summary>The keys of data protection in PostgreSQL. The framework asks for them without waiting.</summary>
internal sealed class ProtectionKeys(IAccountStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(async () =>
    {
        await using var session = store.QuerySession();
        return (IReadOnlyCollection<XElement>)[.. (await session.Query<ProtectionKey>().ToListAsync()).Select(k => XElement.Parse(k.Xml))];
    }).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => Task.Run(async () =>
    {
        await using var session = store.LightweightSession();
        session.Insert(new ProtectionKey { Id = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        await session.SaveChangesAsync();
    }).GetAwaiter().GetResult();
}

/// <summary>A password that says who one is, is no secret.</summary>
internal sealed class OwnNamePasswords : IPasswordValidator<Account>
{
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(
        password is not null && ((string[])[user.Email, user.Email.Split('@')[0], user.Name]).Any(own => own.Length > 3 && password.Contains(own, StringComparison.OrdinalIgnoreCase))
            ? IdentityResult.Failed(new IdentityError { Code = "PasswordContainsName", Description = "The password must not contain your name or address." })
            : IdentityResult.Success);
}
