using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace SelfAssess.TestKit;

/// <summary>A real OpenID provider (OpenIddict), which listens on loopback, and in which exactly one person is signed in.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    private readonly WebApplication app;

    private IdentityProvider(WebApplication app) => this.app = app;

    public (string Subject, string Name, string Email) Person { get; set; } = ("nobody", "Nobody", "nobody@example.org");

    private string Address => app.Urls.Single();

    public static async Task<IdentityProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrel();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.EnableDegradedMode();
            options.SetAuthorizationEndpointUris("/authorize").SetTokenEndpointUris("/token");
            options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            options.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            options.RegisterScopes("openid", "profile", "email");
            options.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(b => b.UseInlineHandler(context =>
            {
                if (context.ClientId != "selfassess" || context.RedirectUri?.EndsWith("/sign-in/ministry/callback", StringComparison.Ordinal) != true)
                {
                    context.Reject("invalid_client");
                }

                return ValueTask.CompletedTask;
            }));
            options.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(b => b.UseInlineHandler(context =>
            {
                if (context.ClientId != "selfassess" || context.ClientSecret != "a secret")
                {
                    context.Reject("invalid_client");
                }

                return ValueTask.CompletedTask;
            }));
            options.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
        });
        var server = builder.Build();
        var provider = new IdentityProvider(server);
        server.UseAuthentication();
        server.MapGet("/authorize", (HttpContext context) =>
        {
            var identity = new ClaimsIdentity("test", "name", "role");
            identity.AddClaim(new Claim("sub", provider.Person.Subject).SetDestinations("id_token"));
            identity.AddClaim(new Claim("name", provider.Person.Name).SetDestinations("id_token"));
            identity.AddClaim(new Claim("email", provider.Person.Email).SetDestinations("id_token"));
            var principal = new ClaimsPrincipal(identity);
            principal.SetScopes(context.GetOpenIddictServerRequest()!.GetScopes());
            return Results.SignIn(principal, new AuthenticationProperties(), OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        });
        await server.StartAsync();
        return provider;
    }

    public void Configure(IWebHostBuilder builder)
    {
        builder.UseSetting("SelfAssess:OpenIdConnect:ministry:Authority", Address);
        builder.UseSetting("SelfAssess:OpenIdConnect:ministry:ClientId", "selfassess");
        builder.UseSetting("SelfAssess:OpenIdConnect:ministry:ClientSecret", "a secret");
        builder.UseSetting("SelfAssess:OpenIdConnect:ministry:DisplayName", "A ministry's own");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
