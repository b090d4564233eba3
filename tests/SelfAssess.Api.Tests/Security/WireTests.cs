using System.Net.Sockets;
using System.Text;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>Requests as bytes: what two servers in a row could understand differently, is refused by ours.</summary>
public sealed class WireTests(PostgresFixture postgres)
{
    private const string Json = "Content-Type: application/json\r\n";

    [Fact]
    public async Task Request_that_can_be_read_in_two_ways_is_refused()
    {
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var running = host;
        (string Kind, string Bytes)[] requests =
        [
            ("two lengths", $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\n{Json}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{{}}"),
            ("a length that is none", $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\n{Json}Content-Length: +2\r\n\r\n{{}}"),
            ("an encoding that is not known", $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\n{Json}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            ("chunks whose length is none", $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\n{Json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"),
            ("a header on two lines", "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-One: a\r\n b\r\n\r\n"),
            ("a space before the colon", "GET /api/v1/session HTTP/1.1\r\nHost : localhost\r\n\r\n"),
            ("no host", "GET /api/v1/session HTTP/1.1\r\n\r\n"),
            ("two hosts", "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
            ("a host that is none", "GET /api/v1/session HTTP/1.1\r\nHost: a b\r\n\r\n"),
            ("a null in the path", "GET /api/v1/cycles/a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            ("a version that is none", "GET /api/v1/session HTTP/9.9\r\nHost: localhost\r\n\r\n"),
        ];
        foreach (var (kind, bytes) in requests)
        {
            var answer = await SendAsync(address, bytes);
            Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{kind}: {answer}");
            Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
        }

        // With both, the encoding counts, and the connection ends: what follows is nobody's request.
        var both = await SendAsync(address, $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\n{Json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(1, both.Split("HTTP/1.1 4").Length - 1);
        var trace = await SendAsync(address, "TRACE /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: secret\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_request_may_have_is_refused_before_it_is_read()
    {
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var running = host;
        var large = await SendAsync(address, $"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{Json}Content-Length: 5000000\r\n\r\n{{");
        Assert.StartsWith("HTTP/1.1 413", large, StringComparison.Ordinal);
        Assert.Contains("urn:selfassess:problem:too-large", large, StringComparison.Ordinal);
        var headers = await SendAsync(address, $"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: {new string('a', 40_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", headers, StringComparison.Ordinal);
        var line = await SendAsync(address, $"GET /api/v1/{new string('a', 10_000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 414", line, StringComparison.Ordinal);
    }

    /// <summary>Writes bytes and reads whatever comes back, until the server ends the connection or says nothing more.</summary>
    private static async Task<string> SendAsync(Uri address, string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
            var buffer = new byte[8192];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(answer.Length == 0 ? 10 : 2));
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token)) > 0;)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
                patience.CancelAfter(TimeSpan.FromSeconds(2));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && answer.Length > 0)
        {
            // The server ended the connection, or keeps it for a next request.
        }

        return answer.ToString();
    }
}
