namespace SelfAssess.Dashboard.Api;

/// <summary>Whoever looks at the page.</summary>
public sealed class Visitor(ApiClient api, IHttpContextAccessor accessor)
{
    private Task<SessionView?>? session;

    /// <summary>Who is signed in; null where nobody is. It is asked once for each request.</summary>
    public Task<SessionView?> FindAsync() => session ??= ReadAsync();

    /// <summary>Who is signed in.</summary>
    /// <exception cref="ApiException">Nobody is: the sign-in page follows.</exception>
    public async Task<SessionView> GetAsync() =>
        await FindAsync() ?? throw new ApiException("Sign in first.", StatusCodes.Status401Unauthorized, null, new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal), null);

    /// <summary>After signing in or out: asks again.</summary>
    public void Forget() => session = null;

    private async Task<SessionView?> ReadAsync()
    {
        var context = accessor.HttpContext!;
        if (!context.Request.Cookies.ContainsKey(ApiCalls.SessionCookie))
        {
            return null;
        }

        try
        {
            return (await api.GetSessionAsync(cancellationToken: context.RequestAborted)).Result;
        }
        catch (ApiException e) when (e.StatusCode == StatusCodes.Status401Unauthorized)
        {
            return null;
        }
    }
}
