using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary>The whole database as one encrypted file, and back: all schemas as they were at one moment, while people go on working.</summary>
internal static class Backup
{
    private const char Dumped = 'D';
    private const char Copied = 'C';

    /// <summary>Writes a backup; answers its SHA-256, which also stands beside it in a file that <c>sha256sum --check</c> reads.</summary>
    /// <param name="connectionString">Of the deployment's role, which row-level security does not bind.</param>
    /// <param name="file">Where it goes; there is nothing yet.</param>
    /// <param name="key">Of <see cref="SealedFile.KeyAsync"/>.</param>
    /// <param name="useTools">False: never the server's own tools.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="MaintenanceException">It cannot be made.</exception>
    public static async Task<string> WriteAsync(string connectionString, string file, byte[] key, bool useTools, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            throw new MaintenanceException($"'{file}' is there already. Name another file: a backup is not overwritten.");
        }

        var unfinished = file + ".unfinished";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var stream = new FileStream(unfinished, options))
            {
                var tools = useTools ? await DatabaseTools.FindAsync(connectionString, await MajorAsync(connectionString, cancellationToken), cancellationToken) : null;
                await using var sealing = SealedFile.Seal(stream, key, tools is null ? Copied : Dumped);
                await (tools?.DumpAsync(sealing, cancellationToken) ?? RowCopy.DumpAsync(connectionString, sealing, cancellationToken));
                sealing.Complete();
                stream.Flush(flushToDisk: true);
            }

            var hash = await HashAsync(unfinished, cancellationToken);
            await File.WriteAllTextAsync(HashOf(file), $"{hash}  {Path.GetFileName(file)}\n", cancellationToken);
            File.Move(unfinished, file);
            return hash;
        }
        catch (NpgsqlException e)
        {
            throw new MaintenanceException($"The database could not be read: {e.Message}", e);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Puts a backup into a database in which there is nothing yet, or whose content it replaces. The file is read to its end and checked first.</summary>
    /// <param name="connectionString">Of the deployment's role, a superuser.</param>
    /// <param name="file">The backup.</param>
    /// <param name="key">With which it was written.</param>
    /// <param name="replace">Whether what is in the database may go.</param>
    /// <param name="cancellationToken">Leaves the database without our schemas.</param>
    /// <exception cref="MaintenanceException">It cannot be restored.</exception>
    public static async Task RestoreAsync(string connectionString, string file, byte[] key, bool replace, CancellationToken cancellationToken)
    {
        await CheckAsync(file, key, cancellationToken);
        await MakeRoomAsync(connectionString, replace, cancellationToken);
        await using var stream = File.OpenRead(file);
        var (content, bytes) = SealedFile.Open(stream, key);
        await using var _ = bytes;
        try
        {
            // The owners of what is restored; their passwords are of this deployment.
            await DatabaseRoles.ProvisionAsync(connectionString, cancellationToken);
            if (content == Copied)
            {
                await RowCopy.RestoreAsync(connectionString, bytes, cancellationToken);
                return;
            }

            var major = await MajorAsync(connectionString, cancellationToken);
            var tools = await DatabaseTools.FindAsync(connectionString, major, cancellationToken)
                ?? throw new MaintenanceException(string.Create(CultureInfo.InvariantCulture, $"The backup was written by pg_dump: to restore it, pg_restore {major} is needed on this machine."));
            await DropSchemasAsync(connectionString, cancellationToken);
            await tools.RestoreAsync(bytes, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new MaintenanceException($"The database could not be written: {e.Message}", e);
        }
    }

    private static string HashOf(string file) => file + ".sha256";

    private static async Task CheckAsync(string file, byte[] key, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new MaintenanceException($"There is no file '{file}'.");
        }

        if (File.Exists(HashOf(file)) && !(await File.ReadAllTextAsync(HashOf(file), cancellationToken)).StartsWith(await HashAsync(file, cancellationToken), StringComparison.Ordinal))
        {
            throw new MaintenanceException($"'{file}' is not what was written: its hash is not that in '{HashOf(file)}'.");
        }

        await using var stream = File.OpenRead(file);
        await using var bytes = SealedFile.Open(stream, key).Bytes;
        await bytes.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private static async Task MakeRoomAsync(string connectionString, bool replace, CancellationToken cancellationToken)
    {
        if (await AskAsync<long>(connectionString, "select count(*) from pg_stat_activity where datname = current_database() and usename like 'selfassess\\_%'", cancellationToken) is > 0 and var busy)
        {
            throw new MaintenanceException(string.Create(CultureInfo.InvariantCulture, $"The program is still connected to the database ({busy} connections). Stop every node first."));
        }

        if (await AskAsync<long>(connectionString, "select count(*) from pg_tables where schemaname = any($1)", cancellationToken) > 0)
        {
            if (!replace)
            {
                throw new MaintenanceException("There is something in the database already. Restore into an empty one, or say --replace to lose what is there.");
            }

            await DropSchemasAsync(connectionString, cancellationToken);
        }
    }

    private static Task DropSchemasAsync(string connectionString, CancellationToken cancellationToken) =>
        AskAsync<object>(connectionString, $"drop schema if exists {string.Join(", ", DatabaseRoles.Schemas)} cascade", cancellationToken);

    private static async Task<int> MajorAsync(string connectionString, CancellationToken cancellationToken) =>
        await AskAsync<int>(connectionString, "select current_setting('server_version_num')::int / 10000", cancellationToken);

    private static async Task<T?> AskAsync<T>(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new() { Value = DatabaseRoles.Schemas });
        }

        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
