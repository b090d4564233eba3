using System.Text.Json;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>What is secret cannot be guessed.</summary>
public sealed class SecretsTests(PostgresFixture postgres)
{
    [Fact]
    public void Secrets_have_256_bits_of_which_each_is_as_often_one_as_zero()
    {
        var made = Enumerable.Range(0, 4000).Select(_ => Secrets.New()).ToArray();
        Assert.Equal(made.Length, made.Distinct(StringComparer.Ordinal).Count());
        Assert.All(made, s => Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(s).Length));
        var bytes = made.Select(s => System.Buffers.Text.Base64Url.DecodeFromChars(s)).ToArray();
        for (var bit = 0; bit < 256; bit++)
        {
            // Six standard deviations to both sides of one half: a fair bit is out of them once in half a thousand million.
            Assert.InRange(bytes.Count(b => (b[bit / 8] >> (bit % 8) & 1) == 1), 2000 - 190, 2000 + 190);
        }
    }

    [Fact]
    public async Task Whatever_is_handed_out_is_such_a_secret_and_kept_as_a_hash()
    {
        var host = await postgres.SharedApiAsync();
        var administrator = host.Administrator();
        var (invitation, _) = await administrator.DoAsync(HttpMethod.Post, "invitations", new { email = "secrets@example.org", grants = new[] { new { role = "administrator" } } });
        await host.AccountAsync("secret-owner@example.org", "Owner", ApiHost.Granted(Role.Reader, "SEC"));
        using var browser = host.CreateClient();
        var (session, _) = await browser.DoAsync(HttpMethod.Post, "sign-in", new { email = "secret-owner@example.org", password = ApiHost.Password });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/account/tokens") { Content = System.Net.Http.Json.JsonContent.Create(new { name = "test" }) };
        request.Headers.Add(SessionAuthentication.AntiforgeryHeader, session.GetProperty("antiforgeryToken").GetString());
        using var response = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        var token = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("secret").GetString()!;
        string[] secrets = [invitation.GetProperty("secret").GetString()!, token.Split('_', 3)[2]];
        Assert.All(secrets, s => Assert.Equal(43, s.Length));
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var table in (string[])["mt_doc_account", "mt_doc_onetimelink", "mt_doc_sessionticket"])
        {
            await using var command = new Npgsql.NpgsqlCommand($"select coalesce(string_agg(data::text || id::text, ' '), '') from accounts.{table}", connection);
            var kept = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
            Assert.NotEmpty(kept);
            Assert.DoesNotContain(secrets, s => kept.Contains(s, StringComparison.Ordinal));
            Assert.DoesNotContain(ApiHost.Password, kept, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("elevenchars", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("weak-owner-and-more", false)]
    [InlineData("password1234", false)]
    [InlineData("Passw0rd!2026", false)]
    [InlineData("123456789012345", false)]
    [InlineData("qwertyuiopasdf", false)]
    [InlineData("iloveyou123456", false)]
    [InlineData("administrator1", false)]
    [InlineData("selfassess2026", false)]
    [InlineData("correct horse battery staple", true)]
    [InlineData("Ünïcödé sätze gehen auch", true)]
    [InlineData("kv8#uq2Lmz0!", true)]
    public async Task Password_is_long_and_neither_common_nor_ones_own_name(string password, bool taken)
    {
        var host = await postgres.SharedApiAsync();
        var (link, _) = await host.Administrator().DoAsync(HttpMethod.Post, "invitations", new { email = $"weak-owner-{Guid.NewGuid():N}@example.org", grants = new[] { new { role = "administrator" } } });
        var (response, problem) = await host.Anonymous().CallAsync(HttpMethod.Post, "invitations/accept", new { secret = link.GetProperty("secret").GetString(), name = "weak-owner", password });
        Assert.True((int)response.StatusCode == (taken ? 204 : 400), $"{password}: {(int)response.StatusCode} {problem}");
    }
}
