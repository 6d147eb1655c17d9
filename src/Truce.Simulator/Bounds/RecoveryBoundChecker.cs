using System.Globalization;
using Truce.Model;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Bounds;

/// <summary>
/// L1: no recovery from a single cause takes longer than the bound that failover-time gave beforehand. Judged
/// by the world's record of what is active where.
/// </summary>
/// <param name="resource">Whose outage.</param>
/// <param name="boundMs">The longest that was promised.</param>
internal sealed class RecoveryBoundChecker(string resource, long boundMs) : IChecker
{
    private readonly HashSet<NodeId> _active = [];
    private long? _beganMs;
    private NodeId? _from;

    /// <summary>How long it took; null: it hasn't begun, or isn't over.</summary>
    public long? MeasuredMs { get; private set; }

    /// <summary>Whether the service was interrupted at all.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>The cause has struck the node on which it runs.</summary>
    public void Began(NodeId from, long atMs) => (_from, _beganMs, MeasuredMs) = (from, atMs, null);

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        if (happened is not WorldEvent.ServiceChanged change || change.Resource != resource)
            return;
        if (change.State == ServiceState.Inactive)
        {
            _active.Remove(change.Node);
            Interrupted |= _beganMs is not null && change.Node == _from;
            return;
        }

        _active.Add(change.Node);
        if (_beganMs is not { } began || MeasuredMs is not null || !Interrupted)
            return;
        MeasuredMs = atMs - began;
        if (MeasuredMs > boundMs)
            accuse(new Violation("L1", atMs, Text($"was away for {MeasuredMs} ms")));
    }

    /// <summary>The run is over: a recovery that never came took too long.</summary>
    public void End(long atMs, Action<Violation> accuse)
    {
        if (_beganMs is not null && Interrupted && MeasuredMs is null && _active.Count == 0)
            accuse(new Violation("L1", atMs, Text("never came back")));
    }

    private string Text(string what) =>
        string.Create(CultureInfo.InvariantCulture,
        $"{resource} {what}, failover-time promised {boundMs} ms");
}
