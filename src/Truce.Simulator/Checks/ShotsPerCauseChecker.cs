using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S4 by cause: a resource whose stops fail costs a limited number of shots, over all nodes
/// together. A shot is put down to it if a stop of it failed on the target in that boot, and
/// nothing else has happened to the target.
/// </summary>
internal sealed class ShotsPerCauseChecker : IChecker
{
    /// <summary>As truce-fence-shots-per-cause is by default.</summary>
    public const int ShotsMax = 2;

    // What a fault has done to a node may show that long after its end.
    private const long AftermathMs = 60_000;
    private readonly Dictionary<NodeId, string> _boots = [];
    private readonly Dictionary<NodeId, string> _failedStops = [];
    private readonly Dictionary<NodeId, long> _struckUntil = [];
    private readonly Dictionary<string, HashSet<(NodeId, string)>> _shots = [];
    private bool _released;

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
#pragma warning disable TRUCE001 // A checker looks at few of all events.
        switch (happened)
#pragma warning restore TRUCE001
        {
            case WorldEvent.Booted booted:
                _boots[booted.Node] = booted.Incarnation;
                _failedStops.Remove(booted.Node);
                break;
            case WorldEvent.AgentEnded
            {
                Spec: { Kind: AgentKind.Resource, Action: OperationNames.Stop }
            } ended:
                Stopped(ended);
                break;
            case WorldEvent.Fault { Kind: not "StopFails" } fault:
                foreach (NodeId node in fault.Nodes)
                    _struckUntil[node] = atMs + (long)fault.Lasts.TotalMilliseconds + AftermathMs;
                break;
            case WorldEvent.FaultsStopped:
                // From here on the operator releases what is held.
                _released = true;
                break;
            case WorldEvent.Shot shot:
                Judge(shot, atMs, accuse);
                break;
        }
    }

    private void Stopped(WorldEvent.AgentEnded ended)
    {
        if (ended is { Status: OperationStatus.Done, Code: 0 } or { Status: OperationStatus.Cancelled })
            return;
        string resource = SimulatedAgents.BaseName(ended.Spec.Resource);
        _failedStops[ended.Node] = resource;
    }

    private void Judge(WorldEvent.Shot shot, long atMs, Action<Violation> accuse)
    {
        if (_released || !_failedStops.TryGetValue(shot.Target, out string? resource)
            || _struckUntil.GetValueOrDefault(shot.Target) > atMs)
            return;
        if (!_shots.TryGetValue(resource, out HashSet<(NodeId, string)>? shots))
            _shots[resource] = shots = [];
        if (shots.Add((shot.Target, _boots.GetValueOrDefault(shot.Target, ""))) && shots.Count > ShotsMax)
        {
            accuse(new Violation(
                "S4", atMs, $"{shot.By} shoots {shot.Target}: shot {shots.Count} for a stop of {resource} that fails"));
        }
    }
}
