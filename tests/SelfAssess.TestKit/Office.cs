using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfAssess.TestKit;

/// <summary>
/// The office program of the tests, LibreOffice, and Poppler, which reads what it prints: installed ones, or Debian's, installed now. It sees the typefaces that
/// come with the program and those of the system.
/// </summary>
public static partial class Office
{
    private static readonly SemaphoreSlim one = new(1, 1);

    /// <summary>A file as its pages.</summary>
    /// <param name="Pages">How many there are.</param>
    /// <param name="Text">What stands on them.</param>
    public sealed record Printed(int Pages, string Text);

    /// <summary>Opens a file in LibreOffice, prints it to PDF, and reads the pages.</summary>
    /// <param name="file">A document.</param>
    /// <param name="extension">By which LibreOffice knows what it is, as "docx".</param>
    /// <param name="keepAs">Where the file and its PDF are kept to be looked at, without an extension; nowhere if null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<Printed> PrintAsync(byte[] file, string extension, string? keepAs = null, CancellationToken cancellationToken = default)
    {
        return await OpenAsync(file, extension, "pdf", async (source, pdf, fonts) =>
        {
            if (keepAs is not null)
            {
                File.Copy(source, $"{keepAs}.{extension}", overwrite: true);
                File.Copy(pdf, $"{keepAs}.pdf", overwrite: true);
            }

            var pages = PageCount().Match(await RunAsync(Find("pdfinfo"), [pdf], fonts, cancellationToken)).Groups["pages"].Value;
            return new Printed(int.Parse(pages, CultureInfo.InvariantCulture), await RunAsync(Find("pdftotext"), ["-enc", "UTF-8", pdf, "-"], fonts, cancellationToken));
        }, cancellationToken);
    }

    /// <summary>Opens a file in LibreOffice and saves it again in the same format, as somebody does who has worked on it there.</summary>
    /// <param name="file">A document.</param>
    /// <param name="extension">By which LibreOffice knows what it is, as "xlsx".</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<byte[]> SaveAgainAsync(byte[] file, string extension, CancellationToken cancellationToken = default) =>
        OpenAsync(file, extension, extension, (_, saved, _) => File.ReadAllBytesAsync(saved, cancellationToken), cancellationToken);

    /// <summary>Converts a file; what was made of it is read before it is gone.</summary>
    private static async Task<T> OpenAsync<T>(byte[] file, string extension, string to, Func<string, string, string, Task<T>> read, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("office-").FullName;
        try
        {
            var source = Path.Combine(folder, $"paper.{extension}");
            await File.WriteAllBytesAsync(source, file, cancellationToken);
            var fonts = Path.Combine(folder, "fonts.conf");
            await File.WriteAllTextAsync(fonts, FontSettings(folder), cancellationToken);
            var made = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "made")).FullName, $"paper.{to}");
            var said = await ConvertAsync();
            if (!File.Exists(made) && TryInstall())
            {
                // There is a LibreOffice, without the program for this kind of file.
                said = await ConvertAsync();
            }

            return File.Exists(made) ? await read(source, made, fonts) : throw new InvalidOperationException($"LibreOffice made nothing of it: {said}");

            Task<string> ConvertAsync() =>
                RunAsync(Find("soffice"), [$"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to, "--outdir", Path.GetDirectoryName(made)!, source], fonts, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            one.Release();
        }
    }

    private static string Find(string name) => OnPath(name) ?? (TryInstall() ? OnPath(name) : null) ?? throw new InvalidOperationException(
        $"These tests need {name}: install LibreOffice Writer and Calc and Poppler's tools so that soffice, pdftotext and pdfinfo are on the PATH. (As root on Debian or Ubuntu they install them themselves.)");

    private static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static bool TryInstall() => Environment.UserName == "root" && File.Exists("/usr/bin/apt-get")
        && Install("update") && Install("install", "-y", "--no-install-recommends", "libreoffice-writer-nogui", "libreoffice-calc-nogui", "poppler-utils");

    private static bool Install(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("apt-get", arguments) { UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string fonts, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            Environment = { ["FONTCONFIG_FILE"] = fonts },
        })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : $"{output}{await errors}";
    }

    /// <summary>Chinese in the typeface that the program brings, where the system has none by the name that a paper asks for.</summary>
    private static string FontSettings(string cache) => $"""
        <?xml version="1.0"?>
        <!DOCTYPE fontconfig SYSTEM "fonts.dtd">
        <fontconfig>
          <dir>{Path.Combine(AppContext.BaseDirectory, "fonts")}</dir>
          <dir>/usr/share/fonts</dir>
          <cachedir>{cache}/fonts</cachedir>
          <alias><family>SimSun</family><accept><family>Noto Sans SC</family></accept></alias>
          <alias><family>Times New Roman</family><accept><family>Liberation Serif</family><family>Noto Sans</family><family>Noto Sans Arabic</family></accept></alias>
        </fontconfig>
        """;

    [GeneratedRegex(@"^Pages:\s+(?<pages>\d+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PageCount();
}
