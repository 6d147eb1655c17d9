using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>What is held back, with the way out.</summary>
internal static class HoldView
{
    /// <summary>The holds that this node's copy knows of.</summary>
    public static ImmutableArray<HoldStatus> Make(ControlMachine control, ReplicatedState state)
    {
        ImmutableArray<HoldStatus>.Builder holds = ImmutableArray.CreateBuilder<HoldStatus>();
        if (control.Mode is not ViewMode.Quorate)
            holds.Add(new HoldStatus("no-quorum", null, null, control.Situation));
        else if (QuorumGuard.Objection(state) is { } objection)
            holds.Add(new HoldStatus("wait-for-all", null, null, objection));
        HeldBack held = HeldBack.Of(state);
        AddFencing(holds, held);
        foreach (var ban in held.LostNodes.DistinctBy(b => (b.Resource, b.Reason)))
        {
            holds.Add(new HoldStatus(
                "lost-node", ban.Resource.Value, null,
                $"{ban.Reason}: bring the node back, or look whether it is off and say so by truce fence confirm"));
        }

        foreach (FenceState fence in state.Fences.Where(f => f.Stage == FenceStage.Failed && Waits(state, f)))
        {
            holds.Add(new HoldStatus(
                "fencing-failed", null, fence.Intent.Target.Value,
                $"{fence.Intent.Action} failed {fence.Attempts} times ({fence.Reason}): mend the device, or truce fence confirm"));
        }

        foreach (OperatorPlacement placement in OperatorPlacement.Of(state.Cib.Configuration))
            holds.Add(new HoldStatus("operator", placement.Resource.Value, placement.Node?.Value, placement.ToString()));
        return holds.ToImmutable();
    }

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

    private static bool Waits(ReplicatedState state, FenceState fence) =>
        state.Member(fence.Intent.Target) is { IsLost: true } member
        && member.Incarnation == fence.Intent.TargetIncarnation;
}
