using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.TestKit;

/// <summary>The real program on a database of its own, in this process.</summary>
public sealed class ApiHost(string connectionString, Action<IWebHostBuilder>? configure = null) : WebApplicationFactory<Program>
{
    public const string Password = "a password for tests only";

    // FastEndpoints keeps its configuration process-wide: hosts start one after the other.
    private static readonly SemaphoreSlim Starting = new(1, 1);

    private static readonly ConditionalWeakTable<HttpClient, ApiHost> hosts = [];
    private readonly ConcurrentDictionary<(Role Role, string? State, string? Entity), Lazy<Task<string>>> tokens = new();
    private readonly ConcurrentDictionary<string, HttpClient> clients = new(StringComparer.Ordinal);

    public string ConnectionString { get; } = connectionString;

    /// <summary>Starts a host on a database.</summary>
    public static async Task<ApiHost> StartAsync(string connectionString, Action<IWebHostBuilder>? configure = null)
    {
        var host = new ApiHost(connectionString, configure);
        await Starting.WaitAsync();
        try
        {
            _ = host.Server;
            // Hangfire keeps one log for the process: that of a host that may be gone before the others.
            Hangfire.Logging.LogProvider.SetCurrentLogProvider(null);
        }
        finally
        {
            Starting.Release();
        }

        return host;
    }

    /// <summary>Starts a host that really listens, for clients of other languages; answers its address too.</summary>
    public static async Task<(ApiHost Host, Uri Address)> ListenAsync(string connectionString, Action<IWebHostBuilder>? configure = null)
    {
        var host = new ApiHost(connectionString, configure);
        await Starting.WaitAsync();
        try
        {
            host.UseKestrel(0);
            host.StartServer();
            Hangfire.Logging.LogProvider.SetCurrentLogProvider(null);
        }
        finally
        {
            Starting.Release();
        }

        return (host, host.ClientOptions.BaseAddress);
    }

    /// <summary>A client that is signed in as an administrator.</summary>
    public HttpClient Administrator() => As(Role.Administrator);

    /// <summary>A client that is signed in as presidency staff.</summary>
    public HttpClient Presidency() => As(Role.Presidency);

    /// <summary>A client that is signed in as a coordinator of a State.</summary>
    public HttpClient Coordinator(string state) => As(Role.Coordinator, state);

    /// <summary>A client that is signed in as a respondent of one entity of a State.</summary>
    public HttpClient Respondent(string state, string entity) => As(Role.Respondent, state, entity);

    /// <summary>A client that is signed in as a reader of a State's result.</summary>
    public HttpClient Reader(string state) => As(Role.Reader, state);

    /// <summary>A client that is signed in as an auditor of a State's history.</summary>
    public HttpClient Auditor(string state) => As(Role.Auditor, state);

    /// <summary>A client that signs each request in as somebody whose work it is: for tests of anything but roles.</summary>
    public HttpClient Whoever() => clients.GetOrAdd("whoever", _ => Known(CreateDefaultClient(new SignsInAsWhoeverItIs(this))));

    /// <summary>A client that is not signed in.</summary>
    public HttpClient Anonymous() => Known(CreateClient());

    /// <summary>A client with a token, and that token.</summary>
    public (HttpClient Client, string Token) With(string token)
    {
        var client = Known(CreateClient());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (client, token);
    }

    /// <summary>The host to which a client belongs.</summary>
    public static ApiHost Of(HttpClient client) => hosts.TryGetValue(client, out var host) ? host : throw new InvalidOperationException("The client comes from no test host.");

