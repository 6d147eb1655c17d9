using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Rules;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Resources that may still be active on nodes that are lost and neither fenced nor confirmed off. With
/// fencing turned off, the scheduler would start them elsewhere at once; the live cluster doesn't, unless the
/// configuration explicitly accepts damage (promise S2).
/// </summary>
public static class LostNodes
{
    /// <summary>
    /// A node, other than those of <paramref name="except"/>, on which a resource that may run only
    /// once can still be active, according to its history; null if there is none. A plan stops it
    /// there first, whether the node is lost or not. Of a clone: where an instance may be active, if
    /// as many as there may be of it are.
    /// </summary>
    public static NodeId? MayBeActiveOn(ReplicatedState state, ResourceId resource, params ReadOnlySpan<NodeId> except)
    {
        bool damage = ControlOptions.AcceptsDamage(state);
        int most = InstancesMax(state.Cib.Configuration, resource, out string name);
        int found = 0;
        foreach (MemberState member in state.Members.Values.Where(m => m.Phase != MemberPhase.Down))
        {
            if (except.Contains(member.Node))
                continue;
            // A process that can't be killed may still write, whatever a probe says. After a cold start, a
            // boot that nothing is known about yet may be running anything.
            bool mayBe = member.Unkillable.Any(left => InstanceNames.IsOf(left, name))
                || state.Pending.Values.Any(
                    o => o.IsHeld && o.Node == member.Node && InstanceNames.IsOf(o.Resource.Value, name))
                || (!(member.IsLost && damage) && (member.IsUnknown || MayBeActive(state, member, name)));
            if (mayBe && ++found >= most)
                return member.Node;
        }

        return null;
    }

    /// <summary>The same as bans for the next plan, so that it is made around what is held back.</summary>
    public static ImmutableArray<GuardBan> Bans(ReplicatedState state)
    {
        if (ControlOptions.AcceptsDamage(state) || ControlOptions.FencingEnabled(state))
            return [];
        return
        [
            .. from lost in Unproven(state)
               from history in HistoryReading.Of(state.Cib.Status, lost.Uuid)
               where HistoryReading.MayBeActive(history) && !MayRunTwice(state.Cib.Configuration, history.Id)
               from node in state.Members.Values
               where node.Node != lost.Node
               select new GuardBan(history.Id, node.Node, $"may still be active on {lost.Node}, which is lost and not fenced"),
        ];
    }

    private static IEnumerable<MemberState> Unproven(ReplicatedState state) =>
        state.Members.Values.Where(m => m.IsLost);

    private static bool MayBeActive(ReplicatedState state, MemberState member, string name) =>
        HistoryReading.Of(state.Cib.Status, member.Uuid)
            .Any(r => InstanceNames.IsOf(r.Id.Value, name) && HistoryReading.MayBeActive(r));

    // How many may run, and under which name their histories have them: globally unique instances run once
    // each, others as often as the clone allows (by default on every node).
    private static int InstancesMax(Configuration configuration, ResourceId resource, out string name)
    {
        name = resource.Value;
        ResourceId cloned = new(InstanceNames.Configured(name));
        Resource.Cloned? clone = configuration.Resources.OfType<Resource.Cloned>().FirstOrDefault(c =>
            c.Primitives.Any(p => p.Id == cloned));
        if (clone is null || CibBoolean.Parse(Meta(clone, "globally-unique")) == true)
            return 1;
        name = cloned.Value;
        return Numbers.ParseInt(Meta(clone, "clone-max")) is { } most ? Math.Max(1, most) : int.MaxValue;
    }

    /// <summary>Under which name histories have a resource: an anonymous
    /// clone's instances share one.</summary>
    internal static string HistoryName(Configuration configuration, ResourceId resource)
    {
        _ = InstancesMax(configuration, resource, out string name);
        return name;
    }

    private static string? Meta(Resource.Cloned clone, string name) =>
        AttributeSets.Value(clone.MetaAttributes, name, RuleContext.Nothing);

    private static bool MayRunTwice(Configuration configuration, ResourceId resource) =>
        InstancesMax(configuration, resource, out _) > 1;
}
