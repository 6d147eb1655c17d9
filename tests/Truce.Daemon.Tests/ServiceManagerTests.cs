using System.Net.Sockets;
using System.Text;
using Truce.Daemon.Power;
using Truce.Ports;

namespace Truce.Daemon.Tests;

/// <summary>What systemd is told, read from a socket of its kind.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_hears_of_the_start_and_of_every_turn(bool isAbstract)
    {
        string address = isAbstract ? $"@truce-test-{Environment.ProcessId}" : _folder.File("notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + address[1..] : address));
        Device device = new(null);
        using ServiceManager manager = new(device, address, TimeSpan.FromSeconds(30));
        manager.SayReady();
        Assert.Equal("READY=1", Heard());
        manager.Pet();
        Assert.Equal("WATCHDOG=1", Heard());
        Assert.Equal(1, device.Pets);
        manager.Disarm();
        Assert.True(device.IsDisarmed);
    }

    [Theory]
    [InlineData(5.0, 30.0, 5.0)]
    [InlineData(60.0, 30.0, 30.0)]
    [InlineData(5.0, null, 5.0)]
    [InlineData(null, 30.0, 30.0)]
    [InlineData(null, null, null)]
    public void The_more_impatient_of_both_sets_the_pace(double? device, double? patience, double? expected)
    {
        using ServiceManager manager = new(new Device(Seconds(device)), "/nowhere/notify", Seconds(patience));
        Assert.Equal(Seconds(expected), manager.Timeout);
    }

    [Fact]
    public void Without_a_manager_the_device_is_all_there_is()
    {
        Device device = new(null);
        using ServiceManager manager = new(device, null, TimeSpan.FromSeconds(30));
        Assert.Null(manager.Timeout);
        manager.SayReady();
        manager.Pet();
        Assert.Equal(1, device.Pets);
    }

    [Fact]
    public void A_manager_that_is_gone_or_reads_nothing_is_not_waited_for()
    {
        using ServiceManager gone = new(new Device(null), _folder.File("gone"), TimeSpan.FromSeconds(30));
        gone.Pet();
        _systemd.Bind(new UnixDomainSocketEndPoint(_folder.File("full")));
        using ServiceManager full = new(new Device(null), _folder.File("full"), TimeSpan.FromSeconds(30));
        for (int i = 0; i < 10_000; i++)
            full.Pet();
        Assert.Equal("WATCHDOG=1", Heard());
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Dispose();
    }

    private static TimeSpan? Seconds(double? count) => count is { } c ? TimeSpan.FromSeconds(c) : null;

    private string Heard()
    {
        byte[] buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, _systemd.Receive(buffer));
    }

    private sealed class Device(TimeSpan? timeout) : IWatchdog
    {
        public int Pets { get; private set; }

        public bool IsDisarmed { get; private set; }

        public TimeSpan? Timeout => timeout;

        public void Pet() => Pets++;

        public void Disarm() => IsDisarmed = true;
    }
}
