using System.Net;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>A program that really listens, which pages need to call the api; for one class of tests.</summary>
public sealed class ListeningApi(PostgresFixture postgres) : IAsyncLifetime
{
    private Uri address = null!;

    public ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (Host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());

    /// <summary>A browser that keeps cookies and follows nothing by itself.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
