using SelfAssess.Api.Platform.Configuration;
using SelfAssess.Api.Platform.EmbeddedPostgres;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary>The program as its own tool, with the same settings: <c>backup</c>, <c>restore</c> and <c>migrations</c>. It serves nothing meanwhile.</summary>
internal static class Commands
{
    private const string Usage = """
        backup FILE --key KEYFILE               writes the whole database, encrypted
        restore FILE --key KEYFILE [--replace]  puts it back into an empty database; with --replace, into one whose content goes
        migrations FILE                         writes what the next start changes in the schema, as SQL
        """;

    /// <summary>Carries out a command; null where the arguments are of a server.</summary>
    public static async Task<int?> RunAsync(string[] args)
    {
        if (args is not [("backup" or "restore" or "migrations") and var verb, .. var rest])
        {
            return null;
        }

        var (key, replace) = (ValueOf(ref rest, "--key"), Take(ref rest, "--replace"));
        if (rest is not [var file, .. var settings] || file.StartsWith('-') || (key is null) != (verb == "migrations") || (replace && verb != "restore"))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var builder = Host.CreateApplicationBuilder(settings);
        builder.Configuration.AddSecretFiles();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (Settings.Check(builder.Configuration) is { Count: > 0 } faults)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, faults.Select(f => f.ToString())));
            return 1;
        }

        try
        {
            var connectionString = await builder.ConnectPostgresAsync();
            // An embedded server stops with the host.
            using var host = builder.Build();
            await host.StartAsync();
            try
            {
                Console.WriteLine(await DoAsync(verb, connectionString, Path.GetFullPath(file), key, replace, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
                return 0;
            }
            finally
            {
                await host.StopAsync();
            }
        }
        catch (Exception e) when (e is MaintenanceException or EmbeddedPostgresException or Npgsql.NpgsqlException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<string> DoAsync(string verb, string connectionString, string file, string? key, bool replace, CancellationToken cancellationToken)
    {
        switch (verb)
        {
            case "backup":
                var hash = await Backup.WriteAsync(connectionString, file, await SealedFile.KeyAsync(key!), useTools: true, cancellationToken);
                return $"{file}\nSHA-256 {hash}";
            case "restore":
                await Backup.RestoreAsync(connectionString, file, await SealedFile.KeyAsync(key!), replace, cancellationToken);
                return "Restored. The nodes can be started.";
            default:
                await File.WriteAllTextAsync(file, await Migrations.WriteAsync(connectionString, cancellationToken), cancellationToken);
                return file;
        }
    }

    private static string? ValueOf(ref string[] args, string name)
    {
        if (Array.IndexOf(args, name) is not (>= 0 and var at) || at + 1 >= args.Length)
        {
            return null;
        }

        var value = args[at + 1];
        args = [.. args[..at], .. args[(at + 2)..]];
        return value;
    }

    private static bool Take(ref string[] args, string name)
    {
        var rest = args.Where(a => a != name).ToArray();
        var found = rest.Length < args.Length;
        args = rest;
        return found;
    }
}
