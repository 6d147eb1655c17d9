using System.Text;

namespace Truce.Lab.Hosts;

/// <summary>The machine's ends of a node's links.</summary>
internal static class Cables
{
    private const int NameMax = 16;
    private const int RequestSize = 40;

    /// <summary>Cuts one at once. A node whose power is cut sends nothing any more: without this
    /// its kernel would still close its connections in good order, and peers and clients would
    /// learn of the death too early.</summary>
    public static void TakeDown(string name)
    {
        Span<byte> request = stackalloc byte[RequestSize]; // struct ifreq: the name, then flags, none set.
        request.Clear();
        Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, NameMax - 1)), request);
        int socket = Native.MakeSocket(Native.FamilyInternet, Native.DatagramSocket, 0);
        if (socket < 0)
            return;
        _ = Native.Ioctl(socket, Native.SetInterfaceFlags, request);
        _ = Native.Close(socket);
    }

    /// <summary>Removes them, and with them the node's ends, whatever still holds its network.</summary>
    public static async Task RemoveAsync(IEnumerable<string> names)
    {
        try
        {
            await MachineProgram.RunAsync(["ip", "-force", "-batch", "-"],
                string.Concat(names.Select(n => $"link del {n}\n")), CancellationToken.None)
                    .ConfigureAwait(false);
        }
        catch (LabException)
        {
            // The kernel was faster: a namespace that ends takes its cables along.
        }
    }
}
