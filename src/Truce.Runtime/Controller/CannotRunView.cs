using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>What is wanted, runs nowhere, and can't run where that was tried:
/// said in words, node by node.</summary>
internal static class CannotRunView
{
    /// <summary>A hold for each such resource and node.</summary>
    public static IEnumerable<HoldStatus> Holds(ReplicatedState state, ILookup<string, ResourceStatus> seen)
    {
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        return
            from primitive in state.Cib.Configuration.Resources.SelectMany(r => r.Primitives)
            where IsWanted(meta, primitive) && seen[primitive.Id.Value].All(r => r.Role == "Stopped" && r.Pending is null)
            from member in state.Members.Values
            where member.Phase == MemberPhase.Joined
            from history in HistoryReading.Of(state.Cib.Status, member.Uuid)
            where InstanceNames.IsOf(history.Id.Value, primitive.Id.Value)
            let failure = Failure(history)
            where failure is not null
            select new HoldStatus(
                "cannot-run", primitive.Id.Value, member.Node.Value,
                Words(primitive.Id, member.Node, history, failure));
    }

    private static bool IsWanted(MetaAttributes meta, Resource.Primitive primitive) =>
        meta.Agent(primitive)?.Class != AgentName.Stonith && meta.IsManaged(primitive)
        && !meta.IsDisabled(primitive);

    // A look that couldn't run is a failure only where the history keeps it as one.
    private static OperationRecord? Failure(ResourceHistory history) => history.Operations.FirstOrDefault(o =>
        (HistoryReading.IsFailure(o)
            || o is { Operation: OperationNames.Monitor, IntervalMs: 0 })
        && o.OpStatus != (int)ExecutionStatus.Pending
        && CannotRun.Judge(o.OpStatus, o.RcCode) != AgentAnswer.Ran);

    private static string Words(ResourceId resource, NodeId node, ResourceHistory history, OperationRecord failure)
    {
        AgentName agent = new(history.Class ?? "", history.Provider, history.Type ?? "");
        string said = CannotRun.Words(resource, node, agent, failure.OpStatus, failure.RcCode);
        string reason = failure.ExitReason is { Length: > 0 } words && !words.StartsWith(said, StringComparison.Ordinal)
            ? $" ({words})"
            : "";
        return $"{said}{reason}: correct the agent or its parameters; after installing something, run truce resource cleanup {resource}";
    }
}
