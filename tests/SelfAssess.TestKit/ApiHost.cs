using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace SelfAssess.TestKit;

/// <summary>The real program on a database of its own, in this process.</summary>
public sealed class ApiHost(string connectionString, Action<IWebHostBuilder>? configure = null) : WebApplicationFactory<Program>
{
    public const string Password = "a password for tests only";

    // FastEndpoints keeps its configuration process-wide: hosts start one after the other.
    private static readonly SemaphoreSlim Starting = new(1, 1);

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
    public static async Task<(ApiHost Host, Uri Address)> ListenAsync(string connectionString)
    {
        var host = new ApiHost(connectionString);
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

    /// <summary>A client that is signed in as the administrator.</summary>
    public HttpClient Administrator() => SignedIn(CreateClient(), Password);

    /// <summary>A client that is signed in as a coordinator of a State.</summary>
    public HttpClient Coordinator(string state) => state.Length > 0 ? Administrator() : throw new ArgumentException("Name a State.", nameof(state));

    /// <summary>A client that is signed in as a respondent of one entity of a State.</summary>
    public HttpClient Respondent(string state, string entity) => entity.Length > 0 ? Coordinator(state) : throw new ArgumentException("Name an entity.", nameof(entity));

    /// <summary>A client that is not signed in.</summary>
    public HttpClient Anonymous() => CreateClient();

    public static HttpClient SignedIn(HttpClient client, string password)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{password}")));
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:SelfAssess", ConnectionString);
        builder.UseSetting("SelfAssess:Administrator:InitialPassword", Password);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        configure?.Invoke(builder);
    }
}
