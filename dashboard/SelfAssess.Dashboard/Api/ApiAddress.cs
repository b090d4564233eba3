using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Api;

/// <summary>Where the api is: where the settings say, else on the address on which this very program listens.</summary>
internal sealed class ApiAddress(IOptions<DashboardOptions> options, IServer server)
{
    public Uri Find()
    {
        if (options.Value.Api is { } configured)
        {
            return configured;
        }

        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        // Without encryption where there is the choice: the call does not leave the machine, and a certificate names the public host.
        return listening.OrderBy(a => a.StartsWith("https", StringComparison.OrdinalIgnoreCase)).Select(OnLoopback).FirstOrDefault(a => a is not null)
            ?? throw new InvalidOperationException($"The program listens on no address that the dashboard could call: set {DashboardOptions.Section}:{nameof(DashboardOptions.Api)}.");
    }

    /// <summary>An address on which one listens as one to call: "every interface" is none.</summary>
    internal static Uri? OnLoopback(string listening)
    {
        var address = BindingAddress.Parse(listening);
        if (address.IsUnixPipe || address.IsNamedPipe)
        {
            return null;
        }

        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }
}
