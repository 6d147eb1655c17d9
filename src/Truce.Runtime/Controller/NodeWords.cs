using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>What a member's attributes make of it, in one word.</summary>
internal static class NodeWords
{
    /// <summary>shutdown, maintenance, standby or online.</summary>
    public static string OfMember(ReplicatedState state, MemberState member)
    {
        if (StoreApply.IsLeaving(state, member))
            return "shutdown";
        if (NodeAttributes.IsMaintained(state, member))
            return "maintenance";
        return IsInStandby(state, member) ? "standby" : "online";
    }

    /// <summary>Whether nothing is to run there, because somebody asked for that.</summary>
    public static bool IsInStandby(ReplicatedState state, MemberState member) =>
        CibBoolean.Parse(NodeAttributes.Value(state, member, "standby")) == true;

    /// <summary>The members as people list them: n2 before n10.</summary>
    public static IEnumerable<MemberState> InOrder(ReplicatedState state) =>
        state.Members.Values.OrderBy(m => m.Node.Value, NaturalOrder.Instance);

    /// <summary>Whether resources on a node are managed as far as the node's own state goes.</summary>
    public static bool IsMaintained(ReplicatedState state, MemberState member) => OfMember(state, member) == "maintenance";
}
