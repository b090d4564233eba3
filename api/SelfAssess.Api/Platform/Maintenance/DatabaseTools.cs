using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary><c>pg_dump</c> and <c>pg_restore</c> of the server's own major version.</summary>
internal sealed partial class DatabaseTools
{
    private readonly string folder;
    private readonly string connectionString;

    private DatabaseTools(string folder, string connectionString) => (this.folder, this.connectionString) = (folder, connectionString);

    /// <summary>Null where there are none of that version: then the program copies rows itself.</summary>
    public static async Task<DatabaseTools?> FindAsync(string connectionString, int major, CancellationToken cancellationToken)
    {
        string[] path = Executable.Find("pg_dump") is { } found ? [Path.GetDirectoryName(found)!] : [];
        foreach (var candidate in path.Concat(ServerBinaries.Installed()))
        {
            var (dump, restore) = (Executable.In(candidate, "pg_dump"), Executable.In(candidate, "pg_restore"));
            if (File.Exists(dump) && File.Exists(restore)
                && await Executable.Command("/", dump, "--version").RunAsync(cancellationToken) is { Succeeded: true, Said: var said }
                && Version().Match(said).Value == major.ToString(CultureInfo.InvariantCulture))
            {
                return new DatabaseTools(candidate, connectionString);
            }
        }

        return null;
    }

    /// <summary>Writes one consistent state of all our schemas.</summary>
    public Task DumpAsync(Stream to, CancellationToken cancellationToken) => RunAsync(
        ["pg_dump", "--format=custom", "--no-password", .. DatabaseRoles.Schemas.Select(s => $"--schema={s}")],
        process => process.StandardOutput.BaseStream.CopyToAsync(to, cancellationToken), cancellationToken);

    /// <summary>Makes the schemas with everything in them, in one transaction; the roles are there.</summary>
    public Task RestoreAsync(Stream from, CancellationToken cancellationToken) => RunAsync(
        ["pg_restore", "--exit-on-error", "--single-transaction", "--no-password", $"--dbname={new NpgsqlConnectionStringBuilder(connectionString).Database}"],
        async process =>
        {
            try
            {
                await from.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended, and says why.
            }
        },
        cancellationToken);

    private async Task RunAsync(string[] command, Func<Process, Task> pass, CancellationToken cancellationToken)
    {
        var start = Executable.Command("/", [Executable.In(folder, command[0]), .. command[1..]]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Connect(start.Environment);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await pass(process);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch
        {
            process.Kill();
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new MaintenanceException($"{command[0]}: {(await said).Trim()}");
        }
    }

    /// <summary>The same server that the program would use; the password is in no command line.</summary>
    private void Connect(IDictionary<string, string?> environment)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var hosts = given.Host!.Split(',').Select(h => h.Split(':') is [var host, var port] ? (host, port) : (host: h, port: given.Port.ToString(CultureInfo.InvariantCulture))).ToArray();
        environment["PGHOST"] = string.Join(',', hosts.Select(h => h.host));
        environment["PGPORT"] = string.Join(',', hosts.Select(h => h.port));
        environment["PGUSER"] = given.Username;
        environment["PGPASSWORD"] = given.Password;
        environment["PGDATABASE"] = given.Database;
        environment["PGTARGETSESSIONATTRS"] = hosts.Length > 1 ? "primary" : "any";
        environment["PGSSLMODE"] = given.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() };
        if (given.RootCertificate is { } root)
        {
            environment["PGSSLROOTCERT"] = root;
        }
    }

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
