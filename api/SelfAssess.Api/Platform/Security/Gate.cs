using System.Collections.Concurrent;
using System.Reflection;
using FastEndpoints;
using Microsoft.AspNetCore.Antiforgery;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Security;

/// <summary>What the gate decides.</summary>
internal enum Admission
{
    Admitted,

    /// <summary>Nobody is signed in: 401.</summary>
    SignInFirst,

    /// <summary>The role does not permit it: 403.</summary>
    Forbidden,

    /// <summary>As if there were nothing: 404, the same for what exists and what does not.</summary>
    Unknown,
}

/// <summary>
/// The one gate. It decides from the endpoint's declaration, the caller's roles and the address alone, before anything is looked up: what exists and
/// what does not are refused alike, and take the same time.
/// </summary>
internal sealed class Gate(RequestDelegate next, IAccountStore accounts, IAntiforgery antiforgery, IConfiguration configuration, TimeProvider clock, ILogger<Gate> logger)
{
    /// <summary>Under this the decision is left in <see cref="HttpContext.Items"/>, for the test that goes through all of them.</summary>
    public const string DecisionItem = "selfassess.admission";

    public const string PublicReleases = "SelfAssess:Releases:Public";

    private static readonly ConcurrentDictionary<Type, AccessAttribute?> Declarations = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EndpointDefinition>() is not { } definition)
        {
            await next(context);
            return;
        }

        var access = Declarations.GetOrAdd(definition.EndpointType, static t => t.GetCustomAttribute<AccessAttribute>());
        var caller = await Caller.FindAsync(context, accounts, clock);
        var admission = Decide(access, caller, context.Request.RouteValues["state"] as string, context.Request.RouteValues["entity"] as string,
            configuration.GetValue<bool>(PublicReleases), Reads(context.Request.Method) || definition.EndpointType.IsDefined(typeof(OpenApi.StoresNothingAttribute)));
        context.Items[DecisionItem] = admission;
        if (admission is Admission.Forbidden or Admission.Unknown)
        {
            SecurityEvents.Refused(logger, Startup.NameOf(definition.EndpointType), caller?.Account.Id ?? "none", admission.ToString());
        }

        switch (admission)
        {
            case Admission.SignInFirst:
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"SelfAssess\"";
                await SignInFirst.WriteWithHeadersAsync(context);
                return;
            case Admission.Forbidden:
                await Forbidden.WriteAsync(context);
                return;
            case Admission.Unknown:
                await Refusal.NotFound.WriteAsync(context);
                return;
        }

        // A browser sends its cookie along whoever asks; a token is sent by whoever holds it.
        if (!Reads(context.Request.Method) && access is not PermitsAnyoneAttribute && SessionAuthentication.Is(context.User) && !await antiforgery.IsRequestValidAsync(context))
        {
            SecurityEvents.Refused(logger, Startup.NameOf(definition.EndpointType), caller?.Account.Id ?? "none", MissingAntiforgery.Code);
            await MissingAntiforgery.WriteAsync(context);
            return;
        }

        await next(context);
    }

    public static Refusal SignInFirst { get; } = new(401, "unauthenticated", "Sign in first", "Sign in, or send a personal API token as Authorization: Bearer.");

    public static Refusal Forbidden { get; } = new(403, "forbidden", "Not permitted", "None of your roles permits this.");

    private static Refusal MissingAntiforgery { get; } = new(400, "antiforgery", "The request cannot be told from a forged one",
        $"Send the antiforgery token that signing in, or reading the session, answered as {SessionAuthentication.AntiforgeryHeader}.")
    {
        Errors = [new FieldProblem(SessionAuthentication.AntiforgeryHeader, "The header is missing, or belongs to another session.", "antiforgery")],
    };

    /// <summary>Decides, from nothing but what it is given.</summary>
    /// <param name="access">The endpoint's declaration; without one nobody is admitted.</param>
    /// <param name="caller">Who asks; null where nobody is signed in.</param>
    /// <param name="state">The State that the address names; null where it names none.</param>
    /// <param name="entity">The entity that the address names; null where it names none.</param>
    /// <param name="publicReleases">Whether the deployment opens its releases to anyone.</param>
    /// <param name="reads">Whether the request changes nothing.</param>
    public static Admission Decide(AccessAttribute? access, Caller? caller, string? state, string? entity, bool publicReleases, bool reads) => (access, caller) switch
    {
        (PermitsAnyoneAttribute, _) => Admission.Admitted,
        (PermitsReleaseReadersAttribute, _) when publicReleases => Admission.Admitted,
        (_, null) => Admission.SignInFirst,
        (PermitsAttribute { Roles: var roles }, _) when Permit(roles, caller, state, entity) is var refused and not Admission.Admitted => refused,
        (PermitsAttribute or PermitsSignedInAttribute or PermitsReleaseReadersAttribute, _) => caller.ReadOnly && !reads ? Admission.Forbidden : Admission.Admitted,
        _ => Admission.Forbidden,
    };

    private static Admission Permit(IReadOnlyList<Role> roles, Caller caller, string? state, string? entity)
    {
        if (caller.Grants.Any(g => g.State is null && roles.Contains(g.Role)))
        {
            return Admission.Admitted;
        }

        var own = caller.Grants.Where(g => state is not null && g.State == state).ToArray();
        if (own.Length == 0)
        {
            // Administrators and the presidency know which States there are; to everybody else another State's address is nothing.
            return state is null || caller.Grants.Any(g => g.State is null) ? Admission.Forbidden : Admission.Unknown;
        }

        var fitting = own.Where(g => roles.Contains(g.Role)).ToArray();
        return fitting.Length == 0 ? Admission.Forbidden
            : fitting.Any(g => g.Role != Role.Respondent || entity is null || g.Entity == entity) ? Admission.Admitted
            : Admission.Unknown;
    }

    private static bool Reads(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
