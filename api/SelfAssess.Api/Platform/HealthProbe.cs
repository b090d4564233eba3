namespace SelfAssess.Api.Platform;

/// <summary>
/// The program as a client of itself: <c>--probe http://localhost:8080/health/ready</c> ends with 0 where that address answers with success. An image
/// without a shell has nothing else by which its engine could ask.
/// </summary>
internal static class HealthProbe
{
    private const string Switch = "--probe";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The address to ask; null where the program is started as a server.</summary>
    public static string? Of(string[] args) => args is [Switch, var address] ? address : null;

    /// <summary>Asks; answers the exit code.</summary>
    public static async Task<int> RunAsync(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"'{address}' is not an address to ask.");
            return 2;
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(uri);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return 1;
        }
    }
}
