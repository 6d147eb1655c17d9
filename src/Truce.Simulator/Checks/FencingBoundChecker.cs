using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S4: fencing is bounded. A fault explains a limited number of shots at the nodes that it affects, and more
/// if it lasts; without a fault no node is shot; and once faults have stopped, the shooting ends.
/// </summary>
internal sealed class FencingBoundChecker : IChecker
{
    /// <summary>Shots at one node that one fault may lead to.</summary>
    public const int ShotsPerFault = 3;

    private const int SecondsPerShot = 7;
    private readonly Dictionary<NodeId, (int Left, string Fault)> _allowed = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
#pragma warning disable TRUCE001 // A checker looks at few of all events.
        switch (happened)
#pragma warning restore TRUCE001
        {
            case WorldEvent.Fault fault:
                int shots = ShotsPerFault + (int)(fault.Lasts.TotalSeconds / SecondsPerShot);
                foreach (NodeId node in fault.Nodes)
                    _allowed[node] = (Math.Max(shots, _allowed.GetValueOrDefault(node).Left), fault.Kind);
                break;
            case WorldEvent.FaultsStopped:
                foreach (NodeId node in _allowed.Keys.ToList())
                    _allowed[node] = (ShotsPerFault, "the end of all faults");
                break;
            case WorldEvent.Shot shot:
                Judge(shot, atMs, accuse);
                break;
        }
    }

    private void Judge(WorldEvent.Shot shot, long atMs, Action<Violation> accuse)
    {
        bool struck = _allowed.TryGetValue(shot.Target, out (int Left, string Fault) allowed);
        _allowed[shot.Target] = (allowed.Left - 1, allowed.Fault ?? "");
        if (!struck)
            accuse(new Violation(
                "S4", atMs, $"{shot.By} shoots {shot.Target}, to which nothing has happened"));
        else if (allowed.Left <= 0)
            accuse(new Violation(
                "S4", atMs, $"{shot.By} shoots {shot.Target} again: more often than {allowed.Fault} explains"));
        if (shot.Target == shot.By)
            accuse(new Violation("S4", atMs, $"{shot.By} shoots itself"));
    }
}
