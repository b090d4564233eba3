using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Npgsql;
using SelfAssess.Api.Platform.EmbeddedPostgres;
using SelfAssess.Api.Platform.Maintenance;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Tests.Platform;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Maintenance;

/// <summary>This version opens the database that the release before it left, and goes on with it.</summary>
public sealed class UpgradeTests(PostgresFixture postgres)
{
    private const string Release = "0.1.0";
    private const int States = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Dump => Path.Combine(Repository.Root, "tests", "SelfAssess.Api.Tests", "Maintenance", $"release-{Release}.sql.gz");

    [Fact]
    public async Task Database_of_the_release_before_is_opened_with_everything_in_it_and_worked_on()
    {
        var database = await postgres.CreateDatabaseAsync();
        await DatabaseRoles.ProvisionAsync(database, Cancellation);
        await Sql.RunAsync(database, $"drop schema {string.Join(", ", DatabaseRoles.Schemas)} cascade; {await StatementsAsync()}");

        var changes = await Migrations.WriteAsync(database, Cancellation);
        await using var host = await StartAsync(database);
        // What was announced is all that there was to do.
        Assert.Equal(3, (await Migrations.WriteAsync(database, Cancellation)).Split('\n').Count(l => l.TrimEnd() == "-- Nothing to do."));
        Assert.Contains("-- state, as selfassess_state", changes, StringComparison.Ordinal);

        var client = host.Whoever();
        var (release, _) = await client.DoAsync(HttpMethod.Get, "releases/upgrade-R1");
        Assert.Equal(States, release.GetProperty("participation").GetProperty("participants").GetInt32());
        for (var i = 0; i < States; i++)
        {
            var (assessment, _) = await host.Coordinator($"UPG{i}").DoAsync(HttpMethod.Get, $"states/UPG{i}/assessments/upgrade");
            Assert.Equal(("included", i < 5 ? "some" : "full"), (assessment.GetProperty("status").GetString(), assessment.GetProperty("answers").GetProperty("b1").GetProperty("value").GetString()));
            var (history, _) = await host.Auditor($"UPG{i}").DoAsync(HttpMethod.Get, $"states/UPG{i}/assessments/upgrade/history");
            Assert.Equal(["opened", "answersSaved", "signedOff", "consentDecided"], history.GetProperty("items").EnumerateArray().Take(4).Select(e => e.GetProperty("happened").GetString()!));
        }

        // A round that was open then goes on, and the next release compares with the last.
        await client.RespondAsync("UPG0", "upgrade-next", "customs", ("a1", "full"), ("a2", "some"), ("b1", "some"), ("b2", "full"));
        for (var i = 1; i <= States; i++)
        {
            await client.AssessAsync(i < States ? $"UPG{i}" : "UPGNEW", "upgrade", "full", "upgrade-next");
        }

        await client.CloseAsync("upgrade-next");
        Assert.Equal(States, (await client.DoAsync(HttpMethod.Get, "releases/upgrade-next-R1")).Body.GetProperty("participation").GetProperty("participants").GetInt32());
    }

    /// <summary>Run by hand when a version is released: <c>dotnet run --project tests/SelfAssess.Api.Tests -- -explicit only -method "*Dump_of_this_release*"</c>; its file is the next test's.</summary>
    [Fact(Explicit = true)]
    public async Task Dump_of_this_release_is_made_for_the_tests_of_the_next()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var host = await StartAsync(database))
        {
            var client = host.Whoever();
            await client.OpenCycleAsync("upgrade", "2025-01-01");
            for (var i = 0; i < States; i++)
            {
                await client.AssessAsync($"UPG{i}", "upgrade", i < 5 ? "some" : "full");
            }

            await client.CloseAsync("upgrade");
            var (_, etag) = await client.DoAsync(HttpMethod.Put, "cycles/upgrade-next", new { name = "Next", questionnaire = new { id = "upgrade", version = "1.0" }, startsOn = "2026-01-01" });
            await client.DoAsync(HttpMethod.Post, "cycles/upgrade-next/open", ifMatch: etag);
            await client.BeginAsync("UPG0", "upgrade", "upgrade-next");
            await client.OpenRoundAsync("UPG0", "upgrade-next", "customs", "defence");
            await client.RespondAsync("UPG0", "upgrade-next", "defence", ("a1", "some"), ("a2", "some"), ("b1", "absent"), ("b2", "full"));
        }

        var address = new NpgsqlConnectionStringBuilder(database);
        var dump = Executable.Command("/", [Executable.Find("pg_dump")!, "--rows-per-insert=500", $"--host={address.Host}", $"--port={address.Port}", $"--username={address.Username}",
            .. DatabaseRoles.Schemas.Select(s => $"--schema={s}"), address.Database!]);
        dump.Environment["PGPASSWORD"] = address.Password;
        var outcome = await dump.RunAsync(Cancellation);
        Assert.True(outcome.Succeeded, outcome.Said);
        await using var file = File.Create(Dump);
        await using var packed = new GZipStream(file, CompressionLevel.SmallestSize);
        await packed.WriteAsync(Encoding.UTF8.GetBytes(outcome.Said), Cancellation);
    }

    /// <summary>Without the questionnaires that come with a version: they are not what is tried, and most of what would be dumped.</summary>
    private static Task<ApiHost> StartAsync(string database) =>
        ApiHost.StartAsync(database, b => b.UseSetting("SelfAssess:Questionnaires:Folder", Directory.CreateTempSubdirectory("selfassess-none-").FullName));

    private static async Task<string> StatementsAsync()
    {
        await using var file = File.OpenRead(Dump);
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        // Commands of psql's are none of the server's.
        return string.Join('\n', (await reader.ReadToEndAsync(Cancellation)).Split('\n').Where(l => !l.StartsWith('\\')));
    }
}
