using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Short ways to write down situations.</summary>
internal static class Given
{
    public static DateTimeOffset Noon => new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static NodeId Node(int number) => new($"n{number}");

    public static EngineMember Member(int number) => new(Node(number), (uint)(number * 100));

    public static Instant Second(double seconds) => new((long)(seconds * 1_000_000_000));

    public static ViewTag View(ulong ring, int round = 1) => new(new RingId(1, ring), 7, round);

    /// <summary>A hello of one of so many nodes, one vote each.</summary>
    public static HelloFacts Hello(int number, int nodes = 3) => new()
    {
        Version = 1,
        Node = Node(number),
        Uuid = new NodeUuid($"{number}"),
        Session = $"s{number}",
        Incarnation = $"boot{number}",
        Cluster = "c",
        Lineage = 1,
        FeatureLevel = 1,
        Running = true,
        Standing = new Standing(new Epoch(4, 1), 10),
        TailHash = "same",
        Branch = "",
        Durable = default,
        FreshStore = false,
        Quorate = true,
        Needed = (nodes / 2) + 1,
        ExtraVotes = 0,
        Votes = Enumerable.Range(1, nodes).Select(i => new NodeVotes(Node(i), 1)).ToEquatableArray(),
        Heard = Enumerable.Range(1, nodes).Select(Node).ToEquatableArray(),
        WaitForAll = false,
    };

    public static Command.Formed Formed(ulong ring, int nodes, params int[] present) => new(
        new Epoch(ring, 1),
        present.Length > nodes / 2,
        present.Select(i => new Participant(
            Member(i), new NodeUuid($"{i}"), $"s{i}", $"boot{i}", 1, ParticipantKind.Continues)).ToEquatableArray(),
        [],
        present.Select(Node).ToEquatableArray(),
        Enumerable.Range(1, nodes).Select(i => new NodeVotes(Node(i), 1)).ToEquatableArray(),
        (nodes / 2) + 1,
        false);

    /// <summary>A state in which these of three nodes have joined.</summary>
    public static ReplicatedState Joined(params int[] present)
    {
        ReplicatedState state = Apply(
            new ReplicatedState { Cluster = "c", Lineage = 1, Trusted = Trusted }, Formed(8, 3, present));
        foreach (int i in present)
            state = Apply(state, new Command.NodeJoined(Node(i), $"s{i}", $"boot{i}", $"e{i}", [], [], []), i);
        return state;
    }

    /// <summary>Resources that have proven themselves: their failed stops cost nodes.</summary>
    public static ImmutableSortedSet<ResourceId> Trusted { get; } =
        [.. Enumerable.Range(0, 10).Select(i => new ResourceId($"r{i}")), new("bad"), new("db"), new("web"),
            new("ip"), new("another")];

    public static ReplicatedState Apply(ReplicatedState state, Command command, int from = 1) =>
        Try(state, command, from).After;

    public static AppliedEntry Try(ReplicatedState state, Command command, int from = 1)
    {
        long number = state.LastNumber($"s{from}") + 1;
        Submission submission = new($"s{from}", number, Node(from), Noon, [command]);
        Epoch epoch = state.View?.Epoch ?? new Epoch(8, 1);
        return LogApply.Apply(state, new LogEntry(submission, $"d{state.Index}", epoch), new Standing(epoch, state.Index + 1));
    }

    public static Order Order(int node, string resource, string operation, long interval = 0, int expected = 0) => new()
    {
        OperationId = $"t/1/{resource}{operation}{interval}{node}",
        Node = Node(node),
        Incarnation = $"boot{node}",
        Kind = OrderTask.Run,
        Resource = new ResourceId(resource),
        Agent = new AgentName("ocf", "sim", "Service"),
        Operation = operation,
        IntervalMs = interval,
        TimeoutMs = 20_000,
        StartDelayMs = 0,
        ExpectedCode = expected,
        TransitionKey = $"1:1:{expected}:t",
        Parameters = [],
        Meta = [],
    };

    public static Command.Ordered Ordered(ReplicatedState state, params Order[] orders) =>
        new(state.View!.Epoch, state.FenceEpoch, orders.ToEquatableArray());

    public static OperationResult Result(Order order, int code = 0, int call = 1, int status = 0) => new()
    {
        OperationId = order.OperationId,
        Resource = order.Resource,
        Agent = order.Agent!,
        Operation = order.Operation,
        IntervalMs = order.IntervalMs,
        CallId = call,
        Status = status,
        Code = code,
        ExpectedCode = order.ExpectedCode,
        ExitReason = "",
        Output = "",
        TransitionKey = order.TransitionKey,
        Digest = "",
        RanAt = 1,
        ChangedAt = call,
        ExecutionMs = 5,
        QueueMs = 0,
    };

    public static Command.Results Results(int node, params OperationResult[] results) =>
        new(Node(node), $"e{node}", results.ToEquatableArray());

    /// <summary>A plan's start of <c>r</c>ID on a node.</summary>
    public static GraphAction.ResourceOperation Start(int id, int node, params int[] after) => new()
    {
        Id = id,
        Operation = "start",
        OperationKey = $"r{id}_start_0",
        Node = Node(node),
        Resource = new GraphResource($"r{id}", null, "ocf", "sim", "Service"),
        Instance = new ResourceId($"r{id}"),
        Attributes = [new("CRM_meta_timeout", "20000"), new("p", "x")],
        Inputs = Inputs(after),
    };

    /// <summary>A plan's shot at a node that is lost.</summary>
    public static GraphAction.Fence Fence(int id, int node, string action = "reboot") => new()
    {
        Id = id,
        Node = Node(node),
        Operation = "stonith",
        OperationKey = $"stonith-n{node}-{action}",
        Action = action,
        Reason = null,
        Causes = [action == "on" ? new FenceCause.Unfencing() : new FenceCause.NodeLost()],
        Inputs = [],
        Attributes = [],
    };

    public static ImmutableArray<GraphInput> Inputs(int[] after) => [.. after.Select(a => new GraphInput(a, "order"))];

    public static FenceIntent Intent(int target, int by = 1, string id = "f1") => new(
        id, Node(target), $"boot{target}", "reboot", Node(by), [new FenceCause.NodeLost()], "test");

    public static ImmutableSortedDictionary<EngineMember, HelloFacts> Hellos(params HelloFacts[] hellos) =>
        hellos.ToImmutableSortedDictionary(h => Member(int.Parse(h.Node.Value[1..], System.Globalization.CultureInfo.InvariantCulture)), h => h);

    public static Cib Cib(string resources, string options = "", string topology = "") =>
        StateText.ReadCib(
            $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
            <crm_config><cluster_property_set id="o">{options}</cluster_property_set></crm_config>
            <nodes/><resources>{resources}</resources><constraints/>{topology}</configuration><status/></cib>
            """, "test");
}
