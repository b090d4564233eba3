using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SelfAssess.Benchmarks;

/// <summary>A server in a process of its own: the built program, or the hand-written one beside which it is measured.</summary>
internal sealed class Server : IAsyncDisposable
{
    public const string Password = "a password for benchmarks only";
    private readonly Process process;
    private readonly List<string> output = [];

    private Server(ProcessStartInfo start, string address)
    {
        Address = address;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Address { get; }

    /// <summary>Starts the built program.</summary>
    /// <param name="settings">Configuration keys with <c>:</c>.</param>
    /// <param name="arguments">Of its command line.</param>
    public static Server Program(IReadOnlyDictionary<string, string> settings, params string[] arguments) => Program(settings, FreeAddress(), arguments);

    /// <summary>The same at an address that is given, for a second start of what was killed.</summary>
    public static Server Program(IReadOnlyDictionary<string, string> settings, string address, string[] arguments)
    {
        // Its appsettings.json is looked for in the folder in which it is started.
        var executable = Executable();
        var start = new ProcessStartInfo(executable, arguments) { WorkingDirectory = Path.GetDirectoryName(executable) };
        start.Environment["URLS"] = address;
        start.Environment["SelfAssess__Administrator__InitialPassword"] = Password;
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new Server(start, address);
    }

    public static Server HandWritten(string connectionString)
    {
        var address = FreeAddress();
        return new Server(new ProcessStartInfo(Environment.ProcessPath!, [HandWrittenServer.Command, connectionString, address]), address);
    }

    public static Server Static(string folder)
    {
        var address = FreeAddress();
        return new Server(new ProcessStartInfo(Environment.ProcessPath!, [StaticServer.Command, folder, address]), address);
    }

    /// <summary>The process's resident memory in MiB.</summary>
    public double ResidentMiB()
    {
        process.Refresh();
        return process.WorkingSet64 / 1048576.0;
    }

    /// <summary>Waits for the first 200 of a path.</summary>
    public async Task ReadyAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(2); await Task.Delay(5))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The server ended: {string.Join('\n', Output())}");
            }

            try
            {
                using var response = await client.GetAsync(path);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new TimeoutException("The server was not ready within two minutes.");
    }

    /// <summary>Waits for a line of its output.</summary>
    public async Task<string> SaysAsync(string text)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(5); await Task.Delay(5))
        {
            if (Output().FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line.Trim();
            }
        }

        throw new TimeoutException($"The server did not say '{text}' within five minutes.");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ends it in good order, so that a database of its own is stopped too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            if (OperatingSystem.IsWindows())
            {
                process.Kill();
            }
            else
            {
                using var signal = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await signal.WaitForExitAsync();
            }

            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.Add(line ?? "");
        }
    }

    private string[] Output()
    {
        lock (output)
        {
            return [.. output];
        }
    }

    /// <summary>The program as its own project builds it, in the configuration that we were built in.</summary>
    private static string Executable()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        var name = OperatingSystem.IsWindows() ? "SelfAssess.Api.exe" : "SelfAssess.Api";
        return Path.Combine(root.FullName, "api", "SelfAssess.Api", "bin", configuration.Name, framework.Name, name);
    }

    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }
}
