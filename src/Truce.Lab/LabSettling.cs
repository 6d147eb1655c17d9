using System.Net.Sockets;

namespace Truce.Lab;

/// <summary>Whether a cluster has settled, as one of its nodes sees it.</summary>
public static class LabSettling
{
    /// <summary>Asks a node's API. Until the API tells more, a node that answers has settled.</summary>
    public static async Task<bool> IsSettledAsync(string socket, CancellationToken cancel)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
