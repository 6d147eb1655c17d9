using System.Collections.Immutable;
using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Scheduler;
using NodeState = Truce.Model.NodeState;

namespace Truce.Runtime.Tests.World;

/// <summary>
/// The least planner that a controller can be tested with: primitives that run once, anywhere, by name; probes,
/// fencing before recovery, a monitor each, and the shutdown of nodes. The real one is the scheduler.
/// </summary>
internal sealed class TinyPlanner : IPlanner
{
    public Plan Plan(Cib cib, PlanOptions options) => new(
        new ClusterState(new ClusterSwitches(true, "stop", true, false, false, true), [], [], [], 0, 0, 0),
        [],
        new Draft(cib, options).Make(),
        [], [], [], []);

    private sealed class Draft(Cib cib, PlanOptions options)
    {
        private readonly List<GraphAction> _actions = [];
        private readonly Dictionary<NodeId, int> _fences = [];

        public TransitionGraph Make()
        {
            ImmutableArray<NodeId> online = [.. States().Where(IsOnline).Select(s => s.Name!.Value).Order()];
            ImmutableArray<NodeId> leaving = [.. States().Where(s => IsOnline(s) && Wants(s, "shutdown")).Select(s => s.Name!.Value)];
            ImmutableArray<NodeId> unclean = [.. Unclean()];
            bool quorum = options.Quorum == true;
            foreach (NodeId node in quorum && ControlOptions.FencingEnabled(cib) ? unclean : [])
                Fence(node, "node is lost");
            Dictionary<NodeId, List<int>> stops = leaving.ToDictionary(n => n, _ => new List<int>());
            foreach (Resource.Primitive primitive in cib.Configuration.Resources.OfType<Resource.Primitive>())
            {
                if (primitive.Agent?.Class != "stonith")
                    Place(primitive, online, leaving, unclean, quorum, stops);
            }

            foreach (NodeId node in leaving)
                Shutdown(node, stops[node]);
            return new TransitionGraph("60s", "60s", "INFINITY", "INFINITY", null, null, null, [.. _actions]);
        }

        private void Place(
            Resource.Primitive primitive, ImmutableArray<NodeId> online, ImmutableArray<NodeId> leaving,
            ImmutableArray<NodeId> unclean, bool quorum, Dictionary<NodeId, List<int>> stops)
        {
            ImmutableArray<NodeId> unknown = [.. online.Where(n => History(n, primitive.Id) is null)];
            List<int> before = [.. unknown.Select(n => Operation(primitive, "monitor", n, 0, 7, []))];
            ImmutableArray<NodeId> active = [.. online.Where(n => IsActive(n, primitive.Id))];
            bool blocked = false;
            foreach (NodeId node in unclean.Where(n => IsActive(n, primitive.Id) || History(n, primitive.Id) is null))
            {
                if (_fences.TryGetValue(node, out int fence))
                    before.Add(fence);
                else
                    blocked |= ControlOptions.FencingEnabled(cib);
            }

            ImmutableArray<NodeId> allowed =
                [.. online.Except(leaving).Where(n => !options.Bans.Any(b => b.Node == n && b.Resource == primitive.Id))];
            NodeId? keep = active.Length == 1 && allowed.Contains(active[0]) && !HasFailed(active[0], primitive.Id) && quorum
                ? active[0]
                : null;
            if (keep is { } there)
            {
                if (!HasMonitor(there, primitive.Id))
                    Operation(primitive, "monitor", there, 5_000, 0, []);
                return;
            }

            foreach (NodeId node in active)
            {
                if (StopFailed(node, primitive.Id))
                {
                    before.Add(quorum && ControlOptions.FencingEnabled(cib) ? Fence(node, $"{primitive.Id} can't be stopped") : -1);
                    continue;
                }

                int stop = Operation(primitive, "stop", node, 0, 0, []);
                before.Add(stop);
                if (stops.TryGetValue(node, out List<int>? wait))
                    wait.Add(stop);
            }

            allowed = [.. allowed.Where(n => !_fences.ContainsKey(n))];
            if (!quorum || blocked || allowed.IsEmpty || before.Contains(-1))
                return;
            NodeId target = allowed[(int)((uint)primitive.Id.Value.Sum(c => c) % (uint)allowed.Length)];
            int start = Operation(primitive, "start", target, 0, 0, before);
            Operation(primitive, "monitor", target, 5_000, 0, [start]);
        }

