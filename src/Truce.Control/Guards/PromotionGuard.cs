using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;

namespace Truce.Control;

/// <summary>
/// Holds a promotion back while as many instances as may be promoted may still be so on other nodes: two databases
/// that both write are what fencing is for (promises S1 and S2).
/// </summary>
internal static class PromotionGuard
{
    /// <summary>A node on which an instance may still be promoted, where one more isn't allowed; null: it is.</summary>
    public static NodeId? MayBePromotedOn(ReplicatedState state, ResourceId resource, NodeId except)
    {
        string name = InstanceNames.Configured(resource.Value);
        Resource.Cloned? clone = state.Cib.Configuration.Resources.OfType<Resource.Cloned>()
            .FirstOrDefault(c => LostNodes.Holds(c.Child, new ResourceId(name)));
        if (clone is null)
            return null;
        bool damage = ControlOptions.AcceptsDamage(state);
        NodeId[] promoted =
        [
            .. from member in state.Members.Values
               where member.Node != except && member.Phase != MemberPhase.Down && !(member.IsLost && damage)
               where StatusEditing.Find(state.Cib, member.Uuid)?.History?.Resources
                   .Any(r => InstanceNames.IsOf(r.Id.Value, name) && MayBePromoted(r)) == true
               select member.Node,
        ];
        return promoted.Length >= Max(clone) ? promoted[0] : null;
    }

    /// <summary>Whether an instance may be promoted, by its history.</summary>
    internal static bool MayBePromoted(ResourceHistory history)
    {
        OperationRecord? last = history.Operations.FirstOrDefault(o => o.Id.EndsWith("_last_0", StringComparison.Ordinal));
        bool found = history.Operations.Any(o => o.IntervalMs > 0 && o.CallId > (last?.CallId ?? 0) && IsPromoted(o));
        return found || last switch
        {
            null => false,
            { Operation: OperationNames.Promote } => true,
            { Operation: OperationNames.Demote } => !Succeeded(last),
            // Who is promoted is demoted before it is stopped; where a stop fails nobody knows.
            { Operation: OperationNames.Stop, OpStatus: not (int)ExecutionStatus.Pending } =>
                !Succeeded(last),
            { Operation: OperationNames.Monitor } => IsPromoted(last),
            _ => false,
        };
    }

    private static bool IsPromoted(OperationRecord record) => record.OpStatus == (int)ExecutionStatus.Done
        && (AgentExitCode)record.RcCode
            is AgentExitCode.Promoted or AgentExitCode.PromotedFailed or AgentExitCode.PromotedDegraded;

    private static bool Succeeded(OperationRecord record) =>
        record.OpStatus == (int)ExecutionStatus.Done && record.RcCode == (int)AgentExitCode.Ok;

    private static int Max(Resource.Cloned clone) => Math.Max(1, Numbers.ParseInt(
        AttributeSets.Value(clone.MetaAttributes, "promoted-max", RuleContext.Nothing)
        ?? AttributeSets.Value(clone.MetaAttributes, "master-max", RuleContext.Nothing)) ?? 1);
}
