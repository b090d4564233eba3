using System.Diagnostics;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>How a program ended, and what it said on both its outputs.</summary>
internal readonly record struct Outcome(int ExitCode, string Said)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Finds and runs programs of the operating system.</summary>
internal static class Executable
{
    private static string Suffix => OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The full path of a program in a folder, whether it exists or not.</summary>
    public static string In(string folder, string name) => Path.Combine(folder, name + Suffix);

    /// <summary>The full path of the first program of that name in PATH.</summary>
    public static string? Find(string name, string? suffix = null) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, name + (suffix ?? Suffix)))
            .FirstOrDefault(File.Exists);

    public static ProcessStartInfo Command(string workingFolder, params IEnumerable<string> fileAndArguments)
    {
        var command = new ProcessStartInfo(fileAndArguments.First(), fileAndArguments.Skip(1)) { WorkingDirectory = workingFolder };
        // libpq's and the server's settings of whoever started us (PGDATA, PGPORT, PGOPTIONS) must not leak into our cluster,
        // and what the programs say is matched in English.
        foreach (var name in command.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            command.Environment.Remove(name);
        command.Environment["LC_ALL"] = "C";
        return command;
    }

    /// <summary>Runs a program to its end; cancelling kills it. A program that cannot be started counts as failed.</summary>
    public static async Task<Outcome> RunAsync(this ProcessStartInfo command, CancellationToken cancellation, bool capture = true)
    {
        command.RedirectStandardOutput = command.RedirectStandardError = capture;
        try
        {
            using var process = Process.Start(command)!;
            try
            {
                var said = capture
                    ? await Task.WhenAll(
                        process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation))
                    : [];
                await process.WaitForExitAsync(cancellation);
                return new(process.ExitCode, string.Concat(said).Trim());
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(-1, e.Message);
        }
    }
}