        private int Fence(NodeId node, string why)
        {
            if (_fences.TryGetValue(node, out int known))
                return known;
            int id = _actions.Count;
            _actions.Add(new GraphAction.Fence
            {
                Id = id,
                Operation = "stonith",
                OperationKey = $"stonith-{node}-reboot",
                Node = node,
                Action = "reboot",
                Reason = why,
                Attributes = [],
                Inputs = [],
            });
            return _fences[node] = id;
        }

        private void Shutdown(NodeId node, List<int> after) => _actions.Add(new GraphAction.ClusterAction
        {
            Id = _actions.Count,
            Operation = "do_shutdown",
            OperationKey = $"do_shutdown-{node}",
            Node = node,
            Attributes = [],
            Inputs = [.. after.Select(a => new GraphInput(a, "stop first"))],
        });

        private int Operation(
            Resource.Primitive primitive, string operation, NodeId node, long interval, int expected, List<int> after)
        {
            int id = _actions.Count;
            _actions.Add(new GraphAction.ResourceOperation
            {
                Id = id,
                Operation = operation,
                OperationKey = string.Create(CultureInfo.InvariantCulture, $"{primitive.Id}_{operation}_{interval}"),
                Node = node,
                Resource = new GraphResource(
                    primitive.Id.Value, null, primitive.Agent!.Class, primitive.Agent.Provider, primitive.Agent.Type),
                Instance = primitive.Id,
                Attributes =
                [
                    new("CRM_meta_interval", interval.ToString(CultureInfo.InvariantCulture)),
                    new("CRM_meta_op_target_rc", expected.ToString(CultureInfo.InvariantCulture)),
                    new("CRM_meta_timeout", "20000"),
                ],
                Inputs = [.. after.Select(a => new GraphInput(a, "order"))],
            });
            return id;
        }

        private IEnumerable<NodeState> States() => cib.Status.NodeStates.Where(s => s.Name is not null);

        private IEnumerable<NodeId> Unclean()
        {
            foreach (Node node in cib.Configuration.Nodes)
            {
                NodeState? state = States().FirstOrDefault(s => s.Name == node.Name);
                bool gone = state?.InCcm is not { IsUp: true } || state.Crmd is not { IsUp: true };
                if (state is null || (gone && state.Expected == "member"))
                    yield return node.Name;
            }
        }

        private static bool IsOnline(NodeState state) =>
            state is { InCcm.IsUp: true, Crmd.IsUp: true, Join: "member" };

        private static bool Wants(NodeState state, string attribute) =>
            state.TransientAttributes?.Sets.SelectMany(s => s.Pairs).Any(p => p.Name == attribute) == true;

        private ResourceHistory? History(NodeId node, ResourceId resource) =>
            States().FirstOrDefault(s => s.Name == node)?.History?.Resources.FirstOrDefault(r => r.Id == resource);

        private OperationRecord? Last(NodeId node, ResourceId resource) =>
            History(node, resource)?.Operations.FirstOrDefault(o => o.Id == $"{resource}_last_0");

        private bool IsActive(NodeId node, ResourceId resource) => Last(node, resource) is { } last
            && !(last is { Operation: "stop", RcCode: 0, OpStatus: 0 } or { Operation: "monitor", RcCode: 7 }
                or { Operation: "monitor", OpStatus: -1 });

        private bool StopFailed(NodeId node, ResourceId resource) =>
            Last(node, resource) is { Operation: "stop", OpStatus: not -1 } last && (last.RcCode != 0 || last.OpStatus != 0);

        private bool HasFailed(NodeId node, ResourceId resource) => History(node, resource)?.Operations.Any(o =>
            (o.Operation == "start" && o.OpStatus != -1 && (o.RcCode != 0 || o.OpStatus != 0) && o.Id.EndsWith("_last_0", StringComparison.Ordinal))
            || (o is { IntervalMs: > 0, OpStatus: not -1 } && o.RcCode != 0 && !o.Id.Contains("failure", StringComparison.Ordinal))) == true;

        private bool HasMonitor(NodeId node, ResourceId resource) =>
            History(node, resource)?.Operations.Any(o => o.IntervalMs > 0 && o.Id.Contains("_monitor_", StringComparison.Ordinal)) == true;
    }
}
