using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Truce.Daemon.Configuration;
using Truce.Ports;

namespace Truce.Daemon.Power;

/// <summary>There is none.</summary>
internal sealed class NoWatchdog : IWatchdog
{
    public TimeSpan? Timeout => null;

    public void Pet() { }

    public void Disarm() { }
}

/// <summary>The lab's: lines on the power switch's socket, <c>watchdog MS</c>,
/// <c>pet</c>, <c>disarm</c>.</summary>
internal sealed class LabWatchdog : IWatchdog, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _answer = new byte[4096];

    public LabWatchdog(string path, TimeSpan timeout)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
            _socket.ReceiveTimeout = 5000;
            Send($"watchdog {timeout.TotalMilliseconds:0}");
            int count = _socket.Receive(_answer);
            string answer = Encoding.UTF8.GetString(_answer, 0, count).Trim();
            if (!answer.StartsWith("ok", StringComparison.Ordinal))
                throw new ConfigurationException($"watchdog = lab:{path}: {answer}");
            Timeout = timeout;
            _socket.Blocking = false;
        }
        catch (SocketException e)
        {
            throw new ConfigurationException($"watchdog = lab:{path}: {e.Message}; do: start the lab's power switch first");
        }
    }

    public TimeSpan? Timeout { get; }

    public void Pet() => SendAndDrain("pet");

    public void Disarm() => SendAndDrain("disarm");

    public void Dispose() => _socket.Dispose();

    private void SendAndDrain(string line)
    {
        try
        {
            // Answers are only read so that they don't pile up; a switch that is gone can't reset us either.
            _ = _socket.Receive(_answer, SocketFlags.None, out _);
            Send(line);
        }
        catch (SocketException)
        {
            // As above.
        }
    }

    private void Send(string line) => _socket.Send(Encoding.UTF8.GetBytes(line + "\n"));
}

/// <summary>A watchdog device of the kernel.</summary>
internal sealed partial class DeviceWatchdog : IWatchdog, IDisposable
{
    // linux/watchdog.h: _IOWR('W', 6, int), _IOR('W', 7, int).
    private const ulong SetTimeout = 0xC0045706;
    private const ulong GetTimeout = 0x80045707;

    private readonly SafeFileHandle _device;

    public DeviceWatchdog(string path, TimeSpan timeout)
    {
        try
        {
            _device = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"watchdog = {path}: {e.Message}");
        }

        int seconds = (int)Math.Ceiling(timeout.TotalSeconds);
        _ = Control(_device, SetTimeout, ref seconds);
        // As the device has it, which may be another time than was asked for.
        Timeout = Control(_device, GetTimeout, ref seconds) == 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new ConfigurationException($"watchdog = {path}: doesn't report its timeout");
    }

    public TimeSpan? Timeout { get; }

    public void Pet() => RandomAccess.Write(_device, "\0"u8, 0);

    /// <summary>The magic close: without the V the device goes on counting.</summary>
    public void Disarm()
    {
        RandomAccess.Write(_device, "V"u8, 0);
        _device.Dispose();
    }

    public void Dispose() => _device.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle device, ulong request, ref int value);
}
