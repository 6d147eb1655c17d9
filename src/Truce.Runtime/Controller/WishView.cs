using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Why a resource that doesn't run isn't wanted to, or isn't wanted to on some node, in a few words.
/// </summary>
internal static class WishView
{
    /// <summary>For example "disabled", "banned from n1"; empty: it may run anywhere.</summary>
    public static string Note(ReplicatedState state, MetaAttributes meta, Resource.Primitive primitive)
    {
        if (meta.IsDisabled(primitive))
            return Disabled(meta, primitive);
        if (Flag(state, "stop-all-resources"))
            return "all resources are stopped: truce cluster start";
        string[] banned =
        [
            .. OperatorPlacement.InForce(state.Cib.Configuration, state.At)
                .Where(p => p is { Kind: OperatorPlacementKind.KeptOff, Node: not null }
                    && meta.Above(primitive).Any(r => r.Id == p.Resource))
                .Select(p => p.Node!.Value.Value).Distinct(),
        ];
        return banned.Length > 0 ? $"banned from {string.Join(", ", banned)}" : "";
    }

    /// <summary>Why a resource is to be stopped where it runs, as far as an operator said so; empty: nobody
    /// did.</summary>
    public static string WhyNotOn(ReplicatedState state, MetaAttributes meta, ResourceStatus resource)
    {
        if (meta.Index.Resource(new ResourceId(resource.Id)) is not Resource.Primitive primitive)
            return "";
        if (meta.IsDisabled(primitive))
            return "it is " + Disabled(meta, primitive);
        if (Flag(state, "stop-all-resources"))
            return "all resources are to be stopped";
        return state.Member(new NodeId(resource.Node!)) is { } member && NodeWords.IsInStandby(state, member)
            ? $"{resource.Node} is in standby" : "";
    }

    private static string Disabled(MetaAttributes meta, Resource.Primitive primitive)
    {
        Resource? by = meta.Above(primitive).Skip(1).FirstOrDefault(
            r => r.MetaAttributes.SelectMany(s => s.Pairs).Any(p => p.Name == "target-role"));
        bool own = meta.Index.Effective(primitive).MetaAttributes.SelectMany(s => s.Pairs)
            .Any(p => p.Name == "target-role");
        return by is null || own ? "disabled" : $"disabled with {by.Id}";
    }

    private static bool Flag(ReplicatedState state, string name) => state.Cib.Configuration.ClusterProperties
        .SelectMany(s => s.Pairs).Any(p => p.Name == name && CibBoolean.Parse(p.Value) == true);
}
