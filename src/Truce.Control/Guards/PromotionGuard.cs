using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;

namespace Truce.Control;

/// <summary>
/// Holds a promotion back while as many instances as may be promoted may still be so on other nodes: two
/// databases that both write are what fencing is for (promises S1 and S2).
/// </summary>
internal static class PromotionGuard
{
    /// <summary>A node on which an instance may still be promoted, where one more
    /// isn't allowed; null: it is.</summary>
    public static NodeId? MayBePromotedOn(ReplicatedState state, ResourceId resource, NodeId except)
    {
        string name = InstanceNames.Configured(resource.Value);
        Resource.Cloned? clone = state.Cib.Configuration.Resources.OfType<Resource.Cloned>()
            .FirstOrDefault(c => c.Primitives.Any(p => p.Id.Value == name));
        if (clone is null)
            return null;
        bool damage = ControlOptions.AcceptsDamage(state);
        NodeId[] promoted =
        [
            .. from member in state.Members.Values
               where member.Node != except && member.Phase != MemberPhase.Down && !(member.IsLost && damage)
               where HistoryReading.Of(state.Cib.Status, member.Uuid)
                   .Any(r => InstanceNames.IsOf(r.Id.Value, name) && HistoryReading.MayBePromoted(r))
               select member.Node,
        ];
        return promoted.Length >= Max(clone) ? promoted[0] : null;
    }

    private static int Max(Resource.Cloned clone) => Math.Max(1, Numbers.ParseInt(
        AttributeSets.Value(clone.MetaAttributes, "promoted-max", RuleContext.Nothing)
        ?? AttributeSets.Value(clone.MetaAttributes, "master-max", RuleContext.Nothing)) ?? 1);
}
