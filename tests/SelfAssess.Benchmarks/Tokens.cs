using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Benchmarks;

/// <summary>Accounts with tokens, made directly in the database: inviting hundreds of people is not what is measured.</summary>
internal sealed class Tokens : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Tokens(string connectionString)
    {
        var collection = new ServiceCollection().AddLogging();
        collection.AddStores(DatabaseRoles.Derive(connectionString), StateServers.CommonOnly(connectionString));
        services = collection.BuildServiceProvider();
    }

    /// <summary>One account for each list of roles; answers their authorization headers.</summary>
    public async Task<IReadOnlyList<AuthenticationHeaderValue>> MakeAsync(params IReadOnlyList<IReadOnlyList<(Role Role, string? State, string? Entity)>> people)
    {
        var now = TimeProvider.System.GetUtcNow();
        var headers = new List<AuthenticationHeaderValue>();
        await using var session = services.GetRequiredService<IAccountStore>().LightweightSession();
        foreach (var roles in people)
        {
            var secret = Secrets.New();
            var account = new Account
            {
                Name = "Benchmark",
                Grants = [.. roles.Select(r => new Grant(Guid.NewGuid(), r.Role, r.State, r.Entity, new DateOnly(2020, 1, 1), null))],
                Tokens = [new ApiToken(Guid.NewGuid(), "benchmark", Secrets.Hash(secret), false, now, now.AddDays(1))],
                CreatedAt = now,
            };
            account.Email = account.NormalizedEmail = $"{account.Id}@BENCHMARK.EXAMPLE";
            session.Insert(account);
            headers.Add(new AuthenticationHeaderValue("Bearer", TokenAuthentication.Show(account.Id, secret)));
        }

        await session.SaveChangesAsync();
        return headers;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
