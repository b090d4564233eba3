using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SelfAssess.Api.Platform.Maintenance;
using SelfAssess.Api.Tests.Faults;
using SelfAssess.Api.Tests.Platform;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Maintenance;

public sealed class BackupTests(PostgresFixture postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("selfassess-backup-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_made_while_people_save_is_one_state_of_everything_and_comes_back_whole(bool useTools)
    {
        var source = await postgres.CreateDatabaseAsync();
        var file = Path.Combine(folder, "backup");
        var key = RandomNumberGenerator.GetBytes(32);
        int before;
        await using (var host = await ApiHost.StartAsync(source))
        {
            await host.Administrator().OpenCycleAsync("kept");
            for (var i = 0; i < 10; i++)
            {
                await host.Administrator().AssessAsync($"KP{i}", "kept", i < 5 ? "some" : "full");
            }

            await host.Administrator().CloseAsync("kept");
            await host.Administrator().OpenCycleAsync("running");
            var saving = await Saving.BeginAsync(host, "RUN", "running");
            using var done = new CancellationTokenSource();
            var working = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await saving.SaveAsync();
                }
            }, Cancellation);
            await Task.Delay(500, Cancellation);
            before = saving.Acknowledged;
            await Backup.WriteAsync(source, file, key, useTools, Cancellation);
            await done.CancelAsync();
            await working;
            await saving.ReadBackAsync();
        }

        Assert.Equal(useTools ? 'D' : 'C', (char)(await File.ReadAllBytesAsync(file, Cancellation))["SelfAssess backup 1\n".Length]);
        var target = await postgres.CreateDatabaseAsync();
        await Backup.RestoreAsync(target, file, key, replace: false, Cancellation);
        await using (var restored = await ApiHost.StartAsync(target))
        {
            // What was acknowledged before it began is in it, and what is in it is whole: as many saves as its version says.
            var (assessment, etag) = await restored.Coordinator("RUN").DoAsync(HttpMethod.Get, "states/RUN/assessments/running");
            var (history, _) = await restored.Coordinator("RUN").DoAsync(HttpMethod.Get, "states/RUN/assessments/running/history?limit=200");
            var saves = history.GetProperty("items").EnumerateArray().Count(e => e.GetProperty("happened").GetString() == "answersSaved");
            Assert.True(saves >= before, $"{saves} saves where {before} were acknowledged before");
            Assert.Equal($"\"{saves + 1}\"", etag);
            await restored.Coordinator("RUN").DoAsync(HttpMethod.Patch, "states/RUN/assessments/running/answers", new { answers = new { a1 = new { value = "full" } } }, etag);
            Assert.Equal(4, assessment.GetProperty("answers").EnumerateObject().Count());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restored_database_is_the_same_row_by_row(bool useTools)
    {
        var source = await postgres.CreateDatabaseAsync();
        await using (var host = await ApiHost.StartAsync(source))
        {
            await host.Administrator().OpenCycleAsync("same");
            for (var i = 0; i < 10; i++)
            {
                await host.Administrator().AssessAsync($"SM{i}", "same", i < 5 ? "some" : "full");
            }

            await host.Administrator().CloseAsync("same");
            await host.AccountAsync("same@example.org", "Somebody");
        }

        var file = Path.Combine(folder, "backup");
        var key = RandomNumberGenerator.GetBytes(32);
        var hash = await Backup.WriteAsync(source, file, key, useTools, Cancellation);
        Assert.Equal($"{hash}  backup\n", await File.ReadAllTextAsync(file + ".sha256", Cancellation));
        var target = await postgres.CreateDatabaseAsync();
        await Backup.RestoreAsync(target, file, key, replace: false, Cancellation);
        Assert.Equal(await Compared.TablesAsync(source), await Compared.TablesAsync(target));

        // Nothing can be read in the file, and it is told from any other.
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        Assert.DoesNotContain("SM3", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        Assert.Contains("already", (await Assert.ThrowsAsync<MaintenanceException>(() => Backup.RestoreAsync(target, file, key, replace: false, Cancellation))).Message, StringComparison.Ordinal);
        await Backup.RestoreAsync(target, file, key, replace: true, Cancellation);
        Assert.Equal(await Compared.TablesAsync(source), await Compared.TablesAsync(target));
    }

    [Fact]
    public async Task A_file_that_was_changed_cut_off_or_sealed_with_another_key_is_refused_before_anything_is_touched()
    {
        var source = await postgres.CreateDatabaseAsync();
        await Sql.RunAsync(source, "create schema state; create table state.untouched as select i, repeat(md5(i::text), 20) as text from generate_series(1, 5000) i");
        var (file, key) = (Path.Combine(folder, "backup"), RandomNumberGenerator.GetBytes(32));
        await Backup.WriteAsync(source, file, key, useTools: false, Cancellation);
        var whole = await File.ReadAllBytesAsync(file, Cancellation);
        Assert.True(whole.Length > 3_000_000);
        await RefusedAsync(whole, RandomNumberGenerator.GetBytes(32), "another key");
        foreach (var at in (int[])[25, 60, 1_500_000, whole.Length - 1])
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            await RefusedAsync(changed, key, "its hash");
            File.Delete(file + ".sha256");
            await RefusedAsync(changed, key, "damaged");
            await File.WriteAllTextAsync(file + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(whole))}  backup\n", Cancellation);
        }

        File.Delete(file + ".sha256");
        var piece = (1024 * 1024) + 16;
        foreach (var length in (int[])[53, 53 + piece, 53 + piece + 100, whole.Length - 1])
        {
            await RefusedAsync(whole[..length], key, "cut off");
        }

        // Two pieces exchanged.
        await RefusedAsync([.. whole[..53], .. whole[(53 + piece)..(53 + (2 * piece))], .. whole[53..(53 + piece)], .. whole[(53 + (2 * piece))..]], key, "damaged");
        Assert.Equal(5000L, await Sql.RunAsync(source, "select count(*) from state.untouched"));

        async Task RefusedAsync(byte[] content, byte[] with, string why)
        {
            await File.WriteAllBytesAsync(file, content, Cancellation);
            Assert.Contains(why, (await Assert.ThrowsAsync<MaintenanceException>(() => Backup.RestoreAsync(source, file, with, replace: true, Cancellation))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Program_backs_up_restores_and_writes_migrations_by_its_command_line()
    {
        var source = await postgres.CreateDatabaseAsync();
        var (file, key, script) = (Path.Combine(folder, "backup"), Path.Combine(folder, "key"), Path.Combine(folder, "changes.sql"));
        await File.WriteAllTextAsync(key, RandomNumberGenerator.GetHexString(64) + "\n", Cancellation);
        Assert.Equal(0, (await RunAsync(source, "migrations", script)).ExitCode);
        Assert.Contains("CREATE TABLE", await File.ReadAllTextAsync(script, Cancellation), StringComparison.OrdinalIgnoreCase);
        await using (await ApiHost.StartAsync(source))
        {
        }

        Assert.Equal(0, (await RunAsync(source, "migrations", script)).ExitCode);
        Assert.Equal(3, (await File.ReadAllLinesAsync(script, Cancellation)).Count(l => l == "-- Nothing to do."));
        var made = await RunAsync(source, "backup", file, "--key", key);
        Assert.Equal(0, made.ExitCode);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Cancellation))), made.Said, StringComparison.Ordinal);
        var target = await postgres.CreateDatabaseAsync();
        var restored = await RunAsync(target, "restore", file, "--key", key);
        Assert.True(restored.ExitCode == 0, restored.Said);
        var again = await RunAsync(target, "restore", file, "--key", key);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--replace", again.Said, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(target, "restore", file)).ExitCode);
        Assert.Equal(1, (await RunAsync(target, "backup", Path.Combine(folder, "other"), "--key", Path.Combine(folder, "none"))).ExitCode);
    }

    private async Task<(int ExitCode, string Said)> RunAsync(string connectionString, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Program).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__SelfAssess"] = connectionString },
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, string.Concat(said));
    }
}
