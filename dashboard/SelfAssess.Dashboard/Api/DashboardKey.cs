using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Api;

/// <summary>
/// A call with this key comes from the dashboard, on behalf of a browser: the api then takes the browser's address, scheme and host from the forwarding
/// headers. Whoever has no key is believed nothing.
/// </summary>
public sealed class DashboardKey
{
    internal const string Header = "X-SelfAssess-Dashboard";

    private readonly byte[] key;

    /// <summary>The configured key; else one that nobody outside this process knows.</summary>
    public DashboardKey(IOptions<DashboardOptions> options)
    {
        Value = options.Value.Key ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        key = Encoding.UTF8.GetBytes(Value);
    }

    internal string Value { get; }

    internal bool IsIn(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out var sent) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent.ToString()), key);
}

/// <summary>The api's side of the key.</summary>
public static class DashboardCalls
{
    /// <summary>Lets calls of the dashboard count as those of the browser for which they are made.</summary>
    public static void UseDashboardCalls(this IApplicationBuilder app)
    {
        var key = app.ApplicationServices.GetRequiredService<DashboardKey>();
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto };
        // The key is what is trusted, wherever the call comes from.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        app.UseWhen(context => key.IsIn(context.Request), branch => branch.UseForwardedHeaders(options));
    }
}
