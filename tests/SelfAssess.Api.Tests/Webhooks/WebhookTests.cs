using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Webhooks;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Webhooks;

public sealed class WebhookTests(PostgresFixture postgres)
{
    [Fact]
    public async Task State_is_told_of_its_own_events_with_signatures_and_without_answers()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("told");
        await client.BeginAsync("TOL", "told");
        await client.BeginAsync("OTH", "told");
        var (made, _) = await client.DoAsync(HttpMethod.Post, "states/TOL/webhooks",
            new { url = receiver.Address, events = new[] { "roundOpened", "responseConfirmed", "responseReturned", "assessmentSignedOff" } });
        var secret = made.GetProperty("secret").GetString()!;
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await client.DoAsync(HttpMethod.Get, "states/TOL/webhooks")).Body.ToString(), StringComparison.Ordinal);

        foreach (var state in (string[])["TOL", "OTH"])
        {
            await client.OpenRoundAsync(state, "told", "customs");
            await client.RespondAsync(state, "told", "customs", ("a1", "some"), ("a2", "some"), ("b1", "some"), ("b2", "some"));
        }

        var path = "states/TOL/assessments/told/responses/customs";
        await host.Coordinator("TOL").DoAsync(HttpMethod.Post, $"{path}/return", new { comment = "A secret remark" }, (await client.DoAsync(HttpMethod.Get, path)).ETag);
        var posts = await receiver.WaitAsync(3);
        Assert.Equal(["response.confirmed", "response.returned", "round.opened"], posts.Select(p => p.Type).Order(StringComparer.Ordinal));
        Assert.All(posts, p =>
        {
            Assert.True(p.IsSignedWith(secret));
            Assert.False(p.IsSignedWith(StandardSignature.NewSecret()));
            Assert.DoesNotContain("secret remark", p.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("some", p.Body, StringComparison.Ordinal);
            Assert.Equal("told", p.Data.GetProperty("cycle").GetString());
        });
        Assert.Equal("customs", posts.Single(p => p.Type == "response.confirmed").Data.GetProperty("entity").GetString());
        Assert.Equal(3, posts.Select(p => p.Id).Distinct().Count());

        // The queue holds nothing from which a State could be told.
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select string_agg(arguments || invocationdata::text, ' ') from jobs.job", connection);
        var jobs = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Contains("WebhookJob", jobs, StringComparison.Ordinal);
        Assert.DoesNotContain("TOL", jobs, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", jobs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receiver_that_fails_is_tried_again_and_can_be_told_by_hand()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = [503, 200];
        await using var host = await StartAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("retried");
        await client.BeginAsync("RET", "retried");
        var webhook = await MakeAsync(client, receiver.Address);
        await client.OpenRoundAsync("RET", "retried", "customs");
        var posts = await receiver.WaitAsync(2);
        Assert.Equal(posts[0].Id, posts[1].Id);
        Assert.Equal(posts[0].Body, posts[1].Body);
        var delivery = await DeliveryAsync(client, webhook, d => d.GetProperty("status").GetString() == "delivered");
        Assert.Equal([503, 200], delivery.GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("status").GetInt32()));

        await client.DoAsync(HttpMethod.Post, $"states/RET/webhooks/{webhook}/deliveries/{delivery.GetProperty("id").GetString()}/resend");
        Assert.Equal(posts[0].Id, (await receiver.WaitAsync(3))[2].Id);
        delivery = await DeliveryAsync(client, webhook, d => d.GetProperty("attempts").GetArrayLength() == 3);
        Assert.Equal("delivered", delivery.GetProperty("status").GetString());

        // A receiver that says that it is gone is told of nothing any more.
        receiver.Answers = [410];
        await client.CloseRoundAsync("RET", "retried");
        await client.DoAsync(HttpMethod.Post, $"states/RET/webhooks/{webhook}/deliveries/{delivery.GetProperty("id").GetString()}/resend");
        await DeliveryAsync(client, webhook, d => d.GetProperty("status").GetString() == "failed");
        Assert.False((await client.DoAsync(HttpMethod.Get, "states/RET/webhooks")).Body.GetProperty("items")[0].GetProperty("active").GetBoolean());
        await client.DoAsync(HttpMethod.Delete, $"states/RET/webhooks/{webhook}");
        Assert.Empty((await client.DoAsync(HttpMethod.Get, "states/RET/webhooks")).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_slow_receivers_are_left()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = [302];
        await using var host = await StartAsync();
        var send = host.Services.GetRequiredService<SendWebhook>();
        var delivery = new WebhookDelivery { Id = Guid.NewGuid(), WebhookId = Guid.NewGuid(), Event = WebhookEvent.RoundOpened, Body = """{"type":"round.opened"}""", CreatedAt = default };
        var redirected = await send.RunAsync(receiver.Address, StandardSignature.NewSecret(), delivery, TestContext.Current.CancellationToken);
        Assert.Equal((AttemptOutcome.Rejected, 302), (redirected.Outcome, redirected.Status));
        Assert.Single(receiver.Posts);

        receiver.Silent = true;
        var slow = await send.RunAsync(receiver.Address, StandardSignature.NewSecret(), delivery, TestContext.Current.CancellationToken);
        Assert.Equal((AttemptOutcome.TimedOut, null), (slow.Outcome, slow.Status));
        Assert.InRange(slow.Milliseconds, 9_000, 20_000);
    }

    [Fact]
    public async Task Without_the_setting_nothing_within_is_reached_by_any_name()
    {
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Address).Port;
        var host = await postgres.SharedApiAsync();
        var send = host.Services.GetRequiredService<SendWebhook>();
        var delivery = new WebhookDelivery { Id = Guid.NewGuid(), WebhookId = Guid.NewGuid(), Event = WebhookEvent.RoundOpened, Body = "{}", CreatedAt = default };
        foreach (var name in (string[])["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", Dns.GetHostName()])
        {
            var attempt = await send.RunAsync($"http://{name}:{port}/", StandardSignature.NewSecret(), delivery, TestContext.Current.CancellationToken);
            Assert.Equal((name, AttemptOutcome.NotPublic), (name, attempt.Outcome));
        }

        Assert.Empty(receiver.Posts);
    }

    [Theory]
    [InlineData("http://example.org/hook")]
    [InlineData("https://user:secret@example.org/hook")]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://[::ffff:10.0.0.1]/hook")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://100.100.100.200/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://2130706433/")]
    [InlineData("ftp://example.org/")]
    [InlineData("not an address")]
    public async Task Address_that_cannot_be_public_is_refused_at_once(string url)
    {
        var client = (await postgres.SharedApiAsync()).Administrator();
        var (response, problem) = await client.CallAsync(HttpMethod.Post, "webhooks", new { url, events = new[] { "releaseFrozen" } });
        Assert.Equal((400, "url"), ((int)response.StatusCode, problem.GetProperty("errors")[0].GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00:1450:4001:80b::200e", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("::192.168.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001:0:a00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Public_addresses_are_told_from_others(string address, bool expected) => Assert.Equal(expected, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Community_is_told_of_frozen_releases_and_of_nothing_before()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("frozen");
        await client.AssessAsync("FRO", "frozen", "some");
        var (made, _) = await client.DoAsync(HttpMethod.Post, "webhooks", new { url = receiver.Address, events = new[] { "releaseFrozen" } });
        var (refused, _) = await client.CallAsync(HttpMethod.Post, "webhooks", new { url = receiver.Address, events = new[] { "assessmentSignedOff" } });
        Assert.Equal(400, (int)refused.StatusCode);
        await client.PrepareReleaseAsync("frozen");
        Assert.Empty(receiver.Posts);
        await client.FreezeAsync("frozen-R1");
        var post = (await receiver.WaitAsync(1))[0];
        Assert.True(post.IsSignedWith(made.GetProperty("secret").GetString()!));
        var (list, _) = await client.DoAsync(HttpMethod.Get, "releases");
        Assert.Equal(("frozen-R1", "frozen", list.GetProperty("items")[0].GetProperty("hash").GetString()),
            (post.Data.GetProperty("release").GetString(), post.Data.GetProperty("cycle").GetString(), post.Data.GetProperty("hash").GetString()));
    }

    [Fact]
    public async Task What_a_server_did_not_queue_is_found()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        var client = host.Whoever();
        await client.OpenCycleAsync("swept");
        await client.BeginAsync("SWE", "swept");
        var webhook = Guid.Parse(await MakeAsync(client, receiver.Address, "SWE"));
        await using (var session = host.Services.GetRequiredService<IStateStore>().LightweightSession("SWE"))
        {
            session.Store(new WebhookDelivery { Id = Guid.NewGuid(), WebhookId = webhook, Event = WebhookEvent.RoundOpened, Body = """{"type":"round.opened","data":{}}""", CreatedAt = TimeProvider.System.GetUtcNow().AddMinutes(-20) });
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WebhookJob>().ResumeAsync(TestContext.Current.CancellationToken);
        Assert.Single(await receiver.WaitAsync(1));
    }

    private async Task<ApiHost> StartAsync() => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.UseSetting(WebhooksSetup.AllowPrivate, "true"));

    private static async Task<string> MakeAsync(HttpClient client, string url, string state = "RET") =>
        (await client.DoAsync(HttpMethod.Post, $"states/{state}/webhooks", new { url, events = new[] { "roundOpened" } })).Body.GetProperty("webhook").GetProperty("id").GetString()!;

    private static async Task<JsonElement> DeliveryAsync(HttpClient client, string webhook, Func<JsonElement, bool> until)
    {
        for (var i = 0; i < 300; i++)
        {
            var (list, _) = await client.DoAsync(HttpMethod.Get, $"states/RET/webhooks/{webhook}/deliveries");
            if (list.GetProperty("items").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } delivery && until(delivery))
            {
                return delivery;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The delivery did not come so far.");
    }

    /// <summary>One post as it came.</summary>
    private sealed record Post(string Id, string Time, string Signature, string Body)
    {
        public string Type => JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!;

        public JsonElement Data => JsonDocument.Parse(Body).RootElement.GetProperty("data");

        /// <summary>As a receiver checks it, from the specification and without our own code.</summary>
        public bool IsSignedWith(string secret) => Signature == "v1," + Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Time}.{Body}")));
    }

    /// <summary>A real server on loopback.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<Post> posts = [];
        private int next;

        public IReadOnlyList<int> Answers { get; set; } = [200];

        public bool Silent { get; set; }

        public IReadOnlyList<Post> Posts => [.. posts];

        public string Address { get; private set; } = "";

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var receiver = new Receiver(builder.Build());
            receiver.Map();
            await receiver.ListenAsync();
            return receiver;
        }

        /// <summary>The posts once there are so many.</summary>
        public async Task<IReadOnlyList<Post>> WaitAsync(int count)
        {
            for (var i = 0; i < 600 && posts.Count < count; i++)
            {
                await Task.Delay(100);
            }

            return posts.Count >= count ? Posts : throw new TimeoutException($"There came {posts.Count} of {count} posts.");
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task ListenAsync()
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            Address = $"{app.Urls.Single()}/hook";
        }

        private void Map() => app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            posts.Enqueue(new Post(request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), await reader.ReadToEndAsync()));
            if (Silent)
            {
                await Task.Delay(TimeSpan.FromSeconds(30), request.HttpContext.RequestAborted);
            }

            var status = Answers[Math.Min(next++, Answers.Count - 1)];
            request.HttpContext.Response.Headers.Location = "/hook";
            return Results.StatusCode(status);
        });
    }
}
