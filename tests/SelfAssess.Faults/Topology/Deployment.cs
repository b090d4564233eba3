using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.Faults;

/// <summary>The deployment of <c>compose.yaml</c> as processes on loopback: a primary, a replica that has every write first, two nodes, and a proxy before them.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly string folder;
    private readonly Child?[] nodes = new Child?[2];
    private readonly string[] addresses = [.. Enumerable.Range(0, 2).Select(_ => $"http://127.0.0.1:{DatabaseServer.FreePort()}")];
    private Proxy? proxy;

    private Deployment(string folder) => this.folder = folder;

    public DatabaseServer Primary { get; private set; } = null!;

    public DatabaseServer Replica { get; private set; } = null!;

    /// <summary>Where clients go.</summary>
    public string Address => proxy!.Address;

    public IReadOnlyList<string> Nodes => addresses;

    /// <summary>As the nodes have it: whichever of the two takes writes.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1:{Primary.Port},127.0.0.1:{Replica.Port};Database={DatabaseServer.User};Username={DatabaseServer.User};Password={DatabaseServer.Password};"
        + "Target Session Attributes=primary;Host Recheck Seconds=2;SSL Mode=Disable;GSS Encryption Mode=Disable";

    internal static string Root { get; } = FindRoot();

    public static async Task<Deployment> StartAsync()
    {
        var wanted = Path.Combine(Path.GetTempPath(), "selfassess-faults-" + Path.GetRandomFileName());
        var account = await ServerAccount.ChooseAsync(wanted, CancellationToken.None);
        var deployment = new Deployment(await account.FolderAsync(wanted, toWrite: true, NullLogger.Instance, CancellationToken.None));
        try
        {
            var binaries = await ServerBinaries.FindAsync(new() { AllowNpm = false }, null, account, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
            deployment.Primary = await DatabaseServer.PrimaryAsync(account, binaries, deployment.folder);
            deployment.Replica = await DatabaseServer.ReplicaAsync(deployment.Primary);
            // One after the other: both would publish the questionnaires, and the second would find that done.
            await deployment.StartNodeAsync(0);
            await deployment.StartNodeAsync(1);
            deployment.proxy = await Proxy.StartAsync(deployment.addresses);
            return deployment;
        }
        catch
        {
            deployment.Tell();
            await deployment.DisposeAsync();
            throw;
        }
    }

    public async Task StartNodeAsync(int number)
    {
        // Its appsettings.json is looked for in the folder in which it is started.
        var executable = Executable();
        var start = new ProcessStartInfo(executable) { WorkingDirectory = Path.GetDirectoryName(executable) };
        start.Environment["URLS"] = addresses[number];
        start.Environment["ConnectionStrings__SelfAssess"] = ConnectionString;
        start.Environment["SelfAssess__Administrator__InitialPassword"] = DatabaseServer.Password;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var node = nodes[number] = new Child($"node-{number + 1}", start);
        using var client = new HttpClient { BaseAddress = new Uri(addresses[number]) };
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                using var response = await client.GetAsync("/health/ready");
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!node.HasEnded && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(2))
            {
                // It does not listen yet.
            }
        }
    }

    public Task KillNodeAsync(int number) => nodes[number]!.KillAsync();

    /// <summary>What the parts said last, for whoever has to find out why.</summary>
    public void Tell()
    {
        foreach (var (name, said) in nodes.OfType<Child>().Select(n => (n.Name, n.Said)).Append(("primary", Primary?.Said ?? "")).Append(("replica", Replica?.Said ?? "")))
        {
            Console.WriteLine($"--- {name}\n{string.Join('\n', said.Split('\n').TakeLast(40))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }

        await Task.WhenAll(nodes.OfType<Child>().Select(n => n.DisposeAsync().AsTask()));
        foreach (var server in new[] { Replica, Primary }.Where(s => s is not null))
        {
            await server.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string FindRoot()
    {
        var above = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(above.FullName, "SelfAssess.sln")))
        {
            above = above.Parent ?? throw new InvalidOperationException("Drills are run from a checkout.");
        }

        return above.FullName;
    }

    /// <summary>The program as its own project builds it, in the configuration that we were built in.</summary>
    private static string Executable()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, "api", "SelfAssess.Api", "bin", framework.Parent!.Name, framework.Name, "SelfAssess.Api");
    }
}
