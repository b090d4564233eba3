using System.Diagnostics;

namespace SelfAssess.Browser.Tests;

/// <summary>The browser of the tests: one that is installed, or Debian's, installed now. Playwright itself downloads none.</summary>
internal static class Chromium
{
    /// <summary>The first that is there. The headless shell is the same engine without windows, and twice as quick.</summary>
    private static readonly string[] names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    public static string Find() => OnPath() ?? (TryInstall() ? OnPath() : null) ?? throw new InvalidOperationException(
        $"These tests need a browser: install Chromium or Google Chrome so that one of {string.Join(", ", names)} is on the PATH. (As root on Debian or Ubuntu they install it themselves.)");

    private static string? OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static bool TryInstall() => Environment.UserName == "root" && File.Exists("/usr/bin/apt-get")
        && Run("apt-get", "update") && (Install("chromium-headless-shell") || Install("chromium"));

    private static bool Install(string package) => Run("apt-get", "install", "-y", "--no-install-recommends", package);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
        })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
