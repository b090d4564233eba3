using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace SelfAssess.Api.Webhooks;

/// <summary>
/// Posts one event to one address. It follows no redirect, uses no proxy and keeps no cookie, and reads nothing of the answer but its status. It logs nothing:
/// an address tells a State. For the same reason it is no client of the factory, whose clients log addresses.
/// </summary>
internal sealed class SendWebhook : IDisposable
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    public SendWebhook(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        var allowPrivate = configuration.GetValue<bool>(WebhooksSetup.AllowPrivate);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = (context, cancellationToken) => PublicAddresses.ConnectAsync(context.DnsEndPoint, allowPrivate, cancellationToken),
        })
        {
            Timeout = Longest,
        };
    }

    /// <summary>Posts, and answers what became of it.</summary>
    /// <param name="url">The receiver.</param>
    /// <param name="secret">The key of the signature.</param>
    /// <param name="delivery">What is told.</param>
    /// <param name="cancellationToken">Stops without an answer.</param>
    public async Task<DeliveryAttempt> RunAsync(string url, string secret, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var (at, watch) = (clock.GetUtcNow(), Stopwatch.StartNew());
        var (outcome, status) = await PostAsync(url, secret, delivery, at, cancellationToken);
        return new DeliveryAttempt(at, outcome, status, (int)watch.ElapsedMilliseconds);
    }

    public void Dispose() => client.Dispose();

    private async Task<(AttemptOutcome Outcome, int? Status)> PostAsync(string url, string secret, WebhookDelivery delivery, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var id = StandardSignature.IdOf(delivery.Id);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(delivery.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("SelfAssess", "1.0"));
        request.Headers.Add(StandardSignature.IdHeader, id);
        request.Headers.Add(StandardSignature.TimeHeader, StandardSignature.Time(at));
        request.Headers.TryAddWithoutValidation(StandardSignature.SignatureHeader, StandardSignature.Sign(secret, id, at, delivery.Body));
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (answer.IsSuccessStatusCode ? AttemptOutcome.Accepted : AttemptOutcome.Rejected, (int)answer.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (AttemptOutcome.TimedOut, null);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressNotPublicException)
        {
            return (AttemptOutcome.NotPublic, null);
        }
        catch (HttpRequestException)
        {
            return (AttemptOutcome.Unreachable, null);
        }
    }
}
