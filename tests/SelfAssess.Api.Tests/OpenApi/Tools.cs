using System.Diagnostics;

namespace SelfAssess.Api.Tests.OpenApi;

/// <summary>Programs of other languages that tests run: Node's tools of <c>tests/clients</c>, which are fetched where they are missing, and dotnet.</summary>
internal static class Tools
{
    private static readonly SemaphoreSlim fetching = new(1, 1);

    public static string Clients { get; } = Path.Combine(Repository(), "tests", "clients");

    /// <summary>Runs a script of a package of <c>tests/clients</c>.</summary>
    public static async Task<string> NodeAsync(string script, string folder, params string[] arguments)
    {
        await FetchAsync();
        return await RunAsync("node", folder, [Path.IsPathRooted(script) ? script : Path.Combine(Clients, "node_modules", script), .. arguments]);
    }

    /// <summary>Runs a program to its end, which must be a success; answers what it printed.</summary>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true";
        start.Environment["NODE_PATH"] = Path.Combine(Clients, "node_modules");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = await output + await error;
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments.Take(2))} failed:\n{said}");
    }

    private static async Task FetchAsync()
    {
        await fetching.WaitAsync();
        try
        {
            // npm writes this file last.
            if (!File.Exists(Path.Combine(Clients, "node_modules", ".package-lock.json")))
            {
                await RunAsync("npm", Clients, "ci", "--no-audit", "--no-fund", "--loglevel=error");
            }
        }
        finally
        {
            fetching.Release();
        }
    }

    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SelfAssess.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        }

        return folder;
    }
}
