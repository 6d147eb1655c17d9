using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>One action on one device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Action">reboot, off or on.</param>
/// <param name="Need">Whether fencing fails with it.</param>
public sealed record FenceStep(FenceDevice Device, string Action, StepNeed Need);

/// <summary>Whether a step's failure matters.</summary>
public enum StepNeed
{
    /// <summary>Without it the node may still run.</summary>
    Required,

    /// <summary>The node is off already: reported, no more.</summary>
    Wished,
}

/// <summary>What fencing by the devices of one topology level takes, in order.</summary>
public static class FenceSteps
{
    /// <summary>
    /// A reboot over several devices becomes <c>off</c> for all and then <c>on</c> for all, since two power
    /// supplies rebooted in turn leave the node running (Pacemaker Explained, "Remapping Reboots").
    /// </summary>
    public static ImmutableArray<FenceStep> For(
        ImmutableArray<FenceDevice> devices, string action)
    {
        if (action == "reboot" && devices.Length > 1)
            return
            [
                .. devices.Select(d => new FenceStep(d, "off", StepNeed.Required)),
                .. devices.Select(d => new FenceStep(d, "on", StepNeed.Wished)),
            ];
        return [.. devices.Select(d => new FenceStep(d, action, StepNeed.Required))];
    }

    /// <summary>What one device does for an action: a reboot becomes <c>off</c>
    /// for an agent that has none.</summary>
    public static string Replace(FenceDevice device, FenceAbilities? abilities, string action) =>
        action == "reboot" && abilities is not null && !abilities.Supports("reboot") && !device.Options.Renames("reboot")
            ? "off"
            : action;
}
