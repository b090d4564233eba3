using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Accounts;

/// <summary>Accounts as their owners use them: with a browser's cookies, or with a token.</summary>
public sealed class AccountTests(PostgresFixture postgres)
{
    private const string Password = "a long enough secret";

    [Fact]
    public async Task First_administrator_signs_in_with_the_deployments_password()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var browser = await SignedInAsync(host, "admin@localhost", ApiHost.Password);
        var session = await browser.Http.GetFromJsonAsync<JsonElement>("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal("administrator", session.GetProperty("grants")[0].GetProperty("role").GetString());
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/api/v1/accounts", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Invitation_becomes_an_account_once()
    {
        var host = await postgres.SharedApiAsync();
        await RegisterAsync(host, "INV");
        var (link, _) = await host.Coordinator("INV").DoAsync(HttpMethod.Post, "states/INV/invitations", Invitation("once@example.org", new { role = "respondent", entity = "customs" }));
        var secret = link.GetProperty("secret").GetString()!;
        Assert.EndsWith($"#{secret}", link.GetProperty("link").GetString(), StringComparison.Ordinal);
        var anonymous = host.Anonymous();
        var (weak, problem) = await anonymous.CallAsync(HttpMethod.Post, "invitations/accept", new { secret, name = "A. Officer", password = "short" });
        Assert.Equal((400, "password"), ((int)weak.StatusCode, problem.GetProperty("errors")[0].GetProperty("name").GetString()));
        var accepted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => anonymous.CallAsync(HttpMethod.Post, "invitations/accept", new { secret, name = "A. Officer", password = Password })));
        Assert.Equal(1, accepted.Count(a => a.Response.StatusCode == HttpStatusCode.NoContent));
        var (again, gone) = await anonymous.CallAsync(HttpMethod.Post, "invitations/accept", new { secret, name = "Another", password = Password });
        var (unknown, never) = await anonymous.CallAsync(HttpMethod.Post, "invitations/accept", new { secret = "never", name = "Another", password = Password });
        Assert.Equal((410, 410), ((int)again.StatusCode, (int)unknown.StatusCode));
        Assert.Equal(gone.GetProperty("detail").GetString(), never.GetProperty("detail").GetString());
        using var browser = await SignedInAsync(host, "ONCE@example.org", Password);
        var session = await browser.Http.GetFromJsonAsync<JsonElement>("/api/v1/session", TestContext.Current.CancellationToken);
        var grant = session.GetProperty("grants")[0];
        Assert.Equal(("respondent", "INV", "customs"), (grant.GetProperty("role").GetString(), grant.GetProperty("state").GetString(), grant.GetProperty("entity").GetString()));
    }

    [Fact]
    public async Task Withdrawn_and_expired_invitations_are_gone()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await RegisterAsync(host, "WIT");
        var coordinator = host.Coordinator("WIT");
        var (withdrawn, _) = await coordinator.DoAsync(HttpMethod.Post, "states/WIT/invitations", Invitation("withdrawn@example.org", new { role = "reader" }));
        await coordinator.DoAsync(HttpMethod.Delete, $"states/WIT/invitations/{withdrawn.GetProperty("id").GetString()}");
        var (expired, _) = await coordinator.DoAsync(HttpMethod.Post, "states/WIT/invitations", Invitation("expired@example.org", new { role = "reader" }));
        await ExecuteAsync(host, "update accounts.mt_doc_onetimelink set data = jsonb_set(data, '{expiresAt}', '\"2020-01-01T00:00:00+00:00\"')");
        foreach (var link in new[] { withdrawn, expired })
        {
            Assert.Equal(410, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "invitations/accept", new { secret = link.GetProperty("secret").GetString(), name = "X", password = Password })).Response.StatusCode);
        }
    }

    [Fact]
    public async Task Coordinator_invites_to_the_own_state_only_and_to_no_role_of_the_community()
    {
        var host = await postgres.SharedApiAsync();
        await RegisterAsync(host, "ONL");
        var (response, problem) = await host.Coordinator("ONL").CallAsync(HttpMethod.Post, "states/ONL/invitations", new
        {
            email = "x@example.org",
            grants = new object[] { new { role = "administrator" }, new { role = "reader", state = "OTH" }, new { role = "respondent" }, new { role = "reader", entity = "customs" }, new { role = "reader", until = "2001-01-01" } },
        });
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(["grants[0].role", "grants[1].state", "grants[2].entity", "grants[3].entity", "grants[4].until"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString()!));
        var (presidency, term) = await host.Administrator().CallAsync(HttpMethod.Post, "invitations", Invitation("p@example.org", new { role = "presidency" }));
        Assert.Equal((400, "term"), ((int)presidency.StatusCode, term.GetProperty("errors")[0].GetProperty("code").GetString()));
        var (mixed, apart) = await host.Administrator().CallAsync(HttpMethod.Post, "invitations", new { email = "m@example.org", grants = new object[] { new { role = "administrator" }, new { role = "coordinator", state = "ONL" } } });
        Assert.Equal((409, "urn:selfassess:problem:roles-apart"), ((int)mixed.StatusCode, apart.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Wrong_name_and_wrong_password_are_answered_alike_and_limited_alike()
    {
        var host = await postgres.SharedApiAsync();
        await InvitedAsync(host, "LIM", "limited@example.org");
        var answers = new List<string>();
        foreach (var email in (string[])["limited@example.org", "nobody@example.org"])
        {
            var told = new StringBuilder();
            for (var i = 0; i < 12; i++)
            {
                var (response, problem) = await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email, password = "not the password" });
                told.Append((int)response.StatusCode).Append(' ').Append(problem.GetProperty("detail").GetString()).Append(response.Headers.RetryAfter is null ? "" : " wait").AppendLine();
            }

            answers.Add(told.ToString());
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Contains("429", answers[0], StringComparison.Ordinal);
        Assert.Contains("wait", answers[0], StringComparison.Ordinal);
        // The right password has to wait too.
        var (locked, _) = await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "limited@example.org", password = Password });
        Assert.Equal(429, (int)locked.StatusCode);
    }

    [Fact]
    public async Task Lock_holds_on_every_node()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var first = await ApiHost.StartAsync(database);
        await using var second = await ApiHost.StartAsync(database);
        await InvitedAsync(first, "LOC", "locked@example.org");
        for (var i = 0; i < 10; i++)
        {
            await first.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "locked@example.org", password = "not the password" });
        }

        var (response, _) = await second.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "locked@example.org", password = Password });
        Assert.Equal(429, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Nodes_share_sessions_and_an_ended_one_ends_on_all()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var first = await ApiHost.StartAsync(database);
        await using var second = await ApiHost.StartAsync(database);
        await InvitedAsync(first, "NOD", "nodes@example.org");
        using var browser = await SignedInAsync(first, "nodes@example.org", Password);
        using var elsewhere = new Browser(second, browser.Cookies);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
        var sessions = await browser.Http.GetFromJsonAsync<JsonElement>("/api/v1/account/sessions", TestContext.Current.CancellationToken);
        var id = Assert.Single(sessions.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, await browser.SendAsync(HttpMethod.Delete, $"account/sessions/{id}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Change_by_cookie_needs_the_antiforgery_token()
    {
        var host = await postgres.SharedApiAsync();
        await InvitedAsync(host, "CSR", "csrf@example.org");
        using var browser = await SignedInAsync(host, "csrf@example.org", Password);
        var (forged, problem) = await browser.Http.CallAsync(HttpMethod.Post, "account/tokens", new { name = "forged" });
        Assert.Equal((400, "urn:selfassess:problem:antiforgery"), ((int)forged.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Equal(HttpStatusCode.OK, await browser.SendAsync(HttpMethod.Post, "account/tokens", new { name = "mine" }));
    }

    [Fact]
    public async Task Password_change_ends_the_other_sessions()
    {
        var host = await postgres.SharedApiAsync();
        await InvitedAsync(host, "CHP", "changing@example.org");
        using var here = await SignedInAsync(host, "changing@example.org", Password);
        using var there = await SignedInAsync(host, "changing@example.org", Password);
        Assert.Equal(HttpStatusCode.BadRequest, await here.SendAsync(HttpMethod.Post, "account/password", new { current = "wrong", password = "another long secret" }));
        Assert.Equal(HttpStatusCode.BadRequest, await here.SendAsync(HttpMethod.Post, "account/password", new { current = Password, password = "changing and more" }));
        Assert.Equal(HttpStatusCode.NoContent, await here.SendAsync(HttpMethod.Post, "account/password", new { current = Password, password = "another long secret" }));
        Assert.Equal(HttpStatusCode.OK, (await here.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Second_factor_is_asked_for_each_code_is_taken_once_and_recovery_codes_help()
    {
        var host = await postgres.SharedApiAsync();
        await InvitedAsync(host, "TOT", "totp@example.org");
        using var browser = await SignedInAsync(host, "totp@example.org", Password);
        var begun = await browser.ReadAsync(HttpMethod.Post, "account/authenticator");
        var key = begun.GetProperty("key").GetString()!;
        Assert.StartsWith("otpauth://totp/SelfAssess:totp%40example.org?secret=", begun.GetProperty("uri").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.BadRequest, await browser.SendAsync(HttpMethod.Post, "account/authenticator/confirm", new { code = "000000" }));
        var confirming = Authenticator.CodeOf(key, 0);
        var recovery = (await browser.ReadAsync(HttpMethod.Post, "account/authenticator/confirm", new { code = confirming })).GetProperty("recoveryCodes").EnumerateArray().Select(c => c.GetString()!).ToArray();
        Assert.Equal(10, recovery.Length);

        async Task<int> TryAsync(object body) => (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", body)).Response.StatusCode;
        const string email = "totp@example.org";
        Assert.Equal(401, await TryAsync(new { email, password = Password }));
        Assert.Equal(401, await TryAsync(new { email, password = Password, code = confirming }));
        var next = Authenticator.CodeOf(key, 1);
        Assert.Equal(200, await TryAsync(new { email, password = Password, code = next }));
        Assert.Equal(401, await TryAsync(new { email, password = Password, code = next }));
        Assert.Equal(200, await TryAsync(new { email, password = Password, recoveryCode = recovery[0] }));
        Assert.Equal(401, await TryAsync(new { email, password = Password, recoveryCode = recovery[0] }));
        Assert.Equal(HttpStatusCode.BadRequest, await browser.SendAsync(HttpMethod.Post, "account/authenticator/remove", new { password = "wrong", code = recovery[1] }));
        Assert.Equal(HttpStatusCode.NoContent, await browser.SendAsync(HttpMethod.Post, "account/authenticator/remove", new { password = Password, code = recovery[2] }));
    }

    [Fact]
    public async Task Token_is_shown_once_kept_as_a_hash_expires_and_is_revoked()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await InvitedAsync(host, "TOK", "token@example.org");
        using var browser = await SignedInAsync(host, "token@example.org", Password);
        var made = await browser.ReadAsync(HttpMethod.Post, "account/tokens", new { name = "script", readOnly = true });
        var (secret, id) = (made.GetProperty("secret").GetString()!, made.GetProperty("token").GetProperty("id").GetString());
        Assert.Equal(0L, await ScalarAsync(host, $"select count(*) from accounts.mt_doc_account where data::text like '%{secret.Split('_')[2]}%'"));
        Assert.DoesNotContain(secret, (await browser.Http.GetStringAsync("/api/v1/account/tokens", TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        var script = host.With(secret).Client;
        Assert.Equal(200, (int)(await script.CallAsync(HttpMethod.Get, "states/TOK/people")).Response.StatusCode);
        Assert.Equal(403, (int)(await script.CallAsync(HttpMethod.Post, "states/TOK/invitations", Invitation("x@example.org", new { role = "reader" }))).Response.StatusCode);
        Assert.Equal(401, (int)(await host.With(secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A')).Client.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await browser.SendAsync(HttpMethod.Delete, $"account/tokens/{id}"));
        Assert.Equal(401, (int)(await script.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);

        var expiring = (await browser.ReadAsync(HttpMethod.Post, "account/tokens", new { name = "short", days = 1 })).GetProperty("secret").GetString()!;
        Assert.Equal(200, (int)(await host.With(expiring).Client.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);
        await ExecuteAsync(host, "update accounts.mt_doc_account set data = jsonb_set(data, '{tokens,0,expiresAt}', '\"2020-01-01T00:00:00+00:00\"') where jsonb_array_length(data -> 'tokens') = 1 and data ->> 'email' = 'token@example.org'");
        Assert.Equal(401, (int)(await host.With(expiring).Client.CallAsync(HttpMethod.Get, "session")).Response.StatusCode);
    }

    [Fact]
    public async Task Reset_link_works_once_and_mail_carries_it_in_the_persons_language()
    {
        using var smtp = new TcpListener(IPAddress.Loopback, 0);
        smtp.Start();
        var mails = MailServer.ReceiveAsync(smtp, 2);
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b =>
        {
            b.UseSetting("SelfAssess:Smtp:Host", "127.0.0.1");
            b.UseSetting("SelfAssess:Smtp:Port", ((IPEndPoint)smtp.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
            b.UseSetting("SelfAssess:Smtp:Encrypted", "false");
            b.UseSetting("SelfAssess:PublicUrl", "https://assess.example.org");
        });
        await InvitedAsync(host, "RST", "reset@example.org", "fr");
        Assert.Equal(204, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "password-resets", new { email = "nobody@example.org" })).Response.StatusCode);
        Assert.Equal(204, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "password-resets", new { email = "reset@example.org" })).Response.StatusCode);
        var received = await mails.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains("https://assess.example.org/invitation#", received[0], StringComparison.Ordinal);
        Assert.Contains("mot de passe", received[1], StringComparison.Ordinal);
        var secret = received[1].Split("/password-reset#")[1].Split(['\r', '\n', ' '])[0];
        Assert.Equal(400, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "password-resets/redeem", new { secret, password = "short" })).Response.StatusCode);
        Assert.Equal(204, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "password-resets/redeem", new { secret, password = "a wholly new secret" })).Response.StatusCode);
        Assert.Equal(410, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "password-resets/redeem", new { secret, password = "yet another secret" })).Response.StatusCode);
        using var browser = await SignedInAsync(host, "reset@example.org", "a wholly new secret");
    }

    [Fact]
    public async Task Coordination_is_handed_over_and_a_state_keeps_one_coordinator()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("handover");
        await host.Administrator().BeginAsync("HND", "handover");
        var (old, successor) = (await host.TokenAsync([ApiHost.Granted(Role.Coordinator, "HNX")]), await host.TokenAsync([ApiHost.Granted(Role.Reader, "HNX")]));
        await RegisterAsync(host, "HNX");
        var outgoing = host.With(old).Client;
        var (people, _) = await outgoing.DoAsync(HttpMethod.Get, "states/HNX/people");
        var ids = people.GetProperty("items").EnumerateArray().ToDictionary(p => p.GetProperty("grants")[0].GetProperty("role").GetString()!, p => p, StringComparer.Ordinal);
        var (own, grant) = (ids["coordinator"].GetProperty("account").GetString(), ids["coordinator"].GetProperty("grants")[0].GetProperty("id").GetString());
        var (kept, last) = await outgoing.CallAsync(HttpMethod.Post, $"states/HNX/people/{own}/grants/{grant}/end", new { });
        Assert.Equal((409, "urn:selfassess:problem:last-of-its-kind"), ((int)kept.StatusCode, last.GetProperty("type").GetString()));
        Assert.Equal(400, (int)(await outgoing.CallAsync(HttpMethod.Post, "states/HNX/hand-over", new { account = "nobody" })).Response.StatusCode);
        await outgoing.DoAsync(HttpMethod.Post, "states/HNX/hand-over", new { account = ids["reader"].GetProperty("account").GetString() });
        Assert.Equal(200, (int)(await host.With(successor).Client.CallAsync(HttpMethod.Get, "states/HNX/invitations")).Response.StatusCode);
        await host.With(successor).Client.DoAsync(HttpMethod.Post, $"states/HNX/people/{own}/grants/{grant}/end", new { });
        Assert.Equal(404, (int)(await outgoing.CallAsync(HttpMethod.Get, "states/HNX/invitations")).Response.StatusCode);
    }

    [Fact]
    public async Task Respondents_work_is_reassigned_without_loss()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().OpenCycleAsync("reassign");
        await host.Administrator().BeginAsync("RES2", "reassign");
        await host.Coordinator("RES2").OpenRoundAsync("RES2", "reassign", "customs", "police");
        await host.Respondent("RES2", "customs").RespondAsync("RES2", "reassign", "customs", ("a1", "some"));
        var replacement = await host.TokenAsync([ApiHost.Granted(Role.Respondent, "RES2", "police")]);
        var coordinator = host.Coordinator("RES2");
        var (people, _) = await coordinator.DoAsync(HttpMethod.Get, "states/RES2/people");
        string Of(string entity) => people.GetProperty("items").EnumerateArray().First(p => p.GetProperty("grants")[0].GetProperty("entity").GetString() == entity).GetProperty("account").GetString()!;
        var police = Of("police");
        await coordinator.DoAsync(HttpMethod.Post, $"states/RES2/people/{police}/grants", new { grants = new[] { new { role = "respondent", entity = "customs" } } });
        var (response, _) = await host.With(replacement).Client.DoAsync(HttpMethod.Get, "states/RES2/assessments/reassign/responses/customs");
        Assert.Equal("some", response.GetProperty("answers").GetProperty("a1").GetProperty("value").GetString());
    }

    [Fact]
    public async Task Last_administrator_stays_and_a_disabled_account_is_out_at_once()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var first = await SignedInAsync(host, "admin@localhost", ApiHost.Password);
        var accounts = await first.Http.GetFromJsonAsync<JsonElement>("/api/v1/accounts", TestContext.Current.CancellationToken);
        var only = accounts.GetProperty("items")[0].GetProperty("account").GetString();
        Assert.Equal(HttpStatusCode.Conflict, await first.SendAsync(HttpMethod.Post, $"accounts/{only}/disable"));
        var second = host.Administrator();
        await second.DoAsync(HttpMethod.Post, $"accounts/{only}/disable");
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(401, (int)(await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "admin@localhost", password = ApiHost.Password })).Response.StatusCode);
        await second.DoAsync(HttpMethod.Post, $"accounts/{only}/enable");
        using var back = await SignedInAsync(host, "admin@localhost", ApiHost.Password);
    }

    [Fact]
    public async Task Whoever_holds_an_invitation_guesses_no_password_with_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var first = await ApiHost.StartAsync(database);
        await using var second = await ApiHost.StartAsync(database);
        await InvitedAsync(first, "GUE", "guessed@example.org");
        await RegisterAsync(first, "ATT");
        var (link, _) = await first.Coordinator("ATT").DoAsync(HttpMethod.Post, "states/ATT/invitations", Invitation("guessed@example.org", new { role = "reader" }));
        var secret = link.GetProperty("secret").GetString();
        async Task<HttpResponseMessage> AcceptAsync(ApiHost node, string password) =>
            (await node.Anonymous().CallAsync(HttpMethod.Post, "invitations/accept", new { secret, name = "X", password })).Response;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(400, (int)(await AcceptAsync(first, "not the password")).StatusCode);
        }

        foreach (var node in new[] { first, second })
        {
            var locked = await AcceptAsync(node, Password);
            Assert.Equal(429, (int)locked.StatusCode);
            Assert.NotNull(locked.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Attempts_at_the_same_moment_are_all_counted()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var first = await ApiHost.StartAsync(database);
        await using var second = await ApiHost.StartAsync(database);
        await InvitedAsync(first, "RUS", "rushed@example.org");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => first.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "rushed@example.org", password = "not the password" })));
        var (response, _) = await second.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = "rushed@example.org", password = Password });
        Assert.Equal(429, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("two words@example.org")]
    [InlineData("line@example.org\r\nBcc: other@example.org")]
    [InlineData("Name <name@example.org>")]
    [InlineData("a@b@example.org")]
    [InlineData("nobody@")]
    public async Task What_is_no_address_is_not_invited(string email)
    {
        var host = await postgres.SharedApiAsync();
        var (response, problem) = await host.Administrator().CallAsync(HttpMethod.Post, "invitations", Invitation(email, new { role = "administrator" }));
        Assert.Equal((400, "email"), ((int)response.StatusCode, problem.GetProperty("errors")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Nobody_of_the_community_is_handed_a_state_and_nobody_gets_a_role_in_one_that_is_not()
    {
        var host = await postgres.SharedApiAsync();
        await RegisterAsync(host, "HOM");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var once = await host.TokenAsync([ApiHost.Granted(Role.Reader, "HOM") with { Until = today.AddDays(-1) }, ApiHost.Granted(Role.Presidency) with { Until = today.AddMonths(3) }]);
        var left = await host.TokenAsync([ApiHost.Granted(Role.Reader, "HOM") with { Until = today.AddDays(-1) }]);
        foreach (var token in new[] { once, left })
        {
            var (response, problem) = await host.Coordinator("HOM").CallAsync(HttpMethod.Post, "states/HOM/hand-over", new { account = token.Split('_')[1] });
            Assert.Equal((400, "unknownAccount"), ((int)response.StatusCode, problem.GetProperty("errors")[0].GetProperty("code").GetString()));
        }

        var nobody = (await host.TokenAsync([])).Split('_')[1];
        var (unknown, refused) = await host.Administrator().CallAsync(HttpMethod.Post, $"accounts/{nobody}/grants", new { grants = new object[] { new { role = "reader", state = "HOM" }, new { role = "reader", state = "NIL" } } });
        Assert.Equal((400, "grants[1].state"), ((int)unknown.StatusCode, refused.GetProperty("errors")[0].GetProperty("name").GetString()));
        var (odd, entity) = await host.Coordinator("HOM").CallAsync(HttpMethod.Post, "states/HOM/invitations", Invitation("odd@example.org", new { role = "respondent", entity = "Customs & Excise" }));
        Assert.Equal((400, "grants[0].entity"), ((int)odd.StatusCode, entity.GetProperty("errors")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Session_that_the_browser_brought_ends_when_somebody_signs_in()
    {
        var host = await postgres.SharedApiAsync();
        await InvitedAsync(host, "FIX", "one@example.org");
        await InvitedAsync(host, "FIX", "other@example.org");
        using var browser = await SignedInAsync(host, "one@example.org", Password);
        using var kept = new Browser(host, new CookieContainer());
        kept.Cookies.Add(browser.Cookies.GetAllCookies());
        await browser.Http.DoAsync(HttpMethod.Post, "sign-in", new { email = "other@example.org", password = Password });
        var session = await browser.Http.GetFromJsonAsync<JsonElement>("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal("other@example.org", session.GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await kept.Http.GetAsync("/api/v1/session", TestContext.Current.CancellationToken)).StatusCode);
        var sessions = await browser.Http.GetFromJsonAsync<JsonElement>("/api/v1/account/sessions", TestContext.Current.CancellationToken);
        Assert.Single(sessions.GetProperty("items").EnumerateArray());
    }

    private static object Invitation(string email, object grant, string language = "en") => new { email, language, grants = new[] { grant } };

    private static async Task RegisterAsync(ApiHost host, string state)
    {
        var (there, _) = await host.Administrator().CallAsync(HttpMethod.Get, $"states/{state}");
        if (!there.IsSuccessStatusCode)
        {
            await host.Administrator().DoAsync(HttpMethod.Put, $"states/{state}", new { name = $"Demo State {state}" });
        }
    }

    /// <summary>A coordinator of the State with a password.</summary>
    private static async Task InvitedAsync(ApiHost host, string state, string email, string language = "en")
    {
        await RegisterAsync(host, state);
        var (link, _) = await host.Administrator().DoAsync(HttpMethod.Post, "invitations", Invitation(email, new { role = "coordinator", state }, language));
        await host.Anonymous().DoAsync(HttpMethod.Post, "invitations/accept", new { secret = link.GetProperty("secret").GetString(), name = "A. Coordinator", password = Password });
    }

    private static async Task<Browser> SignedInAsync(ApiHost host, string email, string password)
    {
        var browser = new Browser(host, new CookieContainer());
        var (session, _) = await browser.Http.DoAsync(HttpMethod.Post, "sign-in", new { email, password });
        browser.Antiforgery = session.GetProperty("antiforgeryToken").GetString()!;
        return browser;
    }

    private static async Task ExecuteAsync(ApiHost host, string sql) => await ScalarAsync(host, sql);

    private static async Task<object?> ScalarAsync(ApiHost host, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A browser: it keeps cookies, and sends the antiforgery token with changes.</summary>
    private sealed class Browser(ApiHost host, CookieContainer cookies) : IDisposable
    {
        public HttpClient Http { get; } = host.CreateDefaultClient(new Microsoft.AspNetCore.Mvc.Testing.Handlers.CookieContainerHandler(cookies));

        public CookieContainer Cookies => cookies;

        public string Antiforgery { get; set; } = "";

        public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, object? body = null) => (await RequestAsync(method, path, body)).StatusCode;

        public async Task<JsonElement> ReadAsync(HttpMethod method, string path, object? body = null)
        {
            var response = await RequestAsync(method, path, body);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }

        public void Dispose() => Http.Dispose();

        private async Task<HttpResponseMessage> RequestAsync(HttpMethod method, string path, object? body)
        {
            // Signing in anew, as a change of credentials does, brings a new token.
            var session = await Http.GetFromJsonAsync<JsonElement>("/api/v1/session");
            Antiforgery = session.GetProperty("antiforgeryToken").GetString()!;
            using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Add(SessionAuthentication.AntiforgeryHeader, Antiforgery);
            return await Http.SendAsync(request);
        }
    }
}
