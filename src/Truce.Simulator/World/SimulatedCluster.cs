using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Simulator.World;

/// <summary>Whole nodes with the production controller and executors, over a simulated world; a seed replays it.</summary>
internal sealed class SimulatedCluster
{
    private readonly Dictionary<(string, long, long), string> _states = [];
    private uint _process = 100;
    private long _asks;

    public SimulatedCluster(int seed, int nodes, IPlanner? planner = null)
    {
        Clock = new Clockwork(seed);
        ImmutableArray<NodeId> ids = [.. Enumerable.Range(1, nodes).Select(i => new NodeId($"n{i}"))];
        Planner = planner ?? new SchedulerPlanner();
        Engine = new SimulatedEngine(Clock, ids);
        Agents = new SimulatedAgents(this);
        Nodes = new SortedDictionary<string, SimulatedNode>(ids.ToDictionary(i => i.Value, i => new SimulatedNode(this, i)), StringComparer.Ordinal)
            .ToImmutableSortedDictionary(p => new NodeId(p.Key), p => p.Value);
    }

    public Clockwork Clock { get; }

    public IPlanner Planner { get; }

    public SimulatedEngine Engine { get; }

    public SimulatedAgents Agents { get; }

    public ImmutableSortedDictionary<NodeId, SimulatedNode> Nodes { get; }

    public Dictionary<string, int> Reached { get; } = [];

    /// <summary>Kills a controller at a pause point.</summary>
    public Func<NodeId, string, bool>? KillAt { get; set; }

    /// <summary>Keeps what the roles log in the record.</summary>
    public bool Trace { get; set; }

    public uint NextProcess() => ++_process;

    public string UuidOf(NodeId node) => (Nodes.Keys.ToList().IndexOf(node) + 1).ToString(CultureInfo.InvariantCulture);

    public SimulatedNode Node(int number) => Nodes[new NodeId(string.Create(CultureInfo.InvariantCulture, $"n{number}"))];

    public void BootAll()
    {
        foreach (SimulatedNode node in Nodes.Values)
            Clock.After(Clock.Between(0, 300), node.Boot);
    }

    /// <summary>Asks a node and waits for its answer.</summary>
    public ClientReply? Ask(int node, ClientRequest request, double seconds = 30)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"ask{++_asks}");
        Node(node).Ask(id, request);
        ClientReply? Found() => Node(node).Answers.FirstOrDefault(a => a.Id == id).Reply;
        Clock.RunUntil(() => Found() is not null, TimeSpan.FromSeconds(seconds));
        return Found();
    }

    public void Configure(string xml, int node = 1)
    {
        ClientReply? reply = null;
        for (int i = 0; i < 20 && reply is not ClientReply.Done; i++)
        {
            reply = Ask(node, new ClientRequest.ApplyConfiguration(xml, null, false, "test"));
            if (reply is not ClientReply.Done)
                Clock.Run(TimeSpan.FromSeconds(1));
        }

        InvariantException.Require(reply is ClientReply.Done, $"{reply}\n{Story()}");
    }

    /// <summary>Every node up, joined, agreeing, and nothing under way.</summary>
    public bool IsSettled() => Nodes.Values.All(n => n.Powered && n.Control is { Mode: ViewMode.Quorate, State: { } state }
        && state.Members.Count == Nodes.Count && state.Members.Values.All(m => m.Phase == MemberPhase.Joined)
        && state.Pending.IsEmpty && !state.OpenFences.Any() && !n.Control.IsPlanning
        && n.Control.Transition is null or { IsOver: true });

    public bool RunUntil(Func<bool> holds, double seconds) => Clock.RunUntil(holds, TimeSpan.FromSeconds(seconds));

    /// <summary>Promise S6: one state for one index.</summary>
    public void Observe()
    {
        if (++_observed % 64 != 0)
            return;
        foreach (SimulatedNode node in Nodes.Values)
        {
            if (node.Control is not { Mode: ViewMode.Quorate, State: { } state })
                continue;
            (string, long, long) key = (state.Cluster, state.Lineage, state.Index);
            string text = System.Text.Encoding.UTF8.GetString(PeerProtocol.Encode(StateText.ToDocument(state)));
            if (_states.TryGetValue(key, out string? other) && other != text)
                Agents.Violations.Add($"S6: {node.Id} has another state at {key}: {Difference(other, text)}");
            _states[key] = text;
        }
    }

    private static string Difference(string a, string b)
    {
        int at = 0;
        while (at < Math.Min(a.Length, b.Length) && a[at] == b[at])
            at++;
        int from = Math.Max(0, at - 120);
        return $"...{a[from..Math.Min(a.Length, at + 60)]} /// {b[from..Math.Min(b.Length, at + 60)]}";
    }

    private long _observed;

    public string Story() => string.Join(
        '\n', Agents.Violations.Concat(Agents.Record).Concat(Nodes.Values.Select(Describe)).Concat(Trace ? Told() : []));

    private IEnumerable<string> Told() => Nodes.Values.First(n => n.Control?.State is not null).Control!.State!.Events
        .Select(e => $"{e.Index} {(e.At - DateTimeOffset.UnixEpoch.AddYears(56)).TotalMilliseconds:F0} ms {e.Kind} {e.Detail}");

    private static string Describe(SimulatedNode node) =>
        $"{node.Id}: power {node.Powered}, {node.Control?.Mode} ({node.Control?.Situation}), index {node.Control?.State?.Index}, "
        + $"transition {node.Control?.Transition}, planning {node.Control?.IsPlanning}, "
        + string.Join(' ', node.Control?.State?.Members.Values.Select(m => $"{m.Node}:{m.Phase}") ?? [])
        + " fences " + string.Join(' ', node.Control?.State?.Fences.Select(f => $"{f.Intent.Target}:{f.Stage}:{f.Attempts}:{f.Reason}") ?? [])
        + " pending " + string.Join(' ', node.Control?.State?.Pending.Keys ?? []);
}
