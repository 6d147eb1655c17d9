using System.Globalization;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator;

/// <summary>How much of the events is printed.</summary>
internal enum TimelineDetail
{
    /// <summary>What a person needs to follow it: faults, power, views, services, shots.</summary>
    World,

    /// <summary>Every step: agents, orders, processes, and what the roles log.</summary>
    Everything,
}

/// <summary>What happened, a line each.</summary>
internal static class Timeline
{
    /// <summary>The lines, oldest first: seconds, node, what.</summary>
    public static IEnumerable<string> Lines(Ledger ledger, TimelineDetail detail)
    {
        foreach ((long atMs, WorldEvent happened) in ledger.Events)
        {
            if (Line(happened, detail) is { } text)
                yield return string.Create(CultureInfo.InvariantCulture, $"{atMs / 1000.0,9:F3}  {text}");
        }
    }

    /// <summary>One event, in words.</summary>
    public static string Line(WorldEvent happened) => Line(happened, TimelineDetail.Everything)?.Trim() ?? "";

    private static string? Line(WorldEvent happened, TimelineDetail detail)
    {
        bool all = detail == TimelineDetail.Everything;
        return happened switch
        {
            WorldEvent.Fault(var kind, var text, _, _) => $"* {kind}: {text}",
            WorldEvent.FaultsStopped => "* faults stop: all is healed, every node is given power",
            WorldEvent.Booted(_, var incarnation) => $"{incarnation} boots",
            WorldEvent.PowerLost(_, var incarnation, var why) => $"{incarnation} goes down: {why}",
            WorldEvent.ProcessBegan(var node, var role, var process) => all ? $"{node} {role} begins as process {process}" : null,
            WorldEvent.ProcessEnded(var node, var role, _, var why) =>
                all || (role != RoleKind.Api && why != "power lost") ? $"{node} {role} ends: {why}" : null,
            WorldEvent.Defect(var node, var role, var thrown) => $"{node} {role} THROWS {thrown}",
            WorldEvent.ViewTaken(var node, var ring, var members) =>
                $"{node} sees ring {ring.Sequence} of {string.Join(' ', members)}",
            WorldEvent.QuorumTaken(var node, var ring, var quorate) =>
                $"{node} is told of ring {ring.Sequence}: {(quorate ? "quorate" : "no quorum")}",
            WorldEvent.OrderSent(var node, var to, var order) => all ? $"{node} asks its {to}: {order}" : null,
            WorldEvent.AgentBegan(var node, _, var spec) =>
                all || IsTold(spec) ? $"{node} runs {spec.Action} of {spec.Resource}{Target(spec)}" : null,
            WorldEvent.AgentEnded(var node, _, var spec, var status, var code) =>
                all || IsTold(spec) ? $"{node} {spec.Action} of {spec.Resource} ends: {status} {code}" : null,
            WorldEvent.ServiceChanged(var node, var resource, var state, var why) => $"    {resource} is {Word(state)} on {node} ({why})",
            WorldEvent.Shot(var by, var target, var device, var action) => $"    {by} SHOOTS {target} ({action} by {device})",
            WorldEvent.ShotConfirmed(var by, _, var device, var incarnation, var isTrue) =>
                $"    {device} tells {by} that {incarnation} is off{(isTrue ? "" : ", which is a lie")}",
            WorldEvent.SeenOff(var by, _, var device, var incarnation) =>
                $"    {device} tells {by} that {incarnation} is off already",
            WorldEvent.Vouched(_, var incarnation) => $"    a person vouches that {incarnation} is off",
            WorldEvent.DiskReplaced(var node) => $"{node} gets an empty disk",
            WorldEvent.ChangeAcknowledged(var by, var mark, var keepers) =>
                $"    change {mark} is acknowledged by {by}; it is on the disks of {string.Join(' ', keepers)}",
            WorldEvent.ConfigurationSeen(var by, var marks) => $"    {by} serves a configuration with changes {string.Join(' ', marks)}",
            WorldEvent.StateSeen => null,
            WorldEvent.Said(var node, var role, var text) => all ? $"        {node} {role}: {text}" : null,
        };
    }

    private static bool IsTold(OperationSpec spec) => spec.IntervalMs == 0
        && spec.Action is not (OperationNames.Monitor or OperationNames.List or OperationNames.Notify);

    private static string Target(OperationSpec spec) =>
        spec.Kind == AgentKind.Fence && spec.Meta.TryGetValue("target", out string? target) ? $" against {target}" : "";

    private static string Word(ServiceState state) => state switch
    {
        ServiceState.Inactive => "gone",
        ServiceState.Active => "active",
        ServiceState.Promoted => "promoted",
    };
}
