using SelfAssess.Api.Tests;
using SelfAssess.TestKit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(SharedApi))]

namespace SelfAssess.Api.Tests;

/// <summary>One running program for all tests that do not need one of their own; each test uses States and cycles of its own.</summary>
public sealed class SharedApi(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly Lazy<Task<ApiHost>> host = new(async () => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync()));

    public Task<ApiHost> HostAsync() => host.Value;

    public async ValueTask DisposeAsync()
    {
        if (host.IsValueCreated)
        {
            await (await host.Value).DisposeAsync();
        }
    }
}