    /// <summary>Makes an account with these roles directly, and a token for it.</summary>
    public async Task<string> TokenAsync(IReadOnlyList<Grant> grants, bool readOnly = false, bool disabled = false)
    {
        var (secret, now) = (Secrets.New(), TimeProvider.System.GetUtcNow());
        var account = new Account
        {
            Name = string.Join(", ", grants.Select(g => $"{g.Role} {g.State} {g.Entity}".Trim())),
            Grants = [.. grants],
            Disabled = disabled,
            CreatedAt = now,
            Tokens = [new ApiToken(Guid.NewGuid(), "test", Secrets.Hash(secret), readOnly, now, now.AddYears(2))],
        };
        account.Email = account.NormalizedEmail = $"{account.Id}@TEST.EXAMPLE";
        await using var session = Services.GetRequiredService<IAccountStore>().LightweightSession();
        session.Insert(account);
        await session.SaveChangesAsync();
        return TokenAuthentication.Show(account.Id, secret);
    }

    /// <summary>Makes an account that signs in with <see cref="Password"/>; answers its address.</summary>
    public async Task<string> AccountAsync(string email, string name, params Grant[] grants)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var made = await users.CreateAsync(new Account { Email = email, Name = name, Grants = [.. grants], CreatedAt = TimeProvider.System.GetUtcNow() }, Password);
        return made.Succeeded ? email : throw new InvalidOperationException(string.Join(" ", made.Errors.Select(e => e.Description)));
    }

    /// <summary>Turns a second factor on for an account; answers the authenticator's secret.</summary>
    public async Task<string> SecondFactorAsync(string email)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await users.FindByEmailAsync(email) ?? throw new InvalidOperationException("There is no such account.");
        await users.ResetAuthenticatorKeyAsync(account);
        await users.SetTwoFactorEnabledAsync(account, true);
        return (await users.GetAuthenticatorKeyAsync(account))!;
    }

    /// <summary>A role that counts now.</summary>
    public static Grant Granted(Role role, string? state = null, string? entity = null) => new(Guid.NewGuid(), role, state, entity, new DateOnly(2020, 1, 1), null);

    /// <summary>The token of whoever has this role alone.</summary>
    internal string TokenOf(Role role, string? state = null, string? entity = null) =>
        tokens.GetOrAdd((role, state, entity), key => new(() => TokenAsync([Granted(key.Role, key.State, key.Entity)]))).Value.GetAwaiter().GetResult();

    private HttpClient As(Role role, string? state = null, string? entity = null) => With(TokenOf(role, state, entity)).Client;

    private HttpClient Known(HttpClient client)
    {
        hosts.AddOrUpdate(client, this);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:SelfAssess", ConnectionString);
        builder.UseSetting("SelfAssess:Administrator:InitialPassword", Password);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        // Every test comes from the same address.
        builder.UseSetting("SelfAssess:SignIn:AttemptsPerAddress", "100000");
        configure?.Invoke(builder);
    }
}

/// <summary>Answers for an entity as its respondent, everything else of a State's assessment as its coordinator, decides on releases as the presidency, and does the rest as an administrator.</summary>
internal sealed partial class SignsInAsWhoeverItIs(ApiHost host) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        var token = Entity().Match(path) is { Success: true } entity && !path.EndsWith("/return", StringComparison.Ordinal)
            ? host.TokenOf(Role.Respondent, entity.Groups["state"].Value, entity.Groups["entity"].Value)
            : path.StartsWith("/api/v1/release-previews", StringComparison.Ordinal) || CyclePractices().IsMatch(path) ? host.TokenOf(Role.Presidency)
            : State().Match(path) is { Success: true } state ? host.TokenOf(Role.Coordinator, state.Groups["state"].Value)
            : host.TokenOf(Role.Administrator);
        request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }

    [GeneratedRegex("^/api/v1/states/(?<state>[^/]*)/(assessments/[^/]*/responses|entities)/(?<entity>[^/]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Entity();

    [GeneratedRegex("^/api/v1/states/(?<state>[^/]*)/(assessments|profile|people|invitations|hand-over|practices|webhooks|delivery-token$)", RegexOptions.ExplicitCapture)]
    private static partial Regex State();

    [GeneratedRegex("^/api/v1/cycles/[^/]*/practices")]
    private static partial Regex CyclePractices();
}
