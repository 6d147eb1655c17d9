using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

// What the digest of the replicated state costs: anew, and at a tick after some results (bench/state/README.md).
(int nodes, int resources) = args is [var n, var r]
    ? (int.Parse(n, CultureInfo.InvariantCulture), int.Parse(r, CultureInfo.InvariantCulture))
    : (16, 200);
ReplicatedState state = Cluster(nodes, resources);
StateDigest digest = new();
double cold = Measure(1, () => new StateDigest().Of(state));
double anew = Measure(5, () => new StateDigest().Of(state));
digest.Of(state);
double still = Measure(50, () => digest.Of(state));
int change = 0;
double changed = Measure(50, () =>
{
    state = Changed(state, change++);
    return digest.Of(state);
});
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{nodes} nodes, {resources} resources each, {state.Events.Length} events: first {cold:F1} ms, anew {anew:F1} ms, unchanged {still:F2} ms, after one result and one event {changed:F2} ms"));

static double Measure(int times, Func<string> work)
{
    double[] took = new double[times];
    for (int i = 0; i < times; i++)
    {
        long begin = Stopwatch.GetTimestamp();
        work();
        took[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    return took.Order().ElementAt(times / 2);
}

static ReplicatedState Cluster(int nodes, int resources) => new()
{
    Cluster = "bench",
    Lineage = 1,
    Cib = Cib.Empty with
    {
        Status = new ClusterStatus { NodeStates = Enumerable.Range(1, nodes).Select(i => Node(i, resources)).ToEquatableArray() },
    },
    Events = [.. Enumerable.Range(1, 2_000).Select(i => new EventState(i, DateTimeOffset.UnixEpoch, i, "start-done", new NodeId("n1"), "r1", "started"))],
};

static NodeState Node(int number, int resources) => new(new NodeUuid($"{number}"))
{
    Name = new NodeId($"n{number}"),
    History = new LocalHistory($"{number}", Enumerable.Range(1, resources).Select(i => History(number, i, 0)).ToEquatableArray()),
};

static ResourceHistory History(int node, int number, int call) => new(new ResourceId($"r{number}"))
{
    Type = "Dummy",
    Operations = Enumerable.Range(0, 3).Select(i => i == 0 ? "start" : i == 1 ? "monitor" : "stop").Select(o => new OperationRecord($"r{number}_{o}_0", o)
    {
        CallId = call,
        TransitionKey = $"{number}:1:0:transition-of-{node}",
    }).ToEquatableArray(),
};

static ReplicatedState Changed(ReplicatedState state, int call)
{
    EquatableArray<NodeState> states = state.Cib.Status.NodeStates;
    NodeState node = states[0];
    node = node with { History = node.History! with { Resources = node.History.Resources.SetItem(0, History(1, 1, call)) } };
    return state with
    {
        Index = state.Index + 1,
        Cib = state.Cib with { Status = state.Cib.Status with { NodeStates = states.SetItem(0, node) } },
        Events = state.Events.Add(new EventState(3_000 + call, DateTimeOffset.UnixEpoch, call, "start-done", null, null, "x")),
    };
}
