using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>
/// A node's two clocks: the boot clock, which starts at the boot and may run too fast or too slow, and the
/// wall clock, which may also jump. Suspension doesn't stop the boot clock.
/// </summary>
internal sealed class NodeClock(Clockwork world)
{
    private static readonly DateTimeOffset s_epoch = DateTimeOffset.UnixEpoch.AddYears(56);
    private long _worldBase;
    private long _nodeBase;

    /// <summary>Node seconds a world second; 1 is right.</summary>
    public double Rate { get; private set; } = 1;

    /// <summary>How far the wall clock is off.</summary>
    public TimeSpan WallOffset { get; set; }

    public RoleTime Time => new(
        new Instant(ToNode(world.NowNs)), s_epoch.AddTicks(world.NowNs / 100).Add(WallOffset));

    /// <summary>The boot clock starts over.</summary>
    public void Booted() => (_worldBase, _nodeBase) = (world.NowNs, 1_000_000_000);

    /// <summary>From now on the boot clock runs at that rate.</summary>
    public void Drift(double rate)
    {
        (_nodeBase, _worldBase) = (ToNode(world.NowNs), world.NowNs);
        Rate = rate;
    }

    /// <summary>World time at which this boot clock shows an instant.</summary>
    public long ToWorld(Instant node) => _worldBase + (long)Math.Ceiling((node.Nanoseconds - _nodeBase) / Rate);

    private long ToNode(long worldNs) => _nodeBase + (long)((worldNs - _worldBase) * Rate);
}
