using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S2: nothing that may still be active on a node is started elsewhere before that node's fencing is
/// confirmed or a device sees it off, it has reported that the resource is stopped, or it has rebooted. From
/// its agent's first start on, a resource may be active there, whatever the result of that start.
/// </summary>
internal sealed class RecoveryChecker(CheckRules rules) : IChecker
{
    private readonly SortedDictionary<(string Resource, NodeId Node), Trace> _traces = [];

    private readonly Dictionary<NodeId, string> _boots = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
#pragma warning disable TRUCE001 // A checker looks at few of all events.
        switch (happened)
#pragma warning restore TRUCE001
        {
            case WorldEvent.AgentBegan { Spec.Kind: AgentKind.Resource } began
                when began.Spec.Action == OperationNames.Start:
                Judge(began, atMs, accuse);
                Trace started = Of(began.Spec, began.Node);
                (started.MayBeActive, started.Incarnation) = (true, began.Incarnation);
                started.Starting++;
                break;
            case WorldEvent.AgentEnded { Spec.Kind: AgentKind.Resource } ended:
                Ended(ended);
                break;
            case WorldEvent.ServiceChanged change:
                Changed(change);
                break;
            case WorldEvent.ShotConfirmed { IsTrue: true } shot:
                Forget(shot.Target, shot.Incarnation);
                break;
            case WorldEvent.SeenOff seen:
                Forget(seen.Target, seen.Incarnation);
                break;
            case WorldEvent.Vouched vouched:
                Forget(vouched.Target, vouched.Incarnation);
                break;
            case WorldEvent.Booted booted:
                _boots[booted.Node] = booted.Incarnation;
                Forget(booted.Node, null);
                break;
        }
    }

    private void Judge(WorldEvent.AgentBegan began, long atMs, Action<Violation> accuse)
    {
        string resource = SimulatedAgents.BaseName(began.Spec.Resource);
        if (rules.DeviceHasLied || rules.Limits.Active(resource) > 1)
            return;
        foreach (((string of, NodeId node), Trace trace) in _traces)
        {
            if (of == resource && node != began.Node && trace.MayBeActive)
            {
                accuse(new Violation("S2", atMs,
                    $"{resource} is started on {began.Node}, and nobody has proven that it has ended on {trace.Incarnation}"));
            }
        }
    }

    // A stop that says it is done, or a look that says nothing is there, both true.
    private void Ended(WorldEvent.AgentEnded ended)
    {
        Trace trace = Of(ended.Spec, ended.Node);
        if (ended.Spec.Action == OperationNames.Start)
            trace.Starting = Math.Max(0, trace.Starting - 1);
        bool tells = ended.Status == OperationStatus.Done
            && (ended.Spec.Action, ended.Code) is (OperationNames.Stop, 0) or (OperationNames.Monitor, 7)
                or (OperationNames.MigrateTo, 0);
        if (tells && !trace.IsActive && trace.Starting == 0)
            trace.MayBeActive = false;
    }

    private void Changed(WorldEvent.ServiceChanged change)
    {
        Trace trace = Of(change.Resource, change.Node);
        trace.IsActive = change.State != ServiceState.Inactive;
        if (trace.IsActive)
            (trace.MayBeActive, trace.Incarnation) = (true, _boots.GetValueOrDefault(change.Node, ""));
    }

    private void Forget(NodeId node, string? incarnation)
    {
        foreach (((_, NodeId where), Trace trace) in _traces)
        {
            if (where == node && (incarnation is null || trace.Incarnation == incarnation))
                (trace.MayBeActive, trace.Starting) = (false, 0);
        }
    }

    private Trace Of(OperationSpec spec, NodeId node) => Of(SimulatedAgents.BaseName(spec.Resource), node);

    private Trace Of(string resource, NodeId node) =>
        _traces.TryGetValue((resource, node), out Trace? trace) ? trace
            : _traces[(resource, node)] = new Trace();

    private sealed class Trace
    {
        public bool MayBeActive { get; set; }

        public bool IsActive { get; set; }

        public int Starting { get; set; }

        public string Incarnation { get; set; } = "";
    }
}
