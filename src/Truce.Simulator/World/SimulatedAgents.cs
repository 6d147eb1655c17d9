using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>
/// The services and the power switch, as the world has them: what really is active where, whatever anyone believes.
/// Watches promises S1 and S2 while it runs.
/// </summary>
internal sealed class SimulatedAgents(SimulatedCluster cluster)
{
    private readonly SortedDictionary<string, SortedSet<NodeId>> _active = new(StringComparer.Ordinal);
    private readonly HashSet<string> _swept = [];

    /// <summary>Promises broken, in words.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What happened, for people.</summary>
    public List<string> Record { get; } = [];

    public int Shots { get; private set; }

    public int Starts { get; private set; }

    /// <summary>Operations that fail: (node, resource, action).</summary>
    public Func<NodeId, string, string, bool> Fails { get; set; } = (_, _, _) => false;

    /// <summary>Nodes come back after a fencing.</summary>
    public TimeSpan? RebootAfter { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan Duration(OperationSpec spec) => spec.Action switch
    {
        "monitor" or "list" or "status" => cluster.Clock.Between(1, 10),
        "start" or "stop" => cluster.Clock.Between(10, 200),
        _ => cluster.Clock.Between(20, 300),
    };

    public IReadOnlyCollection<NodeId> ActiveOn(string resource) =>
        _active.TryGetValue(resource, out SortedSet<NodeId>? nodes) ? nodes : [];

    public void Sweep(string operationId) => _swept.Add(operationId);

    public void NodeLostPower(NodeId node)
    {
        Tell($"{node} loses power");
        foreach (SortedSet<NodeId> nodes in _active.Values)
            nodes.Remove(node);
    }

    public (int Code, string Output) Run(NodeId node, OperationSpec spec)
    {
        if (_swept.Contains(spec.OperationId))
            return (1, "");
        return spec.Kind == AgentKind.Fence ? Fence(node, spec) : Service(node, spec);
    }

    /// <summary>The service dies by itself.</summary>
    public void Crash(string resource)
    {
        if (_active.TryGetValue(resource, out SortedSet<NodeId>? nodes))
            nodes.Clear();
        Tell($"{resource} crashes");
    }

    private (int Code, string Output) Service(NodeId node, OperationSpec spec)
    {
        if (!_active.TryGetValue(spec.Resource, out SortedSet<NodeId>? nodes))
            _active[spec.Resource] = nodes = [];
        if (Fails(node, spec.Resource, spec.Action))
        {
            Tell($"{spec.Action} of {spec.Resource} fails on {node}");
            return (1, "");
        }

        switch (spec.Action)
        {
            case "start":
                Starts++;
                nodes.Add(node);
                Tell($"{spec.Resource} starts on {node}");
                if (nodes.Count > 1)
                    Violations.Add($"S1: {spec.Resource} is active on {string.Join(" and ", nodes)} at {cluster.Clock.NowNs / 1_000_000} ms");
                return (0, "");
            case "stop":
                if (nodes.Remove(node))
                    Tell($"{spec.Resource} stops on {node}");
                return (0, "");
            default:
                return (nodes.Contains(node) ? 0 : 7, "");
        }
    }

    private (int Code, string Output) Fence(NodeId by, OperationSpec spec)
    {
        if (Fails(by, spec.Resource, spec.Action))
            return (1, "");
        if (spec.Action is "monitor" or "status")
            return (0, "");
        if (spec.Action == "list")
            return (0, string.Join('\n', cluster.Nodes.Keys));
        NodeId target = new(spec.Meta["target"]);
        Shots++;
        Tell($"{by} shoots {target} ({spec.Action})");
        if (target == by)
            Violations.Add($"{by} shoots itself");
        cluster.Nodes[target].PowerOff();
        if (spec.Action == "reboot" && RebootAfter is { } delay)
            cluster.Clock.After(delay, cluster.Nodes[target].Boot);
        return (0, "");
    }

    private void Tell(string what) => Record.Add($"{cluster.Clock.NowNs / 1_000_000,8} ms  {what}");
}
