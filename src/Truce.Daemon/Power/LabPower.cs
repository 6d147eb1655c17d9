using System.Net.Sockets;
using System.Text;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Power;

/// <summary>The lab's power switch, which knows by the socket whose power it
/// is: <c>reset REASON</c>.</summary>
internal sealed class LabPower(string path, RoleProcesses roles) : IPower
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    public void Panic(string reason)
    {
        roles.KillAll();
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.SendTimeout = socket.ReceiveTimeout = (int)s_limit.TotalMilliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes($"reset {reason.ReplaceLineEndings(" ")}\n"));
            // The switch ends this process before it answers, or (without namespaces) soon after.
            _ = socket.Receive(new byte[256]);
        }
        catch (SocketException)
        {
            // No switch any more: the end of all roles is what is left, and the peers' fencing.
        }

        NativeProcess.KillSelf();
    }
}
