using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Simulator.Checks;
using Truce.Runtime.Controller.Gate;

namespace Truce.Simulator.World;

/// <summary>Whole nodes with the production roles, over a simulated world; a seed replays it.</summary>
internal sealed class SimulatedCluster
{
    private const int CompareEvery = 64;
    private readonly Dictionary<NodeId, long> _compared = [];
    private readonly Dictionary<(NodeId, RoleKind), int> _lives = [];
    private readonly ImmutableArray<NodeId> _ids;
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private uint _process = 100;
    private long _asks;

    public SimulatedCluster(int seed, int nodes, QuorumRule rule = QuorumRule.Majority)
    {
        Clock = new Clockwork(seed);
        Ledger = new Ledger(Clock);
        _ids = [.. Enumerable.Range(1, nodes).Select(i => new NodeId($"n{i}")).Order()];
        Engine = new SimulatedEngine(Clock, _ids, rule);
        Agents = new SimulatedAgents(this);
        Nodes = _ids.ToImmutableSortedDictionary(i => i, i => new SimulatedNode(this, i));
        InOrder = [.. Nodes.Values];
        Operator = new SimulatedOperator(this);
        Rules.HalvesCanBeQuorate = rule == QuorumRule.TwoNode || (rule == QuorumRule.Device && nodes % 2 == 0);
        foreach (IChecker checker in Checkers.All(Rules))
            Ledger.Watch(checker);
    }

    public Clockwork Clock { get; }

    public Ledger Ledger { get; }

    /// <summary>What the checkers have to know of this run.</summary>
    public CheckRules Rules { get; } = new();

    public IPlanner Planner { get; set; } = new SchedulerPlanner();

    /// <summary>Checks configurations before they are committed, from a node's next boot
    /// on; null if nothing does.</summary>
    public IConfigurationJudge? Judge { get; set; }

    public SimulatedEngine Engine { get; }

    public SimulatedAgents Agents { get; }

    public SimulatedOperator Operator { get; }

    public SharedReadings Readings { get; } = new();

    public ImmutableSortedDictionary<NodeId, SimulatedNode> Nodes { get; }

    /// <summary>The same, for what looks at all of them at every step.</summary>
    public ImmutableArray<SimulatedNode> InOrder { get; }

    public Dictionary<string, int> Reached { get; } = [];

    /// <summary>Kills a process at a pause point.</summary>
    public Func<NodeId, string, bool>? KillAt { get; set; }

    /// <summary>Some controller has taken an input.</summary>
    public event Action? Stepped;

    /// <summary>Plans take seconds.</summary>
    public bool PlanningIsSlow { get; set; }

    /// <summary>Every node has a watchdog with that timeout; null: none has.</summary>
    public TimeSpan? WatchdogTimeout { get; init; }

    /// <summary>Processes get the numbers that they had in their node's last boot.</summary>
    public bool ProcessNumbersRepeat { get; init; }

    /// <summary>Promises broken, in words.</summary>
    public IReadOnlyList<string> Violations => [.. Ledger.Violations.Select(v => v.ToString())];

    public uint NextProcess(SimulatedNode node, RoleKind role)
    {
        if (!ProcessNumbersRepeat)
            return ++_process;
        int life = _lives[(node.Id, role)] = _lives.GetValueOrDefault((node.Id, role)) + 1;
        return (uint)(100 + ((int)role * 10) + (life % 3));
    }

    public string UuidOf(NodeId node) => (_ids.IndexOf(node) + 1).ToString(CultureInfo.InvariantCulture);

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

    public void Answered(SimulatedNode node, string id, ClientReply reply)
    {
        if (!Operator.Answered(node, id, reply))
            node.Answers.Add((id, reply));
    }

    public void Configure(string xml, int node = 1)
    {
        ClientReply? reply = null;
        for (int i = 0; i < 30 && reply is not ClientReply.Done; i++)
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

    /// <summary>A controller has taken an input: its state is compared now and then (promise S6).</summary>
    public void Observe(SimulatedNode node)
    {
        if (node.Control is { Mode: ViewMode.Quorate, State: { } state } && state.Index % CompareEvery == 0
            && _compared.GetValueOrDefault(node.Id) != state.Index)
        {
            _compared[node.Id] = state.Index;
            Compare(node.Id, state);
        }

        Stepped?.Invoke();
    }

    /// <summary>Compares all members now.</summary>
    public void CompareAll()
    {
        foreach (SimulatedNode node in Nodes.Values)
        {
            if (node.Control is { Mode: ViewMode.Quorate, State: { } state })
                Compare(node.Id, state);
        }
    }

    // Megabytes in a run: the bytes are digested and forgotten, and made again should two members differ.
    private void Compare(NodeId node, ReplicatedState state)
    {
        _encoded.ResetWrittenCount();
        PeerProtocol.Encode(StateText.ToDocument(state), _encoded);
        Ledger.Tell(new WorldEvent.StateSeen(
            node, state.Cluster, state.Lineage, state.Index, state.FeatureLevel,
            state.View?.Epoch.ToString() ?? "", Convert.ToHexString(SHA256.HashData(_encoded.WrittenSpan)),
            () => System.Text.Encoding.UTF8.GetString(PeerProtocol.Encode(StateText.ToDocument(state)))));
    }

    public string Story() => string.Join(
        '\n', Violations.Concat(Timeline.Lines(Ledger, TimelineDetail.World)).Concat(Nodes.Values.Select(Describe)));

    public static string Describe(SimulatedNode node) =>
        $"{node.Id}: power {node.Powered}, {node.Control?.Mode} ({node.Control?.Situation}), index {node.Control?.State?.Index}, "
        + $"transition {node.Control?.Transition}, planning {node.Control?.IsPlanning}, "
        + string.Join(' ', node.Control?.State?.Members.Values.Select(m => $"{m.Node}:{m.Phase}") ?? [])
        + " fences " + string.Join(' ', node.Control?.State?.Fences.Select(f => $"{f.Intent.Target}:{f.Stage}:{f.Attempts}:{f.Reason}") ?? [])
        + " pending " + string.Join(' ', node.Control?.State?.Pending.Keys ?? []);
}
