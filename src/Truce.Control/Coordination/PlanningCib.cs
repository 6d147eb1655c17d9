using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// What a plan is made from: configuration and status, with known nodes that aren't configured (a member
/// needs no entry to be used; one that the engine counts but that hasn't been seen may be running something).
/// </summary>
public static class PlanningCib
{
    /// <summary>The CIB for the scheduler.</summary>
    public static Cib Compose(ReplicatedState state)
    {
        Cib cib = WithHeldOrders(state);
        EquatableArray<Node> nodes = cib.Configuration.Nodes;
        foreach (MemberState member in state.Members.Values)
        {
            if (!nodes.Any(n => n.Name == member.Node))
                nodes = nodes.Add(new Node(member.Uuid, member.Node));
        }

        foreach (NodeVotes voter in state.View?.Votes ?? [])
        {
            if (!nodes.Any(n => n.Name == voter.Node))
                nodes = nodes.Add(new Node(new NodeUuid(voter.Node.Value), voter.Node));
        }

        return cib with
        {
            Header = cib.Header with
            {
                HaveQuorum = state.View?.Quorate ?? false,
                DcUuid = CoordinatorRule.Choose(state) is { } node ? state.Member(node)?.Uuid : null,
            },
            Configuration = cib.Configuration with { Nodes = nodes },
            Status = StillActive(WithConfiguredIds(cib.Status, nodes)),
        };
    }

    // What its node begins by itself may already run: for a plan it is under way.
    private static Cib WithHeldOrders(ReplicatedState state)
    {
        Cib cib = state.Cib;
        foreach (Order order in state.Pending.Values.Where(o => o.IsHeld))
        {
            DateTimeOffset at = state.Fences.FirstOrDefault(f => f.Intent.Id == order.Fence)?.Begin ?? default;
            if (state.Member(order.Node) is { } member)
                cib = StatusEditing.Change(cib, member.Uuid, order.Node, n => HistoryEditing.Begin(n, order, at));
        }

        return cib;
    }

    // A configuration may know a node under another id than the engine does:
    // the status follows the configuration.
    private static ClusterStatus WithConfiguredIds(
        ClusterStatus status, EquatableArray<Node> nodes) => status with
        {
            NodeStates = status.NodeStates
                .Select(s => s.Name is { } name && nodes.FirstOrDefault(n => n.Name == name) is { } node
                    ? s with { Id = node.Id }
                    : s)
                .ToEquatableArray(),
        };

    // A resource remains active while its stop is in progress; the stop's record has replaced the start's,
    // and nothing else would show it. A coordinator that plans while one is pending (after a view change)
    // stops it again before anything is started elsewhere, and before its node shuts down (promise S2).
    private static ClusterStatus StillActive(ClusterStatus status) => status with
    {
        NodeStates = status.NodeStates.Select(s => s.History is { } history
            ? s with { History = history with { Resources = history.Resources.Select(StillActive).ToEquatableArray() } }
            : s).ToEquatableArray(),
    };

    private static ResourceHistory StillActive(ResourceHistory resource) => resource.Operations.Any(IsPendingEnd)
        ? resource with { Operations = resource.Operations.Select(o => IsPendingEnd(o) ? BeforeIt(resource, o) : o).ToEquatableArray() }
        : resource;

    private static bool IsPendingEnd(OperationRecord record) =>
        record is { OpStatus: (int)ExecutionStatus.Pending, IntervalMs: 0,
            Operation: OperationNames.Stop or OperationNames.Demote };

    private static OperationRecord BeforeIt(ResourceHistory resource, OperationRecord end)
    {
        string began = end.Operation == OperationNames.Demote ? OperationNames.Promote : OperationNames.Start;
        return new OperationRecord(end.Id, began)
        {
            OperationKey = $"{resource.Id}_{began}_0",
            OpStatus = (int)ExecutionStatus.Done,
            RcCode = (int)AgentExitCode.Ok,
            OnNode = end.OnNode,
            TransitionKey = end.TransitionKey,
            TransitionMagic = $"{(int)ExecutionStatus.Done}:{(int)AgentExitCode.Ok};{end.TransitionKey}",
            LastRcChange = end.LastRcChange,
            OpDigest = end.OpDigest,
        };
    }
}
