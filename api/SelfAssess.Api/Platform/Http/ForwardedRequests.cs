using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
// Both namespaces have one.
using IPNetwork = System.Net.IPNetwork;

namespace SelfAssess.Api.Platform.Http;

/// <summary>
/// Behind a proxy: from the addresses in <see cref="Setting"/>, and from nowhere else, the program believes which scheme, host and client a request
/// came with. Without that, cookies would not be marked for encrypted connections only, and everybody would share one network address.
/// </summary>
internal static class ForwardedRequests
{
    public const string Setting = "SelfAssess:Proxies";

    /// <summary>An address, or a network as address/length; null where the text is neither.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;

    public static void UseForwardedRequests(this WebApplication app)
    {
        var networks = (app.Configuration[Setting] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Network).OfType<IPNetwork>().ToArray();
        if (networks.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto };
        // The framework would also believe whoever calls from this machine.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
