using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Everything that the guards hold back, in one place: for the next plan, for the check
/// of each order, and for the status.
/// </summary>
/// <param name="LostNodes">Bans because something may still be active on a lost node.</param>
/// <param name="Bans">Bans of resources from nodes that were shot for them.</param>
/// <param name="Blocks">Resources that the cluster leaves alone.</param>
/// <param name="Quarantines">Nodes that host nothing, with the reason.</param>
public sealed record HeldBack(
    ImmutableArray<GuardBan> LostNodes, ImmutableArray<GuardBan> Bans, ImmutableArray<GuardBlock> Blocks,
    ImmutableArray<GuardQuarantine> Quarantines)
{
    /// <summary>What is held back in a state.</summary>
    public static HeldBack Of(ReplicatedState state) => new(
        Truce.Control.LostNodes.Bans(state), BansOf(state), BlocksOf(state), QuarantinesOf(state));

    /// <summary>Why a resource must not be started on a node; null: nothing is held back.</summary>
    public static string? Objection(ReplicatedState state, ResourceId resource, NodeId node)
    {
        if (state.Fences.IsEmpty)
            return null;
        if (QuarantinesOf(state).Any(q => q.Node == node))
            return $"{node} is quarantined";
        return BlocksOf(state).FirstOrDefault(b => InstanceNames.IsOf(resource.Value, b.Resource.Value))?.Reason
            ?? BansOf(state).FirstOrDefault(b => b.Node == node && InstanceNames.IsOf(resource.Value, b.Resource.Value))?.Reason;
    }

    private static ImmutableArray<GuardBan> BansOf(ReplicatedState state)
    {
        if (FencePolicy.Of(state).ShotsPerCause == int.MaxValue)
            return [];
        return
        [
            .. from fence in state.Fences
               from failure in FenceLedger.BanningFailures(fence)
               group Why(fence, failure) by (failure.Resource, fence.Intent.Target) into each
               select new GuardBan(
                   each.Key.Resource, each.Key.Target,
                   $"{each.Key.Target} {each.First()}; until truce fence release {each.Key.Resource}, "
                       + $"or its configuration changes"),
            .. StartSuspicion.Waits(state),
        ];
    }

    private static ImmutableArray<GuardBlock> BlocksOf(ReplicatedState state)
    {
        int limit = FencePolicy.Of(state).ShotsPerCause;
        return
        [
            .. from fence in state.Fences
               from failure in FenceLedger.CountingFailures(fence)
               group (fence, IsSuspect: FenceLedger.Suspects(fence.Intent).Contains(failure))
                   by (failure.Resource, failure.Operation) into cause
               let shots = FenceLedger.Shots(cause.Select(c => c.fence))
               where shots >= limit
               let how = cause.Any(c => c.IsSuspect) ? "nodes were lost during" : "nodes were shot for"
               select new GuardBlock(cause.Key.Resource, string.Create(
                   CultureInfo.InvariantCulture,
                   $"{shots} {how} its {cause.Key.Operation}; until truce fence release "
                       + $"{cause.Key.Resource}, "
                       + $"or its configuration changes")),
            .. from avoided in state.Fences
               where IsStillAvoided(state, avoided)
               from failure in FenceLedger.Failures(avoided.Intent)
               select new GuardBlock(failure.Resource, avoided.Guard),
        ];
    }

    private static string Why(FenceState fence, ResourceFailure failure) =>
        FenceLedger.Suspects(fence.Intent).Contains(failure)
            ? $"was lost during its {failure.Operation}, and it hasn't run elsewhere for long enough since then"
            : $"was fenced for it ({failure.Operation} failed there)";

    // A shot that was avoided since nothing was won by it: as long as that is so, the
    // node lives, and the resource waits.
    private static bool IsStillAvoided(ReplicatedState state, FenceState fence) =>
        fence is { Stage: FenceStage.Refused, Closed.Length: 0 }
        && state.Member(fence.Intent.Target) is { Phase: MemberPhase.Joined } member
        && member.Incarnation == fence.Intent.TargetIncarnation
        && FenceCauses.Scope(fence.Intent.Cause) == FenceScope.Resource
        && ResourceCauseRules.Judge(state, fence.Intent) is FenceVerdict.Avoided;

    // If only quarantined nodes remain they host again, unless links were the
    // cause: then neither knows of the other.
    private static ImmutableArray<GuardQuarantine> QuarantinesOf(ReplicatedState state)
    {
        FenceState[] all = [.. QuarantineRules.All(state)];
        if (all.Length == 0)
            return [];
        bool able = NodeCauseRules.IsAnyoneAble(state, new NodeId(""));
        return
        [
            .. all.Where(f => able || f.Quarantine == FenceQuarantine.Links)
                .Select(f => new GuardQuarantine(f.Intent.Target, f.Guard)),
        ];
    }
}

/// <summary>A node that hosts nothing for now.</summary>
public sealed record GuardQuarantine(NodeId Node, string Reason);
