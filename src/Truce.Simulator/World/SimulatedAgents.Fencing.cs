using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>Fence devices and the power switch behind them.</summary>
internal sealed partial class SimulatedAgents
{
    private readonly Dictionary<(NodeId, string), string> _switchedOff = [];

    public int Shots { get; private set; }

    /// <summary>Nodes come back after a fencing; null: they stay off.</summary>
    public TimeSpan? RebootAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Who switches a node that is booting begins its boot anew, as with real machines.</summary>
    public bool ShotsRestartBoots { get; set; }

    /// <summary>Devices say that a node is off though nothing was done.</summary>
    public bool DevicesLie { get; set; }

    // The device acts by itself once it was asked: its caller's death doesn't stop it.
    private void Switch(SimulatedNode by, OperationSpec spec)
    {
        if (spec.Action is not ("off" or "reboot" or "on"))
            return;
        SimulatedNode target = cluster.Nodes[new NodeId(spec.Meta["target"])];
        if (target.IsUnplugged)
            return;
        if (spec.Action == "on")
        {
            target.Boot();
            return;
        }

        _switchedOff[(by.Id, spec.OperationId)] = target.Incarnation;
        if (DevicesLie)
            return;
        Shots++;
        cluster.Ledger.Tell(new WorldEvent.Shot(by.Id, target.Id, spec.Resource, spec.Action));
        target.PowerOff($"switched off by {spec.Resource}");
        if (spec.Action != "reboot" || RebootAfter is not { } delay)
            return;
        if (ShotsRestartBoots)
            target.BootAfter(delay);
        else
            cluster.Clock.After(delay, target.Boot);
    }

    private int Status(SimulatedNode by, OperationSpec spec)
    {
        SimulatedNode target = cluster.Nodes[new NodeId(spec.Meta.GetValueOrDefault("target", by.Id.Value))];
        if (target.IsUnplugged)
            return 1;
        if (target.Powered)
            return 0;
        cluster.Ledger.Tell(new WorldEvent.SeenOff(by.Id, target.Id, spec.Resource, target.Incarnation));
        return 2;
    }

    private (int Code, string Output) FenceResult(SimulatedNode by, OperationSpec spec, Behaviour behaviour)
    {
        if (behaviour.Fails)
            return (1, "");
        switch (spec.Action)
        {
            case OperationNames.List:
                return (0, string.Join('\n', cluster.Nodes.Keys));
            case "off" or "reboot":
                // A device that shares its target's supply can't answer.
                if (!_switchedOff.Remove((by.Id, spec.OperationId), out string? incarnation))
                    return (1, "");
                NodeId target = new(spec.Meta["target"]);
                bool isTrue = !DevicesLie;
                cluster.Ledger.Tell(new WorldEvent.ShotConfirmed(by.Id, target, spec.Resource, incarnation, isTrue));
                return (0, "");
            case OperationNames.Status:
                return (Status(by, spec), "");
            default:
                return (0, "");
        }
    }
}
