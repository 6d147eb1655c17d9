using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Truce.Ports;

namespace Truce.Daemon.Power;

/// <summary>
/// The service manager that started this process, where it asked to be told (sd_notify(3)): once that it has
/// started, and then, as a second watchdog beside the node's, that its loop turns. A manager that isn't there
/// or doesn't read costs nothing: nothing is waited for.
/// </summary>
internal sealed class ServiceManager : IWatchdog, IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string PatienceVariable = "WATCHDOG_USEC";
    private const string ProcessVariable = "WATCHDOG_PID";

    private readonly IWatchdog _device;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
    {
        Blocking = false,
    };

    private readonly TimeSpan? _patience;

    /// <summary>Speaks to a manager.</summary>
    /// <param name="device">The node's own watchdog, which is petted with it.</param>
    /// <param name="address">Its socket, <c>@</c> for the abstract ones; null: there is none.</param>
    /// <param name="patience">After what silence it ends this process; null: it doesn't.</param>
    public ServiceManager(IWatchdog device, string? address, TimeSpan? patience)
    {
        _device = device;
        // The kernel's abstract names begin with a zero byte.
        _address = address is { Length: > 1 }
            ? new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address)
            : null;
        _patience = _address is null ? null : patience;
    }

    /// <summary>The shorter of the device's and the manager's.</summary>
    public TimeSpan? Timeout => (_device.Timeout, _patience) switch
    {
        (null, var patience) => patience,
        (var device, null) => device,
        ({ } device, { } patience) => device < patience ? device : patience,
    };

    /// <summary>The one in this process's environment. Nothing of it is left there: roles and agents aren't
    /// to speak for this process.</summary>
    public static ServiceManager Take(IWatchdog device)
    {
        string? patience = Environment.GetEnvironmentVariable(PatienceVariable);
        string? process = Environment.GetEnvironmentVariable(ProcessVariable);
        string? address = Environment.GetEnvironmentVariable(SocketVariable);
        foreach (string name in (string[])[SocketVariable, PatienceVariable, ProcessVariable])
            Environment.SetEnvironmentVariable(name, null);
        bool isMeant = process is null
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new ServiceManager(device, address, isMeant ? Microseconds(patience) : null);
    }

    /// <summary>This process has started.</summary>
    public void SayReady() => Tell("READY=1");

    /// <inheritdoc/>
    public void Pet()
    {
        _device.Pet();
        Tell("WATCHDOG=1");
    }

    /// <inheritdoc/>
    public void Disarm() => _device.Disarm();

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static TimeSpan? Microseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0
            ? TimeSpan.FromMicroseconds(count)
            : null;

    private void Tell(string what)
    {
        if (_address is null)
            return;
        try
        {
            _socket.SendTo(Encoding.ASCII.GetBytes(what), _address);
        }
        catch (SocketException)
        {
            // It will judge by the silence.
        }
    }
}
