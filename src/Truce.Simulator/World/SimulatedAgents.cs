using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>What an agent does wrong, on one node or on all.</summary>
/// <param name="Node">Where; null: everywhere.</param>
/// <param name="Resource">Whose agent; null: every resource's.</param>
/// <param name="Action">Which action; null: every one.</param>
/// <param name="Kind">What.</param>
/// <param name="Probability">How often.</param>
internal sealed record AgentTrouble(NodeId? Node, string? Resource, string? Action, AgentTroubleKind Kind,
    double Probability)
{
    public bool Is(NodeId node, OperationSpec spec) => (Node is null || Node == node)
        && (Resource is null || Resource == SimulatedAgents.BaseName(spec.Resource))
        && (Action is null || Action == spec.Action);
}

/// <summary>The ways an agent goes wrong.</summary>
internal enum AgentTroubleKind
{
    /// <summary>Says that it failed, and has no effect.</summary>
    Fails,

    /// <summary>Never ends.</summary>
    Hangs,

    /// <summary>Never ends, and can't be killed for a while.</summary>
    Sticks,

    /// <summary>Says that it failed, but had its effect; what it started stays.</summary>
    HalfDone,

    /// <summary>A monitor that says the opposite.</summary>
    Lies,

    /// <summary>Isn't there.</summary>
    Missing,

    /// <summary>Has a syntax error: does nothing, and exits as one that declines its parameters.</summary>
    Broken,

    /// <summary>Is there, and knows no action.</summary>
    Unimplemented,

    /// <summary>Takes seconds.</summary>
    Slow,
}

/// <summary>
/// The services as the world has them: what really is active where, whatever anyone believes; and the
/// agents, which act on them.
/// </summary>
internal sealed partial class SimulatedAgents(SimulatedCluster cluster)
{
    private readonly SortedDictionary<string, SortedDictionary<NodeId, ServiceState>> _services =
        new(StringComparer.Ordinal);

    public List<AgentTrouble> Troubles { get; } = [];

    public int Starts { get; private set; }

    /// <summary>For tests: operations that fail, by (node, resource, action).</summary>
    public Func<NodeId, string, string, bool> Fails { get; set; } = (_, _, _) => false;

    /// <summary>For tests: monitors after a failed stop get no result.</summary>
    public bool LooksFail { get; set; }

    /// <summary>Whether an operation that outlasts its timeout can be seen to make progress.</summary>
    public Func<NodeId, OperationSpec, bool> MakesProgress { get; set; } = (_, _) => false;

    /// <summary>How long an operation takes; null: what it usually takes.</summary>
    public Func<NodeId, OperationSpec, TimeSpan?> Takes { get; set; } = (_, _) => null;

    /// <summary>An instance's number isn't part of the service's name.</summary>
    public static string BaseName(string resource)
    {
        int at = resource.IndexOf(':', StringComparison.Ordinal);
        return at < 0 ? resource : resource[..at];
    }

    public IReadOnlyCollection<NodeId> ActiveOn(string resource) =>
        _services.TryGetValue(resource, out SortedDictionary<NodeId, ServiceState>? nodes) ? nodes.Keys : [];

    public ServiceState StateOn(string resource, NodeId node) =>
        _services.TryGetValue(resource, out SortedDictionary<NodeId, ServiceState>? nodes)
            ? nodes.GetValueOrDefault(node)
            : ServiceState.Inactive;

    /// <summary>What comes of an agent that can't do anything, whatever runs; null: it can.</summary>
    public OperationOutcome? CannotRun(NodeId node, OperationSpec spec) =>
        Trouble(node, spec, AgentTroubleKind.Missing)
            ? Answer(spec, OperationStatus.NotInstalled, 5, "no such agent")
        : Trouble(node, spec, AgentTroubleKind.Broken) ? Answer(spec, OperationStatus.Done, 2, "")
        : Trouble(node, spec, AgentTroubleKind.Unimplemented) ? Answer(spec, OperationStatus.Done, 3, "")
        : null;

    private static OperationOutcome Answer(OperationSpec spec, OperationStatus status, int code,
        string reason) =>
        new(spec.OperationId, status, code, reason, "", TimeSpan.Zero);

    public void NodeLostPower(NodeId node)
    {
        foreach (string resource in _services.Where(s => s.Value.ContainsKey(node))
            .Select(s => s.Key).ToList())
            Set(node, resource, ServiceState.Inactive, "power");
        foreach (AgentRun run in cluster.Nodes[node].Agents.Values)
            run.IsRunning = false;
        cluster.Nodes[node].Agents.Clear();
    }

    /// <summary>The service dies by itself, wherever it runs.</summary>
    public void Crash(string resource)
    {
        foreach (NodeId node in ActiveOn(resource).ToList())
            Set(node, resource, ServiceState.Inactive, "crashed");
    }

