using System.Diagnostics;
using System.Globalization;

namespace SelfAssess.Faults;

/// <summary>A process of ours: its output is kept, and it ends as is asked for.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly Queue<string> output = [];

    public Child(string name, ProcessStartInfo start)
    {
        Name = name;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public bool HasEnded => process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Said
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, by a signal's name, and waits; who does not follow is killed.</summary>
    public async Task SignalAsync(string signal)
    {
        if (process.HasExited)
        {
            return;
        }

        using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await SignalAsync("TERM");
        process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.Enqueue(line ?? "");
            if (output.Count > 200)
            {
                output.Dequeue();
            }
        }
    }
}
