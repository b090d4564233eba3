using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Npgsql;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Configuration;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Platform;

public sealed class SettingsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_names_everything_that_is_wrong_at_once_and_does_not_start()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Program).Assembly.Location])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__SelfAssess"] = "Host=localhost;Pasword=a secret that nobody may see",
                ["SelfAssess__Smtp__Port"] = "mail",
                ["SelfAssess__Release__Public"] = "true",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var told = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Collection(
            told.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            line => Assert.Equal("ConnectionStrings:SelfAssess: It cannot be read. Write Host=…;Database=…;Username=… with the keywords of Npgsql; a value with ; or = in it stands in quotes.", line),
            line => Assert.Equal("SelfAssess:Release:Public: There is no such setting. Did you mean SelfAssess:Releases:Public?", line),
            line => Assert.Equal("SelfAssess:Smtp:Port: 'mail' is not a number that can be used. Write a whole number from 1 to 65535.", line));
        Assert.DoesNotContain("a secret that nobody may see", told + await output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Urls", "localhost", "http://+:8080;http://127.0.0.1:9000")]
    [InlineData("ConnectionStrings:SelfAssess", "Database=selfassess", "Host=a,b;Target Session Attributes=primary")]
    [InlineData("SelfAssess:States:Servers:north", "Database=selfassess", "Host=10.0.1.5;Database=selfassess")]
    [InlineData("SelfAssess:Secrets:Folder", "/no/such/folder", "/")]
    [InlineData("SelfAssess:Demo", "yes", "True")]
    [InlineData("SelfAssess:Administrator:Email", "Somebody <a@example.org>", "a@example.org")]
    [InlineData("SelfAssess:Administrator:InitialPassword", "aaaaaaaaaaaaaaaa", "twelve or more of them")]
    [InlineData("SelfAssess:Proxies", "10.0.0.7, proxy", "10.0.0.7, 10.1.0.0/16, fd00::/8")]
    [InlineData("SelfAssess:PublicUrl", "selfassess.example.org", "https://selfassess.example.org")]
    [InlineData("SelfAssess:SignIn:AttemptsPerAddress", "0", "1")]
    [InlineData("SelfAssess:Smtp:Port", "65536", "465")]
    [InlineData("SelfAssess:Dashboard:Key", "short", "a long random text, the same on both sides")]
    [InlineData("SelfAssess:Postgres:StartTimeout", "-00:01:00", "00:01:00")]
    [InlineData("SelfAssess:OpenIdConnect:ministry:Authority", "http://id.example.org", "https://id.example.org")]
    public void A_setting_is_taken_or_told(string name, string wrong, string right)
    {
        // Whatever else belongs to it is there.
        KeyValuePair<string, string?>[] beside = [KeyValuePair.Create("SelfAssess:OpenIdConnect:ministry:ClientId", (string?)"selfassess"), KeyValuePair.Create("SelfAssess:OpenIdConnect:ministry:Authority", (string?)"https://id.example.org")];
        Assert.Empty(Check([.. beside, KeyValuePair.Create(name, (string?)right)]));
        Assert.Equal(name, Assert.Single(Check([.. beside, KeyValuePair.Create(name, (string?)wrong)])).Setting);
    }

    [Theory]
    [InlineData("SelfAssess:Database:Password", "SelfAssess:Database:Password")]
    [InlineData("SelfAssess:States:Default", "SelfAssess:States:Default")]
    [InlineData("SelfAssess:Smtp:User", "SelfAssess:Smtp:Password")]
    [InlineData("SelfAssess:Smtp:Password", "SelfAssess:Smtp:User")]
    [InlineData("SelfAssess:OpenIdConnect:ministry:ClientId", "SelfAssess:OpenIdConnect:ministry:Authority")]
    public void A_setting_alone_is_told_where_it_needs_another(string given, string told) =>
        Assert.Equal(told, Assert.Single(Check(KeyValuePair.Create(given, (string?)"something"))).Setting);

    [Fact]
    public void Servers_have_plain_names_and_a_database_each() => Assert.Equal(
        ["SelfAssess:States:Default", "SelfAssess:States:Servers:South", "SelfAssess:States:Servers:west"],
        Check(
            KeyValuePair.Create("SelfAssess:States:Servers:north", (string?)"Host=A;Database=states;Username=one"),
            KeyValuePair.Create("SelfAssess:States:Servers:South", (string?)"Host=b;Database=states"),
            KeyValuePair.Create("SelfAssess:States:Servers:west", (string?)"Host=a;Database=states;Username=two"),
            KeyValuePair.Create("SelfAssess:States:Default", (string?)"east")).Select(f => f.Setting));

    [Fact]
    public void Every_setting_is_in_the_manual()
    {
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        Assert.All(Settings.All.Keys, name => Assert.Contains($"`{name.Replace("*", "NAME", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal)}`", manual, StringComparison.Ordinal));
    }

    /// <summary>As in a deployment: secrets in files, a proxy before the program, and the first of two database servers away.</summary>
    [Theory]
    [InlineData("127.0.0.0/8, ::1", true)]
    [InlineData("10.9.9.9", false)]
    public async Task Program_takes_secrets_from_files_and_believes_its_proxy_alone(string proxies, bool believed)
    {
        var folder = Directory.CreateTempSubdirectory("selfassess-secrets-");
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "SelfAssess__Database__Password"), database.Password + "\n", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "SelfAssess__Administrator__InitialPassword"), "written in a file\n", Cancellation);
        database.Remove("Password");
        database.Host = $"127.0.0.1:1,{database.Host}:{database.Port}";
        database.TargetSessionAttributes = "primary";
        try
        {
            var (host, address) = await ApiHost.ListenAsync(database.ConnectionString, b => b.UseSetting(SecretFiles.Folder, folder.FullName).UseSetting("SelfAssess:Proxies", proxies));
            await using var _ = host;
            using var client = new HttpClient { BaseAddress = address };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sign-in")
            {
                Headers = { { "X-Forwarded-For", "203.0.113.7" }, { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "selfassess.example.org" } },
                Content = JsonContent.Create(new { email = "admin@localhost", password = "written in a file" }),
            };
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.True(answer.IsSuccessStatusCode);
            var cookies = answer.Headers.GetValues("Set-Cookie").ToArray();
            Assert.All(cookies, c => Assert.Equal(believed, c.Contains("; secure", StringComparison.OrdinalIgnoreCase)));
            using var sessions = new HttpRequestMessage(HttpMethod.Get, "/api/v1/account/sessions");
            sessions.Headers.TryAddWithoutValidation("Cookie", cookies.Select(c => c.Split(';')[0]));
            using var listed = await client.SendAsync(sessions, Cancellation);
            Assert.Equal(believed, (await listed.Content.ReadAsStringAsync(Cancellation)).Contains("203.0.113.7", StringComparison.Ordinal));

            Assert.Equal(0, await HealthProbe.RunAsync(new Uri(address, "/health/ready").ToString()));
            Assert.Equal(1, await HealthProbe.RunAsync(new Uri(address, "/health/nothing").ToString()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Probe_of_nobody_fails()
    {
        Assert.Equal(1, await HealthProbe.RunAsync("http://127.0.0.1:1/health/ready"));
        Assert.Equal(2, await HealthProbe.RunAsync("localhost"));
        Assert.Null(HealthProbe.Of(["--demo"]));
        Assert.Equal("http://localhost:8080", HealthProbe.Of(["--probe", "http://localhost:8080"]));
    }

    private static IReadOnlyList<SettingFault> Check(params KeyValuePair<string, string?>[] settings) =>
        // The last of a name counts.
        Settings.Check(new ConfigurationBuilder().AddInMemoryCollection(settings.GroupBy(s => s.Key).Select(g => g.Last())).Build());
}
