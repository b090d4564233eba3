using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>
/// The account that the server runs under: our own, except where that is root, which PostgreSQL refuses. Then it is the owner of
/// the data folder, else <c>postgres</c>, else <c>nobody</c>.
/// </summary>
internal sealed class ServerAccount
{
    private readonly string[] _enter;
    private readonly string? _owner;

    private ServerAccount(string[] enter, string? owner) => (_enter, _owner) = (enter, owner);

    /// <exception cref="EmbeddedPostgresException">We are root and cannot become anybody else.</exception>
    public static async Task<ServerAccount> ChooseAsync(string dataFolder, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new([], owner: null);

        var accounts = (await File.ReadAllLinesAsync("/etc/passwd", cancellation))
            .Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        string? Named(string name) => accounts.Where(a => a[0] == name).Select(a => $"{a[2]}:{a[3]}").FirstOrDefault();

        var owner = await OwnerAsync(dataFolder, cancellation) ?? await OwnerAsync(Elsewhere(dataFolder), cancellation)
            ?? Named("postgres") ?? Named("nobody");
        if (owner?.Split(':') is [var user, var group])
        {
            var name = accounts.Where(a => a[2] == user).Select(a => a[0]).FirstOrDefault();
            string[][] ways =
            [
                [Executable.Find("setpriv") ?? "", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"],
                [name is null ? "" : Executable.Find("runuser") ?? "", "-u", name ?? "", "--"],
            ];
            foreach (var way in ways.Where(way => way[0] != ""))
            {
                if ((await Executable.Command("/", [.. way, "true"]).RunAsync(cancellation)).Succeeded)
                    return new(way, owner);
            }
        }

        throw new EmbeddedPostgresException(
            "PostgreSQL does not run as root, and neither setpriv nor runuser could become another account (postgres or nobody) here. "
            + "Run SelfAssess as an ordinary user, or set ConnectionStrings__SelfAssess to a PostgreSQL server of your own.");
    }

    public ProcessStartInfo Command(string workingFolder, params IEnumerable<string> fileAndArguments) =>
        Executable.Command(workingFolder, Words(fileAndArguments));

    /// <summary>The words that run a program under this account.</summary>
    public IEnumerable<string> Words(params IEnumerable<string> fileAndArguments) => [.. _enter, .. fileAndArguments];

    /// <summary>Gives a file, or a folder with all in it, to the account; does nothing where it is ours anyway.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellation)
    {
        if (_owner is null)
            return;
        var given = await Executable.Command("/", "chown", "-R", _owner, path).RunAsync(cancellation);
        if (!given.Succeeded)
            throw new EmbeddedPostgresException($"{path} could not be given to the account that PostgreSQL runs under: {given.Said}");
    }

    /// <summary>
    /// Makes a folder that the account reaches, for it to write (and nobody else to see) or for all to read: the one named, or else
    /// one below <c>/var/lib/selfassess</c>.
    /// </summary>
    public async Task<string> FolderAsync(string wanted, bool toWrite, ILogger logger, CancellationToken cancellation)
    {
        wanted = Path.GetFullPath(wanted);
        if (await MakeAsync(wanted, toWrite, cancellation))
            return wanted;

        var elsewhere = Elsewhere(wanted);
        if (!await MakeAsync(elsewhere, toWrite, cancellation))
            throw new EmbeddedPostgresException($"The account that PostgreSQL runs under can reach neither {wanted} nor {elsewhere}.");
        logger.LogWarning("PostgreSQL does not run as root and its account cannot reach {Wanted}: {Elsewhere} is used instead", wanted, elsewhere);
        return elsewhere;
    }

    private async Task<bool> MakeAsync(string folder, bool toWrite, CancellationToken cancellation)
    {
        var parent = Directory.CreateDirectory(Path.GetDirectoryName(folder)!).FullName;
        if (_owner is not null && !(await Command("/", "test", "-x", parent).RunAsync(cancellation)).Succeeded)
            return false;
        // One that holds something is left as it is: it is ours already, or else not ours to give away.
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            return true;
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)(toWrite ? 0b111_000_000 : 0b111_101_101));
        if (toWrite)
            await OwnAsync(folder, cancellation);
        return true;
    }

    // The name is made from the wanted one, so that the next start finds the same folder again.
    private static string Elsewhere(string folder) => Path.Combine(
        "/var/lib/selfassess",
        Path.GetFileName(folder) + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..12]);

    private static async Task<string?> OwnerAsync(string folder, CancellationToken cancellation) =>
        Directory.Exists(folder)
        && await Executable.Command("/", "stat", "-c", "%u:%g", folder).RunAsync(cancellation) is { Succeeded: true, Said: var owner }
        && !owner.StartsWith("0:", StringComparison.Ordinal)
            ? owner
            : null;
}