    /// <summary>An agent is let run: what it will do.</summary>
    public Behaviour Begin(SimulatedNode node, AgentRun run)
    {
        OperationSpec spec = run.Spec;
        cluster.Ledger.Tell(new WorldEvent.AgentBegan(node.Id, node.Incarnation, spec));
        bool hangs = Trouble(node.Id, spec, AgentTroubleKind.Hangs);
        bool sticks = Trouble(node.Id, spec, AgentTroubleKind.Sticks);
        bool half = Trouble(node.Id, spec, AgentTroubleKind.HalfDone);
        bool fails = half || Trouble(node.Id, spec, AgentTroubleKind.Fails)
            || Fails(node.Id, spec.Resource, spec.Action);
        TimeSpan? taken = Takes(node.Id, spec);
        TimeSpan takes = taken is { } fixedTime ? fixedTime : Trouble(node.Id, spec, AgentTroubleKind.Slow)
            ? cluster.Clock.Between(1_000, 15_000)
            : spec.Action switch
            {
                OperationNames.Monitor or OperationNames.List or OperationNames.Status =>
                    cluster.Clock.Between(1, 10),
                OperationNames.Start or OperationNames.Stop => cluster.Clock.Between(10, 200),
                _ => cluster.Clock.Between(20, 300),
            };
        return new Behaviour(
            taken ?? (takes * cluster.Clock.Random.NextDouble()), hangs || sticks ? null : takes, fails, half,
            // A probe is what recovery rests on: an agent that lies there has
            // promised nothing that could be kept.
            spec.IntervalMs > 0 && Trouble(node.Id, spec, AgentTroubleKind.Lies), sticks);
    }

    /// <summary>It takes effect.</summary>
    public void Act(SimulatedNode node, AgentRun run, Behaviour behaviour)
    {
        if (behaviour is { Fails: true, ActsAnyway: false })
            return;
        if (run.Spec.Kind == AgentKind.Fence)
            Switch(node, run.Spec);
        else
        {
            run.FoundNothing = StateOn(BaseName(run.Spec.Resource), node.Id) == ServiceState.Inactive;
            Serve(node.Id, run.Spec);
        }
    }

    /// <summary>What it says in the end.</summary>
    public (int Code, string Output) Result(SimulatedNode node, AgentRun run, Behaviour behaviour)
    {
        if (run.Spec.Kind == AgentKind.Fence)
            return FenceResult(node, run.Spec, behaviour);
        if (behaviour.Fails || (LooksFail && run.Spec.Remains == Remains.Told))
            return (1, "");
        ServiceState state = StateOn(BaseName(run.Spec.Resource), node.Id);
        return run.Spec.Action switch
        {
            OperationNames.Monitor when behaviour.Lies => (state == ServiceState.Inactive ? 1 : 7, ""),
            OperationNames.Monitor => (state switch
            {
                ServiceState.Inactive => 7,
                ServiceState.Active => 0,
                ServiceState.Promoted => 8,
            }, ""),
            OperationNames.MigrateTo or OperationNames.MigrateFrom when run.FoundNothing => (1, ""),
            _ => (0, ""),
        };
    }

    /// <summary>Killed before its end: what an unfinished start had started ends with it.</summary>
    public void Killed(SimulatedNode node, AgentRun run)
    {
        if (run.Spec is { Kind: AgentKind.Resource, Action: OperationNames.Start } && run.HasActed
            && !Trouble(node.Id, run.Spec, AgentTroubleKind.HalfDone))
        {
            Set(node.Id, BaseName(run.Spec.Resource), ServiceState.Inactive, "its start was killed");
        }
    }

    private bool Trouble(NodeId node, OperationSpec spec, AgentTroubleKind kind)
    {
        foreach (AgentTrouble trouble in Troubles)
        {
            if (trouble.Kind == kind && trouble.Is(node, spec) && cluster.Clock.Chance(trouble.Probability))
                return true;
        }

        return false;
    }

    private void Serve(NodeId node, OperationSpec spec)
    {
        string resource = BaseName(spec.Resource);
        ServiceState now = StateOn(resource, node);
        switch (spec.Action)
        {
            case OperationNames.Start:
                Starts++;
                if (now == ServiceState.Inactive)
                    Set(node, resource, ServiceState.Active, "started");
                break;
            case OperationNames.Stop:
                Set(node, resource, ServiceState.Inactive, "stopped");
                break;
            case OperationNames.Promote:
                if (now == ServiceState.Active)
                    Set(node, resource, ServiceState.Promoted, "promoted");
                break;
            case OperationNames.Demote:
                if (now == ServiceState.Promoted)
                    Set(node, resource, ServiceState.Active, "demoted");
                break;
            case OperationNames.MigrateTo:
                // The machine moves: it is never on both.
                if (now != ServiceState.Inactive
                    && spec.Meta.TryGetValue("migrate_target", out string? target)
                    && cluster.Nodes.TryGetValue(new NodeId(target), out SimulatedNode? other)
                    && other.Powered)
                {
                    Set(node, resource, ServiceState.Inactive, $"moved to {target}");
                    Set(other.Id, resource, ServiceState.Active, $"moved from {node}");
                }

                break;
        }
    }

    private void Set(NodeId node, string resource, ServiceState state, string why)
    {
        if (!_services.TryGetValue(resource, out SortedDictionary<NodeId, ServiceState>? nodes))
            _services[resource] = nodes = [];
        ServiceState before = nodes.GetValueOrDefault(node);
        if (before == state)
            return;
        if (state == ServiceState.Inactive)
            nodes.Remove(node);
        else
            nodes[node] = state;
        cluster.Ledger.Tell(new WorldEvent.ServiceChanged(node, resource, state, why));
    }
}
