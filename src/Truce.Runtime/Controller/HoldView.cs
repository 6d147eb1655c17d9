using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>What is held back, with the way out.</summary>
internal static class HoldView
{
    /// <summary>The holds that this node's copy knows of.</summary>
    /// <param name="control">This node's controller.</param>
    /// <param name="state">Its copy.</param>
    /// <param name="seen">The resources as status shows them, by their configured id.</param>
    public static ImmutableArray<HoldStatus> Make(
        ControlMachine control, ReplicatedState state, ILookup<string, ResourceStatus> seen)
    {
        ImmutableArray<HoldStatus>.Builder holds = ImmutableArray.CreateBuilder<HoldStatus>();
        if (control.Mode is not ViewMode.Quorate)
            holds.Add(new HoldStatus("no-quorum", null, null, control.Situation));
        else if (QuorumGuard.Objection(state) is { } objection)
            holds.Add(new HoldStatus("wait-for-all", null, null, objection));
        if (control is { Mode: ViewMode.Quorate, HasJoined: false })
            holds.Add(NotJoined(state));
        if (control.StateHold is { } differ)
            holds.Add(new HoldStatus("states-differ", null, null, differ));
        foreach (MemberState member in state.Members.Values.Where(m => m.StoreTrouble.Length > 0))
            holds.Add(Store(control, state, member));
        foreach (MemberState member in state.Members.Values.Where(m => m.LeftBecause.Length > 0))
            holds.Add(Departed(member));
        if (control.StoreTrouble is { } own && !state.Members.Values.Any(m => m.StoreTrouble == own.Reason))
            holds.Add(new HoldStatus("store", null, null, $"this node's store fails: {own.Reason}; do: {own.Fault.Remedy()}"));
        HeldBack held = HeldBack.Of(state);
        AddFencing(holds, held);
        if (state.Planning is { } trouble)
            holds.Add(new HoldStatus("planning-failed", null, trouble.Node.Value, Words(trouble)));
        foreach (var ban in held.LostNodes.DistinctBy(b => (b.Resource, b.Reason)))
        {
            holds.Add(new HoldStatus(
                "lost-node", ban.Resource.Value, null,
                $"{ban.Reason}: bring the node back or, once you have checked that it is off, run truce fence confirm"));
        }

        foreach (MemberState member in state.Members.Values)
        {
            foreach (string left in member.Unkillable)
            {
                holds.Add(new HoldStatus(
                    "unkillable", left, member.Node.Value,
                    $"part of {left} on {member.Node} can't be killed, so it isn't started on any other node: "
                    + $"reboot {member.Node}"));
            }
        }

        foreach (IGrouping<NodeId, FenceState> failed in state.Fences
            .Where(f => f.Stage == FenceStage.Failed && Waits(state, f)).GroupBy(f => f.Intent.Target))
            holds.Add(new HoldStatus("fencing-failed", null, failed.Key.Value, FencingFailed([.. failed])));

        foreach (FenceState late in state.Fences.Where(f => f.MayStillHit))
            holds.Add(new HoldStatus("shot-under-way", null, late.Intent.Target.Value, Late(late)));
        holds.AddRange(CannotRunView.Holds(state, seen));
        if (control is { Mode: ViewMode.Quorate, IsPlanning: false, Transition: null or { IsOver: true } }
            && state.Pending.Values.All(o => o.IsPostponed))
        {
            holds.AddRange(UnmetView.Failures(state, seen, Told(holds)));
            holds.AddRange(UnmetView.Blocked(state, Told(holds)));
            holds.AddRange(UnmetView.LeftRunning(state, seen, Told(holds)));
        }

        foreach (OperatorPlacement placement in OperatorPlacement.InForce(
            state.Cib.Configuration, state.At))
            holds.Add(new HoldStatus("operator", placement.Resource.Value, placement.Node?.Value, placement.ToString()));
        return holds.ToImmutable();
    }

    private static HashSet<string> Told(IEnumerable<HoldStatus> holds) =>
        [.. holds.Select(h => h.Resource).OfType<string>()];

    private static string Late(FenceState fence) =>
        $"{fence.Intent.Target} has rebooted by itself while {fence.Intent.By} had it fenced: it joins once "
        + "the fence agent that is still at work has ended, which may reboot it once more";

    // However often it is begun anew, it is one fencing to whoever reads this.
    private static string FencingFailed(ImmutableArray<FenceState> failed) =>
        $"{failed[^1].Intent.Action} failed {failed.Sum(f => f.Attempts)} times ({failed[^1].Reason}): "
        + $"resources that may be running on {failed[^1].Intent.Target} aren't started elsewhere; "
        + "do: fix the device or, once you have seen that "
        + $"the node has no power, run truce fence confirm {failed[^1].Intent.Target} --it-is-off";

    // What the fence guard holds, each with the command that ends it in its reason.
    private static void AddFencing(ImmutableArray<HoldStatus>.Builder holds, HeldBack held)
    {
        ImmutableHashSet<ResourceId> blocked = [.. held.Blocks.Select(b => b.Resource)];
        foreach (var block in held.Blocks.DistinctBy(b => b.Resource))
            holds.Add(new HoldStatus("fence-block", block.Resource.Value, null, block.Reason));
        foreach (var ban in held.Bans.Where(b => !blocked.Contains(b.Resource)).DistinctBy(b => (b.Resource, b.Node)))
            holds.Add(new HoldStatus("fence-ban", ban.Resource.Value, ban.Node.Value, ban.Reason));
        foreach (GuardQuarantine quarantine in held.Quarantines)
            holds.Add(new HoldStatus("quarantine", null, quarantine.Node.Value, quarantine.Reason));
    }

    private static string Words(PlanningTrouble trouble) => string.Create(
        CultureInfo.InvariantCulture,
        $"planning has failed since {trouble.Since:yyyy-MM-dd HH:mm:ss}Z ({trouble.Attempts} attempts): {trouble.Reason}; lost nodes are fenced and "
        + $"disabled resources are stopped meanwhile; do: undo the last change (truce config history), and test it with truce simulate");

    /// <summary>What a node that knows of no state yet waits for.</summary>
    public static HoldStatus NoState(ControlMachine control) =>
        new("no-state", null, null, $"this node has no cluster state yet: {control.Situation}");

    private static HoldStatus Store(ControlMachine control, ReplicatedState state, MemberState member) => new(
        "store", null, member.Node.Value, $"its store fails: {member.StoreTrouble}: "
            + (control.CanKeepNothing
                ? "too few stores work for it to leave: running resources keep running, configuration changes are refused, and a lost "
                    + "node isn't recovered until enough stores work again"
                : StoreApply.IsLeaving(state, member)
                    ? "it stops its resources and leaves; do: see truce status there afterwards"
                    : "it is about to leave"));

    private static HoldStatus NotJoined(ReplicatedState state) => new(
        "not-joined", null, null,
        "this node hasn't joined yet: the members haven't saved that it does"
            + (CoordinatorRule.Choose(state) is { } coordinator
                ? $"; do: see there what they wait for: truce status --node {coordinator}" : ""));

    private static HoldStatus Departed(MemberState member) => new(
        HoldStatus.Departed, null, member.Node.Value,
        $"it has left the cluster, as its store failed: {member.LeftBecause.TrimEnd('.')}; "
            + $"do: see there what it waits for: truce status --node {member.Node}");

    private static bool Waits(ReplicatedState state, FenceState fence) =>
        state.Member(fence.Intent.Target) is { IsLost: true } member
        && member.Incarnation == fence.Intent.TargetIncarnation;
}
