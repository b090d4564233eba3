using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.AtHome;

/// <summary>
/// Whether this deployment is a State's own, and where its community is: the one setting. What a State delivers can be carried as a file, or sent from here.
/// </summary>
internal sealed class HomeInstance(IConfiguration configuration, IHttpClientFactory clients)
{
    /// <summary>The web address of the community's deployment.</summary>
    public const string Setting = "SelfAssess:Home:Community";

    public static Refusal NotAtHome { get; } = Refusal.Conflict("not-at-home", "This deployment is no State's own: the setting SelfAssess:Home:Community is not set.");

    /// <summary>The community's address; null where this is no State's own deployment.</summary>
    public string? Community => configuration[Setting] is { Length: > 0 } address ? address.TrimEnd('/') : null;

    /// <summary>Sends a file to the community; answers its status and, where it is refused, its problem.</summary>
    /// <exception cref="HttpRequestException">The community cannot be reached.</exception>
    public async Task<(int Status, Problem? Problem)> SendAsync<T>(string path, T file, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(nameof(HomeInstance));
        client.Timeout = TimeSpan.FromSeconds(30);
        using var answer = await client.PostAsJsonAsync($"{Community}/api/v1/{path}", file, Platform.Json.Http, cancellationToken);
        var problem = answer.IsSuccessStatusCode ? null
            : answer.Content.Headers.ContentType?.MediaType == RefusalResponses.ContentType ? await answer.Content.ReadFromJsonAsync<Problem>(Platform.Json.Http, cancellationToken) : null;
        return ((int)answer.StatusCode, problem);
    }
}
