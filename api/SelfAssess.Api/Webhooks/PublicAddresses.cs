using System.Net;
using System.Net.Sockets;

namespace SelfAssess.Api.Webhooks;

/// <summary>A receiver's name leads to an address that is not public.</summary>
internal sealed class AddressNotPublicException() : IOException("The receiver's address is not public.");

/// <summary>
/// Which addresses are of the public Internet. Whoever enters a webhook chooses what the server connects to; nothing within the deployment may be among it:
/// neither itself, nor its neighbours, nor what a cloud tells its machines.
/// </summary>
internal static class PublicAddresses
{
    /// <summary>Special purposes in the registries of IANA; of IPv6 only global unicast (2000::/3) is looked at.</summary>
    private static readonly IPNetwork[] special =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // With what carries an IPv4 address inside (Teredo, 6to4), which could be any.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ]).Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork globalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether an address is of the public Internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (address.AddressFamily == AddressFamily.InterNetwork || globalUnicast.Contains(address)) && !Array.Exists(special, n => n.Contains(address));
    }

    /// <summary>
    /// Connects to a receiver, by the addresses that were looked at and no others: a name that is looked up again may lead elsewhere. One address that is not
    /// public is enough to refuse the name.
    /// </summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowPrivate, CancellationToken cancellationToken)
    {
        // An address is not looked up, which is refused for some.
        var addresses = IPAddress.TryParse(to.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, cancellationToken);
        if (!allowPrivate && !Array.TrueForAll(addresses, IsPublic))
        {
            throw new AddressNotPublicException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
